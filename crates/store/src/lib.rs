//! Durable state: the event log, killmails, client offsets, feed positions.
//!
//! One [`Store`] per process owns the database. Every change goes through one writer task, which
//! groups what is waiting into one transaction, syncs it to disk, and only then lets readers see it
//! ([`Store::head_changes`]). The recent end of the log lives in RAM with each event's encoded
//! JSON, so that readers at the head touch no disk.

mod backend;
mod by_time;
mod change;
mod client;
mod client_offsets;
mod clients;
mod column;
mod config;
mod enriching;
mod entity;
mod error;
mod event;
mod event_row;
mod gap;
mod garbage;
mod history;
mod killfeed;
mod killmail_row;
mod matches;
pub mod metric;
mod named_list;
mod offered;
mod owner;
mod plan;
mod position;
mod prepared;
mod price;
mod profile;
mod quarantine;
mod read_log;
mod reader;
mod recent;
mod removal;
mod scan;
mod schema;
mod sql;
mod static_data;
mod store;
mod token;
mod transaction;
mod writer;

pub use client::{AckMode, ClientFetch, ClientId, ClientIdError, ClientPoll};
pub use config::{Backend, Lead, Retention, StoreConfig, WindowLimits};
pub use entity::{EntityKind, EntityRow};
pub use error::{ReadError, StoreError};
pub use event::{
    Append, EventKind, EventPage, EventQuery, ImportReport, Kinds, LogEvent, Offer, Origin,
    Outcome, Seq, TraceContext,
};
pub use gap::{Gap, GapId, GapReason, GapState, NewGap};
pub use killmail_row::{Participant, StoredKillmail, TimeRange};
pub use matches::{MatchPage, MatchQuery, MatchReadError, MatchRow, MatchSeq, NewMatch};
pub use named_list::{ListEntry, ListEntryKind, ListError, ListName, ListNameError, ListRow};
pub use owner::{Belongings, Party};
pub use position::{FeedPosition, SourceName};
pub use price::PriceRow;
pub use profile::ending::{ProfileEnd, ProfileWatch};
pub use profile::{
    NewProfile, ProfileError, ProfileId, ProfileLimits, ProfileName, ProfileNameError, ProfileRow,
};
pub use quarantine::{NewQuarantine, QuarantineId, Quarantined};
pub use reader::{ReaderMark, ReaderName};
pub use scan::{Scan, ScanBy, ScanQuery, ScannedFacts};
pub use static_data::StaticBuild;
pub use store::{Store, StoreStats};
pub use token::{Scope, ScopeError, TokenId, TokenKey, TokenName, TokenNameError, TokenRow};
