//! The keys by which profiles are found.

/// What a key is about. Characters, corporations, alliances and factions share a dimension, and are told
/// apart in the id.
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

    pub(super) const fn has(self, dimension: Dimension) -> bool {
        self.0 & dimension.bit() != 0
    }

    pub(super) const fn has_any(self, dimensions: &[Dimension]) -> bool {
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
const ID_BITS: u32 = 56;

/// The bits of that which are the id of somebody; in those above stands what it is.
const WHO_BITS: u32 = 54;

/// What somebody is named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Who {
    Character,
    Corporation,
    Alliance,
    Faction,
}

impl Who {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 4] = [
        Self::Character,
        Self::Corporation,
        Self::Alliance,
        Self::Faction,
    ];
}

impl Key {
    /// A key. Ids that do not fit, of which CCP has none, share one.
    #[must_use]
    pub const fn new(dimension: Dimension, id: i64) -> Self {
        Self((dimension as u64) << ID_BITS | fitted(id, ID_BITS))
    }

    /// The key of somebody's character, corporation, alliance or faction.
    pub(crate) const fn who(dimension: Dimension, what: Who, id: i64) -> Self {
        let id = (what as u64) << WHO_BITS | fitted(id, WHO_BITS);
        Self((dimension as u64) << ID_BITS | id)
    }

    /// Whether it stands for one id only.
    pub(super) fn is_exact(self) -> bool {
        let bits = match self.dimension() {
            Dimension::Label | Dimension::Chain => return false,
            Dimension::VictimWho | Dimension::AttackerWho => WHO_BITS,
            _ => ID_BITS,
        };
        self.own_id() < largest(bits)
    }

    /// The id without what somebody is named by.
    pub(super) fn own_id(self) -> i64 {
        match self.dimension() {
            Dimension::VictimWho | Dimension::AttackerWho => self.id() & ((1 << WHO_BITS) - 1),
            _ => self.id(),
        }
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

/// The largest number of so many bits. It stands for all ids that are larger, or below 0.
const fn largest(bits: u32) -> i64 {
    (1 << bits) - 1
}

const fn fitted(id: i64, bits: u32) -> u64 {
    let fits = 0 <= id && id < largest(bits);
    (if fits { id } else { largest(bits) }).cast_unsigned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_shares_its_key_with_none_that_does_not_fit() {
        let system = |id| Key::new(Dimension::System, id);
        let pilot = |id| Key::who(Dimension::VictimWho, Who::Character, id);
        for (key, bits) in [
            (&system as &dyn Fn(i64) -> Key, ID_BITS),
            (&pilot, WHO_BITS),
        ] {
            let own = key(5);
            assert!(own.is_exact());
            assert_eq!(own.own_id(), 5);
            for other in [-5, (1 << bits) + 5, i64::MAX, i64::MIN] {
                assert_ne!(key(other), own, "{other}");
                assert!(!key(other).is_exact(), "{other}");
                assert_eq!(key(other).dimension(), own.dimension());
            }
        }
    }

    #[test]
    fn one_number_is_a_key_of_its_own_for_each_that_it_names() {
        let keys = Who::ALL.map(|what| Key::who(Dimension::AttackerWho, what, 98_000_001));
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(key.own_id(), 98_000_001);
            assert!(keys.iter().skip(place + 1).all(|other| other != key));
        }
    }

    #[test]
    fn hashed_words_decide_nothing() {
        assert!(!Key::word(Dimension::Label, "solo").is_exact());
        assert!(!Key::word(Dimension::Chain, "home").is_exact());
    }
}
