//! How hot entries are: how many killmails of a hundred carry a key, or reach a threshold.

use std::collections::HashMap;

use super::carried::{carried, measured};
use super::cover::Entry;
use super::key::{Dimension, Dimensions, Key};
use crate::subject::Subject;
use crate::tree::Field;

/// Killmails that are looked at, at most: the newest.
pub const MOST_SAMPLED: usize = 20_000;

/// As how many killmails the guess from before counts beside those looked at.
const GUESS_WEIGHS: f64 = 50.0;

/// Numbers that thresholds stand on.
const MEASURED: [Field; 13] = [
    Field::Id,
    Field::Time,
    Field::Age,
    Field::Security,
    Field::Value,
    Field::HullValue,
    Field::FittedValue,
    Field::DroppedValue,
    Field::DestroyedValue,
    Field::Points,
    Field::AttackerCount,
    Field::PlayerCount,
    Field::NpcCount,
];

/// What is known of how hot entries are: guesses, and what killmails showed. The same killmails give
/// the same answers.
#[derive(Clone, Debug, Default)]
pub struct Heat {
    sampled: u32,
    keys: HashMap<Key, u32>,
    /// By field, ascending.
    numbers: HashMap<Field, Vec<i64>>,
}

impl Heat {
    /// Guesses alone, for a start without killmails.
    #[must_use]
    pub fn guessed() -> Self {
        Self::default()
    }

    /// Whether no killmail has been looked at.
    #[must_use]
    pub const fn is_guessed(&self) -> bool {
        self.sampled == 0
    }

    /// From killmails, of which the first [`MOST_SAMPLED`] are looked at.
    #[must_use]
    pub fn sampled<'a>(subjects: impl IntoIterator<Item = Subject<'a>>) -> Self {
        let mut heat = Self::default();
        let mut keys = Vec::new();
        for subject in subjects.into_iter().take(MOST_SAMPLED) {
            heat.sampled += 1;
            carried(&subject, Dimensions::all(), &mut keys);
            for key in &keys {
                *heat.keys.entry(*key).or_default() += 1;
            }
            for field in MEASURED {
                if let Some(value) = measured(&subject, field) {
                    heat.numbers.entry(field).or_default().push(value);
                }
            }
        }
        // What was there once says nothing that the guess does not say.
        heat.keys.retain(|_, count| *count > 1);
        heat.keys.shrink_to_fit();
        heat.numbers
            .values_mut()
            .for_each(|values| values.sort_unstable());
        heat
    }

    /// Hits that an entry is expected to have for each killmail, 0 to 1.
    #[must_use]
    pub fn of(&self, entry: &Entry) -> f64 {
        match entry {
            Entry::Key(key) => {
                let seen = self.keys.get(key).copied().unwrap_or_default();
                self.blend(seen, guess(key.dimension()))
            }
            Entry::AtLeast(field, least) => {
                let values = self.numbers.get(field).map_or(&[][..], Vec::as_slice);
                let reach = values.len() - values.partition_point(|value| value < least);
                self.blend(count(reach), at_least(*field, *least))
            }
            Entry::AtMost(field, most) => {
                let values = self.numbers.get(field).map_or(&[][..], Vec::as_slice);
                let reach = values.partition_point(|value| value <= most);
                self.blend(count(reach), 0.5)
            }
        }
    }

    /// The same of all of them together.
    #[must_use]
    pub fn of_all(&self, entries: &[Entry]) -> f64 {
        entries.iter().map(|entry| self.of(entry)).sum()
    }

    fn blend(&self, seen: u32, guess: f64) -> f64 {
        (f64::from(seen) + guess * GUESS_WEIGHS) / (f64::from(self.sampled) + GUESS_WEIGHS)
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What part of killmails carries one given key of a dimension, about, from the shared captures of
/// the feed.
const fn guess(dimension: Dimension) -> f64 {
    match dimension {
        Dimension::Killmail => 1e-9,
        Dimension::Location => 1.0 / 50_000.0,
        Dimension::War | Dimension::VictimWho => 1.0 / 5_000.0,
        Dimension::System | Dimension::AttackerWho => 1.0 / 2_000.0,
        Dimension::Constellation => 1.0 / 600.0,
        // Maps have some tens of systems, of thousands.
        Dimension::Chain => 1.0 / 300.0,
        Dimension::VictimShip => 1.0 / 400.0,
        Dimension::AttackerShip | Dimension::Weapon | Dimension::ItemType => 1.0 / 150.0,
        Dimension::Region => 1.0 / 70.0,
        Dimension::VictimGroup => 1.0 / 40.0,
        Dimension::Hour => 1.0 / 24.0,
        Dimension::Label => 1.0 / 20.0,
        Dimension::AttackerGroup | Dimension::WeaponGroup => 1.0 / 15.0,
        Dimension::Class | Dimension::ItemGroup => 0.1,
        Dimension::Flag => 0.12,
        Dimension::Weekday => 1.0 / 7.0,
        Dimension::Band | Dimension::Tag => 0.3,
        Dimension::ItemCategory => 0.5,
        Dimension::VictimCategory => 0.7,
        Dimension::AttackerCategory => 0.8,
    }
}

/// What part of killmails reaches a threshold, about.
fn at_least(field: Field, least: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a guess")]
    let least = least.max(0) as f64;
    match field {
        // A quarter is worth 100 million ISK, 4 % a billion, half a per cent ten.
        Field::Value
        | Field::HullValue
        | Field::FittedValue
        | Field::DroppedValue
        | Field::DestroyedValue => (1.0 + least / 3e9).powf(-0.9),
        Field::AttackerCount | Field::PlayerCount | Field::NpcCount => least.max(1.0).powf(-0.8),
        _ => 0.5,
    }
}
