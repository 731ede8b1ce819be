//! What a killmail carries: its keys, and its numbers.

use killwire_killmail::TypeId;

use super::key::{Dimension, Dimensions, Key, Who, flag};
use crate::matcher::{Known, On};
use crate::subject::{Party, Subject};
use crate::tree::Field;

/// Every key of these dimensions that a killmail carries, each once, ascending, into `keys`.
pub(crate) fn carried(subject: &Subject<'_>, of: Dimensions, keys: &mut Vec<Key>) {
    keys.clear();
    let mut add = |key: Key| keys.push(key);
    let mut all_known = subject.place.is_some();
    place(subject, &mut add);
    let facts = subject.facts;
    let victim = Party::Victim(&facts.victim);
    all_known &= party(subject, victim, VICTIM, &mut add);
    if of.has_any(&ATTACKER) || of.has_any(&[Dimension::Weapon, Dimension::WeaponGroup]) {
        for attacker in &facts.attackers {
            all_known &= party(subject, Party::Attacker(attacker), ATTACKER, &mut add);
            if let Some(id) = attacker.weapon_type_id {
                add(Key::new(Dimension::Weapon, id.get()));
                match subject.kind(id) {
                    Some(kind) => add(Key::new(Dimension::WeaponGroup, kind.group.into())),
                    None => all_known = false,
                }
            }
        }
    }
    if of.has_any(&ITEM) {
        for item in &facts.items {
            all_known &= kind(subject, Some(item.type_id), ITEM, &mut add);
        }
    }
    if of.has(Dimension::Tag) {
        let (tags, known) = Subject::tags(subject);
        tags.iter()
            .for_each(|tag| add(Key::new(Dimension::Tag, tag as i64)));
        all_known &= known;
    }
    if of.has(Dimension::Chain) {
        subject.chains.of(facts.system_id, &mut |map| {
            keys.push(Key::word(Dimension::Chain, map.as_str()));
        });
    }
    if of.has(Dimension::Label) {
        let labels = facts.labels.iter();
        keys.extend(labels.map(|label| Key::word(Dimension::Label, label)));
    }
    if !all_known {
        keys.push(Key::new(Dimension::Flag, flag::UNKNOWN));
    }
    keys.sort_unstable();
    keys.dedup();
}

/// Somebody involved; false where static data does not know the hull.
fn party(
    subject: &Subject<'_>,
    party: Party<'_>,
    [who, ship, group, category]: [Dimension; 4],
    add: &mut impl FnMut(Key),
) -> bool {
    let ids = [
        party.character(),
        party.corporation(),
        party.alliance(),
        party.faction(),
    ];
    for (what, id) in Who::ALL.into_iter().zip(ids) {
        id.into_iter().for_each(|id| add(Key::who(who, what, id)));
    }
    kind(subject, party.ship(), [ship, group, category], add)
}

const VICTIM: [Dimension; 4] = [
    Dimension::VictimWho,
    Dimension::VictimShip,
    Dimension::VictimGroup,
    Dimension::VictimCategory,
];
const ATTACKER: [Dimension; 4] = [
    Dimension::AttackerWho,
    Dimension::AttackerShip,
    Dimension::AttackerGroup,
    Dimension::AttackerCategory,
];
const ITEM: [Dimension; 3] = [
    Dimension::ItemType,
    Dimension::ItemGroup,
    Dimension::ItemCategory,
];

fn place(subject: &Subject<'_>, add: &mut impl FnMut(Key)) {
    let facts = subject.facts;
    add(Key::new(Dimension::Killmail, facts.killmail_id.get()));
    add(Key::new(Dimension::System, facts.system_id.get()));
    if let Some(place) = subject.place {
        add(Key::new(
            Dimension::Constellation,
            place.constellation.into(),
        ));
        add(Key::new(Dimension::Region, place.region.into()));
        add(Key::new(Dimension::Band, place.band.into()));
        place
            .class
            .into_iter()
            .for_each(|class| add(Key::new(Dimension::Class, class.into())));
    }
    facts
        .location_id
        .into_iter()
        .for_each(|id| add(Key::new(Dimension::Location, id.get())));
    if let Some(war) = facts.war_id {
        add(Key::new(Dimension::War, war.get()));
        add(Key::new(Dimension::Flag, flag::WAR));
    }
    add(Key::new(Dimension::Hour, subject.hour.into()));
    add(Key::new(Dimension::Weekday, subject.weekday.into()));
    for (field, id) in [
        (Field::Solo, flag::SOLO),
        (Field::Npc, flag::NPC),
        (Field::Awox, flag::AWOX),
    ] {
        if subject.flag(field) {
            add(Key::new(Dimension::Flag, id));
        }
    }
}

/// A type; false where static data does not know it.
fn kind(
    subject: &Subject<'_>,
    id: Option<TypeId>,
    [own, group, category]: [Dimension; 3],
    add: &mut impl FnMut(Key),
) -> bool {
    let Some(id) = id else { return true };
    add(Key::new(own, id.get()));
    let Some(kind) = subject.kind(id) else {
        return false;
    };
    add(Key::new(group, kind.group.into()));
    add(Key::new(category, kind.category.into()));
    true
}

/// A killmail's number for a threshold, where it is known.
pub(crate) fn measured(subject: &Subject<'_>, field: Field) -> Option<i64> {
    match subject.number(field) {
        Known::Is(value) => Some(value),
        Known::Unknown | Known::Absent => None,
    }
}
