//! What the hub says of itself, for `/status` and metrics.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Hub;
use super::registry::{Place, Registered};

/// Readers that are listed one by one.
const LISTED: usize = 100;

/// Who reads, now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HubReport {
    /// How many readers there are.
    pub readers: usize,
    /// By protocol.
    pub protocols: BTreeMap<&'static str, ProtocolReport>,
    /// The first hundred, the oldest first.
    pub list: Vec<ReaderReport>,
}

/// The readers of one protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProtocolReport {
    /// How many.
    pub readers: usize,
    /// How many of them read on from the log, not having kept up.
    pub behind: usize,
    /// By how many events or matches the one that is farthest behind is.
    pub lag: i64,
}

/// One reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReaderReport {
    /// How it is connected.
    pub protocol: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// What it asks for, in short.
    pub filter: String,
    /// By how many events or matches it is behind.
    pub lag: i64,
}

impl Hub {
    /// Who reads, now. Looks at every reader.
    #[must_use]
    pub fn report(&self) -> HubReport {
        let mut protocols: BTreeMap<&'static str, ProtocolReport> = BTreeMap::new();
        let mut list = Vec::new();
        let readers = self.registry.look(usize::MAX, |reader| {
            let (filter, lag) = self.look_at(reader);
            let of_protocol = protocols.entry(reader.protocol.name()).or_default();
            of_protocol.readers += 1;
            of_protocol.behind += usize::from(lag > 0);
            of_protocol.lag = of_protocol.lag.max(lag);
            if list.len() < LISTED {
                list.push(ReaderReport {
                    protocol: reader.protocol.name(),
                    since: reader.since,
                    filter,
                    lag,
                });
            }
        });
        HubReport {
            readers,
            protocols,
            list,
        }
    }

    /// What a reader asks for, and by how much it is behind.
    fn look_at(&self, reader: &Registered) -> (String, i64) {
        match &reader.place {
            Place::Log(seat) => {
                let view = seat.view();
                let lag = if view.live {
                    0
                } else {
                    behind(self.store.head().0, view.position.0)
                };
                (view.filter.to_string(), lag)
            }
            Place::Matches(place) => {
                let head = self.store.match_head();
                let lag = behind(head.0, place.position().0);
                (place.whose.to_string(), lag)
            }
        }
    }
}

fn behind(head: i64, position: i64) -> i64 {
    (head - position).max(0)
}
