//! The handle of one who reads matches.

use std::collections::VecDeque;
use std::sync::Arc;

use killwire_store::{MatchReadError, MatchRow, MatchSeq, StoreError};
use metrics::{counter, gauge};

use super::own::Own;
use super::{MatchPlace, Stretch, Whose};
use crate::hub::Hub;
use crate::hub::registry::{Protocol, ReaderId};
use crate::metric;

/// Matches that a reader takes at once.
const PAGE: usize = 32;

/// The same where others' matches are among them.
const MIXED_PAGE: usize = 256;

/// A reader of matches. It leaves when it is dropped.
///
/// Its owner asks [`MatchReader::peek`] what comes next, says [`MatchReader::delivered`] when it was,
/// and waits for [`super::Matches::changes`] where nothing comes. `peek` may be given up at any await
/// and called again.
pub(crate) struct MatchReader {
    hub: Arc<Hub>,
    place: Arc<MatchPlace>,
    id: ReaderId,
    protocol: Protocol,
    own: Option<Own>,
    /// What comes next and is wanted, and up to where that is all.
    page: VecDeque<Arc<MatchRow>>,
    through: MatchSeq,
}

/// What there is for a reader.
#[derive(Debug)]
pub(crate) enum Found {
    /// The next match.
    Match(Arc<MatchRow>),
    /// What came after `after` is no longer kept, up to the match before `oldest`.
    Gap { after: MatchSeq, oldest: MatchSeq },
    /// Nothing for now.
    Nothing,
}

impl MatchReader {
    pub(in crate::hub) fn new(
        hub: Arc<Hub>,
        place: Arc<MatchPlace>,
        id: ReaderId,
        protocol: Protocol,
    ) -> Self {
        gauge!(metric::READERS, "protocol" => protocol.name()).increment(1);
        let own = match place.whose {
            Whose::Token(token) => Some(Own::of(token)),
            Whose::Profile(_) | Whose::All => None,
        };
        Self {
            through: place.position(),
            hub,
            place,
            id,
            protocol,
            own,
            page: VecDeque::new(),
        }
    }

    /// Everything up to here was delivered, or is not wanted.
    pub(crate) fn position(&self) -> MatchSeq {
        self.place.position()
    }

    /// What comes next, without waiting for it; the same again until it was read.
    ///
    /// # Errors
    /// What the store failed with; calling again tries again.
    pub(crate) async fn peek(&mut self) -> Result<Found, StoreError> {
        loop {
            if let Some(row) = self.page.front() {
                return Ok(Found::Match(Arc::clone(row)));
            }
            self.place.read_to(self.through);
            let position = self.position();
            match self.stretch(position).await {
                Ok(stretch) if stretch.rows.is_empty() && stretch.next <= position => {
                    self.page = VecDeque::new();
                    return Ok(Found::Nothing);
                }
                Ok(stretch) => {
                    self.page = stretch.rows.into();
                    self.through = stretch.next;
                }
                Err(MatchReadError::Gone { after, oldest }) => {
                    return Ok(Found::Gap { after, oldest });
                }
                // The head only grows, and the position was below it when the reader came.
                Err(MatchReadError::Ahead { .. }) => return Ok(Found::Nothing),
                Err(MatchReadError::Store(error)) => return Err(error),
            }
        }
    }

    async fn stretch(&mut self, position: MatchSeq) -> Result<Stretch, MatchReadError> {
        let matches = self.hub.matches();
        let (most, profile) = match self.place.whose {
            Whose::Profile(id) => (PAGE, Some(id)),
            Whose::Token(_) => (MIXED_PAGE, None),
            Whose::All => (PAGE, None),
        };
        let mut stretch = matches.after(position, most, profile).await?;
        if let Some(own) = &mut self.own {
            own.retain(self.hub.store(), &mut stretch.rows).await?;
        }
        Ok(stretch)
    }

    /// The match that was peeked at was delivered.
    pub(crate) fn delivered(&mut self) {
        if let Some(row) = self.page.pop_front() {
            self.place.read_to(row.match_seq);
            counter!(metric::DELIVERIES, "protocol" => self.protocol.name()).increment(1);
        }
    }

    /// A gap was told: reading goes on with the match `oldest`.
    pub(crate) fn leap_to(&mut self, oldest: MatchSeq) {
        self.page = VecDeque::new();
        self.through = self.through.max(MatchSeq(oldest.0 - 1));
        self.place.read_to(self.through);
    }
}

impl Drop for MatchReader {
    fn drop(&mut self) {
        self.hub.registry.leave(self.id);
        gauge!(metric::READERS, "protocol" => self.protocol.name()).decrement(1);
    }
}
