//! `GET /status`

use jiff::Timestamp;
use serde_json::json;

use super::Found;
use crate::server::State;

pub(super) fn status(state: &State, now: Timestamp) -> Found {
    let started = state.downtime.started(now);
    let body = json!({
        "players": 15_000 + now.as_second() / 60 % 10_000,
        "server_version": "3400000",
        "start_time": started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "vip": false,
    });
    Found::Body(body.to_string().into_bytes())
}
