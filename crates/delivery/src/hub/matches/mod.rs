//! Matches of profiles, to any number of readers: a log beside the log, with numbers of its own.
//!
//! A reader ([`reader::MatchReader`]) has a position and reads on from there. The newest matches are
//! read from the store once for all of them ([`tail`]); who is further behind reads pages of its own.
//! Nothing is carried to a reader and nothing is queued for it: it is woken when there are more.

mod own;
pub(crate) mod reader;
mod tail;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use killwire_store::{MatchQuery, MatchReadError, MatchRow, MatchSeq, ProfileId, Store, TokenId};
use tokio::sync::watch;

use self::tail::Tail;

/// Whose matches a reader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of one profile.
    Profile(ProfileId),
    /// Those of a token's profiles.
    Token(TokenId),
    /// All.
    All,
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(id) => write!(f, "matches of profile {id}"),
            Self::Token(id) => write!(f, "matches of token {id}"),
            Self::All => f.write_str("all matches"),
        }
    }
}

/// Where a reader of matches is. Shared by the reader and the registry.
#[derive(Debug)]
pub(crate) struct MatchPlace {
    pub(crate) whose: Whose,
    position: AtomicI64,
}

impl MatchPlace {
    pub(crate) const fn new(whose: Whose, position: MatchSeq) -> Self {
        Self {
            whose,
            position: AtomicI64::new(position.0),
        }
    }

    /// Everything up to here was delivered, or is not wanted.
    pub(crate) fn position(&self) -> MatchSeq {
        MatchSeq(self.position.load(Ordering::Acquire))
    }

    fn read_to(&self, position: MatchSeq) {
        self.position.fetch_max(position.0, Ordering::AcqRel);
    }
}

/// Some matches after a position.
#[derive(Debug)]
pub(super) struct Stretch {
    /// Those that are wanted, in order.
    pub(super) rows: Vec<Arc<MatchRow>>,
    /// The position to go on from: everything up to it has been looked at.
    pub(super) next: MatchSeq,
}

/// The matches, for all who read them.
pub(crate) struct Matches {
    store: Store,
    tail: Tail,
}

impl Matches {
    pub(super) fn new(store: Store) -> Self {
        Self {
            tail: Tail::new(store.match_head()),
            store,
        }
    }

    /// Changes when there are more.
    pub(crate) fn changes(&self) -> watch::Receiver<MatchSeq> {
        self.store.match_head_changes()
    }

    /// The number that was given last.
    pub(crate) fn head(&self) -> MatchSeq {
        self.store.match_head()
    }

    /// What comes after `position`, at most `most` of one profile or of all.
    ///
    /// # Errors
    /// As [`Store::matches`].
    async fn after(
        &self,
        position: MatchSeq,
        most: usize,
        profile: Option<ProfileId>,
    ) -> Result<Stretch, MatchReadError> {
        self.tail.read_on(&self.store).await?;
        let wanted = |row: &MatchRow| profile.is_none_or(|id| row.profile_id == id);
        if let Some(stretch) = self.tail.after(position, most, wanted) {
            return Ok(stretch);
        }
        let query = MatchQuery {
            after: position,
            limit: most,
            profile,
        };
        let page = self.store.matches(query).await?;
        Ok(Stretch {
            rows: page.matches.into_iter().map(Arc::new).collect(),
            next: page.next,
        })
    }
}
