//! The one JSON form in which Killwire shows a killmail.
//!
//! ESI's members under ESI's names, each second name that clients look for beside the first, and
//! zKillboard's block in both its spellings. It is a flat shape that [`crate::parse`] reads back.

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::{
    AllianceId, Attacker, CharacterId, CorporationId, FactionId, Isk, Item, Killmail, KillmailHash,
    KillmailId, LocationId, MoonId, Position, SecurityStatus, SystemId, TypeId, Victim, WarId,
    ZkbInfo,
};

/// The killmail as clients read it, encoded. Absent parts are left out, never null.
#[must_use]
pub fn killmail_json(
    killmail: &Killmail,
    hash: Option<&KillmailHash>,
    zkb: Option<&ZkbInfo>,
) -> Vec<u8> {
    let shown = KillmailForm::new(killmail, hash, zkb);
    // A hull with twenty modules comes to some 3 kB, and each attacker to 200 bytes.
    let mut json = Vec::with_capacity(1024 + 200 * killmail.attackers.len());
    // Writing to memory does not fail, and no member is of a kind that JSON has no form for.
    let written = serde_json::to_writer(&mut json, &shown);
    debug_assert!(written.is_ok(), "{written:?}");
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
    victim: VictimForm<'a>,
    #[serde(serialize_with = "attackers")]
    attackers: &'a [Attacker],
    #[serde(skip_serializing_if = "Option::is_none")]
    zkb: Option<ZkbForm<'a>>,
}

impl<'a> KillmailForm<'a> {
    fn new(
        killmail: &'a Killmail,
        hash: Option<&'a KillmailHash>,
        zkb: Option<&'a ZkbInfo>,
    ) -> Self {
        Self {
            killmail_id: killmail.id,
            killmail_time: killmail.time,
            kill_time: killmail.time,
            solar_system_id: killmail.system_id,
            system_id: killmail.system_id,
            hash,
            moon_id: killmail.moon_id,
            war_id: killmail.war_id,
            attacker_count: killmail.attackers.len(),
            total_value: zkb.and_then(|zkb| zkb.total_value),
            npc: zkb.and_then(|zkb| zkb.npc),
            solo: zkb.and_then(|zkb| zkb.solo),
            awox: zkb.and_then(|zkb| zkb.awox),
            victim: VictimForm::new(&killmail.victim),
            attackers: &killmail.attackers,
            zkb: zkb.map(ZkbForm::new),
        }
    }
}

#[derive(Serialize)]
struct VictimForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    character_id: Option<CharacterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_id: Option<CorporationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_id: Option<AllianceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_id: Option<FactionId>,
    ship_type_id: TypeId,
    damage_taken: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionForm>,
    #[serde(serialize_with = "items")]
    items: &'a [Item],
}

impl<'a> VictimForm<'a> {
    fn new(victim: &'a Victim) -> Self {
        Self {
            character_id: victim.character_id,
            corporation_id: victim.corporation_id,
            alliance_id: victim.alliance_id,
            faction_id: victim.faction_id,
            ship_type_id: victim.ship_type_id,
            damage_taken: victim.damage_taken,
            position: victim
                .position
                .map(|Position { x, y, z }| PositionForm { x, y, z }),
            items: &victim.items,
        }
    }
}

#[derive(Serialize)]
struct PositionForm {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Serialize)]
struct ItemForm<'a> {
    item_type_id: TypeId,
    flag: i32,
    singleton: i32,
    #[serde(skip_serializing_if = "is_zero")]
    quantity_dropped: i64,
    #[serde(skip_serializing_if = "is_zero")]
    quantity_destroyed: i64,
    #[serde(skip_serializing_if = "<[Item]>::is_empty", serialize_with = "items")]
    items: &'a [Item],
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
fn is_zero(quantity: &i64) -> bool {
    *quantity == 0
}

fn items<S: Serializer>(items: &[Item], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        list.serialize_element(&ItemForm {
            item_type_id: item.type_id,
            flag: item.flag,
            singleton: item.singleton,
            quantity_dropped: item.dropped,
            quantity_destroyed: item.destroyed,
            items: &item.items,
        })?;
    }
    list.end()
}

#[derive(Serialize)]
struct AttackerForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    character_id: Option<CharacterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_id: Option<CorporationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_id: Option<AllianceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_id: Option<FactionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_type_id: Option<TypeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weapon_type_id: Option<TypeId>,
    damage_done: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_status: Option<SecurityStatus>,
    final_blow: bool,
}

fn attackers<S: Serializer>(attackers: &[Attacker], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(attackers.len()))?;
    for attacker in attackers {
        list.serialize_element(&AttackerForm {
            character_id: attacker.character_id,
            corporation_id: attacker.corporation_id,
            alliance_id: attacker.alliance_id,
            faction_id: attacker.faction_id,
            ship_type_id: attacker.ship_type_id,
            weapon_type_id: attacker.weapon_type_id,
            damage_done: attacker.damage_done,
            security_status: attacker.security_status,
            final_blow: attacker.final_blow,
        })?;
    }
    list.end()
}

/// Every field under zKillboard's name and then in snake case: some clients read one, some the
/// other.
#[derive(Serialize)]
struct ZkbForm<'a> {
    #[serde(rename = "locationID", skip_serializing_if = "Option::is_none")]
    zkb_location_id: Option<LocationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_id: Option<LocationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<KillmailHash>,
    #[serde(rename = "fittedValue", skip_serializing_if = "Option::is_none")]
    zkb_fitted_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fitted_value: Option<Isk>,
    #[serde(rename = "droppedValue", skip_serializing_if = "Option::is_none")]
    zkb_dropped_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped_value: Option<Isk>,
    #[serde(rename = "destroyedValue", skip_serializing_if = "Option::is_none")]
    zkb_destroyed_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed_value: Option<Isk>,
    #[serde(rename = "totalValue", skip_serializing_if = "Option::is_none")]
    zkb_total_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_value: Option<Isk>,
    #[serde(
        rename = "totalDroppableValue",
        skip_serializing_if = "Option::is_none"
    )]
    zkb_total_droppable_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_droppable_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    npc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awox: Option<bool>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    labels: &'a [String],
    #[serde(rename = "attackerCount", skip_serializing_if = "Option::is_none")]
    zkb_attacker_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attacker_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'a str>,
}

impl<'a> ZkbForm<'a> {
    fn new(zkb: &'a ZkbInfo) -> Self {
        Self {
            zkb_location_id: zkb.location_id,
            location_id: zkb.location_id,
            hash: zkb.hash,
            zkb_fitted_value: zkb.fitted_value,
            fitted_value: zkb.fitted_value,
            zkb_dropped_value: zkb.dropped_value,
            dropped_value: zkb.dropped_value,
            zkb_destroyed_value: zkb.destroyed_value,
            destroyed_value: zkb.destroyed_value,
            zkb_total_value: zkb.total_value,
            total_value: zkb.total_value,
            zkb_total_droppable_value: zkb.total_droppable_value,
            total_droppable_value: zkb.total_droppable_value,
            points: zkb.points,
            npc: zkb.npc,
            solo: zkb.solo,
            awox: zkb.awox,
            labels: &zkb.labels,
            zkb_attacker_count: zkb.attacker_count,
            attacker_count: zkb.attacker_count,
            href: zkb.href.as_deref(),
        }
    }
}
