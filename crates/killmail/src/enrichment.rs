//! What the ids on a killmail meant when it was enriched: names, tickers, the place, the values that
//! Killwire worked out itself. It is stored with the killmail, so that its JSON is the same after a
//! restart, and so that a pilot keeps the name he had.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AllianceId, CharacterId, ConstellationId, CorporationId, FactionId, GroupId, Isk, RegionId,
    TypeId,
};

/// What is known of a killmail beyond the killmail itself. Each list is sorted by id and has each id
/// once; an id that is not in its list is one whose name is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Enrichment {
    /// Whether anything may still be learned.
    pub progress: Progress,
    /// The solar system and where it lies; none without static data.
    pub place: Option<Place>,
    /// Pilots, victim and attackers.
    pub characters: Vec<Named<CharacterId>>,
    /// Corporations of either side.
    pub corporations: Vec<Organisation<CorporationId>>,
    /// Alliances of either side.
    pub alliances: Vec<Organisation<AllianceId>>,
    /// Factions of either side.
    pub factions: Vec<Named<FactionId>>,
    /// Hulls and weapons of either side.
    pub hulls: Vec<HullName>,
    /// Values worked out by Killwire; none where nothing could be priced.
    pub valued: Option<Valued>,
}

/// Whether an enrichment may still grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Something was not known in time and is still looked for.
    #[default]
    Partial,
    /// Everything that can be known is.
    Complete,
}

/// An id with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields say what they are")]
pub struct Named<Id> {
    pub id: Id,
    pub name: String,
}

/// A corporation or an alliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation<Id> {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its ticker, without brackets; none where only the name is known.
    pub ticker: Option<String>,
}

/// A hull or weapon with its class of ships or modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HullName {
    /// Which.
    pub id: TypeId,
    /// Its name: "Rifter".
    pub name: String,
    /// Its group: 25.
    pub group_id: GroupId,
    /// Its group's name: "Frigate".
    pub group: String,
}

/// Where a solar system lies and what kind of space it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The solar system's name.
    pub system: String,
    /// Its constellation.
    pub constellation_id: ConstellationId,
    /// The constellation's name.
    pub constellation: String,
    /// Its region.
    pub region_id: RegionId,
    /// The region's name.
    pub region: String,
    /// Its true security, about -1 to 1; [`crate::displayed_security`] makes of it what the game shows.
    pub security: f64,
    /// What players call its kind of wormhole space: `C5`, `Thera`; none in known space.
    pub wormhole_class: Option<String>,
}

/// What Killwire worked out itself, by the rules of zKillboard (docs/values.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Valued {
    /// The hull alone.
    pub hull: Option<Figure>,
    /// Hull and what was fitted.
    pub fitted: Option<Figure>,
    /// What dropped.
    pub dropped: Option<Figure>,
    /// What was destroyed, the hull included.
    pub destroyed: Option<Figure>,
    /// Destroyed and dropped.
    pub total: Option<Figure>,
    /// Items whose price is not known; they are in no figure.
    pub unpriced: u32,
}

/// An amount, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The amount.
    pub isk: Isk,
    /// Whose prices it was made of; where they were several, the one that gave most of it.
    pub source: PriceSource,
    /// The day of the oldest price in it.
    pub priced_at: Timestamp,
}

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceSource {
    /// Janice's price of the market asked for.
    Janice,
    /// MutaMarket's median for a type of abyssal modules.
    Mutamarket,
    /// CCP's average price over all markets.
    EsiAverage,
    /// CCP's adjusted price, used for fees and taxes.
    EsiAdjusted,
    /// A rule of zKillboard's: blueprint copies, SKINs, capsules.
    Rule,
}

impl PriceSource {
    /// Its name in JSON, configuration and the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Janice => "janice",
            Self::Mutamarket => "mutamarket",
            Self::EsiAverage => "esi_average",
            Self::EsiAdjusted => "esi_adjusted",
            Self::Rule => "rule",
        }
    }
}
