//! Killmails like those of New Eden, the same for the same seed.
//!
//! The shares follow what the real feed shows: half of all kills have one or two attackers and a
//! few have hundreds, one in seven happens in wormhole space, one in five involves NPCs, some
//! systems see far more than others, and the same pilots meet again.

pub(crate) mod catalogue;
pub(crate) mod factions;
mod fit;
mod goods;
pub(crate) mod groups;
mod hulls;
mod npc;
mod people;
pub(crate) mod regions;
mod sketch;
#[cfg(test)]
mod static_data_tests;
#[cfg(test)]
mod tests;
mod universe;
mod wire;
mod zkb;

use jiff::Timestamp;

use crate::dice::{Dice, Purpose};

pub use people::DEFAULT_POPULATION;
pub(crate) use people::{POPULATIONS, Population};
pub(crate) use sketch::{Sketch, hex, killmail_hash};
pub use universe::solar_systems;
pub(crate) use universe::{System, system_of, systems};
pub(crate) use wire::{Envelope, everef_member};
pub use wire::{Hundredths, Zkb};

/// Ids begin here: where CCP's count stood in April 2026.
pub(crate) const FIRST_KILLMAIL_ID: i64 = 134_500_000;

/// Makes killmails one after the other.
#[derive(Clone, Debug)]
pub struct Generator {
    seed: u64,
    index: u64,
    id: i64,
    population: Population,
}

/// A generated killmail with all that its publishers know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratedKillmail {
    /// Its id; ids rise by small steps.
    pub id: i64,
    /// Its hash by CCP's formula, 40 hex digits.
    pub hash: String,
    /// When the ship died.
    pub time: Timestamp,
    /// Where.
    pub solar_system_id: i64,
    /// The body as ESI serves it.
    pub esi_json: Vec<u8>,
    /// zKillboard's block.
    pub zkb: Zkb,
}

impl Generator {
    /// The killmails of a seed, from the first on.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_population(seed, DEFAULT_POPULATION)
    }

    /// The same with so many pilots, or the nearest number between 2,000 and 1,000,000. Up to
    /// 4,000 are all equally active; more are drawn by Zipf's law with exponent 1: the nth of them
    /// is drawn 1/n as often as the first, as first attacker or as victim, and with a first
    /// attacker fly the most active of his alliance. Then a corporation has 32 pilots and an
    /// alliance 8 corporations.
    #[must_use]
    pub fn with_population(seed: u64, pilots: u64) -> Self {
        Self::among(seed, Population::new(pilots))
    }

    pub(crate) fn among(seed: u64, population: Population) -> Self {
        Self {
            seed,
            index: 0,
            id: FIRST_KILLMAIL_ID,
            population,
        }
    }

    /// The next killmail, of a ship that died at `time` (whole seconds count).
    pub fn killmail(&mut self, time: Timestamp) -> GeneratedKillmail {
        let (index, id) = self.next_id();
        Sketch::draw(self.seed, index, id, time, &self.population).finish(&self.population)
    }

    /// The place and id of the next killmail.
    pub(crate) fn next_id(&mut self) -> (u64, i64) {
        let index = self.index;
        self.index += 1;
        self.id += Dice::new(self.seed, Purpose::Id, index).int(1, 4);
        (index, self.id)
    }
}

impl GeneratedKillmail {
    /// The killmail as R2Z2 serves it under a sequence number.
    #[must_use]
    pub fn r2z2_entry(&self, sequence: u64, uploaded_at: Timestamp) -> Vec<u8> {
        Envelope {
            killmail_id: self.id,
            hash: &self.hash,
            esi: &self.esi_json,
            zkb: &self.zkb_json(),
            uploaded_at,
            sequence,
            announces: None,
        }
        .write()
    }

    /// zKillboard's block as JSON.
    #[must_use]
    pub fn zkb_json(&self) -> Vec<u8> {
        // A plain struct of numbers and text always serialises.
        serde_json::to_vec(&self.zkb).unwrap_or_default()
    }

    /// The killmail as a member of EVE Ref's day archive.
    #[must_use]
    pub fn everef_member(&self) -> Vec<u8> {
        everef_member(&self.esi_json, &self.hash, self.time)
    }
}
