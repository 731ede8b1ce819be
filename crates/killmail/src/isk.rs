//! ISK as an integer count of hundredths.

use std::fmt;

/// An amount of ISK in hundredths, exact. Holds up to 92 quadrillion ISK either way; sums saturate.
/// On the wire a JSON number with at most two decimals (`627868229.1`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isk(i64);

/// Text or a number that is not an amount of ISK.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an amount of ISK: write 1500000.25, 500m, 1.2b or 3t")]
pub struct IskError(pub String);

impl Isk {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From hundredths, as stored.
    #[must_use]
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// In hundredths, for storage.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Isk {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
impl serde::Serialize for Isk {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        todo!()
    }
}
impl<'de> serde::Deserialize<'de> for Isk {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        todo!()
    }
}
