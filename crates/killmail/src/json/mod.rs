//! The one JSON form in which Killwire shows a killmail.
//!
//! ESI's members under ESI's names, each second name that clients look for beside the first,
//! zKillboard's block in both its spellings, and what the ids mean where that is known. It is a flat
//! shape that [`crate::parse`] reads back. `docs/schema/killmail.schema.json` describes every
//! member.

mod party;
mod value;
mod zkb;

use jiff::Timestamp;
use serde::Serialize;

use self::party::{AttackerForm, Attackers, VictimForm};
use self::value::ValueForm;
use self::zkb::ZkbForm;
use crate::{
    ConstellationId, Enrichment, Isk, Killmail, KillmailHash, KillmailId, MoonId, RegionId,
    SystemId, WarId, ZkbInfo, displayed_security,
};

/// The killmail as clients read it, encoded. Absent parts are left out, never null.
///
/// Where zKillboard gave values they are shown and none of ours, except the hull's, which it never
/// gives; see [`ZkbInfo::gives_values`].
#[must_use]
pub fn killmail_json(
    killmail: &Killmail,
    hash: Option<&KillmailHash>,
    zkb: Option<&ZkbInfo>,
    enrichment: Option<&Enrichment>,
) -> Vec<u8> {
    let shown = KillmailForm::new(killmail, hash, zkb, enrichment);
    // A hull with twenty modules comes to some 3 kB, and each attacker to 200 bytes, to 450 with
    // names.
    let attacker = if enrichment.is_some() { 450 } else { 200 };
    let mut json = Vec::with_capacity(4_096 + attacker * killmail.attackers.len());
    // Writing to memory does not fail, and no member is of a kind that JSON has no form for.
    let written = serde_json::to_writer(&mut json, &shown);
    debug_assert!(written.is_ok(), "{written:?}");
    // It is kept for long.
    json.shrink_to_fit();
    json
}

#[derive(Serialize)]
struct KillmailForm<'a> {
    killmail_id: KillmailId,
    killmail_time: Timestamp,
    kill_time: Timestamp,
    solar_system_id: SystemId,
    system_id: SystemId,
    #[serde(skip_serializing_if = "Option::is_none")]
    solar_system_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constellation_id: Option<ConstellationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constellation_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region_id: Option<RegionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_status: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    space: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wormhole_class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a KillmailHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moon_id: Option<MoonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    war_id: Option<WarId>,
    attacker_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    npc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awox: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enrichment: Option<&'static str>,
    #[serde(skip_serializing_if = "ValueForm::is_empty")]
    value: ValueForm,
    victim: VictimForm<'a>,
    attackers: Attackers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    final_blow_attacker: Option<AttackerForm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zkb: Option<ZkbForm<'a>>,
}

impl<'a> KillmailForm<'a> {
    fn new(
        killmail: &'a Killmail,
        hash: Option<&'a KillmailHash>,
        zkb: Option<&'a ZkbInfo>,
        enrichment: Option<&'a Enrichment>,
    ) -> Self {
        let place = enrichment.and_then(|enrichment| enrichment.place.as_ref());
        // JSON has no form for what is not a number.
        let security = place
            .map(|place| place.security)
            .filter(|security| security.is_finite());
        let value = ValueForm::new(zkb, enrichment.and_then(|known| known.valued.as_ref()));
        Self {
            killmail_id: killmail.id,
            killmail_time: killmail.time,
            kill_time: killmail.time,
            solar_system_id: killmail.system_id,
            system_id: killmail.system_id,
            solar_system_name: place.map(|place| place.system.as_str()),
            constellation_id: place.map(|place| place.constellation_id),
            constellation_name: place.map(|place| place.constellation.as_str()),
            region_id: place.map(|place| place.region_id),
            region_name: place.map(|place| place.region.as_str()),
            security: security.map(displayed_security),
            security_status: security,
            space: place.map(|place| place.space(killmail.system_id)),
            wormhole_class: place.and_then(|place| place.wormhole_class.as_deref()),
            hash,
            moon_id: killmail.moon_id,
            war_id: killmail.war_id,
            attacker_count: killmail.attackers.len(),
            total_value: value.total(),
            npc: zkb.and_then(|zkb| zkb.npc),
            solo: zkb.and_then(|zkb| zkb.solo),
            awox: zkb.and_then(|zkb| zkb.awox),
            enrichment: enrichment.map(|enrichment| enrichment.progress.name()),
            value,
            victim: VictimForm::new(&killmail.victim, enrichment),
            attackers: Attackers {
                list: &killmail.attackers,
                enrichment,
            },
            final_blow_attacker: killmail
                .final_blow()
                .map(|attacker| AttackerForm::new(attacker, enrichment)),
            zkb: zkb.map(ZkbForm::new),
        }
    }
}
