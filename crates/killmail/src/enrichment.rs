//! What the ids on a killmail meant when it was enriched: names, tickers, the place, the values that
//! Killwire worked out itself. It is stored with the killmail, so that its JSON is the same after a
//! restart, and so that a pilot keeps the name he had.

mod record;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::record::{ENRICHMENT_VERSION, EnrichmentError};
use crate::{
    AllianceId, CharacterId, ConstellationId, CorporationId, FactionId, GroupId, Isk, RegionId,
    SecurityBand, SystemId, TypeId,
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
    #[serde(with = "record::moment")]
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

impl Enrichment {
    /// A pilot's name.
    #[must_use]
    pub fn character(&self, id: CharacterId) -> Option<&str> {
        named(&self.characters, id)
    }

    /// A corporation's name and ticker.
    #[must_use]
    pub fn corporation(&self, id: CorporationId) -> Option<&Organisation<CorporationId>> {
        found(&self.corporations, id, |known| known.id)
    }

    /// An alliance's name and ticker.
    #[must_use]
    pub fn alliance(&self, id: AllianceId) -> Option<&Organisation<AllianceId>> {
        found(&self.alliances, id, |known| known.id)
    }

    /// A faction's name.
    #[must_use]
    pub fn faction(&self, id: FactionId) -> Option<&str> {
        named(&self.factions, id)
    }

    /// A hull's or weapon's name and group.
    #[must_use]
    pub fn hull(&self, id: TypeId) -> Option<&HullName> {
        found(&self.hulls, id, |known| known.id)
    }

    /// Whether anything may still be learned.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.progress == Progress::Partial
    }

    /// This one completed by an earlier one of the same killmail: what only the earlier one knows
    /// is added, what both know stays as it is here. A complete one is whole as it is.
    #[must_use]
    pub fn over(self, earlier: &Self) -> Self {
        if !self.is_partial() {
            return self;
        }
        Self {
            progress: self.progress,
            place: self.place.or_else(|| earlier.place.clone()),
            characters: joined(self.characters, &earlier.characters, |known| known.id),
            corporations: joined(self.corporations, &earlier.corporations, |known| known.id),
            alliances: joined(self.alliances, &earlier.alliances, |known| known.id),
            factions: joined(self.factions, &earlier.factions, |known| known.id),
            hulls: joined(self.hulls, &earlier.hulls, |known| known.id),
            valued: self.valued.or_else(|| earlier.valued.clone()),
        }
    }
}

fn found<T, Id: Ord + Copy>(list: &[T], id: Id, key: impl Fn(&T) -> Id) -> Option<&T> {
    let place = list.binary_search_by(|entry| key(entry).cmp(&id)).ok()?;
    list.get(place)
}

fn named<Id: Ord + Copy>(list: &[Named<Id>], id: Id) -> Option<&str> {
    found(list, id, |known| known.id).map(|known| known.name.as_str())
}

/// Both lists, sorted; where an id is in both, as `newer` has it.
fn joined<T: Clone, Id: Ord>(newer: Vec<T>, older: &[T], key: impl Fn(&T) -> Id) -> Vec<T> {
    let mut all = newer;
    all.extend_from_slice(older);
    // Stable: of two with one id, the newer stays first, and the first is what stays.
    all.sort_by_key(&key);
    all.dedup_by_key(|entry| key(entry));
    all
}

impl Place {
    /// What players call this kind of space: `high`, `low`, `null`, `wormhole`, `abyssal`,
    /// `pochven`. `system` is the system that this place is of.
    #[must_use]
    pub fn space(&self, system: SystemId) -> &'static str {
        if self.region_id.get() == POCHVEN {
            return "pochven";
        }
        match SecurityBand::of(system, self.security) {
            SecurityBand::High => "high",
            SecurityBand::Low => "low",
            SecurityBand::Null => "null",
            SecurityBand::Wormhole => "wormhole",
            SecurityBand::Abyssal => "abyssal",
        }
    }
}

/// The region that Triglavians cut out of New Eden; its systems have the security of null-sec and
/// rules of their own.
const POCHVEN: i64 = 10_000_070;

impl Progress {
    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Complete => "complete",
        }
    }
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
