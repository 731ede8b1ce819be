//! Security: of a pilot and of a solar system.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Unexpected};
use serde::ser::{Serialize, Serializer};

use crate::SystemId;

/// A pilot's security status in millionths, exact; -10 to 10 with slack to ±100. In JSON the number
/// itself (`-1.8`), rounded to millionths when read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecurityStatus(i32);

/// ±100 in millionths: CCP's range is ±10, and a wrong number should still be told from a mad one.
const MAX_MILLIONTHS: i32 = 100_000_000;

impl SecurityStatus {
    /// From millionths, where within ±100.
    #[must_use]
    pub const fn from_millionths(millionths: i32) -> Option<Self> {
        if -MAX_MILLIONTHS <= millionths && millionths <= MAX_MILLIONTHS {
            Some(Self(millionths))
        } else {
            None
        }
    }

    /// In millionths, for storage.
    #[must_use]
    pub const fn millionths(self) -> i32 {
        self.0
    }

    /// The number that players see.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1e6
    }

    fn from_f64(status: f64) -> Option<Self> {
        let millionths = (status * 1e6).round();
        let bound = f64::from(MAX_MILLIONTHS);
        #[allow(clippy::cast_possible_truncation, reason = "whole and within ±10^8")]
        (-bound..=bound)
            .contains(&millionths)
            .then_some(Self(millionths as i32))
    }
}

impl Serialize for SecurityStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            serializer.serialize_i32(self.0)
        } else if self.0 % 1_000_000 == 0 {
            serializer.serialize_i32(self.0 / 1_000_000)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for SecurityStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(StatusVisitor);
        }
        let millionths = i32::deserialize(deserializer)?;
        Self::from_millionths(millionths).ok_or_else(|| {
            let unexpected = Unexpected::Signed(i64::from(millionths));
            de::Error::invalid_value(unexpected, &StatusVisitor)
        })
    }
}

struct StatusVisitor;

impl de::Visitor<'_> for StatusVisitor {
    type Value = SecurityStatus;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a security status, a number from -100 to 100")
    }

    fn visit_i64<E: de::Error>(self, status: i64) -> Result<SecurityStatus, E> {
        i32::try_from(status)
            .ok()
            .and_then(|status| SecurityStatus::from_f64(f64::from(status)))
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(status), &self))
    }

    fn visit_u64<E: de::Error>(self, status: u64) -> Result<SecurityStatus, E> {
        match i64::try_from(status) {
            Ok(status) => self.visit_i64(status),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(status), &self)),
        }
    }

    fn visit_f64<E: de::Error>(self, status: f64) -> Result<SecurityStatus, E> {
        SecurityStatus::from_f64(status)
            .ok_or_else(|| E::invalid_value(Unexpected::Float(status), &self))
    }
}

/// The kinds of space, as players say them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityBand {
    /// 0.45 and above, which the game shows as 0.5 and above.
    High,
    /// From 0.0 to below 0.45.
    Low,
    /// Below 0.0 in known space.
    Null,
    /// Wormhole space: solar systems 31,000,000 to 31,999,999.
    Wormhole,
    /// Abyssal deadspace: solar systems 32,000,000 to 32,999,999.
    Abyssal,
}

impl SecurityBand {
    /// The band of a solar system, from its id and its true security (static data's
    /// `securityStatus`, about -1 to 1). The bounds are those of zKillboard's `loc:` labels; Pochven
    /// and Zarzakh, which have no such label, count as [`Self::Null`].
    #[must_use]
    pub fn of(system: SystemId, true_security: f64) -> Self {
        match system.get() {
            31_000_000..=31_999_999 => Self::Wormhole,
            32_000_000..=32_999_999 => Self::Abyssal,
            _ if true_security >= 0.45 => Self::High,
            _ if true_security >= 0.0 => Self::Low,
            _ => Self::Null,
        }
    }
}

/// A solar system's security as the game shows it, with one decimal: the true security rounded to
/// tenths, half up, except that anything above 0.0 and below 0.05 shows as 0.1, because such a
/// system has low-sec rules and must not look like null-sec.
#[must_use]
pub fn displayed_security(true_security: f64) -> f64 {
    if true_security > 0.0 && true_security < 0.05 {
        return 0.1;
    }
    let tenths = (true_security * 10.0 + 0.5).floor();
    // Not -0.0, which would be shown with its sign.
    if tenths == 0.0 { 0.0 } else { tenths / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(system: i64, security: f64) -> SecurityBand {
        SecurityBand::of(SystemId::new(system).unwrap(), security)
    }

    #[test]
    fn high_security_begins_at_0_45_and_low_at_0() {
        assert_eq!(band(30_000_142, 0.945_9), SecurityBand::High);
        assert_eq!(band(30_000_001, 0.45), SecurityBand::High);
        assert_eq!(band(30_000_001, 0.449_9), SecurityBand::Low);
        assert_eq!(band(30_000_001, 0.0), SecurityBand::Low);
        assert_eq!(band(30_000_326, -0.001_9), SecurityBand::Null);
    }

    #[test]
    fn wormholes_and_the_abyss_are_told_by_the_system_and_not_by_its_security() {
        assert_eq!(band(31_000_005, -0.99), SecurityBand::Wormhole);
        assert_eq!(band(32_000_001, -0.99), SecurityBand::Abyssal);
        assert_eq!(band(31_000_005, 1.0), SecurityBand::Wormhole);
    }

    #[test]
    fn security_is_shown_rounded_but_never_as_0_where_low_security_rules_hold() {
        for (real, shown) in [
            (0.945_9, 0.9),
            (0.45, 0.5),
            (0.449, 0.4),
            (0.05, 0.1),
            (0.000_1, 0.1),
            (0.0, 0.0),
        ] {
            assert_eq!(displayed_security(real), shown, "{real}");
        }
        for (real, shown) in [(-0.001_9, 0.0), (-0.06, -0.1), (-0.99, -1.0)] {
            assert_eq!(displayed_security(real), shown, "{real}");
        }
        assert!(displayed_security(-0.001).is_sign_positive());
    }

    #[test]
    fn a_security_status_keeps_six_decimals_and_refuses_madness() {
        let read = |json: &str| serde_json::from_str::<SecurityStatus>(json);
        assert_eq!(read("-1.8").unwrap().millionths(), -1_800_000);
        assert_eq!(read("5").unwrap(), read("5.0").unwrap());
        assert_eq!(read("0.30000001192092896").unwrap().millionths(), 300_000);
        assert_eq!(
            serde_json::to_string(&read("-9.9").unwrap()).unwrap(),
            "-9.9"
        );
        assert_eq!(
            serde_json::to_string(&read("-10.0").unwrap()).unwrap(),
            "-10"
        );
        for mad in [
            "100.1",
            "-101",
            "1e300",
            "99999999999",
            "18446744073709551615",
            "\"5\"",
        ] {
            assert!(read(mad).is_err(), "{mad}");
        }
        assert_eq!(SecurityStatus::from_millionths(100_000_001), None);
    }
}
