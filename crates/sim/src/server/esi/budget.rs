//! ESI's limits as its headers tell them.

use axum::http::HeaderName;
use jiff::{SignedDuration, Timestamp};

use crate::rules::{EsiBudget, Regime};
use crate::server::reply::Reply;

/// Adds what limits the route. `seen` is the status that the client will see.
pub(super) fn headers(
    reply: Reply,
    budget: &EsiBudget,
    regime: Regime,
    seen: u16,
    now: Timestamp,
) -> Reply {
    let named = HeaderName::from_static;
    // The error limit holds for all routes once it is reached.
    if regime == Regime::Errors || seen == 420 {
        return reply
            .with(
                named("x-esi-error-limit-remain"),
                if seen == 420 { 0 } else { budget.errors_left() }.to_string(),
            )
            .with(
                named("x-esi-error-limit-reset"),
                whole_seconds(budget.error_reset(now)).to_string(),
            );
    }
    let Regime::Bucket(group) = regime else {
        return reply;
    };
    reply
        .with(named("x-ratelimit-group"), group.name)
        .with(named("x-ratelimit-limit"), format!("{}/15m", group.tokens))
        .with(
            named("x-ratelimit-remaining"),
            budget.tokens_left(group).to_string(),
        )
        .with(
            named("x-ratelimit-used"),
            budget.tokens_used(group).to_string(),
        )
}

/// Rounded up, so that who waits as told is not early.
pub(super) fn whole_seconds(span: SignedDuration) -> i64 {
    (span.as_secs() + i64::from(span.subsec_nanos() > 0)).max(0)
}
