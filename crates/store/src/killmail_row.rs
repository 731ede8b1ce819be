//! Killmails as stored, and the ways to find them.

use jiff::Timestamp;
use killwire_killmail::{
    AllianceId, CharacterId, CorporationId, Facts, KillmailHash, KillmailId, SystemId, ZkbInfo,
};

use crate::Origin;

/// A killmail as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredKillmail {
    /// Its id.
    pub id: KillmailId,
    /// When the ship died.
    pub time: Timestamp,
    /// Where.
    pub system_id: SystemId,
    /// Its hash, where one is known.
    pub hash: Option<KillmailHash>,
    /// ESI's body, byte for byte.
    pub esi: Vec<u8>,
    /// zKillboard's block.
    pub zkb: Option<ZkbInfo>,
    /// What filters need.
    pub facts: Facts,
    /// How it came.
    pub origin: Origin,
    /// When it was first stored.
    pub stored_at: Timestamp,
}

impl StoredKillmail {
    /// The killmail as clients read it, encoded.
    #[must_use]
    pub fn json(&self) -> Vec<u8> {
        todo!()
    }
}

/// Someone involved, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Participant {
    /// A pilot.
    Character(CharacterId),
    /// A corporation.
    Corporation(CorporationId),
    /// An alliance.
    Alliance(AllianceId),
}

/// A stretch of kill times, newest first, with a page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// Kills at or after this moment.
    pub since: Option<Timestamp>,
    /// Kills before this moment.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: usize,
}
