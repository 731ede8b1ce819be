//! The metrics of surveillance.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

use crate::index::{Dimension, Probe};
use crate::live::{Live, Rebuilds};

/// Killmails matched against the profiles in force.
pub const KILLMAILS: &str = "killwire_surveillance_killmails_total";
/// Entries of the index that killmails hit, by `index`: a dimension of keys, or `threshold`.
pub const HITS: &str = "killwire_surveillance_index_hits_total";
/// Profiles that were evaluated because an entry pointed to them.
pub const CANDIDATES: &str = "killwire_surveillance_candidates_total";
/// Conditions that were evaluated, those of the always-list included.
pub const EVALUATIONS: &str = "killwire_surveillance_evaluations_total";
/// Conditions that held.
pub const MATCHES: &str = "killwire_surveillance_matches_total";
/// Matches that were new, and stored.
pub const RECORDED: &str = "killwire_surveillance_matches_stored_total";
/// Events that the reader is behind the log.
pub const LAG: &str = "killwire_surveillance_lag_events";
/// Profiles in force.
pub const PROFILES: &str = "killwire_surveillance_profiles";
/// Profiles that are looked at for every killmail.
pub const ALWAYS: &str = "killwire_surveillance_always_profiles";
/// Profiles that only exclude: found without a look, unless a killmail has what they exclude.
pub const EXCLUDING: &str = "killwire_surveillance_excluding_profiles";
/// Memory of profiles and index.
pub const BYTES: &str = "killwire_surveillance_index_bytes";
/// How often the index was made anew.
pub const REBUILDS: &str = "killwire_surveillance_rebuilds_total";
/// How long that took.
pub const REBUILD_SECONDS: &str = "killwire_surveillance_rebuild_seconds";

/// Registers what each metric means.
pub fn describe() {
    describe_counter!(
        KILLMAILS,
        Unit::Count,
        "Killmails matched against the profiles."
    );
    describe_counter!(HITS, Unit::Count, "Entries of the index hit, by index.");
    describe_counter!(
        CANDIDATES,
        Unit::Count,
        "Profiles that an entry pointed to, evaluated."
    );
    describe_counter!(EVALUATIONS, Unit::Count, "Conditions evaluated.");
    describe_counter!(MATCHES, Unit::Count, "Conditions that held.");
    describe_counter!(RECORDED, Unit::Count, "Matches that were new, and stored.");
    describe_gauge!(
        LAG,
        Unit::Count,
        "Events that the reader is behind the log."
    );
    describe_gauge!(PROFILES, Unit::Count, "Profiles in force.");
    describe_gauge!(
        ALWAYS,
        Unit::Count,
        "Profiles looked at for every killmail."
    );
    describe_gauge!(
        EXCLUDING,
        Unit::Count,
        "Profiles that only exclude, found without a look."
    );
    describe_gauge!(BYTES, Unit::Bytes, "Memory of profiles and index.");
    describe_counter!(REBUILDS, Unit::Count, "How often the index was made anew.");
    describe_histogram!(
        REBUILD_SECONDS,
        Unit::Seconds,
        "How long making the index took."
    );
}

pub(crate) fn probed(probe: &Probe) {
    metrics::counter!(KILLMAILS).increment(probe.killmails);
    for (dimension, hits) in Dimension::ALL.iter().zip(probe.hits) {
        if hits > 0 {
            metrics::counter!(HITS, "index" => dimension.name()).increment(hits);
        }
    }
    metrics::counter!(HITS, "index" => "threshold").increment(probe.thresholds);
    metrics::counter!(CANDIDATES).increment(probe.candidates());
    metrics::counter!(EVALUATIONS).increment(probe.evaluations);
    metrics::counter!(MATCHES).increment(probe.matches);
}

pub(crate) fn recorded(matches: usize) {
    metrics::counter!(RECORDED).increment(matches as u64);
}

#[allow(clippy::cast_precision_loss, reason = "figures for gauges")]
pub(crate) fn lag(events: i64) {
    metrics::gauge!(LAG).set(events.max(0) as f64);
}

#[allow(clippy::cast_precision_loss, reason = "figures for gauges")]
pub(crate) fn in_force(live: &Live) {
    let view = live.load();
    metrics::gauge!(PROFILES).set(view.snapshot.len() as f64);
    metrics::gauge!(ALWAYS).set(view.snapshot.always() as f64);
    metrics::gauge!(EXCLUDING).set(view.snapshot.unless() as f64);
    metrics::gauge!(BYTES).set(view.snapshot.size() as f64);
}

pub(crate) fn rebuilt(rebuilds: Rebuilds) {
    metrics::counter!(REBUILDS).absolute(rebuilds.count);
    metrics::histogram!(REBUILD_SECONDS).record(rebuilds.last.as_secs_f64());
}
