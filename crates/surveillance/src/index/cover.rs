//! What a killmail must carry for a condition to hold: the covering set.
//!
//! A condition is entered under each of its entries; a killmail with none of them cannot match. Of
//! `and` the part that is expected to be hit least is enough, the others guard it; of `or` all parts
//! are needed.

use super::absence::holds_without;
use super::guard::Guard;
use super::heat::Heat;
use super::key::{Dimension, Key, Who, flag};
use crate::compile::{Ids, Leaf, Node};
use crate::ground::Ground;
use crate::tree::{Comparison, Count, Field, Has};

/// The most entries that one profile may have; with more it stands on the always-list.
pub const MOST_ENTRIES: usize = 100_000;

/// By what a condition is found.
#[derive(Clone, Debug, PartialEq)]
pub enum Cover {
    /// It never holds.
    Never,
    /// One of these ways must be open.
    Ways(Vec<Way>),
    /// It holds for every killmail that has none of these, and is looked at for those that do.
    Unless(Vec<Key>),
    /// It is looked at for every killmail, for this reason.
    Always(Reason),
}

/// Entries of which a killmail must have one, and what else it must have then.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// One of these.
    pub entries: Vec<Entry>,
    /// And this.
    pub guard: Guard,
}

/// What a killmail may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// This key.
    Key(Key),
    /// At least so much of a number.
    AtLeast(Field, i64),
    /// At most so much of it.
    AtMost(Field, i64),
}

/// Why a condition is looked at for every killmail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It has no condition.
    AlwaysHolds,
    /// Nothing in it must be there: it excludes what cannot be told by keys, or asks for what has none.
    NoIndex,
    /// It would have more than [`MOST_ENTRIES`] entries.
    TooMany,
}

impl Reason {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AlwaysHolds => "it asks for nothing",
            Self::NoIndex => {
                "nothing in it must be there: it excludes, or asks for what has no index"
            }
            Self::TooMany => "it lists too much: it would be entered under more than 100,000 keys",
        }
    }
}

/// Whom or what a condition is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Killmail,
    Victim,
    Attacker,
    Anyone,
    Item,
}

/// By what a compiled condition is found.
#[must_use]
pub fn cover(node: &Node, ground: &Ground, heat: &Heat) -> Cover {
    cover_by_part(node, ground, heat).0
}

/// The same, and which part of an `and` it is found by.
pub(super) fn cover_by_part(node: &Node, ground: &Ground, heat: &Heat) -> (Cover, Option<usize>) {
    let finder = Finder { ground, heat };
    let (found, part) = match node {
        Node::And(parts) => {
            let parts = parts.iter();
            finder.best_of(parts.map(|part| finder.cover(part, About::Killmail)))
        }
        node => (finder.cover(node, About::Killmail), None),
    };
    let found = match found {
        Cover::Ways(ways) if entries(&ways) > MOST_ENTRIES => Cover::Always(Reason::TooMany),
        Cover::Always(reason) => match holds_without(node) {
            Some(keys) if keys.len() <= MOST_ENTRIES => Cover::Unless(keys),
            _ => Cover::Always(reason),
        },
        found => found,
    };
    (found, part)
}

fn entries(ways: &[Way]) -> usize {
    ways.iter().map(|way| way.entries.len()).sum()
}

struct Finder<'a> {
    ground: &'a Ground,
    heat: &'a Heat,
}

impl Finder<'_> {
    fn cover(&self, node: &Node, about: About) -> Cover {
        match node {
            Node::Const(false) => Cover::Never,
            Node::Const(true) => Cover::Always(Reason::AlwaysHolds),
            Node::Not(_) => Cover::Always(Reason::NoIndex),
            Node::Leaf(leaf) => self.keys(leaf, about),
            Node::Or(parts) => either(parts.iter().map(|part| self.cover(part, about))),
            Node::And(parts) => self.both(parts.iter().map(|part| self.cover(part, about))),
            Node::Victim(of) => self.cover(of, About::Victim),
            Node::Anyone(of) => self.cover(of, About::Anyone),
            Node::Attackers(count, of) => match least(*count) {
                0 => Cover::Always(Reason::NoIndex),
                least => {
                    let so_many = one(Entry::AtLeast(Field::AttackerCount, least));
                    self.both([self.cover(of, About::Attacker), so_many].into_iter())
                }
            },
            Node::Items(count, of) => match least(*count) {
                0 => Cover::Always(Reason::NoIndex),
                _ => self.cover(of, About::Item),
            },
        }
    }

    fn both(&self, parts: impl Iterator<Item = Cover>) -> Cover {
        self.best_of(parts).0
    }

    /// The part that is hit least often, guarded by the others, and which it is.
    fn best_of(&self, parts: impl Iterator<Item = Cover>) -> (Cover, Option<usize>) {
        let mut why = Reason::AlwaysHolds;
        let mut ways = Vec::new();
        for (place, part) in parts.enumerate() {
            match part {
                Cover::Never => return (Cover::Never, None),
                Cover::Always(Reason::AlwaysHolds) => {}
                Cover::Always(reason) => why = reason,
                // Only whole conditions are said to hold unless something is there.
                Cover::Unless(_) => why = Reason::NoIndex,
                Cover::Ways(part) => ways.push((place, part)),
            }
        }
        let hits =
            |ways: &[Way]| -> f64 { ways.iter().map(|way| self.heat.of_all(&way.entries)).sum() };
        let best = (ways.iter().enumerate())
            .map(|(best, (_, ways))| (best, hits(ways)))
            .min_by(|(_, left), (_, right)| left.total_cmp(right));
        let Some((best, _)) = best else {
            return (Cover::Always(why), None);
        };
        let (place, mut chosen) = ways.swap_remove(best);
        let guard = (ways.iter())
            .filter_map(|(_, part)| Guard::by(part, self.ground))
            .fold(Guard::NONE, Guard::and);
        for way in &mut chosen {
            way.guard = way.guard.and(guard);
        }
        (Cover::Ways(chosen), Some(place))
    }

    fn keys(&self, leaf: &Leaf, about: About) -> Cover {
        let excluded = Cover::Always(Reason::NoIndex);
        match leaf {
            Leaf::Yes(field) => match field {
                Field::Solo => one(Entry::Key(Key::new(Dimension::Flag, flag::SOLO))),
                Field::Npc => one(Entry::Key(Key::new(Dimension::Flag, flag::NPC))),
                Field::Awox => one(Entry::Key(Key::new(Dimension::Flag, flag::AWOX))),
                _ => excluded,
            },
            Leaf::Exists(Field::War) => one(Entry::Key(Key::new(Dimension::Flag, flag::WAR))),
            Leaf::Exists(_) => excluded,
            Leaf::Number(field, comparison, value) if about == About::Killmail => {
                number(*field, *comparison, *value)
            }
            Leaf::Number(..) => excluded,
            Leaf::Ids(field, ids) | Leaf::Known(field, ids) => {
                any(keys_of(*field, about, ids).map(Entry::Key))
            }
            Leaf::Who(ids) => any(keys_of(Field::Who, about, ids).map(Entry::Key)),
            Leaf::Choice(field, choices) => any(chosen(*field, *choices).map(Entry::Key)),
            Leaf::Labels(has, labels) => {
                let keys = labels
                    .iter()
                    .map(|label| Entry::Key(Key::word(Dimension::Label, label)));
                match has {
                    Has::Any => any(keys),
                    Has::All => self.both(keys.map(one)),
                }
            }
            Leaf::Tags(has, tags) => {
                let keys = tags
                    .iter()
                    .map(|tag| Entry::Key(Key::new(Dimension::Tag, tag as i64)));
                match has {
                    Has::Any => any(keys),
                    Has::All => self.both(keys.map(one)),
                }
            }
            Leaf::Chain(map) => one(Entry::Key(Key::word(Dimension::Chain, map.as_str()))),
        }
    }
}

/// All parts, each by its own ways.
fn either(parts: impl Iterator<Item = Cover>) -> Cover {
    let mut all: Vec<Way> = Vec::new();
    for part in parts {
        match part {
            Cover::Never => {}
            Cover::Always(reason) => return Cover::Always(reason),
            Cover::Unless(_) => return Cover::Always(Reason::NoIndex),
            Cover::Ways(ways) => {
                for way in ways {
                    match all.iter_mut().find(|known| known.guard == way.guard) {
                        Some(known) => known.entries.extend(way.entries),
                        None => all.push(way),
                    }
                }
            }
        }
    }
    if all.is_empty() {
        return Cover::Never;
    }
    Cover::Ways(all)
}

fn one(entry: Entry) -> Cover {
    any([entry])
}

fn any(entries: impl IntoIterator<Item = Entry>) -> Cover {
    let entries: Vec<Entry> = entries.into_iter().collect();
    if entries.is_empty() {
        return Cover::Never;
    }
    Cover::Ways(vec![Way {
        entries,
        guard: Guard::NONE,
    }])
}

/// How many must fit at least for the count to be reached; 0 where none may be enough.
fn least(count: Count) -> i64 {
    match count {
        Count::Any | Count::All => 1,
        Count::Number(Comparison::AtLeast | Comparison::Equal, wanted) => wanted.into(),
        Count::Number(Comparison::More, wanted) => i64::from(wanted) + 1,
        Count::Share(Comparison::AtLeast | Comparison::Equal, wanted) => i64::from(wanted > 0),
        Count::Quantity(Comparison::AtLeast | Comparison::Equal, wanted) => i64::from(wanted > 0),
        Count::Share(Comparison::More, _) => 1,
        Count::Quantity(Comparison::More, wanted) => i64::from(wanted >= 0),
        Count::Number(..) | Count::Share(..) | Count::Quantity(..) => 0,
    }
}

fn number(field: Field, comparison: Comparison, value: i64) -> Cover {
    match comparison {
        Comparison::Equal if field == Field::Id => {
            one(Entry::Key(Key::new(Dimension::Killmail, value)))
        }
        Comparison::Equal | Comparison::AtLeast => one(Entry::AtLeast(field, value)),
        Comparison::More => value
            .checked_add(1)
            .map_or(Cover::Never, |least| one(Entry::AtLeast(field, least))),
        Comparison::AtMost => one(Entry::AtMost(field, value)),
        Comparison::Less => value
            .checked_sub(1)
            .map_or(Cover::Never, |most| one(Entry::AtMost(field, most))),
    }
}

/// The keys of the chosen bits.
pub(super) fn chosen(field: Field, choices: u32) -> impl Iterator<Item = Key> {
    let dimension = match field {
        Field::Hour => Dimension::Hour,
        Field::Weekday => Dimension::Weekday,
        Field::Band => Dimension::Band,
        _ => Dimension::Class,
    };
    let bits = (0..32_u8).filter(move |bit| choices & (1 << bit) != 0);
    bits.map(move |bit| Key::new(dimension, bit.into()))
}

/// The keys of a field's ids.
pub(super) fn keys_of(field: Field, about: About, ids: &Ids) -> impl Iterator<Item = Key> {
    let dimensions = dimensions(field, about);
    let named: &[Who] = match field {
        Field::Character => &[Who::Character],
        Field::Corporation => &[Who::Corporation],
        Field::Alliance => &[Who::Alliance],
        Field::Faction => &[Who::Faction],
        Field::Who => &Who::ALL,
        _ => &[],
    };
    ids.as_slice().iter().flat_map(move |id| {
        dimensions.iter().flat_map(move |dimension| {
            let people = named.iter().map(|what| Key::who(*dimension, *what, *id));
            let other = named.is_empty().then(|| Key::new(*dimension, *id));
            people.chain(other)
        })
    })
}

/// Where a field's ids stand among keys.
const fn dimensions(field: Field, about: About) -> &'static [Dimension] {
    use Dimension::{
        AttackerCategory, AttackerGroup, AttackerShip, AttackerWho, VictimCategory, VictimGroup,
        VictimShip, VictimWho,
    };
    match field {
        Field::System => &[Dimension::System],
        Field::Constellation => &[Dimension::Constellation],
        Field::Region => &[Dimension::Region],
        Field::Location => &[Dimension::Location],
        Field::War => &[Dimension::War],
        Field::Weapon => &[Dimension::Weapon],
        Field::WeaponGroup => &[Dimension::WeaponGroup],
        Field::ItemType => &[Dimension::ItemType],
        Field::ItemGroup => &[Dimension::ItemGroup],
        Field::ItemCategory => &[Dimension::ItemCategory],
        Field::Ship => match about {
            About::Victim => &[VictimShip],
            About::Anyone => &[VictimShip, AttackerShip],
            _ => &[AttackerShip],
        },
        Field::ShipGroup => match about {
            About::Victim => &[VictimGroup],
            About::Anyone => &[VictimGroup, AttackerGroup],
            _ => &[AttackerGroup],
        },
        Field::ShipCategory => match about {
            About::Victim => &[VictimCategory],
            About::Anyone => &[VictimCategory, AttackerCategory],
            _ => &[AttackerCategory],
        },
        _ => match about {
            About::Victim => &[VictimWho],
            About::Anyone => &[VictimWho, AttackerWho],
            _ => &[AttackerWho],
        },
    }
}
