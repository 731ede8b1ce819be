//! From what is known to what is shown, and what is still missing. Pure: it asks only what lies in
//! memory.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use killwire_killmail::{
    AllianceId, CharacterId, CorporationId, Enrichment, FactionId, HullName, Killmail, Named,
    Organisation, Parsed, Place, Progress, SystemId, TypeId, Valued, ZkbInfo,
};
use killwire_lookup::price::Price;
use killwire_lookup::{Entity, EntityKey, Known, Lookup, Wanted, valuation};
use killwire_universe::Universe;

/// How long after a kill a build of the static data is waited for that knows what died.
const BUILD_PATIENCE: SignedDuration = SignedDuration::from_hours(48);

/// What is known without waiting.
pub(super) trait Knowledge {
    /// A pilot, a corporation, an alliance.
    fn entity(&self, key: EntityKey) -> Known<Entity>;
    /// Where a solar system lies.
    fn place(&self, id: SystemId) -> Known<Place>;
    /// A hull or a weapon.
    fn hull(&self, id: TypeId) -> Known<HullName>;
    /// A faction.
    fn faction(&self, id: FactionId) -> Known<Named<FactionId>>;
    /// What a type costs.
    fn price(&self, id: TypeId) -> Known<Price>;
}

impl Knowledge for Lookup {
    fn entity(&self, key: EntityKey) -> Known<Entity> {
        self.entity(key)
    }

    fn place(&self, id: SystemId) -> Known<Place> {
        self.place(id)
    }

    fn hull(&self, id: TypeId) -> Known<HullName> {
        self.hull(id)
    }

    fn faction(&self, id: FactionId) -> Known<Named<FactionId>> {
        self.faction(id)
    }

    fn price(&self, id: TypeId) -> Known<Price> {
        self.price(id)
    }
}

/// What is known of a killmail, and what is not.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    /// What is known; complete when nothing of the rest is missing.
    pub(super) enrichment: Enrichment,
    /// Names that are not known yet.
    pub(super) names: Wanted,
    /// Types whose prices are not known yet. Sorted, unique.
    pub(super) prices: Vec<TypeId>,
}

impl Assembly {
    /// Whether an upstream can be asked for what is missing.
    pub(super) fn can_be_fetched(&self) -> bool {
        !is_empty(&self.names) || !self.prices.is_empty()
    }

    /// Adds what another killmail misses.
    pub(super) fn absorb(&mut self, other: Self) {
        self.names.characters.extend(other.names.characters);
        self.names.corporations.extend(other.names.corporations);
        self.names.alliances.extend(other.names.alliances);
        self.prices.extend(other.prices);
        self.prices.sort_unstable();
        self.prices.dedup();
    }
}

/// Everyone and everything that a killmail names, each once.
#[derive(Default)]
struct Ids {
    characters: BTreeSet<CharacterId>,
    corporations: BTreeSet<CorporationId>,
    alliances: BTreeSet<AllianceId>,
    factions: BTreeSet<FactionId>,
    hulls: BTreeSet<TypeId>,
}

impl Ids {
    fn of(killmail: &Killmail) -> Self {
        let victim = &killmail.victim;
        let mut ids = Self::default();
        ids.characters.extend(victim.character_id);
        ids.corporations.extend(victim.corporation_id);
        ids.alliances.extend(victim.alliance_id);
        ids.factions.extend(victim.faction_id);
        ids.hulls.insert(victim.ship_type_id);
        for attacker in &killmail.attackers {
            ids.characters.extend(attacker.character_id);
            ids.corporations.extend(attacker.corporation_id);
            ids.alliances.extend(attacker.alliance_id);
            ids.factions.extend(attacker.faction_id);
            ids.hulls.extend(attacker.ship_type_id);
            ids.hulls.extend(attacker.weapon_type_id);
        }
        ids
    }
}

/// Everyone on a killmail who has a name that ESI would have to tell.
pub(super) fn everyone(killmail: &Killmail) -> Wanted {
    let ids = Ids::of(killmail);
    Wanted {
        characters: ids.characters.into_iter().collect(),
        corporations: ids.corporations.into_iter().collect(),
        alliances: ids.alliances.into_iter().collect(),
    }
}

/// Puts together what is known of a killmail. Without static data nothing counts as complete,
/// because with it more will be known.
pub(super) fn assemble(
    parsed: &Parsed,
    universe: &Universe,
    knowledge: &impl Knowledge,
    now: Timestamp,
) -> Assembly {
    let killmail = &parsed.killmail;
    let ids = Ids::of(killmail);
    let mut names = Wanted::default();
    let mut characters = Vec::with_capacity(ids.characters.len());
    for id in ids.characters {
        let known = knowledge.entity(EntityKey::character(id));
        if !known.is_settled() {
            names.characters.push(id);
        }
        characters.extend(known.yes().map(|found| Named {
            id,
            name: found.name.as_ref().to_owned(),
        }));
    }
    let mut corporations = Vec::with_capacity(ids.corporations.len());
    for id in ids.corporations {
        let known = knowledge.entity(EntityKey::corporation(id));
        if !known.is_settled() {
            names.corporations.push(id);
        }
        corporations.extend(known.yes().map(|found| organisation(id, &found)));
    }
    let mut alliances = Vec::with_capacity(ids.alliances.len());
    for id in ids.alliances {
        let known = knowledge.entity(EntityKey::alliance(id));
        if !known.is_settled() {
            names.alliances.push(id);
        }
        alliances.extend(known.yes().map(|found| organisation(id, &found)));
    }
    let factions = ids.factions.into_iter();
    let factions = factions.filter_map(|id| knowledge.faction(id).yes());
    let place = knowledge.place(killmail.system_id).yes();
    let mut unknown = place.is_none();
    let mut hulls = Vec::with_capacity(ids.hulls.len());
    for id in ids.hulls {
        let known = knowledge.hull(id).yes();
        unknown |= known.is_none();
        hulls.extend(known);
    }
    let (valued, prices) = value(parsed, universe, knowledge);
    let everything = universe.build().is_some()
        && !(unknown && newer_build_may_know(universe, killmail.time, now))
        && is_empty(&names)
        && prices.is_empty();
    Assembly {
        enrichment: Enrichment {
            progress: if everything {
                Progress::Complete
            } else {
                Progress::Partial
            },
            place,
            characters,
            corporations,
            alliances,
            factions: factions.collect(),
            hulls,
            valued,
        },
        names,
        prices,
    }
}

/// Whether what the build in use does not know may be in a newer one: on a patch day ships die whose
/// hulls are published hours later. Some ids are never published, so it is not waited for long.
fn newer_build_may_know(universe: &Universe, killed: Timestamp, now: Timestamp) -> bool {
    let released = universe.build().and_then(|build| build.released);
    released.is_some_and(|released| killed > released)
        && now.duration_since(killed) < BUILD_PATIENCE
}

fn is_empty(wanted: &Wanted) -> bool {
    wanted.keys().next().is_none()
}

fn organisation<Id>(id: Id, found: &Entity) -> Organisation<Id> {
    Organisation {
        id,
        name: found.name.as_ref().to_owned(),
        ticker: found
            .ticker
            .as_ref()
            .map(|ticker| ticker.as_ref().to_owned()),
    }
}

/// Our own values, and the types whose prices are not known yet. Where zKillboard has valued the
/// killmail, only the hull is missing.
fn value(
    parsed: &Parsed,
    universe: &Universe,
    knowledge: &impl Knowledge,
) -> (Option<Valued>, Vec<TypeId>) {
    if universe.build().is_none() {
        // The rules need groups and categories.
        return (None, Vec::new());
    }
    let missing = RefCell::new(BTreeSet::new());
    let price = |id: TypeId| {
        let known = knowledge.price(id);
        if !known.is_settled() {
            missing.borrow_mut().insert(id);
        }
        known.yes()
    };
    let killmail = &parsed.killmail;
    let valued = if parsed.zkb.as_ref().is_some_and(ZkbInfo::gives_values) {
        valuation::hull(killmail, universe, &price)
    } else {
        valuation::value(killmail, universe, &price).valued()
    };
    let prices = missing.into_inner().into_iter().collect();
    (valued, prices)
}

#[cfg(test)]
mod tests;
