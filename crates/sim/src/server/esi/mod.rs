//! ESI: who somebody is, what things cost, killmails by id and hash, with its limits in every
//! answer.
//!
//! Routes without a bucket count errors, the others cost tokens; once there were too many errors
//! every route answers 420. During a downtime every route answers 503. Where it is not documented
//! what ESI does with an id that it does not know, the harder way is played: the whole batch
//! fails.

mod batches;
mod budget;
mod entities;
mod killmails;
mod market;
mod route;
mod status;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, HeaderName, Method, Response, header};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::gate::{Incoming, fnv};
use super::reply::{Reply, http_date};
use super::{Shared, State};
use crate::faults::{Fault, Service};
use crate::rules::{Knock, Regime};
use crate::time::{later, signed};
use crate::world::Origin;
use route::Route;

const COMPATIBILITY_DATE: HeaderName = HeaderName::from_static("x-compatibility-date");

/// ESI's day begins at 11:00 UTC.
const DAY_TURNS: SignedDuration = SignedDuration::from_hours(11);

/// What ESI makes of a request that it hears.
enum Found {
    Body(Vec<u8>),
    Killmail { origin: Origin, etag: String },
    Refused(Reply),
}

/// `/esi/…`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = path.trim_end_matches('/').to_owned();
    let route = Route::of(&method, &path);
    let mut incoming = Incoming::new(&shared, Service::Esi, path, connection, headers);
    incoming.part = Some(match route.regime() {
        Regime::Bucket(group) => group.name,
        Regime::Errors => "unbucketed",
    });
    let (reply, fault, latency) = {
        let mut state = shared.state();
        let latency = state.esi_latency;
        incoming.in_flight = incoming.in_flight.saturating_add(signed(latency));
        state.rules.count_esi(route.name());
        let (reply, fault) = match incoming.enter(&shared, &mut state) {
            Err(reply) => (reply, None),
            Ok(()) => answer(&shared, &mut state, &incoming, &route, &body),
        };
        let seen = reply.status_under(fault.as_ref());
        let reply = budget::headers(reply, &state.rules.esi, route.regime(), seen, incoming.at);
        (reply, fault, latency)
    };
    if !latency.is_zero() {
        tokio::select! {
            () = shared.time.clock().sleep(latency) => {}
            () = shared.stop.cancelled() => {}
        }
    }
    reply.send(&shared, fault, incoming.accepts_gzip()).await
}

fn answer(
    shared: &Shared,
    state: &mut State,
    incoming: &Incoming,
    route: &Route,
    body: &[u8],
) -> (Reply, Option<Fault>) {
    let now = incoming.at;
    let regime = route.regime();
    state.rules.esi.advance(now);
    let found = match refusal(state, incoming, route) {
        Some(reply) => Found::Refused(reply),
        None => find(shared, state, incoming, route, body),
    };
    let reply = reply(found, incoming, route);
    let exists = reply.status < 400;
    let fault = incoming.fault(shared, state, key(state, incoming, route, body), exists);
    let status = reply.status_under(fault.as_ref());
    state.rules.esi.charge(regime, status, now);
    if let (true, None, Some(keeps)) = (exists, &fault, route.keeps()) {
        let until = later(now, keeps);
        let held = &mut state.rules.held;
        held.hold(&incoming.path, incoming.connection, now, until);
    }
    (reply, fault)
}

/// Tells what is read from everything else, for faults by rate.
fn key(state: &State, incoming: &Incoming, route: &Route, body: &[u8]) -> u64 {
    let key = incoming.path_key() ^ fnv(body).rotate_left(32);
    // Read over and over: each reading is a case of its own.
    let asked = state.rules.esi_requests().get(route.name()).copied();
    match route {
        Route::Status | Route::Prices => key ^ asked.unwrap_or(0).rotate_left(20),
        _ => key,
    }
}

/// Why a request is not heard, if so; and what is wrong with it.
fn refusal(state: &mut State, incoming: &Incoming, route: &Route) -> Option<Reply> {
    let now = incoming.at;
    match compatibility_date(incoming) {
        Some(date) if date > today(now) => {
            let text = format!("{date} lies in the future");
            return Some(Reply::esi_error(400, &text));
        }
        Some(_) => {}
        None => {
            // ESI takes its oldest date then, which is not what the client was written for.
            let detail = format!(
                "{} was asked for without X-Compatibility-Date",
                incoming.path
            );
            state.rules.breach("esi-compatibility-date", now, detail);
        }
    }
    if state.rules.esi.is_error_limited() {
        let span = state.rules.esi.error_reset(now);
        state.rules.error_limited(&incoming.arrival(), span);
        return Some(Reply::esi_error(420, "Error limited"));
    }
    if let Some(since) = state.downtime.since(now) {
        state.rules.knock(&Knock {
            since,
            at: now,
            in_flight: incoming.in_flight,
            is_probe: matches!(route, Route::Status),
        });
        let text = "The datasource tranquility is temporarily unavailable";
        return Some(Reply::esi_error(503, text));
    }
    if let Regime::Bucket(group) = route.regime()
        && state.rules.esi.is_empty(group)
    {
        let detail = format!("asked although the tokens of {} were used up", group.name);
        state.rules.breach("esi-bucket-overdrawn", now, detail);
        let span = state.rules.esi.token_reset(group, now);
        let seconds = budget::whole_seconds(span).to_string();
        let reply = Reply::esi_error(429, "Too many requests");
        return Some(reply.with(header::RETRY_AFTER, seconds));
    }
    if route.keeps().is_some()
        && (state.rules.held).asks_again(&incoming.path, incoming.connection, now)
    {
        let detail = format!("{} was asked for again before its Expires", incoming.path);
        state.rules.breach("esi-before-expires", now, detail);
    }
    None
}

fn find(
    shared: &Shared,
    state: &mut State,
    incoming: &Incoming,
    route: &Route,
    body: &[u8],
) -> Found {
    let directory = &shared.directory;
    let now = incoming.at;
    match route {
        Route::Names => batches::names(directory, state, body, now),
        Route::Ids => batches::ids(directory, state, body, now),
        Route::Affiliation => batches::affiliation(directory, state, body, now),
        Route::Character(id) => entities::character(directory, *id),
        Route::History(id) => entities::history(directory, *id),
        Route::Corporation(id) => entities::corporation(directory, *id),
        Route::Alliance(id) => entities::alliance(directory, *id),
        Route::Prices => market::prices(),
        Route::Status => status::status(state, now),
        Route::Killmail { id, hash } => killmails::killmail(state, *id, hash),
        Route::Malformed => Found::Refused(Reply::esi_error(400, "an id is no whole number")),
        Route::Other => Found::Refused(Reply::esi_error(404, "Not found")),
    }
}

/// The answer with ESI's caching headers.
fn reply(found: Found, incoming: &Incoming, route: &Route) -> Reply {
    let now = incoming.at;
    let (reply, etag) = match found {
        Found::Refused(reply) => return reply,
        Found::Killmail { origin, etag } => (Reply::later_json(origin), etag),
        Found::Body(body) => {
            let etag = format!("W/\"{:016x}\"", fnv(&body));
            (Reply::json(body), etag)
        }
    };
    let keeps = route.keeps();
    let reply = if keeps.is_some() && incoming.header(&header::IF_NONE_MATCH) == Some(etag.as_str())
    {
        Reply::empty(304)
    } else {
        reply
    };
    let reply = reply
        .with(header::ETAG, etag)
        .with(header::LAST_MODIFIED, http_date(now));
    match keeps {
        Some(keeps) => reply
            .with(header::EXPIRES, http_date(later(now, keeps)))
            .with(
                header::CACHE_CONTROL,
                format!("public, max-age={}", keeps.as_secs()),
            ),
        None => reply,
    }
}

fn compatibility_date(incoming: &Incoming) -> Option<Date> {
    incoming.header(&COMPATIBILITY_DATE)?.parse().ok()
}

/// The newest date that ESI knows at a time.
fn today(now: Timestamp) -> Date {
    later(now, -DAY_TURNS).to_zoned(TimeZone::UTC).date()
}
