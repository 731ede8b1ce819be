//! What a connection must do, in the order in which the session says it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use killwire_killmail::{CharacterId, SystemId};
use killwire_store::{MatchSeq, ProfileId, Seq};

use super::protocol::Ref;
use super::topic::Topic;

/// One thing to do. They are done in order, and each before the next frame is read: so a reply to
/// a join is always on the wire before anything that the join brings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Send this text in one unfragmented frame.
    Send(Bytes),
    /// Ask the hub for it, and give its answer to `Session::joined` or `Session::refused`, which
    /// say how to go on. It is the last action of its list. Nothing is delivered for the topic before those actions are
    /// done.
    Join(Box<JoinRequest>),
    /// The same for the topic of a profile, with `Session::joined_profile` and
    /// `Session::refused_profile`. It is the last action of its list as well.
    JoinProfile(Box<ProfileJoin>),
    /// The joined topic wants something else from now on; its position stays.
    Change {
        /// Always [`Topic::Lobby`] today.
        topic: Topic,
        /// All of what is wanted now.
        wanted: Subscriptions,
    },
    /// The topic is over: deliver nothing more for it, and drop its preload.
    Leave(Topic),
    /// Send what is known of the past, while live delivery goes on.
    Preload(Preload),
    /// Send an absolute count of the last 24 hours for each of these systems, as
    /// `kill_count_update`. Follows the preload of the same systems, because the mapper adds
    /// preloaded kills to its own count until it is told the true one. The system of a count of 0
    /// may be passed over where nothing was preloaded for it.
    CountUpdates {
        /// On which topic.
        topic: Topic,
        /// Sorted.
        systems: Arc<[SystemId]>,
    },
    /// Write what was to be sent, then end the connection.
    End(EndReason),
}

/// Why the session ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// So many frames in a row were not understood that the client speaks something else.
    TooManyBadFrames,
}

/// What a client wants of the hub.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JoinRequest {
    /// The topic to join.
    pub(crate) topic: Topic,
    /// The client had joined this topic before: what it had ends with this request, whatever
    /// becomes of it. Where `resume_from` is absent, the new one goes on from where the old one
    /// stood, so that a client that joins again to change its lists misses nothing in between.
    pub(crate) replaces: bool,
    /// The union that is wanted: a killmail that is in one of these systems or has one of these
    /// characters. Absent on [`Topic::Stream`], which wants everything. Empty means nothing.
    pub(crate) wanted: Option<Subscriptions>,
    /// The hub's filters, by its names, as the client wrote them: what is delivered passes all of
    /// them. A default age stands among them, see `join`.
    pub(crate) filters: Vec<(&'static str, Vec<String>)>,
    /// Deliver what comes after this event. Absent: from now on.
    pub(crate) resume_from: Option<Seq>,
    /// Also deliver `updated` events.
    pub(crate) updates: bool,
    /// How the topic is preloaded, now and when systems are added.
    pub(super) preload: PreloadRules,
    /// What the client called the join.
    pub(super) join_ref: Option<Ref>,
    /// What the reply answers.
    pub(super) message_ref: Option<Ref>,
    /// Ids that are none, as JSON: left out, and named in the reply.
    pub(super) ignored: super::ids::Ignored,
}

/// Which profile's matches a client wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProfileJoin {
    /// Which.
    pub(crate) profile: ProfileId,
    /// As in [`JoinRequest`].
    pub(crate) replaces: bool,
    /// Deliver what comes after this match. Absent: from now on.
    pub(crate) resume_from: Option<MatchSeq>,
    /// What the client called the join.
    pub(super) join_ref: Option<Ref>,
    /// What the reply answers.
    pub(super) message_ref: Option<Ref>,
}

/// What the hub answers to such a join that it took on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProfileJoined {
    /// The match after which the topic delivers.
    pub(crate) match_seq: MatchSeq,
    /// The newest match of all profiles.
    pub(crate) head: MatchSeq,
}

/// What the hub answers to a join that it took on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    /// The event after which the topic delivers.
    pub(crate) seq: Seq,
}

/// The systems and characters of a topic: each list sorted, without duplicates. A copy shares the
/// lists with the original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscriptions {
    /// Kills in one of these.
    pub(crate) systems: Arc<[SystemId]>,
    /// Kills with one of these as the victim or an attacker.
    pub(crate) characters: Arc<[CharacterId]>,
}

impl Subscriptions {
    /// Whether there is nothing to deliver.
    pub(crate) fn is_empty(&self) -> bool {
        self.systems.is_empty() && self.characters.is_empty()
    }
}

/// The past of some systems, to be sent as `killmail_update` with `preload` true, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Preload {
    /// On which topic.
    pub(crate) topic: Topic,
    /// Of which systems, sorted. Systems without a killmail get no message.
    pub(crate) systems: Arc<[SystemId]>,
    /// What is wanted of each.
    pub(crate) rules: PreloadRules,
}

/// How much of the past, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreloadRules {
    /// Killmails of one system; 0 preloads nothing.
    pub(crate) limit_per_system: u16,
    /// How old they may be.
    pub(crate) since: Duration,
    /// Killmails in one message, at least 1.
    pub(crate) batch_size: u16,
    /// How long to wait between two messages.
    pub(crate) interval: Duration,
}

impl PreloadRules {
    /// What the peer does for every client: 5 killmails of the last 24 hours, at once.
    pub(crate) const PEERS: Self = Self {
        limit_per_system: 5,
        since: Duration::from_secs(24 * 3600),
        batch_size: 10,
        interval: Duration::ZERO,
    };
    /// Nothing of the past.
    pub(crate) const NONE: Self = Self {
        limit_per_system: 0,
        ..Self::PEERS
    };
}
