//! From a name to everything that bears it.

use super::{Directory, Known};
use crate::generator::factions::{FACTIONS, NPC_CORPORATIONS};
use crate::generator::regions::{CONSTELLATIONS, REGIONS};
use crate::generator::{catalogue, systems};
use crate::names;

/// An id that bears a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) id: i64,
    pub(crate) known: Known,
}

impl Directory {
    /// Everything that bears a name, whatever the case.
    pub(crate) fn bearers(&self, name: &str) -> Vec<Bearer> {
        let things = catalogue::kinds().values().map(|kind| (kind.id, kind.name));
        let places = systems().map(|system| (system.id, system.name));
        let constellations = CONSTELLATIONS.iter().map(|(id, name, ..)| (*id, *name));
        let regions = REGIONS.iter().map(|(id, name, _)| (*id, *name));
        let corporations = NPC_CORPORATIONS.iter().map(|one| (one.id, one.name));
        let listed = things
            .chain(places)
            .chain(constellations)
            .chain(regions)
            .chain(corporations)
            .chain(FACTIONS)
            .filter(|(_, other)| other.eq_ignore_ascii_case(name))
            .map(|(id, _)| id);
        let made_up = [
            names::read::character(name),
            names::read::corporation(name),
            names::read::alliance(name),
        ];
        let ids = listed.chain(made_up.into_iter().flatten());
        // Whoever could bear it does so only where there is such an id, and as what it is.
        ids.filter_map(|id| {
            let known = self.name(id)?;
            let bears = known.name.eq_ignore_ascii_case(name);
            bears.then_some(Bearer { id, known })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::People;
    use crate::generator::{DEFAULT_POPULATION, Population};

    fn directory() -> Directory {
        let population = Population::new(DEFAULT_POPULATION);
        Directory::new(7, 0.0, People::Pool(population))
    }

    fn found(name: &str) -> Vec<(i64, &'static str)> {
        let bearers = directory().bearers(name).into_iter();
        bearers
            .map(|bearer| (bearer.id, bearer.known.category))
            .collect()
    }

    #[test]
    fn everything_that_has_a_name_is_found_by_it() {
        assert_eq!(found("jita"), [(30_000_142, "solar_system")]);
        assert_eq!(found("RIFTER"), [(587, "inventory_type")]);
        assert_eq!(found("The Forge"), [(10_000_002, "region")]);
        assert_eq!(found("Caldari State"), [(500_001, "faction")]);
        assert_eq!(found("concord"), [(1_000_125, "corporation")]);
        assert_eq!(found("lehathas rozenel"), [(90_000_000, "character")]);
    }

    #[test]
    fn a_name_that_nobody_bears_is_not_found() {
        assert_eq!(found("Nobody At All"), []);
        // Well made up, but of an id that nobody has.
        assert_eq!(found(&names::character(90_000_001)), []);
        assert_eq!(found(&names::corporation(90_000_000)), []);
    }
}
