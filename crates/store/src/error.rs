//! What can go wrong with durable state, in words that say what to do.

use std::path::PathBuf;
use std::sync::Arc;

use crate::backend::{Blame, blame};
use crate::{Seq, TokenName};

/// Why the store could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error, or could not be reached.
    #[error("{doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The driver's error; shared, because one failed transaction fails all that were in it.
        source: Arc<sqlx::Error>,
    },
    /// The disk is full, or the file is read-only: writing is paused, not given up.
    #[error(
        "cannot write to the database: {0}; free some space or mend the permissions, Killwire goes on by itself"
    )]
    NotWritable(String),
    /// The database was made by a newer Killwire.
    #[error(
        "the database has schema version {found}, this program knows up to {known}: upgrade Killwire, or restore the backup made before the upgrade"
    )]
    NewerSchema {
        /// The database's version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Another node has taken over: this one writes nothing any more.
    #[error("another Killwire has taken over this database; this one has stopped writing")]
    Deposed,
    /// Another process leads this PostgreSQL database.
    #[error(
        "another Killwire is using this database; stop it first, or give this one a database of its own"
    )]
    Led,
    /// The client cap is reached.
    #[error(
        "there are already {0} clients; clients that have not asked for 30 days are forgotten by themselves"
    )]
    TooManyClients(usize),
    /// One client asks for more systems than there are in New Eden.
    #[error("a client may follow at most {0} systems; use another client_id for further ones")]
    TooManySystems(usize),
    /// A token in force has the name.
    #[error("there is already a token named {0}; choose another name, or revoke that one first")]
    TokenNameTaken(TokenName),
    /// There is or was a token of the same secret.
    #[error("this secret belongs to another token; make a new one")]
    TokenExists,
    /// The token cap is reached.
    #[error("there are already {0} tokens in force; revoke those that nobody uses")]
    TooManyTokens(usize),
    /// A match's reason is longer than is stored.
    #[error("a match's reason has {0} bytes; at most {max} are stored", max = crate::NewMatch::MAX_REASON_BYTES)]
    ReasonTooLong(usize),
    /// A copy of the database could not be made.
    #[error("cannot write a backup to {}: {reason}", file.display())]
    Backup {
        /// Where it should have gone.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A stored row cannot be read.
    #[error("damaged row in {table}: {reason}")]
    Damaged {
        /// Which table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a position in the log cannot be read from.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// Events after the position have been removed.
    #[error("events after {after} are no longer kept; the oldest available is {oldest}")]
    Gone {
        /// The position asked for.
        after: Seq,
        /// The oldest event that is still there.
        oldest: Seq,
    },
    /// The position lies beyond the log's end.
    #[error("position {after} lies beyond the log's end {head}; it is not from this log")]
    Ahead {
        /// The position asked for.
        after: Seq,
        /// The log's end.
        head: Seq,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the driver's errors ours: says what was being done, and tells the disk's fault apart.
pub(crate) fn database(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| match (blame(&error), &error) {
        (_, sqlx::Error::PoolClosed) => StoreError::Closed,
        (Blame::Disk, _) => StoreError::NotWritable(error.to_string()),
        _ => StoreError::Database {
            doing,
            source: Arc::new(error),
        },
    }
}

impl StoreError {
    /// Where a failed write's cause lies.
    pub(crate) fn blame(&self) -> Blame {
        match self {
            Self::NotWritable(_) => Blame::Disk,
            Self::Database { source, .. } => blame(source),
            Self::Deposed => Blame::Link,
            _ => Blame::Statement,
        }
    }
}
