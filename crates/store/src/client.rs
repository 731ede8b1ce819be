//! Readers whose offsets the store keeps: the killfeed's clients.

use std::sync::Arc;

use killwire_killmail::SystemId;

use crate::{LogEvent, Seq};

/// A client's name, chosen by the client: 1 to 128 characters, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(String);

/// Text that cannot name a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("client_id must be 1 to {max} characters without control characters", max = ClientId::MAX_CHARS)]
pub struct ClientIdError;

impl ClientId {
    /// The longest name.
    pub const MAX_CHARS: usize = 128;

    /// A client's name.
    ///
    /// # Errors
    /// [`ClientIdError`] when it is empty, too long, or has control characters.
    pub fn new(name: &str) -> Result<Self, ClientIdError> {
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(ClientIdError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When a client's offset moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckMode {
    /// At fetch, durably, before the answer leaves: each event at most once, as the killfeed's old
    /// clients expect.
    OnFetch,
    /// Only when the client acknowledges: each event at least once.
    Manual,
}

/// One poll of the killfeed.
#[derive(Clone, Debug)]
pub struct ClientPoll {
    /// Who asks.
    pub client: ClientId,
    /// For which systems; not empty, sorted, unique.
    pub systems: Vec<SystemId>,
    /// At most so many events.
    pub limit: usize,
    /// When the offset moves.
    pub ack: AckMode,
}

/// What a poll brings.
#[derive(Clone, Debug, Default)]
pub struct ClientFetch {
    /// `new` events of the asked systems that the client has not passed, in order.
    pub events: Vec<Arc<LogEvent>>,
    /// Set when events that this client had not passed are no longer offered (retention, or more
    /// than `max_events_per_system`): the oldest seq of the asked systems that still is, or the one
    /// after the head when none is. Systems that the client asks for the first time do not count.
    pub missed_before: Option<Seq>,
}
