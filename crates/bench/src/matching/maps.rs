//! The chains of some maps, as a service that follows maps would hold them in memory.

use std::collections::{HashMap, HashSet};

use killwire_killmail::SystemId;
use killwire_surveillance::subject::Chains;
use killwire_surveillance::tree::Name;

use super::draw::Dice;
use super::profiles::{MAPS, map};
use super::world::{KNOWN_SYSTEMS, SYSTEMS, system};
use crate::Outcome;

/// Solar systems in each chain, of w-space.
const CHAIN: i64 = 12;

/// Every map's chain, and of each system the maps that have it.
pub(super) struct Maps {
    chains: HashMap<Name, HashSet<i64>>,
    maps: HashMap<i64, Vec<Name>>,
}

impl Maps {
    /// Of systems of w-space, each as often as the other.
    pub(super) fn drawn() -> Outcome<Self> {
        let mut dice = Dice::new(4);
        let (mut chains, mut maps) = (HashMap::new(), HashMap::<i64, Vec<Name>>::new());
        for place in 0..MAPS {
            let name = Name::new(&map(place))?;
            let systems =
                (0..CHAIN).map(|_| system(dice.int(KNOWN_SYSTEMS, i64::from(SYSTEMS) - 1)));
            let chain: HashSet<i64> = systems.collect();
            for system in &chain {
                maps.entry(*system).or_default().push(name.clone());
            }
            chains.insert(name, chain);
        }
        Ok(Self { chains, maps })
    }
}

impl Chains for Maps {
    fn contains(&self, map: &Name, system: SystemId) -> Option<bool> {
        Some(self.chains.get(map)?.contains(&system.get()))
    }

    fn of(&self, system: SystemId, each: &mut dyn FnMut(&Name)) {
        let maps = self.maps.get(&system.get());
        maps.into_iter().flatten().for_each(each);
    }
}
