//! The keys by which profiles are found: what a killmail carries, and what a profile needs.

use killwire_killmail::TypeId;

use crate::matcher::{Known, On};
use crate::subject::{Party, Subject};
use crate::tree::Field;

/// What a key is about. Characters, corporations, alliances and factions share a dimension: CCP gives
/// them ids of one space, and a key too many is only a candidate too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Dimension {
    Killmail,
    System,
    Constellation,
    Region,
    Chain,
    Location,
    War,
    Band,
    Class,
    Hour,
    Weekday,
    Flag,
    Label,
    Tag,
    VictimWho,
    VictimShip,
    VictimGroup,
    VictimCategory,
    AttackerWho,
    AttackerShip,
    AttackerGroup,
    AttackerCategory,
    Weapon,
    WeaponGroup,
    ItemType,
    ItemGroup,
    ItemCategory,
}

impl Dimension {
    /// All of them, in order.
    pub const ALL: [Self; 27] = [
        Self::Killmail,
        Self::System,
        Self::Constellation,
        Self::Region,
        Self::Chain,
        Self::Location,
        Self::War,
        Self::Band,
        Self::Class,
        Self::Hour,
        Self::Weekday,
        Self::Flag,
        Self::Label,
        Self::Tag,
        Self::VictimWho,
        Self::VictimShip,
        Self::VictimGroup,
        Self::VictimCategory,
        Self::AttackerWho,
        Self::AttackerShip,
        Self::AttackerGroup,
        Self::AttackerCategory,
        Self::Weapon,
        Self::WeaponGroup,
        Self::ItemType,
        Self::ItemGroup,
        Self::ItemCategory,
    ];

    /// Its name in plans and metrics: `attacker_group`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Killmail => "killmail",
            Self::System => "system",
            Self::Constellation => "constellation",
            Self::Region => "region",
            Self::Chain => "chain",
            Self::Location => "location",
            Self::War => "war",
            Self::Band => "band",
            Self::Class => "class",
            Self::Hour => "hour",
            Self::Weekday => "weekday",
            Self::Flag => "flag",
            Self::Label => "label",
            Self::Tag => "tag",
            Self::VictimWho => "victim_who",
            Self::VictimShip => "victim_ship",
            Self::VictimGroup => "victim_group",
            Self::VictimCategory => "victim_category",
            Self::AttackerWho => "attacker_who",
            Self::AttackerShip => "attacker_ship",
            Self::AttackerGroup => "attacker_group",
            Self::AttackerCategory => "attacker_category",
            Self::Weapon => "weapon",
            Self::WeaponGroup => "weapon_group",
            Self::ItemType => "item_type",
            Self::ItemGroup => "item_group",
            Self::ItemCategory => "item_category",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// A set of dimensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dimensions(u32);

impl Dimensions {
    /// Every one.
    pub(crate) const fn all() -> Self {
        Self(u32::MAX)
    }

    /// None.
    pub(crate) const fn none() -> Self {
        Self(0)
    }

    pub(crate) const fn with(self, dimension: Dimension) -> Self {
        Self(self.0 | dimension.bit())
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, dimension: Dimension) -> bool {
        self.0 & dimension.bit() != 0
    }

    const fn has_any(self, dimensions: &[Dimension]) -> bool {
        let mut rest = dimensions;
        while let [first, others @ ..] = rest {
            if self.has(*first) {
                return true;
            }
            rest = others;
        }
        false
    }
}

/// Something that a killmail carries or not: a dimension and an id in it, in one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

/// The bits of a key that are the id.
pub(super) const ID_BITS: u32 = 56;

impl Key {
    /// A key. Ids above 2^56 share keys with smaller ones, which does no harm.
    #[must_use]
    pub const fn new(dimension: Dimension, id: i64) -> Self {
        let id = id.unsigned_abs() & ((1 << ID_BITS) - 1);
        Self((dimension as u64) << ID_BITS | id)
    }

    /// The key of a word.
    #[must_use]
    pub fn word(dimension: Dimension, word: &str) -> Self {
        // FNV-1a.
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::new(dimension, (hash >> (64 - ID_BITS)).cast_signed())
    }

    /// What it is about.
    #[must_use]
    pub fn dimension(self) -> Dimension {
        let place = usize::try_from(self.0 >> ID_BITS).unwrap_or_default();
        Dimension::ALL
            .get(place)
            .copied()
            .unwrap_or(Dimension::Killmail)
    }

    /// The id in it.
    #[must_use]
    pub const fn id(self) -> i64 {
        (self.0 & ((1 << ID_BITS) - 1)).cast_signed()
    }

    /// The number itself, for hashing.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }

    /// One of 32 bits that stands for its id in a mask.
    pub(crate) const fn mask(self) -> u32 {
        let id = self.id().cast_unsigned();
        1 << (id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59)
    }
}

/// The flags among keys.
pub(crate) mod flag {
    pub(crate) const SOLO: i64 = 0;
    pub(crate) const NPC: i64 = 1;
    pub(crate) const AWOX: i64 = 2;
    pub(crate) const WAR: i64 = 3;
    /// Something is there that static data does not know.
    pub(crate) const UNKNOWN: i64 = 4;
}

/// Every key of these dimensions that a killmail carries, each once, ascending, into `keys`.
pub(crate) fn carried(subject: &Subject<'_>, of: Dimensions, keys: &mut Vec<Key>) {
    keys.clear();
    let mut add = |dimension, id: i64| keys.push(Key::new(dimension, id));
    let mut all_known = subject.place.is_some();
    place(subject, &mut add);
    let facts = subject.facts;
    let victim = Party::Victim(&facts.victim);
    all_known &= party(subject, victim, VICTIM, &mut add);
    if of.has_any(&ATTACKER) || of.has_any(&[Dimension::Weapon, Dimension::WeaponGroup]) {
        for attacker in &facts.attackers {
            all_known &= party(subject, Party::Attacker(attacker), ATTACKER, &mut add);
            if let Some(id) = attacker.weapon_type_id {
                add(Dimension::Weapon, id.get());
                match subject.kind(id) {
                    Some(kind) => add(Dimension::WeaponGroup, kind.group.into()),
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
        tags.iter().for_each(|tag| add(Dimension::Tag, tag as i64));
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
    add: &mut dyn FnMut(Dimension, i64),
) -> bool {
    let ids = [
        party.character(),
        party.corporation(),
        party.alliance(),
        party.faction(),
    ];
    ids.into_iter().flatten().for_each(|id| add(who, id));
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

fn place(subject: &Subject<'_>, add: &mut dyn FnMut(Dimension, i64)) {
    let facts = subject.facts;
    add(Dimension::Killmail, facts.killmail_id.get());
    add(Dimension::System, facts.system_id.get());
    if let Some(place) = subject.place {
        add(Dimension::Constellation, place.constellation.into());
        add(Dimension::Region, place.region.into());
        add(Dimension::Band, place.band.into());
        place
            .class
            .into_iter()
            .for_each(|class| add(Dimension::Class, class.into()));
    }
    facts
        .location_id
        .into_iter()
        .for_each(|id| add(Dimension::Location, id.get()));
    if let Some(war) = facts.war_id {
        add(Dimension::War, war.get());
        add(Dimension::Flag, flag::WAR);
    }
    add(Dimension::Hour, subject.hour.into());
    add(Dimension::Weekday, subject.weekday.into());
    for (field, id) in [
        (Field::Solo, flag::SOLO),
        (Field::Npc, flag::NPC),
        (Field::Awox, flag::AWOX),
    ] {
        if subject.flag(field) {
            add(Dimension::Flag, id);
        }
    }
}

/// A type; false where static data does not know it.
fn kind(
    subject: &Subject<'_>,
    id: Option<TypeId>,
    [own, group, category]: [Dimension; 3],
    add: &mut dyn FnMut(Dimension, i64),
) -> bool {
    let Some(id) = id else { return true };
    add(own, id.get());
    let Some(kind) = subject.kind(id) else {
        return false;
    };
    add(group, kind.group.into());
    add(category, kind.category.into());
    true
}

/// A killmail's number for a threshold, where it is known.
pub(crate) fn measured(subject: &Subject<'_>, field: Field) -> Option<i64> {
    match subject.number(field) {
        Known::Is(value) => Some(value),
        Known::Unknown | Known::Absent => None,
    }
}
