//! zKillboard's REST: the recent killmails of a solar system.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shares};
use axum::http::{HeaderMap, Response, header};
use serde_json::json;

use super::Shared;
use super::gate::Incoming;
use super::reply::Reply;
use crate::faults::Service;

/// A window is a multiple of this many seconds…
const STEP: i64 = 3_600;

/// …and at most a week.
const MAX_PAST: i64 = 604_800;

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
            let found = match Wanted::of(&incoming.path, query.is_some()) {
                Ok(wanted) => {
                    let (system, past) = (wanted.system, wanted.past);
                    Ok(state.world.listing(system, past, incoming.at))
                }
                Err(reply) => Err(reply),
            };
            let key = incoming.path_key();
            let fault = incoming.fault(&shared, &mut state, key, found.is_ok());
            (found, fault)
        })
    };
    let (found, fault) = entered.unwrap_or_else(|reply| (Err(reply), None));
    let reply = match found {
        Ok(listing) => {
            Reply::json(listing.write()).with(header::CACHE_CONTROL, "public, max-age=3600")
        }
        Err(reply) => reply,
    };
    reply.send(&shared, fault, incoming.accepts_gzip()).await
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
