//! The metrics of outbound calls.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// Requests by upstream and result (`2xx`, `404`, `timeout`, …).
pub const REQUESTS: &str = "killwire_upstream_requests_total";
/// How long a request took, waiting for permission included.
pub const SECONDS: &str = "killwire_upstream_request_seconds";
/// Requests under way or waiting for permission.
pub const IN_FLIGHT: &str = "killwire_upstream_in_flight";
/// Requests repeated inside the stack.
pub const RETRIES: &str = "killwire_upstream_retries_total";
/// Unix time until which an upstream is left alone; 0 when it is not.
pub const REFUSED_UNTIL: &str = "killwire_upstream_refused_until_seconds";

/// Calls waiting for one of the places inside the concurrency limit.
pub const WAITING: &str = "killwire_upstream_waiting";
/// The circuit breaker: 0 closed, 1 half open, 2 open.
pub const BREAKER: &str = "killwire_upstream_breaker_state";
/// What Killwire may still spend of a budget now.
pub const BUDGET_REMAINING: &str = "killwire_upstream_budget_remaining";

/// Registers what each metric means.
pub fn describe() {
    describe_counter!(REQUESTS, "Outbound requests by upstream and result");
    describe_histogram!(SECONDS, Unit::Seconds, "Duration of outbound requests");
    describe_gauge!(IN_FLIGHT, "Outbound requests under way");
    describe_counter!(RETRIES, "Outbound requests repeated after a failure");
    describe_gauge!(
        REFUSED_UNTIL,
        Unit::Seconds,
        "Unix time until which an upstream is left alone"
    );
    describe_gauge!(WAITING, "Outbound calls waiting for their turn");
    describe_gauge!(
        BREAKER,
        "Circuit breaker of an upstream: 0 closed, 1 half open, 2 open"
    );
    describe_gauge!(
        BUDGET_REMAINING,
        "What may still be spent of an upstream's budget"
    );
}
