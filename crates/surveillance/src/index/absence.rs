//! What a killmail must not carry for a condition to hold for certain.
//!
//! The other side of [`super::cover()`]: a condition that only excludes is found by no key, but is
//! known to hold for every killmail that carries none of what it excludes, without looking at it.

use super::key::{Dimension, Key, flag};
use super::{cover, cover::About};
use crate::compile::{Ids, Leaf, Node};
use crate::tree::{Comparison, Count, Field, Has};

/// Keys of which a killmail carries none.
type Keys = Vec<Key>;

/// Carried by killmails with something that static data does not know.
pub(super) const UNKNOWN: Key = Key::new(Dimension::Flag, flag::UNKNOWN);

/// The keys without which the condition holds, whatever else the killmail is. None where no keys
/// make that certain.
pub(super) fn holds_without(node: &Node) -> Option<Vec<Key>> {
    let mut keys = holds(node, About::Killmail)?;
    keys.sort_unstable();
    keys.dedup();
    Some(keys)
}

/// The keys without which the condition does not hold and is not unknown, either. None where no keys
/// make that certain.
pub(super) fn fails_without(node: &Node) -> Option<Vec<Key>> {
    fails(node, About::Killmail)
}

/// The keys without which it is true.
fn holds(node: &Node, about: About) -> Option<Keys> {
    match node {
        Node::Const(truth) => truth.then(Keys::new),
        Node::Not(of) => fails(of, about),
        Node::And(parts) => all(parts, |part| holds(part, about)),
        Node::Or(parts) => fewest(parts, |part| holds(part, about)),
        // There is always a victim.
        Node::Victim(of) | Node::Anyone(of) => holds(of, About::Victim),
        Node::Attackers(Count::Number(comparison, wanted), of) => {
            let fails = fails(of, About::Attacker);
            fails.filter(|_| comparison.holds(&0, &i64::from(*wanted)))
        }
        Node::Items(Count::Number(comparison, wanted), of) => {
            let fails = fails(of, About::Item);
            fails.filter(|_| comparison.holds(&0, &i64::from(*wanted)))
        }
        Node::Items(Count::Quantity(comparison, wanted), of) => {
            let fails = fails(of, About::Item);
            fails.filter(|_| comparison.holds(&0, wanted))
        }
        // There may be nobody to hold.
        Node::Attackers(..) | Node::Items(..) | Node::Leaf(_) => None,
    }
}

/// The keys without which it is false, and not unknown.
fn fails(node: &Node, about: About) -> Option<Keys> {
    match node {
        Node::Const(truth) => (!truth).then(Keys::new),
        Node::Not(of) => holds(of, about),
        Node::And(parts) => fewest(parts, |part| fails(part, about)),
        Node::Or(parts) => all(parts, |part| fails(part, about)),
        Node::Victim(of) => fails(of, About::Victim),
        Node::Anyone(of) => fails(of, About::Anyone),
        Node::Attackers(count, of) => fails(of, About::Attacker).filter(|_| wants_some(*count)),
        Node::Items(count, of) => fails(of, About::Item).filter(|_| wants_some(*count)),
        Node::Leaf(leaf) => leaf_fails(leaf, about),
    }
}

/// Whether a count is surely not reached where none fits.
fn wants_some(count: Count) -> bool {
    match count {
        Count::Any | Count::All => true,
        Count::Number(comparison, wanted) => !comparison.holds(&0, &i64::from(wanted)),
        Count::Quantity(comparison, wanted) => !comparison.holds(&0, &wanted),
        Count::Share(comparison, wanted) => match comparison {
            Comparison::Less | Comparison::AtMost => false,
            Comparison::More => true,
            Comparison::AtLeast | Comparison::Equal => wanted > 0,
        },
    }
}

fn leaf_fails(leaf: &Leaf, about: About) -> Option<Keys> {
    let of_ids = |field: Field, ids: &Ids| cover::keys_of(field, about, ids).collect::<Keys>();
    Some(match leaf {
        Leaf::Yes(Field::Solo) => vec![Key::new(Dimension::Flag, flag::SOLO)],
        Leaf::Yes(Field::Npc) => vec![Key::new(Dimension::Flag, flag::NPC)],
        Leaf::Yes(Field::Awox) => vec![Key::new(Dimension::Flag, flag::AWOX)],
        Leaf::Exists(Field::War) => vec![Key::new(Dimension::Flag, flag::WAR)],
        Leaf::Ids(field, ids) => looked_up(*field, of_ids(*field, ids))?,
        Leaf::Known(field, ids) => unless_unknown(of_ids(*field, ids))?,
        Leaf::Who(ids) => of_ids(Field::Who, ids),
        Leaf::Choice(field, choices) => {
            looked_up(*field, cover::chosen(*field, *choices).collect())?
        }
        Leaf::Labels(has, labels) => {
            let keys = labels
                .iter()
                .map(|label| Key::word(Dimension::Label, label));
            match has {
                Has::Any => keys.collect(),
                Has::All => keys.take(1).collect(),
            }
        }
        Leaf::Tags(Has::Any, tags) => {
            let keys = tags.iter().map(|tag| Key::new(Dimension::Tag, tag as i64));
            unless_unknown(keys.collect())?
        }
        Leaf::Tags(Has::All, _)
        | Leaf::Yes(_)
        | Leaf::Exists(_)
        | Leaf::Number(..)
        | Leaf::Chain(_) => return None,
    })
}

/// And [`UNKNOWN`]: for killmails that carry it, nothing is certain that is looked up. None where
/// nothing else would make anybody look.
fn unless_unknown(mut keys: Keys) -> Option<Keys> {
    if keys.is_empty() {
        return None;
    }
    keys.push(UNKNOWN);
    Some(keys)
}

/// The same where a field's value is what static data says of an id.
fn looked_up(field: Field, keys: Keys) -> Option<Keys> {
    let as_it_is = matches!(
        field,
        Field::System
            | Field::Location
            | Field::War
            | Field::Hour
            | Field::Weekday
            | Field::Ship
            | Field::Weapon
            | Field::ItemType
            | Field::Character
            | Field::Corporation
            | Field::Alliance
            | Field::Faction
    );
    if as_it_is {
        Some(keys)
    } else {
        unless_unknown(keys)
    }
}

/// All parts' keys; none where one has none.
fn all(parts: &[Node], of: impl Fn(&Node) -> Option<Keys>) -> Option<Keys> {
    parts.iter().try_fold(Keys::new(), |mut keys, part| {
        keys.extend(of(part)?);
        Some(keys)
    })
}

/// The keys of the part with the fewest.
fn fewest(parts: &[Node], of: impl Fn(&Node) -> Option<Keys>) -> Option<Keys> {
    parts.iter().filter_map(of).min_by_key(Vec::len)
}
