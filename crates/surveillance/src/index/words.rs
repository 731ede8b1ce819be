//! A cover in words, for whoever asks by what a profile is found.

use std::collections::BTreeMap;

use killwire_universe::Tag;

use super::cover::{Cover, Entry, Way};
use super::guard::Guard;
use super::key::{Dimension, flag};
use crate::ground::Ground;
use crate::tree::{Field, RefKind, ValueKind};
use crate::vocabulary::write_number;

/// Keys of one dimension that are named one by one.
const NAMED: usize = 8;

impl Cover {
    /// In words, a line for each way in which a killmail may be found.
    #[must_use]
    pub fn words(&self, ground: &Ground) -> Vec<String> {
        match self {
            Self::Never => vec!["never: it cannot hold".to_owned()],
            Self::Unless(keys) if keys.is_empty() => {
                vec!["always: it holds for every killmail".to_owned()]
            }
            Self::Unless(keys) => {
                let found = found_by(keys.iter().map(|key| Entry::Key(*key)), ground);
                vec![format!(
                    "holds without a look, unless the killmail has {found}"
                )]
            }
            Self::Always(reason) => {
                vec![format!("looked at for every killmail: {}", reason.words())]
            }
            Self::Ways(ways) => ways.iter().map(|way| way.words(ground)).collect(),
        }
    }
}

impl Way {
    fn words(&self, ground: &Ground) -> String {
        let found = found_by(self.entries.iter().copied(), ground);
        match guard_words(&self.guard) {
            Some(guard) => format!("{found}; {guard}"),
            None => found,
        }
    }
}

fn found_by(entries: impl Iterator<Item = Entry>, ground: &Ground) -> String {
    let mut by_dimension: BTreeMap<Dimension, Vec<i64>> = BTreeMap::new();
    let mut parts = Vec::new();
    for entry in entries {
        match entry {
            Entry::Key(key) => by_dimension
                .entry(key.dimension())
                .or_default()
                .push(key.own_id()),
            Entry::AtLeast(field, least) => parts.push(threshold(field, ">=", least)),
            Entry::AtMost(field, most) => parts.push(threshold(field, "<=", most)),
        }
    }
    parts.extend(by_dimension.into_iter().map(|(dimension, mut ids)| {
        // Of somebody it is not said whether the id is a pilot's or a corporation's.
        ids.dedup();
        keys_of(dimension, &ids, ground)
    }));
    parts.join(", or ")
}

fn keys_of(dimension: Dimension, ids: &[i64], ground: &Ground) -> String {
    let name = spoken(dimension);
    let hashed = matches!(dimension, Dimension::Label | Dimension::Chain);
    if ids.len() > NAMED || hashed {
        return match ids {
            [_] => format!("{name}: one"),
            ids => format!("{name}: one of {}", ids.len()),
        };
    }
    let ids: Vec<String> = ids
        .iter()
        .map(|id| id_words(dimension, *id, ground))
        .collect();
    format!("{name}: {}", ids.join(", "))
}

fn id_words(dimension: Dimension, id: i64, ground: &Ground) -> String {
    let choice = |field: Field| match field.kind() {
        ValueKind::Choice(names) => usize::try_from(id)
            .ok()
            .and_then(|place| names.get(place))
            .map(|name| (*name).to_owned()),
        _ => None,
    };
    let named = |kind| ground.name(kind, id).map(|name| format!("{name} ({id})"));
    let words = match dimension {
        Dimension::System => named(RefKind::System),
        Dimension::Constellation => named(RefKind::Constellation),
        Dimension::Region => named(RefKind::Region),
        Dimension::Band => choice(Field::Band),
        Dimension::Class => choice(Field::Class),
        Dimension::Hour => choice(Field::Hour),
        Dimension::Weekday => choice(Field::Weekday),
        Dimension::VictimShip
        | Dimension::AttackerShip
        | Dimension::Weapon
        | Dimension::ItemType => named(RefKind::Type),
        Dimension::VictimGroup
        | Dimension::AttackerGroup
        | Dimension::WeaponGroup
        | Dimension::ItemGroup => named(RefKind::Group),
        Dimension::VictimCategory | Dimension::AttackerCategory | Dimension::ItemCategory => {
            named(RefKind::Category)
        }
        Dimension::Tag => (Tag::ALL.iter())
            .find(|tag| **tag as i64 == id)
            .map(|tag| tag.name().to_owned()),
        Dimension::Flag => match id {
            flag::SOLO => Some("solo".to_owned()),
            flag::NPC => Some("npc".to_owned()),
            flag::AWOX => Some("awox".to_owned()),
            flag::WAR => Some("war".to_owned()),
            _ => Some("what static data does not know".to_owned()),
        },
        _ => None,
    };
    words.unwrap_or_else(|| id.to_string())
}

fn threshold(field: Field, sign: &str, value: i64) -> String {
    let value = match field.kind() {
        ValueKind::Number(unit) => write_number(unit, value),
        _ => value.to_string(),
    };
    format!("{} {sign} {value}", field.name())
}

fn guard_words(guard: &Guard) -> Option<String> {
    let mask = (guard.mask != u32::MAX).then(|| spoken(guard.dimension));
    let value = (guard.value >= 0.0).then(|| "value".to_owned());
    let words: Vec<String> = mask.into_iter().chain(value).collect();
    (!words.is_empty()).then(|| format!("guarded by {}", words.join(", ")))
}

/// A dimension as people read it: metrics have its name with underscores.
fn spoken(dimension: Dimension) -> String {
    dimension.name().replace('_', " ")
}
