//! What the writer is asked to do.

use std::sync::Arc;
use std::time::Instant;

use killwire_killmail::KillmailId;
use tokio::sync::oneshot;

use crate::matches::write::Found;
use crate::named_list::write::{ListChange, Written};
use crate::prepared::{Prepared, PreparedOffer};
use crate::profile::write::ProfileChange;
use crate::sql::{Rows, Sql};
use crate::{
    ImportReport, ListError, MatchSeq, NewMatch, Outcome, ProfileError, ProfileRow, Seq, StoreError,
};

/// A change and where its answer goes.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) change: Change,
    pub(crate) reply: oneshot::Sender<Result<Done, StoreError>>,
    pub(crate) arrived: Instant,
}

/// One change, all of it or nothing. Holds what it takes to try it again.
#[derive(Debug)]
pub(crate) enum Change {
    /// Killmails from a feed, and what goes with them.
    Append {
        offers: Vec<PreparedOffer>,
        also: Vec<Sql>,
    },
    /// Killmails from an archive.
    Import {
        batch: Vec<Arc<Prepared>>,
        /// Whether an `imported` event tells of them.
        event: bool,
    },
    /// Stored killmails of which more is known now.
    Enrich(Vec<Arc<Prepared>>),
    /// A killmail that its owner wants gone.
    Delete(KillmailId),
    /// Killmails that have outlived their retention, with the rows of those involved.
    Expire {
        killmails: Vec<KillmailId>,
        participants: Rows,
    },
    /// The log's beginning goes; `gone` says what each system loses.
    Prune { oldest: Seq, gone: Rows },
    /// Profiles made, changed or deleted.
    Profile(ProfileChange),
    /// A named list written or deleted.
    List(ListChange),
    /// What a stage found in the log, and how far it has read.
    Match(Found),
    /// The matches before a number go.
    PruneMatches(MatchSeq),
    /// Plain statements and rows.
    Write {
        statements: Vec<Sql>,
        rows: Vec<Rows>,
    },
}

/// What came of a change; each part where it applies.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// One per offer or enriched killmail.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) report: ImportReport,
    /// Rows changed by deletes and plain statements.
    pub(crate) rows: u64,
    /// The profiles as they are now, or why they were not changed; none for other changes.
    pub(crate) profiles: Option<Result<Vec<ProfileRow>, ProfileError>>,
    /// What was written of a list, or why it was not; none for other changes.
    pub(crate) list: Option<Result<Written, ListError>>,
    /// Matches that were new.
    pub(crate) matched: Vec<(MatchSeq, NewMatch)>,
}

impl Change {
    /// One plain statement.
    pub(crate) fn statement(sql: Sql) -> Self {
        Self::Write {
            statements: vec![sql],
            rows: Vec::new(),
        }
    }

    /// How much work it is, in killmails.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Append { offers, .. } => 1 + offers.len(),
            Self::Import { batch, .. } => 1 + batch.len(),
            Self::Enrich(killmails) => 1 + killmails.len(),
            Self::Expire { killmails, .. } => 1 + killmails.len(),
            Self::Profile(change) => 1 + change.weight(),
            Self::Match(found) => 1 + found.matches.len(),
            Self::Delete(_)
            | Self::Prune { .. }
            | Self::List(_)
            | Self::PruneMatches(_)
            | Self::Write { .. } => 1,
        }
    }
}
