//! CCP's classes of solar systems.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
