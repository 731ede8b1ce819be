//! What conditions can look at, where, and of what kind it is.

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The killmail.
    Killmail,
    /// The victim or an attacker.
    Party,
    /// An item that the victim had.
    Item,
}

/// What a field holds, and so which checks it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Yes or no: [`Check::Yes`](super::Check::Yes).
    Flag,
    /// A number: `Compare`, and `Exists` where it may be absent.
    Number(Unit),
    /// An id: `In`, `List`, and more by [`RefKind`].
    Ref(RefKind),
    /// One of a closed set, by its place in it: `Choice`.
    Choice(&'static [&'static str]),
    /// Words: `Words`.
    Words,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pieces, pilots, points, ids. Written plainly or with a magnitude (`10k`).
    Plain,
    /// Hundredths of ISK. Written in ISK (`1.5b`).
    Isk,
    /// Tenths of a solar system's security, as the game shows it. Written `0.5`.
    Security,
    /// Millionths of a pilot's security status. Written `-1.8`.
    Status,
    /// Seconds of duration. Written `90s`, `15m`, `24h`, `7d`.
    Seconds,
    /// Seconds since 1970. Written `2026-11-25` or `2026-11-25T18:30:00Z`.
    Moment,
}

/// What a reference is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefKind {
    /// Solar systems; also `Contains`, `Chain`, `Jumps`, `LightYears`.
    System,
    /// Constellations; also `Contains`.
    Constellation,
    /// Regions; also `Contains`.
    Region,
    /// zKillboard's `locationID`: the celestial or structure nearest to the wreck. No names.
    Location,
    /// Wars. No names; also `Exists`.
    War,
    /// Types of hulls, modules and so on; also `Contains`.
    Type,
    /// Groups of types; also `Contains`.
    Group,
    /// Categories of groups; also `Contains`.
    Category,
    /// Pilots; also `Exists`.
    Character,
    /// Corporations; also `Exists`.
    Corporation,
    /// Alliances; also `Exists`.
    Alliance,
    /// Factions; also `Exists` and `Contains`.
    Faction,
    /// A character, corporation, alliance or faction, whichever the id is.
    Who,
}

impl RefKind {
    /// Whether static data has names for it, so that `Contains` works.
    #[must_use]
    pub const fn is_static(self) -> bool {
        matches!(
            self,
            Self::System
                | Self::Constellation
                | Self::Region
                | Self::Type
                | Self::Group
                | Self::Category
                | Self::Faction
        )
    }

    /// Whether it can be written by name.
    #[must_use]
    pub const fn has_names(self) -> bool {
        !matches!(self, Self::Location | Self::War)
    }

    /// What it is called in messages: "solar system".
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::System => "solar system",
            Self::Constellation => "constellation",
            Self::Region => "region",
            Self::Location => "location",
            Self::War => "war",
            Self::Type => "type",
            Self::Group => "group",
            Self::Category => "category",
            Self::Character => "character",
            Self::Corporation => "corporation",
            Self::Alliance => "alliance",
            Self::Faction => "faction",
            Self::Who => "character, corporation, alliance or faction",
        }
    }
}

/// The hours of the day in UTC, by number.
const HOURS: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
    "17", "18", "19", "20", "21", "22", "23",
];

/// The days of the week in UTC, Monday first.
const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The kinds of space, in the order of `SecurityBand`.
const BANDS: &[&str] = &["highsec", "lowsec", "nullsec", "wspace", "abyssal"];

/// CCP's classes of solar systems, in the order of `WormholeClass`.
const CLASSES: &[&str] = &[
    "C1", "C2", "C3", "C4", "C5", "C6", "Thera", "C13", "Sentinel", "Barbican", "Vidette",
    "Conflux", "Redoubt", "Pochven",
];

macro_rules! fields {
    ($($scope:ident { $($(#[$doc:meta])* $field:ident = $name:literal: $kind:expr, $optional:literal;)* })*) => {
        /// Everything that a condition can look at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($($(#[$doc])* $field,)*)*
        }

        impl Field {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$($(Self::$field,)*)*];

            /// As it is written in its scope.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$field => $name,)*)* }
            }

            /// Where it stands.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $($(Self::$field)|* => Scope::$scope,)* }
            }

            /// What it holds.
            #[must_use]
            pub const fn kind(self) -> ValueKind {
                match self { $($(Self::$field => $kind,)*)* }
            }

            /// Whether it may be absent from a killmail, so that `exists` makes sense.
            #[must_use]
            pub const fn may_be_absent(self) -> bool {
                match self { $($(Self::$field => $optional,)*)* }
            }
        }
    };
}

use ValueKind::{Choice, Flag, Number, Words};

const fn to(kind: RefKind) -> ValueKind {
    ValueKind::Ref(kind)
}

fields! {
    Killmail {
        /// The killmail's id.
        Id = "id": Number(Unit::Plain), false;
        /// When the ship died.
        Time = "time": Number(Unit::Moment), false;
        /// How long before it was published here the ship died.
        Age = "age": Number(Unit::Seconds), false;
        /// The hour of the kill, 0 to 23, UTC.
        Hour = "hour": Choice(HOURS), false;
        /// The day of the week of the kill, UTC.
        Weekday = "weekday": Choice(WEEKDAYS), false;
        /// The solar system.
        System = "system": to(RefKind::System), false;
        /// Its constellation.
        Constellation = "constellation": to(RefKind::Constellation), false;
        /// Its region.
        Region = "region": to(RefKind::Region), false;
        /// Its security as the game shows it.
        Security = "security": Number(Unit::Security), false;
        /// Its kind of space.
        Band = "band": Choice(BANDS), false;
        /// Its class; known space but Pochven has none.
        Class = "class": Choice(CLASSES), false;
        /// The celestial or structure nearest to the wreck.
        Location = "location": to(RefKind::Location), true;
        /// Everything that was lost and dropped.
        Value = "value": Number(Unit::Isk), true;
        /// The hull alone.
        HullValue = "value.hull": Number(Unit::Isk), true;
        /// The hull and what was fitted.
        FittedValue = "value.fitted": Number(Unit::Isk), true;
        /// What dropped.
        DroppedValue = "value.dropped": Number(Unit::Isk), true;
        /// What was destroyed.
        DestroyedValue = "value.destroyed": Number(Unit::Isk), true;
        /// zKillboard's points.
        Points = "points": Number(Unit::Plain), true;
        /// How many attackers there were.
        AttackerCount = "attackers.count": Number(Unit::Plain), false;
        /// How many of them were players.
        PlayerCount = "attackers.players": Number(Unit::Plain), false;
        /// How many of them were NPCs.
        NpcCount = "attackers.npcs": Number(Unit::Plain), false;
        /// One pilot did it alone, as zKillboard sees it.
        Solo = "solo": Flag, false;
        /// Only NPCs shot, as zKillboard sees it.
        Npc = "npc": Flag, false;
        /// The killer was of the victim's own, as zKillboard sees it.
        Awox = "awox": Flag, false;
        /// The war that it belongs to.
        War = "war": to(RefKind::War), true;
        /// zKillboard's labels.
        Labels = "labels": Words, false;
        /// Module tags of what the victim had.
        Tags = "tags": Words, false;
    }
    Party {
        /// The character, corporation, alliance or faction.
        Who = "who": to(RefKind::Who), false;
        /// The pilot; NPCs and structures have none.
        Character = "character": to(RefKind::Character), true;
        /// The corporation.
        Corporation = "corporation": to(RefKind::Corporation), true;
        /// The alliance.
        Alliance = "alliance": to(RefKind::Alliance), true;
        /// The faction, in faction warfare and of NPCs.
        Faction = "faction": to(RefKind::Faction), true;
        /// The hull.
        Ship = "ship": to(RefKind::Type), true;
        /// The hull's group.
        ShipGroup = "ship.group": to(RefKind::Group), true;
        /// The hull's category.
        ShipCategory = "ship.category": to(RefKind::Category), true;
        /// The weapon. Attackers only: a victim has none.
        Weapon = "weapon": to(RefKind::Type), true;
        /// The weapon's group. Attackers only.
        WeaponGroup = "weapon.group": to(RefKind::Group), true;
        /// The damage done by an attacker, taken by the victim.
        Damage = "damage": Number(Unit::Plain), false;
        /// The pilot's security status. Attackers only.
        SecurityStatus = "security_status": Number(Unit::Status), true;
        /// Struck the final blow. Attackers only.
        FinalBlow = "final_blow": Flag, false;
    }
    Item {
        /// What it is.
        ItemType = "type": to(RefKind::Type), false;
        /// Its group.
        ItemGroup = "group": to(RefKind::Group), false;
        /// Its category.
        ItemCategory = "category": to(RefKind::Category), false;
        /// How many pieces, dropped and destroyed.
        Quantity = "quantity": Number(Unit::Plain), false;
        /// How many of them dropped.
        Dropped = "dropped": Number(Unit::Plain), false;
        /// How many of them were destroyed.
        Destroyed = "destroyed": Number(Unit::Plain), false;
        /// It was fitted: in a slot of the ship, not carried.
        Fitted = "fitted": Flag, false;
        /// Module tags of it.
        ItemTags = "tags": Words, false;
    }
}

impl Field {
    /// The field of this name in a scope, upper and lower case alike.
    #[must_use]
    pub fn named(scope: Scope, name: &str) -> Option<Self> {
        (Self::ALL.iter().copied())
            .find(|field| field.scope() == scope && field.name().eq_ignore_ascii_case(name))
    }
}
