//! Who goes on asking ESI while it is down.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// In what time requests are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// How many questions for the cluster's status are a decent way to find out that it is back: one
/// every five seconds.
const PROBES: usize = 12;

/// How many other requests are believed to come from an honest client that has been told: those
/// that had been planned before, and tries. What was on its way is not counted.
const OTHERS: usize = 10;

/// What came since the client was told that ESI is down.
#[derive(Debug)]
pub(super) struct Outage {
    /// Tells one downtime from the next.
    since: Timestamp,
    told: Timestamp,
    probes: VecDeque<Timestamp>,
    others: VecDeque<Timestamp>,
}

/// A request during a downtime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knock {
    /// When the downtime began.
    pub(crate) since: Timestamp,
    pub(crate) at: Timestamp,
    /// How long it may have been on its way.
    pub(crate) in_flight: SignedDuration,
    /// Whether it asks for the status.
    pub(crate) is_probe: bool,
}

impl Outage {
    /// The first request of a downtime: its client is told.
    pub(super) fn new(knock: &Knock) -> Self {
        Self {
            since: knock.since,
            told: knock.at,
            probes: VecDeque::new(),
            others: VecDeque::new(),
        }
    }

    pub(super) fn is_of(&self, knock: &Knock) -> bool {
        self.since == knock.since
    }

    /// What is wrong with one more request, if anything.
    pub(super) fn knock(&mut self, knock: &Knock) -> Option<String> {
        if knock.at.duration_since(self.told) <= knock.in_flight {
            return None;
        }
        let (seen, allowed, what) = if knock.is_probe {
            (&mut self.probes, PROBES, "questions for the status")
        } else {
            (&mut self.others, OTHERS, "requests")
        };
        while seen
            .front()
            .is_some_and(|then| knock.at.duration_since(*then) >= WINDOW)
        {
            seen.pop_front();
        }
        seen.push_back(knock.at);
        (seen.len() > allowed).then(|| {
            format!(
                "{} {what} within a minute of downtime, {allowed} are decent",
                seen.len()
            )
        })
    }
}
