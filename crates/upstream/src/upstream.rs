//! Who is spoken to.

use std::fmt;

/// An upstream: one service with one set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Upstream {
    /// zKillboard's file store: the live feed and its history.
    R2z2,
    /// CCP's API.
    Esi,
    /// EVE Ref's archives.
    EveRef,
    /// Janice: market prices, with a key.
    Janice,
    /// MutaMarket: what abyssal modules are worth.
    MutaMarket,
    /// CCP's static data export.
    StaticData,
    /// zKillboard's REST API.
    Zkillboard,
}

impl Upstream {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::R2z2,
        Self::Esi,
        Self::EveRef,
        Self::Janice,
        Self::MutaMarket,
        Self::StaticData,
        Self::Zkillboard,
    ];

    /// Its name in metrics, logs and `/status`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::R2z2 => "r2z2",
            Self::Esi => "esi",
            Self::EveRef => "everef",
            Self::Janice => "janice",
            Self::MutaMarket => "mutamarket",
            Self::StaticData => "static_data",
            Self::Zkillboard => "zkillboard",
        }
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::R2z2 => "zKillboard (R2Z2)",
            Self::Esi => "ESI",
            Self::EveRef => "EVE Ref",
            Self::Janice => "Janice",
            Self::MutaMarket => "MutaMarket",
            Self::StaticData => "CCP's static data site",
            Self::Zkillboard => "zKillboard (API)",
        })
    }
}
