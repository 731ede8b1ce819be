//! What connects an event with the readers that may want it, without looking at the others.
//!
//! A reader is entered under one kind of its filter's conditions, the one that fewest events fulfil;
//! an event brings the keys of all kinds. Whoever shares a key with it is asked; nobody else is.

use std::collections::HashSet;

use killwire_killmail::{
    AllianceId, CharacterId, ConstellationId, CorporationId, Facts, GroupId, RegionId, SystemId,
    TypeId,
};
use killwire_universe::Universe;

use super::filter::{Filter, hulls};

/// Something by which readers are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Character(CharacterId),
    Corporation(CorporationId),
    Alliance(AllianceId),
    System(SystemId),
    Constellation(ConstellationId),
    Type(TypeId),
    Group(GroupId),
    Region(RegionId),
    /// Whoever has no condition on any of these: every event is for them to judge.
    Everything,
}

/// Under what a reader is entered, each once. Empty for a filter that wants nothing.
pub(crate) fn of_filter(filter: &Filter) -> Vec<Key> {
    if let Some(watch) = &filter.watch {
        let systems = watch.systems.iter().copied().map(Key::System);
        let pilots = watch.characters.iter().copied().map(Key::Character);
        return systems.chain(pilots).collect();
    }
    // From what few killmails have to what many have.
    let kinds = [
        keys(&filter.characters, Key::Character),
        keys(&filter.corporations, Key::Corporation),
        keys(&filter.systems, Key::System),
        keys(&filter.alliances, Key::Alliance),
        keys(&filter.constellations, Key::Constellation),
        keys(&filter.ship_types, Key::Type),
        keys(&filter.ship_groups, Key::Group),
        keys(&filter.regions, Key::Region),
    ];
    let given = kinds.into_iter().find(|keys| !keys.is_empty());
    given.unwrap_or_else(|| vec![Key::Everything])
}

/// What an event brings, each once.
pub(crate) fn of_facts(facts: &Facts, universe: &Universe) -> HashSet<Key> {
    let victim = &facts.victim;
    let people = facts
        .attackers
        .iter()
        .map(|one| (one.character_id, one.corporation_id, one.alliance_id))
        .chain([(
            victim.character_id,
            victim.corporation_id,
            victim.alliance_id,
        )]);
    let mut keys: HashSet<Key> = people
        .flat_map(|(pilot, corporation, alliance)| {
            [
                pilot.map(Key::Character),
                corporation.map(Key::Corporation),
                alliance.map(Key::Alliance),
            ]
        })
        .flatten()
        .collect();
    for hull in hulls(facts) {
        if keys.insert(Key::Type(hull)) {
            keys.extend(
                universe
                    .item_type(hull)
                    .map(|hull| Key::Group(hull.group_id)),
            );
        }
    }
    keys.insert(Key::System(facts.system_id));
    if let Some(system) = universe.system(facts.system_id) {
        keys.insert(Key::Constellation(system.constellation_id));
        keys.insert(Key::Region(system.region_id));
    }
    keys.insert(Key::Everything);
    keys
}

fn keys<Id: Copy>(ids: &[Id], key: fn(Id) -> Key) -> Vec<Key> {
    ids.iter().copied().map(key).collect()
}
