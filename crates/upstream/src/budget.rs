//! ESI's token bucket: a floating window in which only so many tokens may be spent. They are spent
//! before the request leaves, at the price of the dearest answer, and settled when it came.
//!
//! From CCP's documentation: group `killmail` has 3,600 tokens per 15 minutes; an answer costs 2
//! (2xx), 1 (3xx), 5 (4xx other than 429) or nothing (5xx); a token returns one window after it was
//! spent.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

/// The group's tokens per window.
const TOKENS: u32 = 3_600;
/// What Killwire spends of them at most; the rest is left to other programs on the same address.
const OURS: u32 = 3_000;
/// The floating window.
pub(crate) const WINDOW: Duration = Duration::from_secs(900);
/// The price of the dearest answer.
const DEAREST: u32 = 5;

/// What an answer of `status` costs.
pub(crate) const fn price(status: u16) -> u32 {
    match status {
        200..=299 => 2,
        300..=399 => 1,
        429 => 0,
        400..=499 => DEAREST,
        _ => 0,
    }
}

/// What has been spent in the window.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    spent: VecDeque<(Timestamp, u32)>,
    total: u32,
}

impl Bucket {
    /// When the next request may leave: now (`None`), or when enough tokens have returned.
    pub(crate) fn full_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.forget(now);
        let mut total = self.total;
        for (at, tokens) in &self.spent {
            if total + DEAREST <= OURS {
                return None;
            }
            total = total.saturating_sub(*tokens);
            if total + DEAREST <= OURS {
                return at.checked_add(WINDOW).ok();
            }
        }
        None
    }

    /// Spends for a request that is about to leave.
    pub(crate) fn reserve(&mut self, now: Timestamp) {
        self.spend(now, DEAREST);
    }

    /// Puts back what the answer did not cost after all.
    pub(crate) fn settle(&mut self, status: u16) {
        let back = DEAREST - price(status);
        if let Some((_, tokens)) = self
            .spent
            .iter_mut()
            .rev()
            .find(|(_, spent)| *spent >= back)
        {
            *tokens -= back;
            self.total = self.total.saturating_sub(back);
        }
    }

    /// Takes over the upstream's own count where it is lower than ours: another program on this
    /// address spends from the same bucket.
    pub(crate) fn adopt_remaining(&mut self, now: Timestamp, remaining: u32) {
        self.forget(now);
        let used = TOKENS.saturating_sub(remaining);
        if used > self.total {
            self.spend(now, used - self.total);
        }
    }

    /// What is spent in the window.
    pub(crate) fn spent(&mut self, now: Timestamp) -> u32 {
        self.forget(now);
        self.total
    }

    pub(crate) fn spend(&mut self, now: Timestamp, tokens: u32) {
        self.spent.push_back((now, tokens));
        self.total = self.total.saturating_add(tokens);
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((at, tokens)) = self.spent.front() {
            if at.checked_add(WINDOW).is_ok_and(|back| back > now) {
                break;
            }
            self.total = self.total.saturating_sub(*tokens);
            self.spent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_bucket_says_when_tokens_return() {
        let start = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket::default();
        let mut sent = 0;
        while bucket.full_until(start).is_none() {
            bucket.reserve(start);
            bucket.settle(200);
            sent += 1;
        }
        assert_eq!(sent, (OURS - DEAREST) / 2 + 1);
        let returns = start.checked_add(WINDOW).unwrap();
        assert_eq!(bucket.full_until(start), Some(returns));
        assert_eq!(bucket.full_until(returns), None);
        assert_eq!(bucket.spent(returns), 0);
    }

    #[test]
    fn what_others_spend_on_the_same_address_counts() {
        let mut bucket = Bucket::default();
        bucket.adopt_remaining(Timestamp::UNIX_EPOCH, 100);
        assert!(bucket.full_until(Timestamp::UNIX_EPOCH).is_some());
    }

    proptest! {
        #[test]
        fn no_window_ever_sees_more_than_our_share(
            steps in prop::collection::vec((0_u64..90, prop::sample::select(vec![200_u16, 304, 404, 420, 429, 503])), 1..700)
        ) {
            let mut now = Timestamp::UNIX_EPOCH;
            let mut bucket = Bucket::default();
            let mut log: Vec<(Timestamp, u32)> = Vec::new();
            for (wait, status) in steps {
                now = now.checked_add(Duration::from_millis(wait * 10)).unwrap();
                if let Some(until) = bucket.full_until(now) {
                    prop_assert!(until > now);
                    now = until;
                    prop_assert!(bucket.full_until(now).is_none());
                }
                bucket.reserve(now);
                bucket.settle(status);
                log.push((now, price(status)));
                let from = now.checked_sub(WINDOW).unwrap();
                let spent: u32 = log.iter().filter(|(at, _)| *at > from).map(|(_, tokens)| tokens).sum();
                prop_assert!(spent <= OURS);
            }
        }
    }
}
