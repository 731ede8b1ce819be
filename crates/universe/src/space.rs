//! What kind of space a solar system lies in.

use killwire_killmail::{SecurityBand, SystemId};

/// CCP's `wormholeClassID`, which also tells kinds of known space apart. A solar system without one
/// has that of its constellation, or else of its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WormholeClass {
    /// 1.
    C1,
    /// 2.
    C2,
    /// 3.
    C3,
    /// 4.
    C4,
    /// 5.
    C5,
    /// 6.
    C6,
    /// 7: high security.
    HighSec,
    /// 8: low security.
    LowSec,
    /// 9: null security.
    NullSec,
    /// 12.
    Thera,
    /// 13: shattered systems that only small ships can enter.
    C13,
    /// 14: the Drifters' Sentinel.
    Sentinel,
    /// 15: the Drifters' Barbican.
    Barbican,
    /// 16: the Drifters' Vidette.
    Vidette,
    /// 17: the Drifters' Conflux.
    Conflux,
    /// 18: the Drifters' Redoubt.
    Redoubt,
    /// 19 to 23: abyssal deadspace.
    Abyssal,
    /// 25.
    Pochven,
    /// Any other code, whose meaning is not known.
    Other(i16),
}

impl WormholeClass {
    /// What CCP's code means.
    #[must_use]
    pub const fn from_code(code: i16) -> Self {
        match code {
            1 => Self::C1,
            2 => Self::C2,
            3 => Self::C3,
            4 => Self::C4,
            5 => Self::C5,
            6 => Self::C6,
            7 => Self::HighSec,
            8 => Self::LowSec,
            9 => Self::NullSec,
            12 => Self::Thera,
            13 => Self::C13,
            14 => Self::Sentinel,
            15 => Self::Barbican,
            16 => Self::Vidette,
            17 => Self::Conflux,
            18 => Self::Redoubt,
            19..=23 => Self::Abyssal,
            25 => Self::Pochven,
            other => Self::Other(other),
        }
    }

    /// What players call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::C1 => "C1",
            Self::C2 => "C2",
            Self::C3 => "C3",
            Self::C4 => "C4",
            Self::C5 => "C5",
            Self::C6 => "C6",
            Self::HighSec => "HS",
            Self::LowSec => "LS",
            Self::NullSec => "NS",
            Self::Thera => "Thera",
            Self::C13 => "C13",
            Self::Sentinel | Self::Barbican | Self::Vidette | Self::Conflux | Self::Redoubt => {
                "Drifter"
            }
            Self::Abyssal => "Abyssal",
            Self::Pochven => "Pochven",
            Self::Other(_) => "unknown",
        }
    }

    /// Whether it is a class of wormhole space, rather than of known space or of the abyss.
    #[must_use]
    pub const fn is_wormhole(self) -> bool {
        !matches!(
            self,
            Self::HighSec
                | Self::LowSec
                | Self::NullSec
                | Self::Abyssal
                | Self::Pochven
                | Self::Other(_)
        )
    }
}

/// The kinds of space that players tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// True security 0.45 and above.
    High,
    /// True security from 0.0 to below 0.45.
    Low,
    /// True security below 0.0.
    Null,
    /// The region Pochven: no stargates of the usual kind lead there.
    Pochven,
    /// Wormhole space, Thera and the Drifters' systems included.
    Wormhole,
    /// Abyssal deadspace, and the void of the proving grounds.
    Abyssal,
}

impl Space {
    /// Its name on the wire and in text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "highsec",
            Self::Low => "lowsec",
            Self::Null => "nullsec",
            Self::Pochven => "pochven",
            Self::Wormhole => "w-space",
            Self::Abyssal => "abyssal",
        }
    }

    /// From what is known of a system. High, low and null follow from the true security, as the
    /// game's rules do, with the bounds of [`SecurityBand`].
    pub(crate) fn of(system: SystemId, class: Option<WormholeClass>, security: f64) -> Self {
        match class {
            Some(WormholeClass::Pochven) => return Self::Pochven,
            Some(WormholeClass::Abyssal) => return Self::Abyssal,
            Some(class) if class.is_wormhole() => return Self::Wormhole,
            _ => {}
        }
        if (34_000_000..35_000_000).contains(&system.get()) {
            return Self::Abyssal;
        }
        match SecurityBand::of(system, security) {
            SecurityBand::High => Self::High,
            SecurityBand::Low => Self::Low,
            SecurityBand::Null => Self::Null,
            SecurityBand::Wormhole => Self::Wormhole,
            SecurityBand::Abyssal => Self::Abyssal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(system: i64, code: Option<i16>, security: f64) -> Space {
        let system = SystemId::new(system).unwrap();
        Space::of(system, code.map(WormholeClass::from_code), security)
    }

    #[test]
    fn every_class_has_the_name_that_players_use() {
        let names: Vec<_> = (1..=25)
            .map(|code| WormholeClass::from_code(code).name())
            .collect();
        assert_eq!(
            names.join(" "),
            "C1 C2 C3 C4 C5 C6 HS LS NS unknown unknown Thera C13 Drifter Drifter Drifter Drifter \
             Drifter Abyssal Abyssal Abyssal Abyssal Abyssal unknown Pochven"
        );
    }

    #[test]
    fn known_space_goes_by_security_and_the_rest_by_class() {
        assert_eq!(space(30_000_142, Some(7), 0.9), Space::High);
        assert_eq!(space(30_000_142, Some(8), 0.46), Space::High);
        assert_eq!(space(30_002_813, Some(8), 0.3), Space::Low);
        assert_eq!(space(30_000_001, Some(9), -0.4), Space::Null);
        assert_eq!(space(30_000_001, None, -0.4), Space::Null);
        assert_eq!(space(30_000_157, Some(25), -1.0), Space::Pochven);
        assert_eq!(space(31_000_005, Some(12), -1.0), Space::Wormhole);
        assert_eq!(space(32_000_001, Some(19), -1.0), Space::Abyssal);
    }

    #[test]
    fn without_a_class_the_number_of_the_system_tells() {
        assert_eq!(space(31_000_005, None, -1.0), Space::Wormhole);
        assert_eq!(space(32_000_005, None, -1.0), Space::Abyssal);
        assert_eq!(space(34_000_005, Some(99), -1.0), Space::Abyssal);
    }
}
