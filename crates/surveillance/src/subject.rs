//! One killmail as the matcher sees it: its facts, and what static data says of them.

use std::cell::OnceCell;
use std::fmt;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use killwire_killmail::{FactAttacker, FactItem, FactVictim, Facts, Slot, SystemId, TypeId};
use killwire_universe::Tags;

use crate::ground::{Ground, Kind, Place};
use crate::tree::Name;

/// Seconds in a day of UTC, as Unix counts them.
const DAY: i64 = 86_400;

/// 1970 began on a Thursday, the third day after Monday.
const EPOCH_WEEKDAY: i64 = 3;

/// Ids of characters that are CCP's own: agents, and the pilots of Drifters.
const NPC_CHARACTERS: RangeInclusive<i64> = 3_000_000..=3_999_999;

/// Who knows which systems a map's chain has at the moment. It answers from memory, and none where
/// it does not know.
pub trait Chains: Send + Sync {
    /// Whether the system is in the chain of the map.
    fn contains(&self, map: &Name, system: SystemId) -> Option<bool>;

    /// Calls `each` with every map whose chain has the system: those of which [`Chains::contains`]
    /// says so. By them profiles are found that ask for a chain.
    fn of(&self, system: SystemId, each: &mut dyn FnMut(&Name));
}

/// No map is known: whether a system is in a chain is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChains;

impl Chains for NoChains {
    fn contains(&self, _: &Name, _: SystemId) -> Option<bool> {
        None
    }

    fn of(&self, _: SystemId, _: &mut dyn FnMut(&Name)) {}
}

/// A killmail that conditions are evaluated on. Making one allocates nothing.
#[derive(Clone)]
pub struct Subject<'a> {
    /// What the killmail says.
    pub facts: &'a Facts,
    /// What static data says.
    pub ground: &'a Ground,
    /// What maps say.
    pub chains: &'a dyn Chains,
    /// Seconds from the kill to its publication here; negative where clocks disagree.
    pub age: i64,
    /// 0 to 23, UTC.
    pub hour: u8,
    /// 0 for Monday, UTC.
    pub weekday: u8,
    /// What is known of the solar system.
    pub place: Option<Place>,
    /// How many attackers were players.
    pub players: i64,
    /// The tags of all items, once somebody has asked, and whether every item's type is known.
    tags: OnceCell<(Tags, bool)>,
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("killmail_id", &self.facts.killmail_id)
            .finish_non_exhaustive()
    }
}

impl<'a> Subject<'a> {
    /// A killmail that was published here at `published`.
    #[must_use]
    pub fn new(facts: &'a Facts, published: Timestamp, ground: &'a Ground) -> Self {
        let (day, second) = (facts.time.div_euclid(DAY), facts.time.rem_euclid(DAY));
        let players = facts
            .attackers
            .iter()
            .filter(|attacker| is_player(attacker));
        Self {
            facts,
            ground,
            chains: &NoChains,
            age: published.as_second().saturating_sub(facts.time),
            hour: u8::try_from(second / 3_600).unwrap_or_default(),
            weekday: u8::try_from((day + EPOCH_WEEKDAY).rem_euclid(7)).unwrap_or_default(),
            place: ground.place(facts.system_id),
            players: length(players.count()),
            tags: OnceCell::new(),
        }
    }

    /// With somebody who knows the maps.
    #[must_use]
    pub fn with_chains(self, chains: &'a dyn Chains) -> Self {
        Self { chains, ..self }
    }

    /// How many attackers there were.
    #[must_use]
    pub fn attackers(&self) -> i64 {
        length(self.facts.attackers.len())
    }

    /// The tags of all that the victim had, and whether static data knows every type of it.
    #[must_use]
    pub fn tags(&self) -> (Tags, bool) {
        *self.tags.get_or_init(|| {
            let items = self.facts.items.iter();
            items.fold((Tags::NONE, true), |(all, known), item| {
                let own = self.ground.tags(item.type_id, item.flag);
                (all.union(own), known && self.kind(item.type_id).is_some())
            })
        })
    }

    /// What a type is.
    #[must_use]
    pub fn kind(&self, id: TypeId) -> Option<Kind> {
        self.ground.kind(id)
    }
}

/// Whether a player flew it: NPCs and structures name no pilot, or one of CCP's own.
fn is_player(attacker: &FactAttacker) -> bool {
    let pilot = attacker.character_id;
    pilot.is_some_and(|pilot| !NPC_CHARACTERS.contains(&pilot.get()))
}

/// Somebody who was involved.
#[derive(Clone, Copy, Debug)]
pub enum Party<'a> {
    /// Who lost the ship.
    Victim(&'a FactVictim),
    /// Who shot.
    Attacker(&'a FactAttacker),
}

impl Party<'_> {
    /// The pilot.
    #[must_use]
    pub fn character(self) -> Option<i64> {
        match self {
            Self::Victim(of) => of.character_id.map(Into::into),
            Self::Attacker(of) => of.character_id.map(Into::into),
        }
    }

    /// The corporation.
    #[must_use]
    pub fn corporation(self) -> Option<i64> {
        match self {
            Self::Victim(of) => of.corporation_id.map(Into::into),
            Self::Attacker(of) => of.corporation_id.map(Into::into),
        }
    }

    /// The alliance.
    #[must_use]
    pub fn alliance(self) -> Option<i64> {
        match self {
            Self::Victim(of) => of.alliance_id.map(Into::into),
            Self::Attacker(of) => of.alliance_id.map(Into::into),
        }
    }

    /// The faction.
    #[must_use]
    pub fn faction(self) -> Option<i64> {
        match self {
            Self::Victim(of) => of.faction_id.map(Into::into),
            Self::Attacker(of) => of.faction_id.map(Into::into),
        }
    }

    /// The hull.
    #[must_use]
    pub const fn ship(self) -> Option<TypeId> {
        match self {
            Self::Victim(of) => Some(of.ship_type_id),
            Self::Attacker(of) => of.ship_type_id,
        }
    }

    /// The weapon; a victim has none.
    #[must_use]
    pub const fn weapon(self) -> Option<TypeId> {
        match self {
            Self::Victim(_) => None,
            Self::Attacker(of) => of.weapon_type_id,
        }
    }

    /// The damage taken or done.
    #[must_use]
    pub const fn damage(self) -> i64 {
        match self {
            Self::Victim(of) => of.damage_taken,
            Self::Attacker(of) => of.damage_done,
        }
    }

    /// The pilot's security status in millionths; a victim has none.
    #[must_use]
    pub fn status(self) -> Option<i64> {
        match self {
            Self::Victim(_) => None,
            Self::Attacker(of) => of.security_status.map(|status| status.millionths().into()),
        }
    }

    /// Whether it struck the final blow.
    #[must_use]
    pub const fn final_blow(self) -> bool {
        match self {
            Self::Victim(_) => false,
            Self::Attacker(of) => of.final_blow,
        }
    }
}

/// How many pieces of an item there were.
#[must_use]
pub const fn quantity(item: &FactItem) -> i64 {
    item.dropped.saturating_add(item.destroyed)
}

/// Whether an item was in a slot of the ship itself.
#[must_use]
pub const fn is_fitted(item: &FactItem) -> bool {
    item.depth == 0 && Slot::from_flag(item.flag).is_fitted()
}

/// A length as a number that conditions compare.
pub(crate) fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
