//! Requests within a second.

use std::collections::VecDeque;
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How many connections an honest client is believed to use at a time.
const MAX_LANES: usize = 3;

/// The requests of the last second.
///
/// A client that spaces its requests evenly *sends* at most n in a second. It may still be *seen*
/// with more: a request can be held up on its way (by the scheduler, say) and arrive together with
/// its successors. But on one connection the successor is sent only after the answer, so only the
/// first request of each connection within the second can have been sent before that second began.
/// That is all that is allowed for, and it holds at every scale of the clock, where a millisecond
/// of scheduling may be worth seconds. More connections than [`MAX_LANES`] do not add allowance.
#[derive(Debug, Default)]
pub(super) struct RateWindow {
    arrivals: VecDeque<(Timestamp, SocketAddr)>,
    most: usize,
}

/// What the window holds after a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Requests within the last second, this one included.
    pub(super) count: usize,
    lanes: usize,
}

impl Seen {
    /// Whether no client that keeps to `limit` per second can have caused this.
    pub(super) fn exceeds(self, limit: usize) -> bool {
        self.count > limit + self.lanes
    }
}

impl RateWindow {
    pub(super) fn arrive(&mut self, at: Timestamp, connection: SocketAddr) -> Seen {
        while self
            .arrivals
            .front()
            .is_some_and(|(then, _)| at.duration_since(*then) >= SECOND)
        {
            self.arrivals.pop_front();
        }
        self.arrivals.push_back((at, connection));
        self.most = self.most.max(self.arrivals.len());
        Seen {
            count: self.arrivals.len(),
            lanes: self.lanes(),
        }
    }

    /// The most requests ever seen in a second.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    fn lanes(&self) -> usize {
        let mut lanes: Vec<SocketAddr> = Vec::with_capacity(MAX_LANES);
        for (_, connection) in &self.arrivals {
            if lanes.len() == MAX_LANES {
                break;
            }
            if !lanes.contains(connection) {
                lanes.push(*connection);
            }
        }
        lanes.len()
    }
}
