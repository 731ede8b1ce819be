//! R2Z2: the feed and its day index.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, Response, header};
use jiff::civil::Date;

use super::Shared;
use super::gate::Incoming;
use super::reply::Reply;
use crate::faults::{Fault, Service};

/// `GET /r2z2/…`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let service = if path.starts_with("history/") {
        Service::History
    } else {
        Service::R2z2
    };
    let incoming = Incoming::new(&shared, service, path, connection, headers);
    let name = incoming
        .path
        .strip_prefix("ephemeral/")
        .or_else(|| incoming.path.strip_prefix("history/"))
        .and_then(|file| file.strip_suffix(".json"))
        .unwrap_or_default()
        .to_owned();
    match (service, name.as_str()) {
        (Service::History, "totals") => totals(&shared, incoming).await,
        (Service::History, day) => history(&shared, incoming, day).await,
        (_, "sequence") => pointer(&shared, incoming).await,
        (_, number) => match number.parse() {
            Ok(sequence) => entry(&shared, incoming, sequence).await,
            Err(_) => Reply::error(404).send(&shared, None, false).await,
        },
    }
}

async fn entry(shared: &Shared, mut incoming: Incoming, sequence: u64) -> Response<Body> {
    incoming.sequence = Some(sequence);
    let gzip = incoming.accepts_gzip();
    let entered = {
        let mut state = shared.state();
        incoming.enter(shared, &mut state).map(|()| {
            let recipe = state.world.entry(sequence, incoming.at);
            let fault = incoming.fault(shared, &mut state, sequence, recipe.is_some());
            let missing = match &fault {
                Some(Fault::Status { code, .. }) => *code == 404,
                _ => recipe.is_none(),
            };
            if missing {
                state.rules.missed(sequence, shared.time.now());
            }
            (recipe, fault)
        })
    };
    let (recipe, fault) = match entered {
        Ok(found) => found,
        Err(reply) => return reply.send(shared, None, false).await,
    };
    let Some(recipe) = recipe else {
        return Reply::error(404).send(shared, fault, false).await;
    };
    let written_as = match fault {
        Some(Fault::MismatchedSequence) => recipe.sequence.saturating_sub(1),
        _ => recipe.sequence,
    };
    let uploaded_at = recipe.uploaded_at();
    Reply::json(recipe.write(written_as))
        .with(
            header::ETAG,
            format!("\"{sequence:x}-{:x}\"", uploaded_at.as_second()),
        )
        .with(header::CACHE_CONTROL, "public, max-age=86400")
        .send(shared, fault, gzip)
        .await
}

async fn pointer(shared: &Shared, mut incoming: Incoming) -> Response<Body> {
    let (reply, fault) = {
        let mut state = shared.state();
        if let Err(reply) = incoming.enter(shared, &mut state) {
            (reply, None)
        } else {
            // Read over and over: each reading is a case of its own.
            let asked = state.rules.requests().values().sum::<u64>();
            let key = incoming.path_key() ^ asked.rotate_left(20);
            let fault = incoming.fault(shared, &mut state, key, true);
            let body = format!(r#"{{"sequence":{}}}"#, state.world.pointer());
            (Reply::json(body.into_bytes()), fault)
        }
    };
    reply.send(shared, fault, incoming.accepts_gzip()).await
}

async fn history(shared: &Shared, mut incoming: Incoming, day: &str) -> Response<Body> {
    let Ok(day) = Date::strptime("%Y%m%d", day) else {
        return Reply::error(404).send(shared, None, false).await;
    };
    let entered = {
        let mut state = shared.state();
        incoming.enter(shared, &mut state).map(|()| {
            let index = state.world.history_day(day, incoming.at);
            let fault = incoming.fault(shared, &mut state, incoming.path_key(), !index.is_empty());
            (index, fault)
        })
    };
    let (index, fault) = match entered {
        Ok(found) => found,
        Err(reply) => return reply.send(shared, None, false).await,
    };
    let reply = if index.is_empty() {
        Reply::error(404)
    } else {
        Reply::json(index.write())
    };
    reply.send(shared, fault, incoming.accepts_gzip()).await
}

async fn totals(shared: &Shared, mut incoming: Incoming) -> Response<Body> {
    let (reply, fault) = {
        let mut state = shared.state();
        if let Err(reply) = incoming.enter(shared, &mut state) {
            (reply, None)
        } else {
            let fault = incoming.fault(shared, &mut state, incoming.path_key(), true);
            let totals = state.world.day_totals(incoming.at);
            // A map of numbers always serialises.
            let body = serde_json::to_vec(&totals).unwrap_or_default();
            (Reply::json(body), fault)
        }
    };
    reply.send(shared, fault, incoming.accepts_gzip()).await
}
