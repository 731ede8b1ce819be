//! Older entries whose files were rewritten, waiting to be read again. Each number waits once; what
//! fails a few times is forgotten, because reading again is a courtesy: it brings late labels.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use super::limits::{MAX_REREADS, REREAD_TRIES};

#[derive(Clone, Copy, Debug)]
struct Waiting {
    number: u64,
    due: Timestamp,
    tries: u32,
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Rereads(VecDeque<Waiting>);

impl Rereads {
    /// Puts `number` in the queue, unless it waits already. The oldest leaves a full queue.
    pub(super) fn add(&mut self, number: u64, due: Timestamp) {
        if self.0.iter().any(|waiting| waiting.number == number) {
            return;
        }
        if self.0.len() >= MAX_REREADS {
            self.0.pop_front();
        }
        self.0.push_back(Waiting {
            number,
            due,
            tries: 0,
        });
    }

    /// The one that is due first.
    pub(super) fn first(&self) -> Option<(u64, Timestamp)> {
        let waiting = self.0.iter().min_by_key(|waiting| waiting.due)?;
        Some((waiting.number, waiting.due))
    }

    /// It has been read.
    pub(super) fn done(&mut self, number: u64) {
        self.0.retain(|waiting| waiting.number != number);
    }

    /// It could not be read: again after `wait`, or never.
    pub(super) fn failed(&mut self, number: u64, now: Timestamp, wait: Duration) {
        for waiting in &mut self.0 {
            if waiting.number == number {
                waiting.tries += 1;
                waiting.due = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            }
        }
        self.0.retain(|waiting| waiting.tries < REREAD_TRIES);
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
