//! What the static data says, in the form in which killmails carry it.

use killwire_killmail::{FactionId, HullName, Named, Place, SystemId, TypeId};

use crate::{Known, Lookup};

impl Lookup {
    /// A faction's name. Nothing is known before static data was imported.
    #[must_use]
    pub fn faction(&self, id: FactionId) -> Known<Named<FactionId>> {
        self.static_fact(|universe| {
            let name = universe.faction(id)?.to_owned();
            Some(Named { id, name })
        })
    }

    /// A hull's or a weapon's name and group.
    #[must_use]
    pub fn hull(&self, id: TypeId) -> Known<HullName> {
        self.static_fact(|universe| {
            let hull = universe.item_type(id)?;
            Some(HullName {
                id,
                name: hull.name.to_owned(),
                group_id: hull.group_id,
                group: hull.group.to_owned(),
            })
        })
    }

    /// Where a solar system lies.
    #[must_use]
    pub fn place(&self, id: SystemId) -> Known<Place> {
        self.static_fact(|universe| {
            let system = universe.system(id)?;
            Some(Place {
                system: system.name.to_owned(),
                constellation_id: system.constellation_id,
                constellation: system.constellation.to_owned(),
                region_id: system.region_id,
                region: system.region.to_owned(),
                security: system.security,
                wormhole_class: system.wormhole_class().map(str::to_owned),
            })
        })
    }

    fn static_fact<T>(
        &self,
        of: impl FnOnce(&killwire_universe::Universe) -> Option<T>,
    ) -> Known<T> {
        let universe = self.universe();
        match of(&universe) {
            Some(fact) => Known::Yes(fact),
            None if universe.build().is_some() => Known::Missing,
            None => Known::NotYet,
        }
    }
}
