//! Answers that a client should still have, and who asks for them again.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;

/// How often a URL may be asked for again although its answer still holds, each time over another
/// connection than the one that was answered: a process that was killed before it could store the
/// answer has no other way, and it has lost its connection too. One that still has the connection
/// has the answer. On a machine that is slow to store, the crash harness hits the same answer
/// several times.
const REPEATS: u8 = 4;

/// How many URLs are remembered. Beyond that the one that expires first is forgotten, as a rule one
/// that has expired.
const MAX_URLS: usize = 200_000;

/// The answers that hold.
#[derive(Debug, Default)]
pub(crate) struct HeldAnswers {
    by_url: HashMap<Arc<str>, Held>,
    by_end: BTreeSet<(Timestamp, Arc<str>)>,
    /// Whether it has been said that some were forgotten too early.
    said: bool,
}

/// An answer that the client should still have.
#[derive(Debug)]
struct Held {
    until: Timestamp,
    /// The connection that was answered last.
    told: SocketAddr,
    repeats: u8,
}

impl HeldAnswers {
    /// An answer goes out over `connection` that holds until `until`. The client reads that in
    /// `Expires`, which has whole seconds, so the fraction is not held against it.
    pub(crate) fn hold(
        &mut self,
        url: &str,
        connection: SocketAddr,
        now: Timestamp,
        until: Timestamp,
    ) {
        let until = Timestamp::from_second(until.as_second()).unwrap_or(until);
        let (url, repeats) = match self.forget(url) {
            Some((url, held)) => (url, held.repeats),
            None => (Arc::from(url), 0),
        };
        self.by_end.insert((until, Arc::clone(&url)));
        let held = Held {
            until,
            told: connection,
            repeats,
        };
        self.by_url.insert(url, held);
        if self.by_url.len() > MAX_URLS {
            self.make_room(now);
        }
    }

    /// Whether a client that has been given this answer asks for it again too often.
    pub(crate) fn asks_again(&mut self, url: &str, connection: SocketAddr, now: Timestamp) -> bool {
        let Some(held) = self.by_url.get_mut(url) else {
            return false;
        };
        if now >= held.until {
            self.forget(url);
            return false;
        }
        let is_forgiven = connection != held.told && held.repeats < REPEATS;
        if is_forgiven {
            held.repeats += 1;
        }
        !is_forgiven
    }

    fn forget(&mut self, url: &str) -> Option<(Arc<str>, Held)> {
        let (url, held) = self.by_url.remove_entry(url)?;
        self.by_end.remove(&(held.until, Arc::clone(&url)));
        Some((url, held))
    }

    fn make_room(&mut self, now: Timestamp) {
        let Some((until, url)) = self.by_end.pop_first() else {
            return;
        };
        self.by_url.remove(&url);
        if until > now && !self.said {
            self.said = true;
            tracing::warn!(
                "more than {MAX_URLS} of ESI's answers hold at a time: those that expire first are \
                 forgotten, and who asks for them again is not counted"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const NOON: &str = "2026-11-20T12:00:00.7Z";

    fn noon() -> Timestamp {
        NOON.parse().unwrap()
    }

    fn connection(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_process_that_was_killed_a_few_times_is_forgiven_and_not_for_ever() {
        let (now, until) = (noon(), noon() + SignedDuration::from_hours(24));
        let mut answers = HeldAnswers::default();
        let last = 1 + u16::from(REPEATS);
        for port in 1..=last {
            assert!(!answers.asks_again("a", connection(port), now), "{port}");
            answers.hold("a", connection(port), now, until);
        }
        assert!(answers.asks_again("a", connection(last + 1), now));
        assert!(!answers.asks_again("b", connection(last + 1), now));
    }

    #[test]
    fn whoever_still_has_the_connection_still_has_the_answer() {
        let (now, until) = (noon(), noon() + SignedDuration::from_hours(24));
        let mut answers = HeldAnswers::default();
        answers.hold("a", connection(1), now, until);
        assert!(answers.asks_again("a", connection(1), now));
        // That has not used up what is forgiven.
        assert!(!answers.asks_again("a", connection(2), now));
    }

    #[test]
    fn an_answer_may_be_asked_for_again_from_the_second_in_its_expires_on() {
        let (now, until) = (noon(), noon() + SignedDuration::from_secs(30));
        let mut answers = HeldAnswers::default();
        answers.hold("a", connection(1), now, until);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(answers.asks_again("a", connection(1), at("2026-11-20T12:00:29.999Z")));
        assert!(!answers.asks_again("a", connection(1), at("2026-11-20T12:00:30Z")));
        assert_eq!((answers.by_url.len(), answers.by_end.len()), (0, 0));
    }

    #[test]
    fn what_expires_first_makes_room_when_too_many_urls_are_remembered() {
        let now = noon();
        let later = |minutes: usize| now + SignedDuration::from_mins(minutes as i64);
        let mut answers = HeldAnswers::default();
        let hold = |answers: &mut HeldAnswers, url: &str, now, until| {
            answers.hold(url, connection(1), now, until);
        };
        hold(&mut answers, "soon", now, later(2));
        hold(&mut answers, "sooner", now, later(1));
        for number in 2..MAX_URLS {
            hold(&mut answers, &number.to_string(), now, later(60));
        }
        // Still all of them; an answer from before that is given again takes no further place.
        hold(&mut answers, "soon", now, later(2));
        assert_eq!(answers.by_url.len(), MAX_URLS);
        assert!(answers.asks_again("soon", connection(1), now));
        // One has expired, which nobody asked for again.
        hold(&mut answers, "one more", later(1), later(60));
        assert!(!answers.said);
        assert!(answers.asks_again("soon", connection(1), later(1)));
        assert!(answers.asks_again("one more", connection(1), later(1)));
        // None has, so the one with the least time left goes, which is said.
        hold(&mut answers, "and one", later(1), later(60));
        assert!(answers.said);
        assert!(!answers.asks_again("soon", connection(1), later(1)));
        assert_eq!(answers.by_url.len(), MAX_URLS);
        assert_eq!(answers.by_end.len(), MAX_URLS);
    }
}
