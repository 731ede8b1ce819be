//! `GET /socket/websocket`: Phoenix channels, for the mapper and all other clients of the peer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::StatusCode;
use hyper_util::rt::TokioIo;

use crate::access::Pass;
use crate::channel::connection::Opened;
use crate::channel::{ChannelLimits, Session, Vsn, Who};
use crate::error::ApiError;
use crate::query::Query;
use crate::slow_client::WriteTimeout;
use crate::websocket::{self, Refusal};
use crate::{ClientAddress, Shared};

/// The endpoint's path. A client that was given a longer address asks for `//socket/websocket`, or
/// with a prefix; see [`at_its_path`].
const PATH: &str = "/socket/websocket";

/// Which version of the protocol a client speaks.
pub(crate) const VSN: &str = "vsn";

/// How a client may name itself, as the peer has it; the first that is there counts.
pub(crate) const NAMES: [&str; 3] = ["client_id", "client_identifier", "identifier"];

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route(PATH, any(open))
}

/// Takes a request for the endpoint to its path. Only requests for WebSockets have paths that end so.
pub(crate) fn at_its_path(mut request: Request) -> Request {
    let path = request.uri().path();
    if path != PATH && path.ends_with(PATH) {
        let path_and_query = match request.uri().query() {
            Some(query) => format!("{PATH}?{query}"),
            None => PATH.to_owned(),
        };
        // What came from a URI makes one again.
        if let Ok(uri) = path_and_query.parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

async fn open(
    State(shared): State<Arc<Shared>>,
    address: ClientAddress,
    Extension(pass): Extension<Pass>,
    request: Request,
) -> Result<Response, ApiError> {
    let query = Query::of(request.uri(), &shared.limits)?;
    let vsn = Vsn::declared(query.first(VSN)).map_err(|error| ApiError::Version(error.0))?;
    let name = NAMES.into_iter().find_map(|name| query.first(name));
    let limits = ChannelLimits {
        systems: shared.limits.ids,
        ..ChannelLimits::default()
    };
    let now = shared.clock.now();
    let session = Session::new(Who::new(name, now, &rand::random()), vsn, Arc::new(limits));
    let accepted = match websocket::accept(request.method(), request.version(), request.headers()) {
        Ok(headers) => headers,
        Err(refusal) => return Ok(refuse(refusal)),
    };
    let stop = shared.stop.clone();
    let connections = shared.hub.connections().clone();
    let served = connections.clone();
    let upgrading = async move {
        let upgraded = tokio::select! {
            upgraded = hyper::upgrade::on(request) => upgraded,
            () = shared.stop.cancelled() => return,
        };
        let parts = upgraded.map(|upgraded| upgraded.downcast::<TokioIo<WriteTimeout>>());
        let Ok(Ok(parts)) = parts else {
            tracing::debug!("a WebSocket was given up before it began");
            return;
        };
        let (socket, seat) = parts.io.into_inner().into_socket();
        let opened = Opened {
            hub: Arc::clone(&shared.hub),
            clock: shared.clock.clone(),
            socket,
            early: parts.read_buf.into(),
            session,
            address: address.limited_as(),
            access: shared.access.clone(),
            pass,
            ids: shared.limits.ids,
            namer: Arc::clone(&shared.namer),
            seat,
            stop,
        };
        // As a task of its own, which holds nothing of the request any more: there are thousands of
        // connections, and they stay for days.
        served.spawn(opened.begin().serve());
    };
    connections.spawn(upgrading);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = accepted;
    Ok(response)
}

fn refuse(refusal: Refusal) -> Response {
    let mut response = ApiError::WebSocket(refusal).into_response();
    response.headers_mut().extend(refusal.headers());
    response
}
