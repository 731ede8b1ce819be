//! Every number by which the follower is polite or patient, with where it comes from. zKillboard's
//! rules are those of its R2Z2 documentation as of October 2026.

use std::time::Duration;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Between an answer and the next request. Documented: 15 requests/s per address; clients are
/// advised to plan for 10. The same floor as the R2Z2 client's own.
pub const ENTRY_FLOOR: Duration = killwire_upstream::FEED_FLOOR;
/// Added to every floor at random, so that clients do not fall into step.
pub(super) const FLOOR_JITTER: Duration = Duration::from_millis(20);

/// Between two looks at the same number, whatever the first one brought: it may have been a 404
/// whose answer was lost. Documented: asking for a missing number again within 6 s can by itself
/// lead to a block. The same floor as the R2Z2 client's own.
pub const MISS_WAIT: Duration = killwire_upstream::MISS_FLOOR;
/// Added to [`MISS_WAIT`] at random.
pub(super) const MISS_JITTER: Duration = secs(1);

/// Before the first request of a follower that starts from a stored position: the process before it
/// may have looked at that number a moment ago.
pub const RESTART_WAIT: Duration = MISS_WAIT;

/// Misses of a number that the head has passed before it counts as a hole. Five tries take some
/// 25 s: longer than an edge keeps a stale 404, and than the publisher needs to put two entries
/// right that it uploaded in the wrong order.
pub const HOLE_TRIES: u32 = 5;

/// Holes stepped over one by one; when the next number is missing too, the end of the stretch is
/// searched for.
pub(super) const HOLES_IN_A_ROW: u32 = 2;

/// Misses of the same number before `sequence.json` is asked. A first miss is the normal end of
/// reading at the head.
pub(super) const HEAD_TRIES: u32 = 2;

/// How far the head must be ahead before a missing number may mean expiry. `sequence.json` itself
/// trails the newest entry by up to 51.
pub const FAR: u64 = 200;

/// How long the feed keeps entries. Documented: at least 24 h.
pub const RETENTION: Duration = secs(24 * 3_600);

/// How far `sequence.json` may stand below the stored position: it is written every 52 entries.
/// Further down, something is wrong upstream, and nothing is rewound.
pub const HEAD_BEHIND: u64 = 60;

/// The largest number that is believed. The feed stood at 100 million in 2026.
pub(super) const MAX_NUMBER: u64 = 1_000_000_000_000_000;

/// Reads of an entry that is not a killmail before it goes to quarantine.
pub(super) const BAD_TRIES: u32 = 3;

/// Failures (5xx, broken connections) of one number before it is given up, and only if
/// `sequence.json` can be read at that time and has passed it: then the entry is at fault, not the
/// network.
pub(super) const FAILURE_TRIES: u32 = 8;

/// The longest wait after failures; the first is [`MISS_WAIT`], each further one doubles.
pub(super) const LONGEST_BACKOFF: Duration = secs(60);

/// Between two probes for where the feed begins again. Each is for another number, so only the
/// general floor binds; a string of misses should nevertheless not come at full speed.
pub(super) const PROBE_FLOOR: Duration = secs(1);

/// Neighbours that must all be missing before a stretch counts as expired.
pub(super) const PROBE_WIDTH: u64 = 3;

/// An expired stretch up to this long is recorded as a hole.
pub(super) const LONGEST_HOLE: u64 = 10;

/// After so long a rewritten file is read again: the edge is purged twice, seconds apart.
pub(super) const REREAD_AFTER: Duration = secs(15);
/// Reads of a rewritten file before it is forgotten. Reading it again is a courtesy to labels.
pub(super) const REREAD_TRIES: u32 = 3;
/// Between two reads of the same rewritten file.
pub(super) const REREAD_WAIT: Duration = secs(60);
/// Rewritten files waiting at most; the oldest are dropped beyond it.
pub(super) const MAX_REREADS: usize = 256;
/// While catching up, one rewritten file is read after so many entries.
pub(super) const ENTRIES_PER_REREAD: u32 = 10;
