//! Ids as newtypes, so that a character is never looked up as a corporation.

use std::fmt;
use std::num::NonZeroI64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A number that is not an id: ids are whole, positive and fit 63 bits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a {kind} id: a whole number above zero is expected")]
pub struct IdError {
    kind: &'static str,
    value: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        // As a number that is not 0, an id that may be absent takes no more room than one that may
        // not: most of a fact record is such ids.
        pub struct $name(NonZeroI64);

        impl $name {
            /// The id, where `value` is above zero.
            ///
            /// # Errors
            /// [`IdError`] for zero and below.
            pub fn new(value: i64) -> Result<Self, IdError> {
                match NonZeroI64::new(value) {
                    Some(id) if value > 0 => Ok(Self(id)),
                    _ => Err(IdError { kind: $kind, value: value.to_string() }),
                }
            }

            /// The bare number, for storage and the wire.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0.get()
            }
        }

        impl TryFrom<i64> for $name {
            type Error = IdError;
            fn try_from(value: i64) -> Result<Self, IdError> {
                Self::new(value)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> i64 {
                id.get()
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse::<i64>()
                    .ok()
                    .and_then(|value| Self::new(value).ok())
                    .ok_or_else(|| IdError { kind: $kind, value: text.to_owned() })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A killmail, as CCP numbers them.
    KillmailId = "killmail";
    /// A solar system (30,000,001 and up; w-space from 31,000,001).
    SystemId = "solar system";
    /// A pilot.
    CharacterId = "character";
    /// A corporation, NPC corporations included.
    CorporationId = "corporation";
    /// An alliance.
    AllianceId = "alliance";
    /// A faction (500,001 and up).
    FactionId = "faction";
    /// A type: a hull, a module, a charge, a structure.
    TypeId = "type";
    /// A war that the kill was part of.
    WarId = "war";
    /// A moon, on killmails of structures anchored there.
    MoonId = "moon";
    /// The celestial nearest to the kill, as zKillboard found it.
    LocationId = "location";
    /// A constellation of solar systems (20,000,001 and up).
    ConstellationId = "constellation";
    /// A region of constellations (10,000,001 and up; w-space from 11,000,001).
    RegionId = "region";
    /// A group of types: "Frigate", "Titan".
    GroupId = "group";
    /// A category of groups: "Ship", "Module".
    CategoryId = "category";
    /// How advanced a type is: "Tech II", "Faction", "Abyssal".
    MetaGroupId = "meta group";
}
