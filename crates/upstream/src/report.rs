//! What an upstream's stack shows of itself, for `/status`.

use jiff::Timestamp;
use serde::Serialize;

/// The state of one upstream at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UpstreamReport {
    /// Its short name: `esi`.
    pub name: &'static str,
    /// Requests that have left since the start, repeats included.
    pub requests: u64,
    /// Calls that ended in an error since the start. A 404 is an answer, not an error; nor is a call
    /// counted that met a pause and was not sent.
    pub errors: u64,
    /// Calls inside the concurrency limit now.
    pub in_flight: u64,
    /// Calls waiting for their turn now.
    pub waiting: u64,
    /// The circuit breaker.
    pub breaker: BreakerReport,
    /// Until when the upstream wants to be left alone; none while it does not.
    pub refused_until: Option<Timestamp>,
    /// What may still be spent.
    pub budgets: Vec<BudgetReport>,
    /// The last error, as people read it.
    pub last_error: Option<LastError>,
}

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakerReport {
    /// Whether calls go through.
    pub state: BreakerState,
    /// When the next look is due; none while calls go through.
    pub until: Option<Timestamp>,
    /// Why calls do not go through.
    pub reason: Option<String>,
}

/// Whether calls go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// They do.
    Closed,
    /// They are refused at once.
    Open,
    /// They are refused while one of them finds out whether the upstream is back.
    HalfOpen,
}

/// A budget: so much may be spent in a floating window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetReport {
    /// Which: ESI's groups, `errors`.
    pub name: &'static str,
    /// What Killwire may still spend now.
    pub remaining: u32,
    /// What Killwire spends at most in a window; less than the upstream grants.
    pub limit: u32,
    /// When everything that is spent has come back; none while nothing is.
    pub resets_at: Option<Timestamp>,
}

/// An error and when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastError {
    /// When.
    pub at: Timestamp,
    /// What, in words.
    pub text: String,
}
