//! The profiles whose matches a connection is sent. Few connections have any, so this is nothing until
//! the first is joined.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_store::{MatchSeq, ProfileId, StoreError};
use tokio::sync::watch;

use super::action::{ProfileJoin, ProfileJoined};
use super::outlet::Outlet;
use super::protocol::Shape;
use super::push::Push;
use super::topic::Topic;
use crate::hub::matches::Whose;
use crate::hub::matches::reader::{Found, MatchReader};
use crate::hub::parcel::Written;
use crate::hub::{Full, Hub, Protocol};
use crate::match_json::{killmail_of, match_with_killmail};
use crate::profile_desk::ProfileFault;
use crate::visible::{NotVisible, visible};
use crate::{Asker, Namer, websocket};

/// How often it is looked whether the profiles are still there.
const LOOK: Duration = Duration::from_secs(10);

/// All of them.
#[derive(Default)]
pub(super) struct Watching(Option<Box<Topics>>);

struct Topics {
    topics: Vec<Watched>,
    /// Changes when there are more matches.
    changes: watch::Receiver<MatchSeq>,
    look_at: Timestamp,
}

struct Watched {
    profile: ProfileId,
    reader: MatchReader,
}

/// Who joins.
pub(super) struct Joiner<'a> {
    pub(super) hub: &'a Arc<Hub>,
    /// By what its readers are counted.
    pub(super) address: Option<IpAddr>,
    pub(super) asker: Asker,
    pub(super) now: Timestamp,
}

/// To whom matches are sent.
pub(super) struct Receiver<'a> {
    pub(super) hub: &'a Hub,
    pub(super) namer: &'a Arc<dyn Namer>,
    pub(super) outlet: &'a Outlet,
    pub(super) shape: Shape,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// There was nothing.
    Nothing,
    /// There may be more.
    Some,
    /// The client takes no more for now.
    Blocked,
}

/// Why a join is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(
        "a profile's topic needs a token: connect with ?token=kw_…, or with the header \"Authorization: Bearer kw_…\""
    )]
    NoToken,
    #[error(transparent)]
    Profile(ProfileFault),
    #[error("resume_from {start} lies beyond the last match {head}; it is not from this database")]
    Ahead { start: MatchSeq, head: MatchSeq },
    #[error("the database does not answer; try again later")]
    Store(#[source] StoreError),
    #[error(transparent)]
    NoRoom(#[from] Full),
}

impl From<NotVisible> for Refused {
    fn from(error: NotVisible) -> Self {
        match error {
            NotVisible::Profile(fault) => Self::Profile(fault),
            NotVisible::Store(error) => Self::Store(error),
        }
    }
}

impl Refused {
    /// What there is no room for, where that is why.
    pub(super) const fn no_room(&self) -> Option<Full> {
        match self {
            Self::NoRoom(full) => Some(*full),
            _ => None,
        }
    }
}

impl Watching {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Joins the topic of a profile, anew where it was joined before.
    pub(super) async fn join(
        &mut self,
        by: Joiner<'_>,
        request: &ProfileJoin,
    ) -> Result<ProfileJoined, Refused> {
        let profile = request.profile;
        let former = self.leave(profile);
        if by.asker.token.is_none() {
            return Err(Refused::NoToken);
        }
        visible(by.hub.store(), by.asker, profile).await?;
        let head = by.hub.matches().head();
        let start = request.resume_from.or(former).unwrap_or(head);
        if start > head {
            return Err(Refused::Ahead { start, head });
        }
        let who = (Protocol::Channel, by.address);
        let reader = by.hub.open_matches(who, Whose::Profile(profile), start)?;
        let watching = self.0.get_or_insert_with(|| {
            Box::new(Topics {
                topics: Vec::new(),
                changes: by.hub.matches().changes(),
                look_at: later(by.now),
            })
        });
        watching.topics.push(Watched { profile, reader });
        Ok(ProfileJoined {
            match_seq: start,
            head,
        })
    }

    /// Ends a topic; answers up to where it was delivered, if it was joined.
    pub(super) fn leave(&mut self, profile: ProfileId) -> Option<MatchSeq> {
        let watching = self.0.as_mut()?;
        let mut topics = watching.topics.iter();
        let place = topics.position(|one| one.profile == profile)?;
        let left = watching.topics.swap_remove(place);
        if watching.topics.is_empty() {
            self.0 = None;
        }
        Some(left.reader.position())
    }

    /// Sends the next match of each topic.
    ///
    /// # Errors
    /// When the store fails; what was sent before is not sent again.
    pub(super) async fn send(&mut self, to: Receiver<'_>) -> Result<Sent, StoreError> {
        let Some(watching) = &mut self.0 else {
            return Ok(Sent::Nothing);
        };
        // Before the look, so that no match between the two goes unnoticed.
        watching.changes.borrow_and_update();
        let mut sent = Sent::Nothing;
        for watched in &mut watching.topics {
            let found = watched.reader.peek().await?;
            let topic = Topic::Profile(watched.profile);
            let text = match &found {
                Found::Nothing => continue,
                Found::Match(found) => {
                    let killmail = killmail_of(to.hub.store(), to.namer, found).await?;
                    let json = match_with_killmail(found, killmail.as_ref());
                    Push::Match(&json).text(to.shape, topic)
                }
                Found::Gap { after, oldest } => Push::MatchGap {
                    after: *after,
                    oldest: *oldest,
                    timestamp: to.hub.now(),
                }
                .text(to.shape, topic),
            };
            let frame = Written::whole(websocket::text(&text));
            if !to.outlet.offer(&frame) {
                return Ok(Sent::Blocked);
            }
            match found {
                Found::Gap { oldest, .. } => watched.reader.leap_to(oldest),
                _ => watched.reader.delivered(),
            }
            sent = Sent::Some;
        }
        Ok(sent)
    }

    /// Waits until there may be more to send; for ever where nothing is watched.
    pub(super) async fn changed(&mut self) {
        let changed = match &mut self.0 {
            Some(watching) => watching.changes.changed().await,
            None => return std::future::pending().await,
        };
        if changed.is_err() {
            // The store is closed: the connection ends by itself.
            std::future::pending::<()>().await;
        }
    }

    /// When to look for profiles that were deleted.
    pub(super) fn look_at(&self) -> Timestamp {
        let watching = self.0.as_ref();
        watching.map_or(Timestamp::MAX, |watching| watching.look_at)
    }

    /// Ends the topics of profiles that are there no longer, and answers which.
    pub(super) async fn take_deleted(&mut self, hub: &Hub, now: Timestamp) -> Vec<ProfileId> {
        let Some(watching) = &mut self.0 else {
            return Vec::new();
        };
        watching.look_at = later(now);
        let mut deleted = Vec::new();
        for watched in &watching.topics {
            // Where the store does not answer, the next look will tell.
            if let Ok(false) = hub.matches().is_there(watched.profile).await {
                deleted.push(watched.profile);
            }
        }
        for profile in &deleted {
            self.leave(*profile);
        }
        deleted
    }
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(LOOK).unwrap_or(Timestamp::MAX)
}
