//! From names to ids, when a profile is written: so a pilot's new name, or a namesake, changes
//! nothing later.

use std::collections::{BTreeSet, HashMap};

use killwire_killmail::TypeId;
use killwire_universe::{How, Kind, Universe};

use crate::ground::Ground;
use crate::tree::{Expr, Ref, RefKind, ValueKind};
use crate::vocabulary;

/// Names that a search looks at, at most.
const SEARCHED: usize = 50;

/// A name that static data does not know: somebody has to be asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Open {
    /// What it is the name of: a character, corporation, alliance, or one of these.
    pub kind: RefKind,
    /// The name.
    pub name: Box<str>,
}

/// A name that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Unresolved {
    /// Which reference of the condition it is, in the order of writing.
    pub place: usize,
    /// What it should be the name of.
    pub kind: RefKind,
    /// The name.
    pub name: Box<str>,
    /// The nearest name of static data, with its id.
    pub nearest: Option<(String, i64)>,
    /// Whether only static data could know it, and there is none.
    pub without_static_data: bool,
}

impl Unresolved {
    fn words(&self) -> String {
        let (noun, name) = (self.kind.noun(), &self.name);
        if self.without_static_data {
            format!("the {noun} {name:?} cannot be looked up without static data")
        } else {
            let perhaps = perhaps(self.nearest.as_ref());
            format!("no {noun} is called {name:?}{perhaps}")
        }
    }
}

fn perhaps(nearest: Option<&(String, i64)>) -> String {
    nearest.map_or_else(String::new, |(name, id)| {
        format!("; perhaps {name:?} ({id})")
    })
}

/// Puts ids to the names that static data knows, and names to the ids. What is written by id stays
/// that id.
pub fn by_static_data(expr: &mut Expr, ground: &Ground) {
    expr.for_each_ref_mut(&mut |field, reference| {
        let ValueKind::Ref(kind) = field.kind() else {
            return;
        };
        let known = match reference {
            Ref::Name(name) => id_of(ground.universe(), kind, name),
            Ref::Id(id) => Some(*id),
            Ref::Both(..) => None,
        };
        let Some(id) = known else { return };
        let shown = match reference {
            Ref::Name(name) => ground
                .name(kind, id)
                .map_or_else(|| name.clone(), Into::into),
            _ => match ground.name(kind, id) {
                Some(name) => name.into(),
                None => return,
            },
        };
        *reference = Ref::Both(id, shown);
    });
}

/// The names that are still without an id, each once, in order.
#[must_use]
pub fn open(expr: &mut Expr) -> Vec<Open> {
    let mut open = Vec::new();
    expr.for_each_ref_mut(&mut |field, reference| {
        if let (ValueKind::Ref(kind), Ref::Name(name)) = (field.kind(), reference) {
            open.push(Open {
                kind,
                name: name.clone(),
            });
        }
    });
    open.sort_unstable();
    open.dedup();
    open
}

/// Whether anybody but static data could know names of a kind.
#[must_use]
pub const fn is_asked_for(kind: RefKind) -> bool {
    matches!(
        kind,
        RefKind::Character | RefKind::Corporation | RefKind::Alliance | RefKind::Who
    )
}

/// Puts the ids that were found to the names, and answers the names that are left.
pub fn by_answers(
    expr: &mut Expr,
    answers: &HashMap<Open, i64>,
    ground: &Ground,
) -> Vec<Unresolved> {
    let mut left = Vec::new();
    let mut place = 0;
    expr.for_each_ref_mut(&mut |field, reference| {
        if let (ValueKind::Ref(kind), Ref::Name(name)) = (field.kind(), &*reference) {
            let open = Open {
                kind,
                name: name.clone(),
            };
            match answers.get(&open) {
                Some(id) => *reference = Ref::Both(*id, open.name),
                None => left.push(unresolved(place, open, ground)),
            }
        }
        place += 1;
    });
    left
}

/// What static data means by a name.
#[must_use]
pub fn known(open: &Open, ground: &Ground) -> Option<i64> {
    id_of(ground.universe(), open.kind, &open.name)
}

/// That nobody knows a name, with the nearest one.
pub(crate) fn unresolved(place: usize, open: Open, ground: &Ground) -> Unresolved {
    let Open { kind, name } = open;
    Unresolved {
        place,
        kind,
        nearest: nearest(ground, kind, &name),
        name,
        without_static_data: !ground.is_there() && !is_asked_for(kind),
    }
}

/// What static data means by a name; upper and lower case are the same.
fn id_of(universe: &Universe, kind: RefKind, name: &str) -> Option<i64> {
    if kind == RefKind::Category {
        return categories(universe)
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(id, _)| id);
    }
    let kinds = searched(kind);
    let exact = universe.search(name, SEARCHED).into_iter();
    let exact = exact.filter(|found| found.how == How::Exact && kinds.contains(&found.kind));
    // Of namesakes, that which players can have.
    let best = exact.max_by_key(|found| {
        let id = TypeId::new(found.id).ok();
        let item = id.filter(|_| found.kind == Kind::Type);
        let published = item.and_then(|id| universe.item_type(id));
        (published.is_some_and(|item| item.published), -found.id)
    });
    best.map(|found| found.id)
}

/// The name of the kind that was probably meant: the singular of it, else the one with the fewest
/// typing errors, else the first that the search finds.
fn nearest(ground: &Ground, kind: RefKind, name: &str) -> Option<(String, i64)> {
    let universe = ground.universe();
    let singular = name.strip_suffix(['s', 'S']);
    if let Some(id) = singular.and_then(|name| id_of(universe, kind, name)) {
        return Some((ground.name(kind, id)?.to_owned(), id));
    }
    let known: Vec<(i64, &str)> = if kind == RefKind::Category {
        categories(universe)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    } else {
        let kinds = searched(kind);
        let found = universe.search(name, SEARCHED).into_iter();
        let found = found.filter(|found| kinds.contains(&found.kind));
        found.map(|found| (found.id, found.name)).collect()
    };
    let likely = vocabulary::nearest(name, known.iter().map(|(_, name)| *name));
    let likely = known.iter().find(|(_, name)| Some(*name) == likely);
    let first = known.first().filter(|_| kind != RefKind::Category);
    let (id, name) = likely.or(first)?;
    Some(((*name).to_owned(), *id))
}

/// Where static data's search looks for names of a kind.
const fn searched(kind: RefKind) -> &'static [Kind] {
    match kind {
        RefKind::System => &[Kind::System],
        RefKind::Constellation => &[Kind::Constellation],
        RefKind::Region => &[Kind::Region],
        RefKind::Type => &[Kind::Type],
        RefKind::Group => &[Kind::Group],
        RefKind::Faction => &[Kind::Faction],
        RefKind::Corporation => &[Kind::NpcCorporation],
        RefKind::Who => &[Kind::Faction, Kind::NpcCorporation],
        RefKind::Category
        | RefKind::Location
        | RefKind::War
        | RefKind::Character
        | RefKind::Alliance => &[],
    }
}

/// Categories are few, and not in the search.
fn categories(universe: &Universe) -> impl Iterator<Item = (i64, &str)> {
    universe
        .item_types()
        .map(|item| (item.category_id.get(), item.category))
}
