//! Answers that still hold, by URL. CCP asks that nothing is asked for again before it has expired;
//! whoever does get here is given the answer from before.
//!
//! This is the last line of defence, not the cache: callers keep what they fetched, with its expiry,
//! over restarts. It is bounded in entries and bytes, and when it is full, what expires first goes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;

use crate::UpstreamError;

/// Answers remembered at most.
const MAX_ENTRIES: usize = 10_000;
/// The longest body that is kept: the largest of an entity. Of longer ones only the etag is.
const MAX_BODY: usize = 16 << 10;
/// All bodies together.
const MAX_BODIES: usize = 2 << 20;

/// An answer that holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// A success.
    Good {
        /// Its name.
        etag: Option<String>,
        /// Its body, where it was short enough.
        body: Option<Bytes>,
    },
    /// There is no such thing, or it is not to be had.
    Bad(UpstreamError),
}

#[derive(Default)]
struct Entries {
    by_url: HashMap<String, (Timestamp, Answer)>,
    bytes: usize,
}

/// What still holds.
#[derive(Default)]
pub(super) struct Held(Mutex<Entries>);

impl Held {
    /// The answer to `url` that still holds, and until when.
    pub(super) fn look_up(&self, url: &str, now: Timestamp) -> Option<(Timestamp, Answer)> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, answer) = entries.by_url.get(url)?;
        (*until > now).then(|| (*until, answer.clone()))
    }

    /// Keeps an answer until it expires.
    pub(super) fn keep(&self, url: &str, until: Timestamp, mut answer: Answer, now: Timestamp) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Answer::Good { etag, body } = &mut answer {
            match body {
                Some(bytes) if bytes.len() > MAX_BODY => *body = None,
                Some(bytes) => *bytes = Bytes::copy_from_slice(bytes),
                // 304: the body from before is still the right one.
                None => {
                    *body = match entries.by_url.get(url) {
                        Some((_, Answer::Good { etag: kept, body })) if kept == etag => {
                            body.clone()
                        }
                        _ => None,
                    };
                }
            }
        }
        entries.bytes += size(&answer);
        if let Some((_, old)) = entries.by_url.insert(url.to_owned(), (until, answer)) {
            entries.bytes -= size(&old);
        }
        if entries.by_url.len() > MAX_ENTRIES || entries.bytes > MAX_BODIES {
            entries.make_room(now);
        }
    }
}

impl Entries {
    /// Drops what has expired; where that is not enough, the half that expires first.
    fn make_room(&mut self, now: Timestamp) {
        self.retain(|until| until > now);
        if self.by_url.len() > MAX_ENTRIES / 2 || self.bytes > MAX_BODIES / 2 {
            let mut times: Vec<Timestamp> = self.by_url.values().map(|(until, _)| *until).collect();
            let middle = times.len() / 2;
            let (_, median, _) = times.select_nth_unstable(middle);
            let median = *median;
            self.retain(|until| until > median);
        }
    }

    fn retain(&mut self, keep: impl Fn(Timestamp) -> bool) {
        self.by_url.retain(|_, (until, _)| keep(*until));
        self.bytes = self.by_url.values().map(|(_, answer)| size(answer)).sum();
    }
}

fn size(answer: &Answer) -> usize {
    match answer {
        Answer::Good {
            body: Some(body), ..
        } => body.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .unwrap()
    }

    fn good(etag: &str, body: Option<&[u8]>) -> Answer {
        Answer::Good {
            etag: Some(etag.to_owned()),
            body: body.map(Bytes::copy_from_slice),
        }
    }

    #[test]
    fn an_answer_is_kept_until_it_expires() {
        let held = Held::default();
        held.keep("a", at(10), good("1", Some(b"x")), at(0));
        assert_eq!(
            held.look_up("a", at(9)),
            Some((at(10), good("1", Some(b"x"))))
        );
        assert_eq!(held.look_up("a", at(10)), None);
        assert_eq!(held.look_up("b", at(0)), None);
    }

    #[test]
    fn a_304_keeps_the_body_of_the_same_name() {
        let held = Held::default();
        held.keep("a", at(10), good("1", Some(b"x")), at(0));
        held.keep("a", at(20), good("1", None), at(10));
        assert_eq!(
            held.look_up("a", at(19)),
            Some((at(20), good("1", Some(b"x"))))
        );
        held.keep("a", at(30), good("2", None), at(20));
        assert_eq!(held.look_up("a", at(29)), Some((at(30), good("2", None))));
    }

    #[test]
    fn it_never_grows_beyond_its_bounds() {
        let held = Held::default();
        let body = vec![0; MAX_BODY];
        for number in 0..30_000_u64 {
            let kept = if number % 2 == 0 {
                Some(&body[..])
            } else {
                None
            };
            held.keep(
                &number.to_string(),
                at(100 + number),
                good("e", kept),
                at(0),
            );
            let entries = held.0.lock().unwrap();
            assert!(entries.by_url.len() <= MAX_ENTRIES && entries.bytes <= MAX_BODIES);
        }
        assert!(
            held.look_up("29999", at(0)).is_some(),
            "the last to expire stays"
        );
        held.keep(
            "long",
            at(90_000),
            good("e", Some(&vec![0; MAX_BODY + 1])),
            at(0),
        );
        assert_eq!(
            held.look_up("long", at(0)),
            Some((at(90_000), good("e", None)))
        );
    }
}
