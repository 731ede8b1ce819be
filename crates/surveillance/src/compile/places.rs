//! Sets of ids that follow from static data: systems around a place, names with a word in them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use killwire_killmail::SystemId;
use killwire_universe::Universe;

use crate::ground::KNOWN_SPACE_ENDS;
use crate::tree::RefKind;

/// Sets that were made already: many profiles look around the same home.
#[derive(Debug, Default)]
pub(super) struct Sets(HashMap<Wanted, Arc<[i64]>>);

#[derive(Debug, PartialEq, Eq, Hash)]
enum Wanted {
    Jumps(u32, Vec<i64>),
    LightYears(u32, Vec<i64>),
    Named(RefKind, String),
}

impl Sets {
    /// The systems at most so many jumps from one of these; the origins themselves always.
    pub(super) fn jumps(&mut self, universe: &Universe, jumps: u32, of: Vec<i64>) -> Arc<[i64]> {
        self.get(Wanted::Jumps(jumps, of), |wanted| {
            let Wanted::Jumps(jumps, of) = wanted else {
                return BTreeSet::new();
            };
            let origins = of.iter().filter_map(|id| SystemId::new(*id).ok());
            let around = origins.flat_map(|origin| universe.within(origin, *jumps));
            let around = around.map(|(system, _)| system.get());
            around.chain(of.iter().copied()).collect()
        })
    }

    /// The systems of known space at most so many thousandths of a light-year from one of these; the
    /// origins themselves always.
    pub(super) fn light_years(
        &mut self,
        universe: &Universe,
        thousandths: u32,
        of: Vec<i64>,
    ) -> Arc<[i64]> {
        self.get(Wanted::LightYears(thousandths, of), |wanted| {
            let Wanted::LightYears(thousandths, of) = wanted else {
                return BTreeSet::new();
            };
            let reach = f64::from(*thousandths) / 1_000.0;
            let origins: Vec<SystemId> = (of.iter())
                .filter(|id| **id < KNOWN_SPACE_ENDS)
                .filter_map(|id| SystemId::new(*id).ok())
                .collect();
            let near = |system: SystemId| {
                let mut distances = origins
                    .iter()
                    .map(|from| universe.light_years(*from, system));
                distances.any(|distance| distance.is_some_and(|distance| distance <= reach))
            };
            let systems = universe.systems().map(|system| system.id);
            let around = systems.filter(|id| id.get() < KNOWN_SPACE_ENDS && near(*id));
            around
                .map(SystemId::get)
                .chain(of.iter().copied())
                .collect()
        })
    }

    /// What static data gives a name with this in it, upper and lower case alike.
    pub(super) fn named(
        &mut self,
        universe: &Universe,
        kind: RefKind,
        fragment: &str,
    ) -> Arc<[i64]> {
        self.get(Wanted::Named(kind, fragment.to_lowercase()), |wanted| {
            let Wanted::Named(kind, fragment) = wanted else {
                return BTreeSet::new();
            };
            let mut found = BTreeSet::new();
            names(universe, *kind, &mut |id, name| {
                if name.to_lowercase().contains(fragment.as_str()) {
                    found.insert(id);
                }
            });
            found
        })
    }

    fn get(&mut self, wanted: Wanted, make: impl Fn(&Wanted) -> BTreeSet<i64>) -> Arc<[i64]> {
        if let Some(made) = self.0.get(&wanted) {
            return Arc::clone(made);
        }
        let made: Arc<[i64]> = make(&wanted).into_iter().collect();
        self.0.insert(wanted, Arc::clone(&made));
        made
    }
}

/// Every name that static data gives to something of a kind.
fn names(universe: &Universe, kind: RefKind, visit: &mut dyn FnMut(i64, &str)) {
    match kind {
        RefKind::System => {
            (universe.systems()).for_each(|system| visit(system.id.get(), system.name));
        }
        RefKind::Constellation => {
            (universe.systems())
                .for_each(|system| visit(system.constellation_id.get(), system.constellation));
        }
        RefKind::Region => {
            (universe.systems()).for_each(|system| visit(system.region_id.get(), system.region));
        }
        RefKind::Type => (universe.item_types()).for_each(|item| visit(item.id.get(), item.name)),
        RefKind::Group => {
            (universe.item_types()).for_each(|item| visit(item.group_id.get(), item.group));
        }
        RefKind::Category => {
            (universe.item_types()).for_each(|item| visit(item.category_id.get(), item.category));
        }
        RefKind::Faction => {
            (universe.factions()).for_each(|(id, name)| visit(id.get(), name));
        }
        _ => {}
    }
}
