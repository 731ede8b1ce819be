//! A word with the simulator itself: how it stands, and more faults.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shares;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Shared;
use crate::faults::FaultRule;
use crate::status::SimStatus;

/// `GET /sim/status`
pub(super) async fn status(Shares(shared): Shares<Arc<Shared>>) -> Json<SimStatus> {
    Json(shared.status())
}

/// One rule or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rules {
    Many(Vec<FaultRule>),
    One(Box<FaultRule>),
}

/// `POST /sim/faults`
pub(super) async fn add_faults(
    Shares(shared): Shares<Arc<Shared>>,
    body: Bytes,
) -> (StatusCode, String) {
    let rules = match serde_json::from_slice(&body) {
        Ok(Rules::Many(rules)) => rules,
        Ok(Rules::One(rule)) => vec![*rule],
        Err(error) => {
            let hint = r#"expected a rule or a list of rules such as {"service":"r2z2","sequence":96000005,"times":2,"fault":{"kind":"status","code":503}}"#;
            return (StatusCode::BAD_REQUEST, format!("{error}; {hint}\n"));
        }
    };
    let count = rules.len();
    if shared.state().world.script.add(rules) {
        (StatusCode::OK, format!("{count} rules added\n"))
    } else {
        let text = "too many rules are waiting; let some of them happen first\n";
        (StatusCode::CONFLICT, text.to_owned())
    }
}
