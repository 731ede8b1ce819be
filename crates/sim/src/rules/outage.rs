//! Who goes on asking ESI while it is down.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// In what time questions for the status are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// How many questions for the cluster's status are a decent way to find out that it is back: one
/// every five seconds.
const PROBES: usize = 12;

/// How many other requests in a whole downtime are believed to come from an honest client that has
/// been told: those that had been planned before, and tries. What was on its way is not counted.
/// They do not come back with time, or a client that never pauses would be forgiven by the minute.
const OTHERS: usize = 10;

/// What came since the client was told that ESI is down.
#[derive(Debug)]
pub(super) struct Outage {
    /// Tells one downtime from the next.
    since: Timestamp,
    told: Timestamp,
    /// Those of the last minute.
    probes: VecDeque<Timestamp>,
    /// Since the client was told.
    others: usize,
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
            others: 0,
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
        if knock.is_probe {
            self.probe(knock.at)
        } else {
            self.other()
        }
    }

    fn probe(&mut self, at: Timestamp) -> Option<String> {
        while self
            .probes
            .front()
            .is_some_and(|then| at.duration_since(*then) >= WINDOW)
        {
            self.probes.pop_front();
        }
        self.probes.push_back(at);
        let seen = self.probes.len();
        (seen > PROBES).then(|| {
            format!(
                "{seen} questions for the status within a minute of downtime, {PROBES} are decent"
            )
        })
    }

    fn other(&mut self) -> Option<String> {
        self.others += 1;
        let seen = self.others;
        (seen > OTHERS).then(|| format!("{seen} requests in one downtime, {OTHERS} are decent"))
    }
}
