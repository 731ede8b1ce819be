//! The domain: what a killmail is.
//!
//! Pure data and pure functions; no I/O, no clock. Everything that comes from outside passes
//! through [`parse`] once, at the edge; inside, the types carry the rules.

mod enrichment;
mod facts;
mod hash;
mod ids;
mod isk;
mod json;
mod killmail;
mod parse;
mod security;
mod slot;
mod zkb;

pub use enrichment::{
    ENRICHMENT_VERSION, Enrichment, EnrichmentError, Figure, HullName, Named, Organisation, Place,
    PriceSource, Progress, Valued,
};
pub use facts::{FACTS_VERSION, FactAttacker, FactItem, FactVictim, Facts, FactsError};
pub use hash::{HashError, KillmailHash};
pub use ids::{
    AllianceId, CategoryId, CharacterId, ConstellationId, CorporationId, FactionId, GroupId,
    IdError, KillmailId, LocationId, MetaGroupId, MoonId, RegionId, SystemId, TypeId, WarId,
};
pub use isk::{Isk, IskError};
pub use json::killmail_json;
pub use killmail::{Attacker, Item, Killmail, Position, Victim};
pub use parse::{
    Document, FeedEnvelope, HashCheck, MAX_ATTACKERS, MAX_ITEM_DEPTH, ParseError, Parsed,
    Reference, parse,
};
pub use security::{SecurityBand, SecurityStatus, displayed_security};
pub use slot::Slot;
pub use zkb::ZkbInfo;
