//! The profiles whose matches a connection is sent. Few connections have any, so this is nothing until
//! the first is joined.

use std::net::IpAddr;
use std::sync::Arc;

use futures::future::select_all;
use killwire_store::{MatchSeq, ProfileEnd, ProfileId, ProfileWatch, StoreError};
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

/// All of them.
#[derive(Default)]
pub(super) struct Watching(Option<Box<Topics>>);

struct Topics {
    topics: Vec<Watched>,
    /// Changes when there are more matches.
    changes: watch::Receiver<MatchSeq>,
}

struct Watched {
    profile: ProfileId,
    /// Told when it ends.
    followed: ProfileWatch,
    reader: MatchReader,
}

/// Who joins.
pub(super) struct Joiner<'a> {
    pub(super) hub: &'a Arc<Hub>,
    /// By what its readers are counted.
    pub(super) address: Option<IpAddr>,
    pub(super) asker: Asker,
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
        // Before the look, so that no end between the two goes unnoticed.
        let followed = by.hub.store().watch_profile(profile);
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
            })
        });
        watching.topics.push(Watched {
            profile,
            followed,
            reader,
        });
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

    /// Waits until there may be more to send, or a profile ends; for ever where nothing is watched.
    pub(super) async fn changed(&mut self) {
        match &mut self.0 {
            // In a box of its own: thousands of connections have no use for it.
            Some(watching) => Box::pin(watching.changed()).await,
            None => std::future::pending().await,
        }
    }

    /// Ends the topics of profiles of which nothing comes any more, and answers which and why.
    pub(super) fn take_ended(&mut self) -> Vec<(ProfileId, ProfileEnd)> {
        let Some(watching) = &mut self.0 else {
            return Vec::new();
        };
        let ended = |watched: &mut Watched| Some((watched.profile, watched.followed.take_end()?));
        let ended: Vec<_> = watching.topics.iter_mut().filter_map(ended).collect();
        for (profile, _) in &ended {
            self.leave(*profile);
        }
        ended
    }
}

impl Topics {
    async fn changed(&mut self) {
        // Whoever waits here is told of an end without taking it: the next turn does.
        let ends = self
            .topics
            .iter_mut()
            .map(|one| Box::pin(one.followed.told()));
        tokio::select! {
            changed = self.changes.changed() => if changed.is_err() {
                // The store is closed: the connection ends by itself.
                std::future::pending::<()>().await;
            },
            _ = select_all(ends) => {}
        }
    }
}
