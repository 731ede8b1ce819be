//! The table of how each upstream is treated. Everything that limits an outbound call is here; the
//! layers in `http` only carry it out.

use std::time::Duration;

use crate::Upstream;

/// How one upstream is treated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Requests under way at once.
    pub(crate) concurrency: usize,
    /// No request begins sooner than this after the one before it was answered.
    pub(crate) spacing: Duration,
    /// Repeats of a failed request inside the stack; none where the caller repeats by itself.
    pub(crate) retry: Option<Retry>,
    /// For the connection to stand, TLS included.
    pub(crate) connect: Duration,
    /// Between two pieces of an answer.
    pub(crate) read: Duration,
    /// For a whole answer; for a streamed one, until its head is there.
    pub(crate) total: Duration,
}

/// How failed requests are repeated: exponentially longer, with full jitter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retry {
    /// Requests in all, the first included.
    pub(crate) attempts: u32,
    /// The longest wait before the second request; doubles from there.
    pub(crate) first: Duration,
    /// The longest wait at all.
    pub(crate) longest: Duration,
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// The table.
pub(crate) const fn policy(upstream: Upstream) -> Policy {
    match upstream {
        // zKillboard documents 15 requests/s per address; clients are advised to plan for 10. One at
        // a time and 100 ms after the last answer keeps below that whatever the latency. No retry
        // here: a second look at a missing number too soon earns a block, so the follower decides.
        Upstream::R2z2 => Policy {
            concurrency: 1,
            spacing: ms(100),
            retry: None,
            connect: secs(10),
            read: secs(15),
            total: secs(30),
        },
        // The token bucket (in `budget`) is the real limit: 2 requests/s on average. The spacing
        // keeps bursts small. Killmails are immutable, so asking again is safe.
        Upstream::Esi => Policy {
            concurrency: 2,
            spacing: ms(100),
            retry: Some(Retry {
                attempts: 3,
                first: secs(1),
                longest: secs(10),
            }),
            connect: secs(10),
            read: secs(15),
            total: secs(30),
        },
        // A volunteer's file server: one file at a time, a second apart. Archives are streamed, so
        // `total` covers only the head of the answer.
        Upstream::EveRef => Policy {
            concurrency: 1,
            spacing: secs(1),
            retry: Some(Retry {
                attempts: 3,
                first: secs(2),
                longest: secs(30),
            }),
            connect: secs(10),
            read: secs(30),
            total: secs(60),
        },
    }
}

/// The largest killmail document, decompressed. The largest known (3,753 attackers) has 1.5 MB.
pub(crate) const MAX_KILLMAIL: u64 = 8 << 20;
/// The largest `sequence.json`: one number.
pub(crate) const MAX_HEAD: u64 = 4 << 10;
/// The largest day index: 100,000 killmails, four times the busiest day, at 60 bytes each.
pub(crate) const MAX_HISTORY_DAY: u64 = 8 << 20;
/// The largest `totals.json`: 7,000 days at 20 bytes each so far.
pub(crate) const MAX_TOTALS: u64 = 2 << 20;
/// The largest day archive, compressed. A day of 2026 has 3 MB.
pub(crate) const MAX_ARCHIVE: u64 = 256 << 20;
/// The largest day archive, decompressed.
pub(crate) const MAX_ARCHIVE_UNPACKED: u64 = 4 << 30;
/// How much of an error's body is read, so that the connection can be used again.
pub(crate) const MAX_ERROR_BODY: u64 = 64 << 10;
/// The longest pause that an upstream's `Retry-After` can impose.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);
