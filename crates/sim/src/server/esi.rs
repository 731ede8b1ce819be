//! ESI: killmails by id and hash, with its budgets in every answer.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, HeaderName, Response, header};
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::gate::Incoming;
use super::reply::Reply;
use super::{Shared, State};
use crate::faults::Service;
use crate::generator::hex;
use crate::rules::EsiBudget;
use crate::time::later;
use crate::world::Origin;

/// How long a killmail keeps.
const KEEPS: SignedDuration = SignedDuration::from_hours(30 * 24);

const COMPATIBILITY_DATE: HeaderName = HeaderName::from_static("x-compatibility-date");

/// `GET /esi/killmails/{id}/{hash}`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let path = path.trim_end_matches('/').to_owned();
    let mut incoming = Incoming::new(&shared, Service::Esi, path, connection, headers);
    let (reply, fault) = {
        let mut state = shared.state();
        match incoming.enter(&shared, &mut state) {
            Err(reply) => (budget_headers(reply, &state.rules.esi, incoming.at), None),
            Ok(()) => {
                state.rules.esi.advance(incoming.at);
                let found = answer(&mut incoming, &mut state);
                let exists = matches!(found, Found::Killmail { .. });
                let fault = incoming.fault(&shared, &mut state, incoming.path_key(), exists);
                let reply = found.reply(incoming.at);
                let status = reply.status_under(fault.as_ref());
                state.rules.esi.charge(status, incoming.at);
                if status == 200 && fault.is_none() {
                    let until = later(incoming.at, KEEPS);
                    state.rules.esi.hold(&incoming.path, until);
                }
                (budget_headers(reply, &state.rules.esi, incoming.at), fault)
            }
        }
    };
    reply.send(&shared, fault, incoming.accepts_gzip()).await
}

/// What ESI makes of a request.
enum Found {
    Killmail { origin: Origin, etag: String },
    NotModified,
    Refused(Reply),
}

impl Found {
    fn reply(self, now: Timestamp) -> Reply {
        match self {
            Self::Killmail { origin, etag } => Reply::json(origin.body().esi)
                .with(header::ETAG, etag)
                .with(header::EXPIRES, http_date(later(now, KEEPS)))
                .with(header::LAST_MODIFIED, http_date(now)),
            Self::NotModified => {
                Reply::empty(304).with(header::EXPIRES, http_date(later(now, KEEPS)))
            }
            Self::Refused(reply) => reply,
        }
    }
}

fn answer(incoming: &mut Incoming, state: &mut State) -> Found {
    let now = incoming.at;
    if !has_compatibility_date(incoming) {
        let detail = format!(
            "{} was asked for without X-Compatibility-Date",
            incoming.path
        );
        state.rules.breach("esi-compatibility-date", now, detail);
        let text = "X-Compatibility-Date is missing or no date";
        return Found::Refused(Reply::esi_error(400, text));
    }
    if state.rules.esi.is_error_limited() {
        let span = state.rules.esi.error_reset(now);
        state.rules.error_limited(&incoming.arrival(), span);
        return Found::Refused(Reply::esi_error(420, "Error limited"));
    }
    if state.rules.esi.is_empty() {
        let detail = "asked although X-Ratelimit-Remaining was used up".to_owned();
        state.rules.breach("esi-bucket-overdrawn", now, detail);
        let span = state.rules.esi.token_reset(now);
        state.rules.ask_to_wait(&incoming.arrival(), span);
        let reply = Reply::esi_error(429, "Too many requests")
            .with(header::RETRY_AFTER, whole_seconds(span).to_string());
        return Found::Refused(reply);
    }
    let url = incoming.path.clone();
    if state.rules.esi.asks_again(&url, now) {
        let detail = format!("{url} was asked for again before its Expires");
        state.rules.breach("esi-before-expires", now, detail);
    }
    let mut parts = url
        .strip_prefix("killmails/")
        .unwrap_or_default()
        .split('/');
    let (id, hash) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let Ok(id) = id.parse::<i64>() else {
        return Found::Refused(Reply::esi_error(404, "Not found"));
    };
    let Some(kill) = state.world.kill(id) else {
        return Found::Refused(Reply::esi_error(404, "Killmail not found"));
    };
    if hex(&kill.hash) != hash.to_ascii_lowercase() {
        let text = "Invalid killmail_id and/or killmail_hash";
        return Found::Refused(Reply::esi_error(422, text));
    }
    let etag = format!("W/\"{hash}\"");
    if incoming.header(&header::IF_NONE_MATCH) == Some(etag.as_str()) {
        return Found::NotModified;
    }
    Found::Killmail {
        origin: state.world.origin(kill),
        etag,
    }
}

fn has_compatibility_date(incoming: &Incoming) -> bool {
    incoming
        .header(&COMPATIBILITY_DATE)
        .is_some_and(|date| date.parse::<Date>().is_ok())
}

fn budget_headers(reply: Reply, budget: &EsiBudget, now: Timestamp) -> Reply {
    let named = HeaderName::from_static;
    reply
        .with(
            named("x-esi-error-limit-remain"),
            budget.errors_left().to_string(),
        )
        .with(
            named("x-esi-error-limit-reset"),
            whole_seconds(budget.error_reset(now)).to_string(),
        )
        .with(named("x-ratelimit-group"), "killmail")
        .with(named("x-ratelimit-limit"), "3600/15m")
        .with(
            named("x-ratelimit-remaining"),
            budget.tokens_left().to_string(),
        )
        .with(named("x-ratelimit-used"), budget.tokens_used().to_string())
}

/// Rounded up, so that who waits as told is not early.
fn whole_seconds(span: SignedDuration) -> i64 {
    (span.as_secs() + i64::from(span.subsec_nanos() > 0)).max(0)
}

fn http_date(time: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .unwrap_or_default()
}
