//! The metrics of intake.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// The next number that the follower asks for.
pub const POSITION: &str = "killwire_feed_position";
/// The feed's head as last told.
pub const HEAD: &str = "killwire_feed_head";
/// Published numbers still to be read, as far as known.
pub const LAG_ENTRIES: &str = "killwire_feed_lag_entries";
/// From an entry's publication to its being durable here.
pub const DELAY_SECONDS: &str = "killwire_feed_delay_seconds";
/// Requests to the feed, by result.
pub const FETCHES: &str = "killwire_feed_fetches_total";
/// Killmails from the feed by outcome.
pub const ENTRIES: &str = "killwire_feed_entries_total";
/// Entries put into quarantine.
pub const QUARANTINED: &str = "killwire_feed_quarantined_total";
/// Gaps recorded, by reason.
pub const GAPS: &str = "killwire_feed_gaps_total";
/// Appends waiting for the store.
pub const COMMIT_QUEUE: &str = "killwire_feed_commit_queue";
/// Rewritten files that wait to be read again.
pub const REREAD_QUEUE: &str = "killwire_feed_reread_queue";
/// Killmails that repair brought.
pub const REPAIRED: &str = "killwire_repair_killmails_total";
/// Attempts at repairing gaps, by result.
pub const REPAIR_ATTEMPTS: &str = "killwire_repair_attempts_total";
/// Killmails enriched before their append, by result (`complete`, `partial`).
pub const ENRICHED: &str = "killwire_enrich_killmails_total";
/// How long a killmail was held up for enrichment.
pub const ENRICH_SECONDS: &str = "killwire_enrich_seconds";
/// Killmails completed after their append.
pub const COMPLETED: &str = "killwire_enrich_completed_total";

/// Registers what each metric means.
pub fn describe() {
    describe_gauge!(POSITION, "Next feed number to be asked for");
    describe_gauge!(HEAD, "The feed's head as sequence.json last told it");
    describe_gauge!(LAG_ENTRIES, "Published feed numbers still to be read");
    describe_histogram!(
        DELAY_SECONDS,
        Unit::Seconds,
        "From an entry's publication to its being durable"
    );
    describe_counter!(FETCHES, "Requests to the feed by result");
    describe_counter!(ENTRIES, "Killmails from the feed by outcome");
    describe_counter!(QUARANTINED, "Feed entries put into quarantine");
    describe_counter!(GAPS, "Feed gaps recorded by reason");
    describe_gauge!(COMMIT_QUEUE, "Appends waiting for the store");
    describe_gauge!(REREAD_QUEUE, "Rewritten files waiting to be read again");
    describe_counter!(REPAIRED, "Killmails brought by repair");
    describe_counter!(REPAIR_ATTEMPTS, "Attempts at repairing gaps by result");
    describe_counter!(ENRICHED, "Killmails enriched before their append by result");
    describe_histogram!(
        ENRICH_SECONDS,
        Unit::Seconds,
        "How long a killmail was held up for enrichment"
    );
    describe_counter!(COMPLETED, "Killmails completed after their append");
}
