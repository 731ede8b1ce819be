//! One parser for every known wire shape.
//!
//! [`walk`] goes over the outer objects once and has every value read as what it is: scalars by
//! [`scalar`], victim and attackers by [`wire`], zKillboard's block by [`zkb`]. [`shape`] then says
//! what the members found amount to. Only when something is wrong does [`error`] take a second,
//! slower look to name the path and the value.

#[macro_use]
mod members;
mod error;
mod scalar;
mod shape;
mod walk;
mod wire;
mod zkb;

use jiff::Timestamp;

use self::walk::{Cursor, Inner};
use crate::{Killmail, KillmailHash, KillmailId, ZkbInfo};

pub use self::error::ParseError;

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
    /// The feed's own numbers, where the shape has them.
    pub feed: Option<FeedEnvelope>,
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

/// Reads one document of any known shape: ESI body, R2Z2 entry, RedisQ answer or package (before
/// and after December 2025), zKillboard REST element, killmail.stream's flat form, EVE Ref member,
/// and the captures of 2018. Unknown members are ignored.
///
/// What is lenient: null is absent; whole numbers may be written as floats (`12.0`); an optional id
/// may be 0 for none; a hash that is not 40 hex digits, and any unusable member of `zkb`, count as
/// absent; a member that stands twice counts as it stands last; `killID`, `kill_time` and
/// `system_id` do for ESI's names, which win where both stand; `final_blow` may be missing for
/// false and `singleton` for 0.
///
/// What is not: UTF-8, the killmail's id, time and system, the victim's hull and damage, each
/// attacker's damage, each item's type and flag; an id around a killmail that is not the one inside.
///
/// # Errors
/// [`ParseError`] names the path and the value.
pub fn parse(document: &[u8]) -> Result<Document, ParseError> {
    let text = utf8(document)?;
    match Cursor::new(text).document()? {
        Inner::Object { content, span } => shape::document(text, "", span, content),
        Inner::Null | Inner::Absent => Ok(Document::Placeholder(None)),
    }
}

impl Killmail {
    /// Reads ESI's object alone, as kept in [`Parsed::esi`]. Members that only other shapes have
    /// are ignored here, whatever they hold.
    ///
    /// # Errors
    /// [`ParseError`] names the path and the value.
    pub fn from_esi(esi: &[u8]) -> Result<Self, ParseError> {
        let body = Cursor::new(utf8(esi)?).body()?;
        shape::killmail("", *body)
    }
}

fn utf8(document: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(document)
        .map_err(|error| ParseError::syntax("not UTF-8", error.valid_up_to()))
}
