//! One parser for every known wire shape.

use jiff::Timestamp;

use crate::{Killmail, KillmailHash, KillmailId, ZkbInfo};

/// How deep items may be nested. ESI documents one level.
pub const MAX_ITEM_DEPTH: usize = 8;

/// How many attackers one killmail may list; the largest known has 3,753.
pub const MAX_ATTACKERS: usize = 20_000;

/// What a document from outside turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// A killmail, whole.
    Killmail(Box<Parsed>),
    /// A killmail's id and hash without its body (RedisQ since December 2025, zKillboard's REST
    /// list before June 2026): the body is to be fetched from ESI.
    Reference(Box<Reference>),
    /// A feed entry without a killmail: R2Z2's null placeholder.
    Placeholder(Option<FeedEnvelope>),
    /// The feed had nothing: `{"package": null}`.
    Empty,
}

/// A killmail with all that came along with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The killmail.
    pub killmail: Killmail,
    /// ESI's JSON object, byte for byte. Where the wire mixed foreign members into it (`zkb`,
    /// `killmail_hash`), ESI's own members with their bytes untouched, in their order.
    pub esi: Vec<u8>,
    /// The hash that came along, wherever the shape has it, where it is 40 hex digits.
    pub hash: Option<KillmailHash>,
    /// How `hash` compares with the one computed from the killmail.
    pub hash_check: HashCheck,
    /// zKillboard's block, where the shape has one.
    pub zkb: Option<ZkbInfo>,
    /// The feed's own numbers, where the shape has them.
    pub feed: Option<FeedEnvelope>,
}

/// A killmail's id and hash without its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Which killmail.
    pub id: KillmailId,
    /// Its hash, needed to ask ESI.
    pub hash: KillmailHash,
    /// zKillboard's block.
    pub zkb: ZkbInfo,
}

/// What R2Z2 writes around a killmail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedEnvelope {
    /// The entry's own number; equals the file's name.
    pub sequence_id: u64,
    /// When this version of the file was written. Changes when the file is rewritten.
    pub uploaded_at: Option<Timestamp>,
    /// Another, older sequence whose file was rewritten.
    pub sequence_updated: Option<u64>,
}

/// How a killmail's hash compares with the one computed from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashCheck {
    /// They agree.
    Right,
    /// They do not: the content is not what was hashed.
    Wrong,
    /// Nothing came along to compare with.
    Absent,
}

/// Why a document is not a killmail.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or JSON cut short, or nested beyond the limit.
    #[error("not a JSON document: {reason} (byte {offset})")]
    Syntax {
        /// What the JSON reader said.
        reason: String,
        /// How far it came.
        offset: usize,
    },
    /// Something that every killmail has is not there.
    #[error("{path} is missing")]
    Missing {
        /// Where, from the document's root: `esi.victim.ship_type_id`.
        path: String,
    },
    /// Something is there and cannot be what it should be.
    #[error("{path} is {value}: expected {expected}")]
    Invalid {
        /// Where, from the document's root: `esi.attackers[3].damage_done`.
        path: String,
        /// The value as it stood on the wire, cut to 80 characters.
        value: String,
        /// What would have been right.
        expected: String,
    },
}

/// Reads one document of any known shape: ESI body, R2Z2 entry, RedisQ answer or package (before
/// and after December 2025), zKillboard REST element, killmail.stream's flat form, EVE Ref member,
/// and the captures of 2018. Unknown members are ignored.
///
/// # Errors
/// [`ParseError`] names the path and the value.
pub fn parse(document: &[u8]) -> Result<Document, ParseError> {
    let _ = document;
    todo!()
}
