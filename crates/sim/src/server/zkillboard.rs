//! zKillboard's REST: the recent killmails of a solar system.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shares};
use axum::http::{HeaderMap, Response, header};
use jiff::SignedDuration;
use serde_json::json;

use super::gate::Incoming;
use super::reply::Reply;
use super::{Shared, State};
use crate::faults::Service;
use crate::time::later;
use crate::world::Listing;

/// A window is a multiple of this many seconds…
const STEP: i64 = 3_600;

/// …and at most a week.
const MAX_PAST: i64 = 604_800;

/// How long an answer lies at zKillboard's edge: until then the same comes.
const KEEPS: SignedDuration = SignedDuration::from_hours(1);

/// `GET /zkillboard/kills/systemID/{id}/pastSeconds/{n}/`; other listings are not played.
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let mut incoming = Incoming::new(&shared, Service::Zkillboard, path, connection, headers);
    let entered = {
        let mut state = shared.state();
        incoming.enter(&shared, &mut state).map(|()| {
            let found = Wanted::of(&incoming.path, query.is_some())
                .map(|wanted| listing(&mut state, &incoming, &wanted));
            let key = incoming.path_key();
            let fault = incoming.fault(&shared, &mut state, key, found.is_ok());
            if found.is_ok() && fault.is_none() {
                let (now, held) = (incoming.at, &mut state.rules.held);
                held.hold(&incoming.path, incoming.connection, now, later(now, KEEPS));
            }
            (found, fault)
        })
    };
    let (found, fault) = entered.unwrap_or_else(|reply| (Err(reply), None));
    let reply = match found {
        Ok(listing) => {
            let max_age = format!("public, max-age={}", KEEPS.as_secs());
            Reply::json(listing.write()).with(header::CACHE_CONTROL, max_age)
        }
        Err(reply) => reply,
    };
    reply.send(&shared, fault, incoming.accepts_gzip()).await
}

/// What happened in the system, and whether it was asked for too soon.
fn listing(state: &mut State, incoming: &Incoming, wanted: &Wanted) -> Listing {
    let now = incoming.at;
    let held = &mut state.rules.held;
    if held.asks_again(&incoming.path, incoming.connection, now) {
        let detail = format!("{} was asked for again within the hour", incoming.path);
        state.rules.breach("zkillboard-again", now, detail);
    }
    state.world.listing(wanted.system, wanted.past, now)
}

struct Wanted {
    system: i64,
    past: i64,
}

impl Wanted {
    fn of(path: &str, has_query: bool) -> Result<Self, Reply> {
        if has_query {
            return Err(Reply::error(403));
        }
        let Some(path) = path.strip_suffix('/') else {
            return Err(wrong("a trailing slash is required"));
        };
        let parts: Vec<&str> = path.split('/').collect();
        let [
            "kills",
            "systemID" | "solarSystemID",
            system,
            "pastSeconds",
            past,
        ] = parts.as_slice()
        else {
            return Err(wrong("unknown modifier"));
        };
        let Ok(system) = system.parse() else {
            return Err(wrong("systemID is no number"));
        };
        match past.parse() {
            Ok(past) if past > 0 && past <= MAX_PAST && past % STEP == 0 => {
                Ok(Self { system, past })
            }
            _ => Err(wrong("pastSeconds is no multiple of 3600 up to 604800")),
        }
    }
}

/// Errors come with status 200.
fn wrong(text: &str) -> Reply {
    Reply::json(json!({"error": text}).to_string().into_bytes())
}
