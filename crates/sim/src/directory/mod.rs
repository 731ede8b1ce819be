//! Who and what there is, for everyone who asks by id: ESI, the static data, tests.

mod bearers;
mod cast;

use crate::dice::{Dice, Purpose};
use crate::generator::factions::{self, npc_corporation};
use crate::generator::regions::{CONSTELLATIONS, REGIONS};
use crate::generator::{Population, catalogue, system_of};
use crate::names;

pub(crate) use cast::Cast;

/// What an id stands for, as ESI's `POST /universe/names` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) category: &'static str,
}

/// A pilot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Character {
    pub(crate) corporation_id: i64,
    pub(crate) alliance_id: Option<i64>,
    pub(crate) faction_id: Option<i64>,
    pub(crate) security_status: f64,
}

/// A corporation, of players or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Corporation {
    pub(crate) name: String,
    pub(crate) ticker: String,
    pub(crate) alliance_id: Option<i64>,
    /// One of its pilots; nothing where no player leads it.
    pub(crate) ceo_id: Option<i64>,
    pub(crate) members: u64,
    pub(crate) of_players: bool,
}

/// An alliance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alliance {
    pub(crate) name: String,
    pub(crate) ticker: String,
    /// The corporation that founded and leads it, and its founder.
    pub(crate) corporation_id: i64,
    pub(crate) creator_id: i64,
}

/// Where pilots come from.
#[derive(Debug)]
pub(crate) enum People {
    /// The generator's pool.
    Pool(Population),
    /// Those that the documents name.
    Cast(Cast),
}

/// Everything with an id. Pilots, corporations and alliances are those that killmails can name;
/// some of them are unknown all the same, as deleted ones are.
#[derive(Debug)]
pub(crate) struct Directory {
    seed: u64,
    unknown: f64,
    people: People,
}

impl Directory {
    /// `unknown` is the share of people and organisations that nobody knows.
    pub(crate) fn new(seed: u64, unknown: f64, people: People) -> Self {
        Self {
            seed,
            unknown,
            people,
        }
    }

    fn is_deleted(&self, id: i64) -> bool {
        self.unknown > 0.0
            && Dice::new(self.seed, Purpose::Deleted, id.unsigned_abs()).chance(self.unknown)
    }

    pub(crate) fn character(&self, id: i64) -> Option<Character> {
        if self.is_deleted(id) {
            return None;
        }
        match &self.people {
            People::Pool(population) => population.character(id).map(|pilot| Character {
                corporation_id: pilot.corporation_id,
                alliance_id: pilot.alliance_id,
                faction_id: None,
                security_status: pilot.security_tenths as f64 / 10.0,
            }),
            People::Cast(cast) => cast.character(id),
        }
    }

    pub(crate) fn corporation(&self, id: i64) -> Option<Corporation> {
        if let Some(npc) = npc_corporation(id) {
            return Some(Corporation {
                name: npc.name.to_owned(),
                ticker: npc.ticker.to_owned(),
                alliance_id: None,
                ceo_id: None,
                members: 1_000,
                of_players: false,
            });
        }
        if self.is_deleted(id) {
            return None;
        }
        let (alliance_id, ceo_id, members) = match &self.people {
            People::Pool(population) => {
                let (pilot, members) = population.corporation(id)?;
                (pilot.alliance_id, Some(pilot.character_id), members)
            }
            People::Cast(cast) => {
                let alliance = cast.corporation(id)?;
                (alliance, None, 1)
            }
        };
        Some(Corporation {
            name: names::corporation(id),
            ticker: names::ticker(id),
            alliance_id,
            ceo_id,
            members,
            of_players: id >= 2_000_000,
        })
    }

    pub(crate) fn alliance(&self, id: i64) -> Option<Alliance> {
        if self.is_deleted(id) {
            return None;
        }
        let (corporation_id, creator_id) = match &self.people {
            People::Pool(population) => {
                let pilot = population.alliance(id)?;
                (pilot.corporation_id, pilot.character_id)
            }
            People::Cast(cast) => cast.alliance(id)?,
        };
        Some(Alliance {
            name: names::alliance(id),
            ticker: names::ticker(id),
            corporation_id,
            creator_id,
        })
    }

    /// The ticker of a corporation or an alliance.
    pub(crate) fn ticker(&self, id: i64) -> Option<String> {
        self.corporation(id)
            .map(|corporation| corporation.ticker)
            .or_else(|| Some(self.alliance(id)?.ticker))
    }

    /// What an id stands for.
    pub(crate) fn name(&self, id: i64) -> Option<Known> {
        let known = |name: &str, category| {
            Some(Known {
                name: name.to_owned(),
                category,
            })
        };
        if let Some(kind) = catalogue::kinds().get(&id) {
            return known(kind.name, "inventory_type");
        }
        if let Some(name) = self.faction(id) {
            return known(&name, "faction");
        }
        if let Some(system) = system_of(id) {
            return known(system.name, "solar_system");
        }
        if let Some((_, name, ..)) = CONSTELLATIONS.iter().find(|(one, ..)| *one == id) {
            return known(name, "constellation");
        }
        if let Some((_, name, _)) = REGIONS.iter().find(|(one, ..)| *one == id) {
            return known(name, "region");
        }
        if let Some(corporation) = self.corporation(id) {
            return known(&corporation.name, "corporation");
        }
        if let Some(alliance) = self.alliance(id) {
            return known(&alliance.name, "alliance");
        }
        self.character(id)?;
        known(&names::character(id), "character")
    }

    fn faction(&self, id: i64) -> Option<String> {
        factions::faction(id)
            .map(str::to_owned)
            .or_else(|| match &self.people {
                People::Cast(cast) if cast.has_faction(id) => Some(names::alliance(id)),
                _ => None,
            })
    }
}
