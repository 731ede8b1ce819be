//! The fact record: all that filters need, compact and versioned.

mod version_1;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use self::version_1::Version1;
use crate::{
    AllianceId, Attacker, CharacterId, CorporationId, Enrichment, FactionId, Figure, Isk, Item,
    KillmailId, LocationId, MoonId, Parsed, SecurityStatus, SystemId, TypeId, Valued, Victim,
    WarId, ZkbInfo,
};

/// The version that [`Facts::encode`] writes. [`Facts::decode`] reads it and every earlier one.
pub const FACTS_VERSION: u8 = 2;

/// What a filter may ask of a killmail without looking anything up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Killmail and ZkbInfo")]
pub struct Facts {
    pub killmail_id: KillmailId,
    /// Unix seconds of the kill.
    pub time: i64,
    pub system_id: SystemId,
    pub moon_id: Option<MoonId>,
    pub war_id: Option<WarId>,
    pub location_id: Option<LocationId>,
    pub victim: FactVictim,
    pub attackers: Vec<FactAttacker>,
    /// Flattened, containers before their contents.
    pub items: Vec<FactItem>,
    /// What Killwire itself says that the hull was worth: zKillboard says nothing of it. None where
    /// that is not known (yet), and in records of version 1.
    pub hull_value: Option<Isk>,
    pub fitted_value: Option<Isk>,
    pub dropped_value: Option<Isk>,
    pub destroyed_value: Option<Isk>,
    pub total_value: Option<Isk>,
    pub total_droppable_value: Option<Isk>,
    pub points: Option<i64>,
    pub npc: Option<bool>,
    pub solo: Option<bool>,
    pub awox: Option<bool>,
    /// Sorted, unique.
    pub labels: Vec<String>,
}

/// The victim in a fact record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Victim")]
pub struct FactVictim {
    pub character_id: Option<CharacterId>,
    pub corporation_id: Option<CorporationId>,
    pub alliance_id: Option<AllianceId>,
    pub faction_id: Option<FactionId>,
    pub ship_type_id: TypeId,
    pub damage_taken: i64,
}

/// An attacker in a fact record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Attacker")]
pub struct FactAttacker {
    pub character_id: Option<CharacterId>,
    pub corporation_id: Option<CorporationId>,
    pub alliance_id: Option<AllianceId>,
    pub faction_id: Option<FactionId>,
    pub ship_type_id: Option<TypeId>,
    pub weapon_type_id: Option<TypeId>,
    pub damage_done: i64,
    pub security_status: Option<SecurityStatus>,
    pub final_blow: bool,
}

/// An item in a fact record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Item")]
pub struct FactItem {
    pub type_id: TypeId,
    pub flag: i32,
    pub singleton: i32,
    pub dropped: i64,
    pub destroyed: i64,
    /// 0 for what was fitted or carried itself, 1 for what was in a container, and so on.
    pub depth: u8,
}

/// Bytes that are not a fact record that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Written by a newer Killwire.
    #[error(
        "fact record version {0} is newer than this program's {FACTS_VERSION}; upgrade Killwire"
    )]
    Newer(u8),
    /// Damaged.
    #[error("damaged fact record: {0}")]
    Damaged(String),
}

impl Facts {
    /// The facts of a killmail. Its values are zKillboard's where it gave any, else our own, and
    /// never some of either; see [`ZkbInfo::gives_values`]. That of the hull alone is ours always.
    #[must_use]
    pub fn of(parsed: &Parsed, enrichment: Option<&Enrichment>) -> Self {
        let killmail = &parsed.killmail;
        let none = ZkbInfo::default();
        let zkb = parsed.zkb.as_ref().unwrap_or(&none);
        let valued = enrichment.and_then(|enrichment| enrichment.valued.as_ref());
        let ours = valued.filter(|_| !zkb.gives_values());
        let isk = |figure: fn(&Valued) -> Option<Figure>| ours.and_then(figure).map(|f| f.isk);
        let mut items = Vec::new();
        flatten(&killmail.victim.items, 0, &mut items);
        // It is kept for long.
        items.shrink_to_fit();
        Self {
            killmail_id: killmail.id,
            time: killmail.time.as_second(),
            system_id: killmail.system_id,
            moon_id: killmail.moon_id,
            war_id: killmail.war_id,
            location_id: zkb.location_id,
            victim: FactVictim::of(&killmail.victim),
            attackers: killmail.attackers.iter().map(FactAttacker::of).collect(),
            items,
            hull_value: valued.and_then(|ours| ours.hull).map(|hull| hull.isk),
            fitted_value: zkb.fitted_value.or_else(|| isk(|ours| ours.fitted)),
            dropped_value: zkb.dropped_value.or_else(|| isk(|ours| ours.dropped)),
            destroyed_value: zkb.destroyed_value.or_else(|| isk(|ours| ours.destroyed)),
            total_value: zkb.total_value.or_else(|| isk(|ours| ours.total)),
            total_droppable_value: zkb.total_droppable_value,
            points: zkb.points,
            npc: zkb.npc,
            solo: zkb.solo,
            awox: zkb.awox,
            labels: zkb.labels.clone(),
        }
    }

    /// The moment of the kill.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_second(self.time).unwrap_or_default()
    }

    /// Whether the pilot took part, as victim or attacker.
    #[must_use]
    pub fn involves(&self, character: CharacterId) -> bool {
        self.victim.character_id == Some(character)
            || self
                .attackers
                .iter()
                .any(|attacker| attacker.character_id == Some(character))
    }

    /// Every pilot of either side, each once, in ascending order.
    #[must_use]
    pub fn characters(&self) -> Vec<CharacterId> {
        let attackers = self.attackers.iter().map(|attacker| attacker.character_id);
        distinct(attackers.chain([self.victim.character_id]))
    }

    /// Every corporation of either side, each once, in ascending order.
    #[must_use]
    pub fn corporations(&self) -> Vec<CorporationId> {
        let attackers = self
            .attackers
            .iter()
            .map(|attacker| attacker.corporation_id);
        distinct(attackers.chain([self.victim.corporation_id]))
    }

    /// Every alliance of either side, each once, in ascending order.
    #[must_use]
    pub fn alliances(&self) -> Vec<AllianceId> {
        let attackers = self.attackers.iter().map(|attacker| attacker.alliance_id);
        distinct(attackers.chain([self.victim.alliance_id]))
    }

    /// As stored: a version byte, then the record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let size = 128 + 40 * self.attackers.len() + 8 * self.items.len();
        let mut bytes = Vec::with_capacity(size);
        bytes.push(FACTS_VERSION);
        // postcard refuses only what has no length beforehand; the record has nothing of the kind.
        // Were it otherwise, the bare version byte would be refused by `decode`.
        postcard::to_extend(self, bytes).unwrap_or_else(|_| vec![FACTS_VERSION])
    }

    /// From storage. Whatever lengths damaged bytes claim, memory is set aside for what they hold
    /// and at most 1 MiB per list beyond.
    ///
    /// # Errors
    /// [`FactsError`] for a newer version or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FactsError> {
        let damaged = |reason: &str| FactsError::Damaged(reason.to_owned());
        match bytes.split_first() {
            None => Err(damaged("it is empty")),
            Some((0, _)) => Err(damaged("version 0 does not exist")),
            Some((1, record)) => read::<Version1>(record).map(Self::from),
            Some((&FACTS_VERSION, record)) => read(record),
            Some((&newer, _)) => Err(FactsError::Newer(newer)),
        }
    }
}

/// A record without its version byte, to the last byte.
fn read<T: DeserializeOwned>(record: &[u8]) -> Result<T, FactsError> {
    match postcard::take_from_bytes(record) {
        Ok((facts, [])) => Ok(facts),
        Ok((_, rest)) => Err(FactsError::Damaged(format!(
            "{} bytes too many",
            rest.len()
        ))),
        Err(error) => Err(FactsError::Damaged(error.to_string())),
    }
}

impl FactVictim {
    fn of(victim: &Victim) -> Self {
        Self {
            character_id: victim.character_id,
            corporation_id: victim.corporation_id,
            alliance_id: victim.alliance_id,
            faction_id: victim.faction_id,
            ship_type_id: victim.ship_type_id,
            damage_taken: victim.damage_taken,
        }
    }
}

impl FactAttacker {
    fn of(attacker: &Attacker) -> Self {
        Self {
            character_id: attacker.character_id,
            corporation_id: attacker.corporation_id,
            alliance_id: attacker.alliance_id,
            faction_id: attacker.faction_id,
            ship_type_id: attacker.ship_type_id,
            weapon_type_id: attacker.weapon_type_id,
            damage_done: attacker.damage_done,
            security_status: attacker.security_status,
            final_blow: attacker.final_blow,
        }
    }
}

fn flatten(items: &[Item], depth: u8, into: &mut Vec<FactItem>) {
    for item in items {
        into.push(FactItem {
            type_id: item.type_id,
            flag: item.flag,
            singleton: item.singleton,
            dropped: item.dropped,
            destroyed: item.destroyed,
            depth,
        });
        flatten(&item.items, depth.saturating_add(1), into);
    }
}

fn distinct<T: Ord>(ids: impl Iterator<Item = Option<T>>) -> Vec<T> {
    let mut ids: Vec<T> = ids.flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_a_newer_version_is_refused_by_name() {
        let error = Facts::decode(&[FACTS_VERSION + 1, 0, 0]).unwrap_err();
        assert_eq!(error, FactsError::Newer(FACTS_VERSION + 1));
        assert!(error.to_string().contains("upgrade Killwire"));
    }

    #[test]
    fn no_bytes_and_a_bare_version_are_damaged() {
        for bytes in [&[][..], &[0], &[1], &[FACTS_VERSION]] {
            assert!(matches!(Facts::decode(bytes), Err(FactsError::Damaged(_))));
        }
    }

    #[test]
    fn a_claimed_length_of_billions_is_refused_without_memory_for_it() {
        for version in 1..=FACTS_VERSION {
            let mut bytes = vec![version];
            bytes.extend(UP_TO_THE_ATTACKERS);
            bytes.extend([0x80, 0x80, 0x80, 0x80, 0x10]);
            assert!(matches!(Facts::decode(&bytes), Err(FactsError::Damaged(_))));
        }
    }

    /// A record's beginning: id 1, time 0, system 1, no moon, war or location; a victim of hull 1.
    const UP_TO_THE_ATTACKERS: [u8; 12] = [2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0];

    /// Its end, from the values on: fitted 5, total 700 hundredths of ISK, 3 points, solo; "pvp".
    const FROM_THE_VALUES: [u8; 19] = [
        1, 10, 0, 0, 1, 0xf8, 0x0a, 0, 1, 6, 0, 1, 1, 0, 1, 3, b'p', b'v', b'p',
    ];

    #[test]
    fn a_record_of_version_1_is_read_and_knows_no_hull_value() {
        let mut bytes = vec![1];
        bytes.extend(UP_TO_THE_ATTACKERS);
        // One attacker without anything but the final blow, one item.
        bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        bytes.extend([1, 4, 10, 0, 0, 2, 0]);
        bytes.extend(FROM_THE_VALUES);
        let facts = Facts::decode(&bytes).unwrap();
        assert_eq!(facts.hull_value, None);
        assert_eq!(facts.fitted_value.map(Isk::hundredths), Some(5));
        assert_eq!(facts.total_value.map(Isk::hundredths), Some(700));
        assert_eq!((facts.points, facts.solo), (Some(3), Some(true)));
        assert_eq!((facts.npc, facts.awox), (None, None));
        assert_eq!(facts.labels, ["pvp"]);
        assert!(facts.attackers[0].final_blow);
        assert_eq!((facts.items[0].flag, facts.items[0].destroyed), (5, 1));

        let again = facts.encode();
        assert_eq!(again[0], FACTS_VERSION);
        assert_eq!(Facts::decode(&again), Ok(facts));

        for length in 0..bytes.len() {
            let cut = Facts::decode(&bytes[..length]);
            assert!(matches!(cut, Err(FactsError::Damaged(_))), "at {length}");
        }
        // One more byte is no value of the hull.
        for more in [0, 1] {
            let longer = [bytes.as_slice(), &[more]].concat();
            let error = Facts::decode(&longer).unwrap_err();
            assert_eq!(error.to_string(), "damaged fact record: 1 bytes too many");
        }
    }
}
