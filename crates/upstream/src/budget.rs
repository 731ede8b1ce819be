//! A budget: a floating window in which only so much may be spent. It is spent before the request
//! leaves, at the price of the dearest answer, and settled when the answer came.
//!
//! ESI's token buckets work so (CCP's documentation: a token returns one window after it was spent).
//! For limits over a fixed window whose beginning nobody tells, such as ESI's 100 errors a minute,
//! the floating window is the careful choice: whichever fixed window of its length is looked at, it
//! sees no more than our share.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::policy::Budget;

/// What has been spent in the window.
#[derive(Debug)]
pub(crate) struct Bucket {
    policy: Budget,
    /// Requests under way, each at the dearest price; and requests whose answer never came.
    reserved: VecDeque<Timestamp>,
    /// What answers have cost, and when they came.
    spent: VecDeque<(Timestamp, u32)>,
    /// All of both.
    total: u32,
}

impl Bucket {
    pub(crate) fn new(policy: Budget) -> Self {
        Self {
            policy,
            reserved: VecDeque::new(),
            spent: VecDeque::new(),
            total: 0,
        }
    }

    /// When the next request may leave: now (`None`), or when enough has come back.
    pub(crate) fn full_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.forget(now);
        let fits = |total: u32| total + self.policy.price.dearest() <= self.policy.ours;
        if fits(self.total) {
            return None;
        }
        let mut coming_back: Vec<_> = self.spent.iter().copied().collect();
        let dearest = self.policy.price.dearest();
        coming_back.extend(self.reserved.iter().map(|at| (*at, dearest)));
        coming_back.sort_unstable();
        let mut total = self.total;
        for (at, cost) in coming_back {
            total = total.saturating_sub(cost);
            if fits(total) {
                return at.checked_add(self.policy.window).ok();
            }
        }
        None
    }

    /// Spends for a request that is about to leave.
    pub(crate) fn reserve(&mut self, now: Timestamp) {
        self.reserved.push_back(now);
        self.total = self.total.saturating_add(self.policy.price.dearest());
    }

    /// Puts what the answer really cost in the place of what was reserved.
    pub(crate) fn settle(&mut self, now: Timestamp, cost: u32) {
        // Which of several requests was answered makes no difference: they cost the same.
        if self.reserved.pop_front().is_some() {
            self.total = self.total.saturating_sub(self.policy.price.dearest());
        }
        self.spend(now, cost);
    }

    /// Takes over the upstream's own count where it is lower than ours: another program on this
    /// address spends from the same budget.
    pub(crate) fn adopt_remaining(&mut self, now: Timestamp, remaining: u32) {
        self.forget(now);
        let used = self.policy.limit.saturating_sub(remaining);
        self.spend(now, used.saturating_sub(self.total));
    }

    /// Spends at once.
    pub(crate) fn spend(&mut self, now: Timestamp, cost: u32) {
        if cost > 0 {
            self.spent.push_back((now, cost));
            self.total = self.total.saturating_add(cost);
        }
    }

    /// What is spent in the window.
    pub(crate) fn spent(&mut self, now: Timestamp) -> u32 {
        self.forget(now);
        self.total
    }

    /// When everything has come back; none while nothing is spent.
    pub(crate) fn resets_at(&self) -> Option<Timestamp> {
        let spent = self.spent.back().map(|(at, _)| *at);
        let last = spent.max(self.reserved.back().copied());
        last?.checked_add(self.policy.window).ok()
    }

    fn forget(&mut self, now: Timestamp) {
        let window = self.policy.window;
        let is_back = |at: Timestamp| at.checked_add(window).is_ok_and(|back| back <= now);
        while let Some((_, cost)) = self.spent.pop_front_if(|(at, _)| is_back(*at)) {
            self.total = self.total.saturating_sub(cost);
        }
        while self.reserved.pop_front_if(|at| is_back(*at)).is_some() {
            self.total = self.total.saturating_sub(self.policy.price.dearest());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::policy::{Payer, Price};

    const TOKENS: Budget = Budget {
        name: "tokens",
        payer: Payer::Group,
        limit: 360,
        ours: 300,
        window: Duration::from_secs(900),
        price: Price::EsiTokens,
        ahead: 20,
        remaining: None,
    };

    const ERRORS: Budget = Budget {
        name: "errors",
        payer: Payer::All,
        limit: 100,
        ours: 60,
        window: Duration::from_secs(60),
        price: Price::Errors,
        ahead: 10,
        remaining: None,
    };

    #[test]
    fn a_full_bucket_says_when_tokens_return() {
        let start = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket::new(TOKENS);
        let mut sent = 0;
        while bucket.full_until(start).is_none() {
            bucket.reserve(start);
            bucket.settle(start, 2);
            sent += 1;
        }
        assert_eq!(sent, (300 - 5) / 2 + 1);
        let returns = start.checked_add(TOKENS.window).unwrap();
        assert_eq!(bucket.full_until(start), Some(returns));
        assert_eq!(bucket.resets_at(), Some(returns));
        assert_eq!(bucket.full_until(returns), None);
        assert_eq!(bucket.spent(returns), 0);
    }

    #[test]
    fn what_others_spend_on_the_same_address_counts() {
        let mut bucket = Bucket::new(TOKENS);
        bucket.adopt_remaining(Timestamp::UNIX_EPOCH, 10);
        assert!(bucket.full_until(Timestamp::UNIX_EPOCH).is_some());
    }

    #[test]
    fn a_request_whose_answer_never_came_counts_as_the_dearest() {
        let mut bucket = Bucket::new(ERRORS);
        let start = Timestamp::UNIX_EPOCH;
        for _ in 0..ERRORS.ours {
            assert_eq!(bucket.full_until(start), None);
            bucket.reserve(start);
        }
        let returns = start.checked_add(ERRORS.window).unwrap();
        assert_eq!(bucket.full_until(start), Some(returns));
        assert_eq!(bucket.spent(returns), 0);
    }

    /// Requests with their pauses before, how long their answer takes, and its status.
    fn traffic() -> impl Strategy<Value = Vec<(u64, u64, u16)>> {
        let status = prop::sample::select(vec![200_u16, 304, 404, 420, 429, 503]);
        prop::collection::vec((0_u64..90, 0_u64..3, status), 1..700)
    }

    fn step(now: &mut Timestamp, tenths: u64) {
        *now = now.checked_add(Duration::from_millis(tenths * 10)).unwrap();
    }

    proptest! {
        #[test]
        fn no_window_ever_sees_more_than_our_share(traffic in traffic(), policy in prop::sample::select(vec![TOKENS, ERRORS])) {
            let mut now = Timestamp::UNIX_EPOCH;
            let mut bucket = Bucket::new(policy);
            let mut log: Vec<(Timestamp, u32)> = Vec::new();
            let mut under_way = VecDeque::new();
            for (wait, answers, status) in traffic {
                step(&mut now, wait);
                if let Some(until) = bucket.full_until(now) {
                    prop_assert!(until > now);
                    now = until;
                    prop_assert!(bucket.full_until(now).is_none());
                }
                bucket.reserve(now);
                under_way.push_back(status);
                for _ in 0..answers {
                    step(&mut now, 1);
                    let Some(status) = under_way.pop_front() else { break };
                    bucket.settle(now, policy.price.of(status));
                    log.push((now, policy.price.of(status)));
                }
                let from = now.checked_sub(policy.window).unwrap();
                let spent: u32 = log.iter().filter(|(at, _)| *at > from).map(|(_, cost)| cost).sum();
                prop_assert!(spent <= policy.ours);
                prop_assert!(bucket.spent(now) >= spent);
            }
        }
    }
}
