//! Factions and the NPC corporations that killmails name.
//!
//! Ids, names and factions are CCP's. Tickers are the simulator's own where CCP's are not known to
//! it.

/// The factions, by id.
pub(crate) const FACTIONS: [(i64, &str); 12] = [
    (500_001, "Caldari State"),
    (500_002, "Minmatar Republic"),
    (500_003, "Amarr Empire"),
    (500_004, "Gallente Federation"),
    (500_006, "CONCORD Assembly"),
    (500_010, "Guristas Pirates"),
    (500_011, "Angel Cartel"),
    (500_012, "Blood Raider Covenant"),
    (500_019, "Sansha's Nation"),
    (500_020, "Serpentis"),
    (500_021, "Unknown"),
    (500_026, "Triglavian Collective"),
];

/// A corporation that no player leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NpcCorporation {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) ticker: &'static str,
    pub(crate) faction_id: i64,
}

const fn corporation(
    id: i64,
    name: &'static str,
    ticker: &'static str,
    faction_id: i64,
) -> NpcCorporation {
    NpcCorporation {
        id,
        name,
        ticker,
        faction_id,
    }
}

/// CONCORD, and the academies in which players start.
pub(crate) const NPC_CORPORATIONS: [NpcCorporation; 7] = [
    corporation(1_000_125, "CONCORD", "CN", 500_006),
    corporation(1_000_165, "Hedion University", "HEUN", 500_003),
    corporation(1_000_166, "Imperial Academy", "IAC", 500_003),
    corporation(1_000_167, "State War Academy", "SWA", 500_001),
    corporation(1_000_168, "Federal Navy Academy", "FNA", 500_004),
    corporation(1_000_169, "Center for Advanced Studies", "CAS", 500_004),
    corporation(1_000_170, "Republic Military School", "RMS", 500_002),
];

/// The NPC corporation of an id.
pub(crate) fn npc_corporation(id: i64) -> Option<&'static NpcCorporation> {
    NPC_CORPORATIONS.iter().find(|one| one.id == id)
}

/// The name of a faction.
pub(crate) fn faction(id: i64) -> Option<&'static str> {
    FACTIONS
        .iter()
        .find(|(faction, _)| *faction == id)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::npc::{CONCORD, PIRATES, SLEEPERS};
    use crate::generator::people::STARTER_CORPORATIONS;
    use crate::generator::universe::{AMARR_MINMATAR, CALDARI_GALLENTE};

    #[test]
    fn everybody_that_killmails_name_is_in_the_tables() {
        for npc in PIRATES.iter().chain(&SLEEPERS).chain([&CONCORD]) {
            assert!(faction(npc.faction_id).is_some(), "{npc:?}");
            assert!(
                npc.corporation_id
                    .is_none_or(|id| npc_corporation(id).is_some())
            );
        }
        for id in CALDARI_GALLENTE.into_iter().chain(AMARR_MINMATAR) {
            assert!(faction(id).is_some(), "{id}");
        }
        for id in STARTER_CORPORATIONS {
            assert!(npc_corporation(id).is_some(), "{id}");
        }
        for corporation in NPC_CORPORATIONS {
            assert!(faction(corporation.faction_id).is_some(), "{corporation:?}");
        }
    }
}
