//! ESI's budgets: errors per minute and tokens per quarter of an hour.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// Errors allowed in one window, on all routes without a bucket together.
const ERRORS: u32 = 100;

/// The error window.
const ERROR_WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// When spent tokens come back.
const TOKEN_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// What limits a route. Either the one or the other, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regime {
    /// Errors are counted; none are left for any route once there were too many.
    Errors,
    /// Answers cost tokens of a group of routes.
    Bucket(&'static Group),
}

/// Routes that share a bucket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) tokens: u32,
}

/// Killmails by id and hash.
pub(crate) const KILLMAIL: Group = Group {
    name: "killmail",
    tokens: 3_600,
};

/// The cluster's status.
pub(crate) const STATUS: Group = Group {
    name: "status",
    tokens: 600,
};

/// What a client has used up.
#[derive(Debug, Default)]
pub(crate) struct EsiBudget {
    window_since: Option<Timestamp>,
    errors: u32,
    buckets: BTreeMap<&'static str, Bucket>,
}

/// The tokens of one group.
#[derive(Debug, Default)]
struct Bucket {
    spent: VecDeque<(Timestamp, u32)>,
    used: u32,
}

impl EsiBudget {
    /// Brings the windows up to date.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        if self
            .window_since
            .is_none_or(|since| now.duration_since(since) >= ERROR_WINDOW)
        {
            self.window_since = Some(now);
            self.errors = 0;
        }
        for bucket in self.buckets.values_mut() {
            while let Some((spent, tokens)) = bucket.spent.front().copied() {
                if now.duration_since(spent) < TOKEN_WINDOW {
                    break;
                }
                bucket.used = bucket.used.saturating_sub(tokens);
                bucket.spent.pop_front();
            }
        }
    }

    /// Charges an answer.
    pub(crate) fn charge(&mut self, regime: Regime, status: u16, now: Timestamp) {
        let group = match regime {
            Regime::Errors if status >= 400 => {
                self.errors = self.errors.saturating_add(1).min(ERRORS);
                return;
            }
            Regime::Errors => return,
            Regime::Bucket(group) => group,
        };
        let tokens = match status {
            200..=299 => 2,
            300..=399 => 1,
            // Whoever is refused has not been served.
            420 | 429 => 0,
            400..=499 => 5,
            _ => 0,
        };
        if tokens > 0 {
            let bucket = self.buckets.entry(group.name).or_default();
            bucket.used += tokens;
            bucket.spent.push_back((now, tokens));
        }
    }

    /// Whether no error is left.
    pub(crate) fn is_error_limited(&self) -> bool {
        self.errors >= ERRORS
    }

    /// Whether no token is left for one more answer.
    pub(crate) fn is_empty(&self, group: &Group) -> bool {
        self.tokens_used(group) + 2 > group.tokens
    }

    pub(crate) fn errors_left(&self) -> u32 {
        ERRORS - self.errors
    }

    /// Until the error window ends.
    pub(crate) fn error_reset(&self, now: Timestamp) -> SignedDuration {
        let since = self.window_since.unwrap_or(now);
        ERROR_WINDOW - now.duration_since(since)
    }

    pub(crate) fn tokens_left(&self, group: &Group) -> u32 {
        group.tokens.saturating_sub(self.tokens_used(group))
    }

    pub(crate) fn tokens_used(&self, group: &Group) -> u32 {
        self.buckets.get(group.name).map_or(0, |bucket| bucket.used)
    }

    /// Until the first spent tokens come back.
    pub(crate) fn token_reset(&self, group: &Group, now: Timestamp) -> SignedDuration {
        let first = self
            .buckets
            .get(group.name)
            .and_then(|one| one.spent.front());
        match first {
            Some((spent, _)) => TOKEN_WINDOW - now.duration_since(*spent),
            None => SignedDuration::ZERO,
        }
    }
}
