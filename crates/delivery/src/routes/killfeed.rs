//! `/api/killfeed`: the event log for clients whose offsets Killwire keeps.
//!
//! The protocol is that of WandererKills in June 2025, with long polls, page sizes and
//! acknowledgement added. Without `ack=manual` an offset moves when events are handed out, so a
//! client that never sees the answer has lost them; that is what its clients expect.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use killwire_killmail::SystemId;
use killwire_store::{
    AckMode, ClientFetch, ClientId, ClientPoll, EventQuery, Kinds, ReadError, Seq,
};
use metrics::counter;
use serde::{Deserialize, Serialize};

use crate::body::read_json;
use crate::encode::{json_bytes, json_response, killfeed_list, killfeed_one};
use crate::error::ApiError;
use crate::long_poll::LongPoll;
use crate::query::{IdListError, Query, invalid};
use crate::{Limits, Shared, metric};

const PATH: &str = "/api/killfeed";

/// Tells a client that events which it had not seen are no longer offered: the oldest seq that is.
pub(crate) const MISSED_BEFORE: HeaderName = HeaderName::from_static("x-killwire-missed-before");

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(PATH, get(list))
        .route("/api/killfeed/next", get(next))
        .route("/api/killfeed/ack", post(acknowledge))
}

async fn list(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
) -> Result<Response, ApiError> {
    let asked = Asked::parse(&method, &uri, &shared.limits)?;
    let fetched = fetch(&shared, &asked).await?;
    let some = !fetched.events.is_empty();
    let body = some.then(|| killfeed_list(&fetched.events, fetched.missed_before));
    Ok(answer(&fetched, body))
}

async fn next(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut asked = Asked::parse(&method, &uri, &shared.limits)?;
    asked.poll.limit = 1;
    let fetched = fetch(&shared, &asked).await?;
    let body = fetched.events.first().map(|event| killfeed_one(event));
    Ok(answer(&fetched, body))
}

/// What a poll asks for.
struct Asked {
    poll: ClientPoll,
    wait: Duration,
}

impl Asked {
    fn parse(method: &Method, uri: &Uri, limits: &Limits) -> Result<Self, ApiError> {
        let query = Query::of(uri, limits)?;
        let client = client_id(query.text("client_id")?.unwrap_or_default())?;
        let systems = systems(&query, limits)?;
        let limit = query.number("limit", 1..=limits.max_page)?;
        let most_seconds = usize::try_from(limits.max_wait.as_secs()).unwrap_or(usize::MAX);
        let wait = query.number("wait", 0..=most_seconds)?.unwrap_or(0);
        let ack = ack_mode(&query)?;
        // A HEAD request shows no events, so it must not move past them.
        let looks_only = method == Method::HEAD;
        Ok(Self {
            poll: ClientPoll {
                client,
                systems,
                limit: limit.unwrap_or(limits.default_page),
                ack: if looks_only { AckMode::Manual } else { ack },
            },
            wait: Duration::from_secs(wait as u64),
        })
    }
}

fn client_id(name: &str) -> Result<ClientId, ApiError> {
    if name.is_empty() {
        return Err(ApiError::Missing("client_id"));
    }
    ClientId::new(name).map_err(|error| ApiError::ClientId(error.to_string()))
}

fn systems(query: &Query<'_>, limits: &Limits) -> Result<Vec<SystemId>, ApiError> {
    let systems = query.ids("systems", limits.ids);
    let systems = systems.map_err(|error| match error {
        IdListError::Invalid(_) => ApiError::SystemsFormat,
        IdListError::TooMany(given) => too_many_systems(given, limits),
    })?;
    if systems.is_empty() {
        return Err(ApiError::Missing("systems"));
    }
    Ok(systems)
}

fn too_many_systems(given: usize, limits: &Limits) -> ApiError {
    ApiError::TooManyIds {
        parameter: "systems",
        given,
        allowed: limits.ids,
    }
}

fn ack_mode(query: &Query<'_>) -> Result<AckMode, ApiError> {
    match query.text("ack")? {
        None | Some("auto") => Ok(AckMode::OnFetch),
        Some("manual") => Ok(AckMode::Manual),
        Some(other) => Err(invalid("ack", other, "auto or manual")),
    }
}

/// The client's next events; where there are none, waits for some. The fetch, which may move the
/// client's offset, is made only when there is something to hand out, so that a client that went
/// away while waiting loses nothing.
async fn fetch(shared: &Shared, asked: &Asked) -> Result<ClientFetch, ApiError> {
    let mut long_poll = LongPoll::start(shared, asked.wait);
    let mut missed_before = None;
    loop {
        let looked_to = shared.store.head();
        let mut fetched = shared.store.fetch_for_client(&asked.poll).await?;
        missed_before = fetched.missed_before.or(missed_before);
        fetched.missed_before = missed_before;
        if !fetched.events.is_empty()
            || !match_appended(shared, &mut long_poll, &asked.poll.systems, looked_to).await?
        {
            return Ok(fetched);
        }
    }
}

/// Waits until the log holds a `new` event of one of `systems` after `looked_to`. False when the
/// time is up. Reads the log only, from memory, and leaves the client's offset alone.
async fn match_appended(
    shared: &Shared,
    long_poll: &mut LongPoll<'_>,
    systems: &[SystemId],
    looked_to: Seq,
) -> Result<bool, ApiError> {
    let mut query = EventQuery {
        after: looked_to,
        limit: 1,
        kinds: Kinds::NEW,
        systems: systems.to_vec(),
        characters: Vec::new(),
    };
    while long_poll.log_has_grown().await? {
        loop {
            let page = match shared.store.read_events(&query).await {
                Ok(page) => page,
                // Overtaken by retention: the fetch tells the client what it missed.
                Err(ReadError::Gone { .. }) => return Ok(true),
                Err(error) => return Err(error.into()),
            };
            if !page.events.is_empty() {
                return Ok(true);
            }
            query.after = page.next;
            if page.at_head {
                break;
            }
        }
    }
    Ok(false)
}

/// 200 with `body`, or 204 where there is none.
fn answer(fetched: &ClientFetch, body: Option<Vec<u8>>) -> Response {
    let outcome = if body.is_some() { "events" } else { "empty" };
    counter!(metric::KILLFEED_POLLS, "outcome" => outcome).increment(1);
    counter!(metric::EVENTS_RETURNED, "route" => PATH).increment(fetched.events.len() as u64);
    let mut response = match body {
        Some(body) => json_bytes(StatusCode::OK, body),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    if let Some(seq) = fetched.missed_before {
        let value = HeaderValue::from(seq.0);
        response.headers_mut().insert(MISSED_BEFORE, value);
    }
    response
}

/// The body of an acknowledgement: everything up to `event_id` in `systems` has been dealt with.
#[derive(Deserialize)]
struct Acknowledgement {
    client_id: String,
    event_id: i64,
    systems: Vec<SystemId>,
}

#[derive(Serialize)]
struct Acknowledged {
    acknowledged: Seq,
}

async fn acknowledge(State(shared): State<Arc<Shared>>, body: Body) -> Result<Response, ApiError> {
    let expected = r#"{"client_id":"…","event_id":1,"systems":[30000142]}"#;
    let mut body: Acknowledgement = read_json(body, &shared.limits, expected).await?;
    let client = client_id(&body.client_id)?;
    let seq = acknowledged_seq(body.event_id, shared.store.head())?;
    body.systems.sort_unstable();
    body.systems.dedup();
    if body.systems.is_empty() {
        return Err(ApiError::Missing("systems"));
    }
    if body.systems.len() > shared.limits.ids {
        return Err(too_many_systems(body.systems.len(), &shared.limits));
    }
    shared
        .store
        .acknowledge(&client, seq, &body.systems)
        .await?;
    Ok(json_response(
        StatusCode::OK,
        &Acknowledged { acknowledged: seq },
    ))
}

fn acknowledged_seq(event_id: i64, head: Seq) -> Result<Seq, ApiError> {
    let seq = Seq(event_id);
    if seq < Seq::START {
        let expected = "the event_id of an event that was handed out";
        return Err(invalid("event_id", &event_id.to_string(), expected));
    }
    if seq > head {
        return Err(ApiError::Ahead {
            parameter: "event_id",
            seq,
            head,
        });
    }
    Ok(seq)
}
