//! The server's side of the control socket, about profiles. Whoever can open the socket looks after
//! the server.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::stream;
use killwire_delivery::{Asker, ProfileAsk, ProfileDesk as _};
use killwire_store::ListEntry;
use serde_json::Value;

use super::said::Said;
use super::server::Control;
use crate::profile_desk::{MatchShown, MatchesRequest, TrialRequest, Wanted};

/// Signs of progress that wait for the client; more are left out.
const WAITING: usize = 4;

pub(super) fn routes() -> Router<Arc<Control>> {
    Router::new()
        .route("/profiles/ask", post(ask))
        .route("/profiles/test", post(test))
        .route("/profiles/matches", post(matches))
        .route("/profiles/entries", post(entries))
}

type Shared = State<Arc<Control>>;

async fn ask(State(control): Shared, Json(ask): Json<ProfileAsk>) -> Json<Said<Value>> {
    Json(control.profiles.ask(Asker::OPERATOR, ask).await.into())
}

/// Progress as it goes, then the answer, each on a line of its own. Ends with who asked.
async fn test(State(control): Shared, Json(request): Json<TrialRequest>) -> Body {
    let (mut sender, progress) = mpsc::channel(WAITING);
    let trial = async move {
        let tell = move |scanned| {
            // Who does not keep up with it is told of later ones.
            let _ = sender.try_send(line(&Said::Progress(scanned)));
        };
        let tried = control
            .profiles
            .try_on_past(&Asker::OPERATOR, request, tell);
        line(&tried.await.into())
    };
    let lines = stream::select(progress, stream::once(trial));
    Body::from_stream(lines.map(Ok::<_, Infallible>))
}

fn line(said: &Said<Value>) -> Bytes {
    let mut line = serde_json::to_vec(said).unwrap_or_default();
    line.push(b'\n');
    line.into()
}

async fn matches(
    State(control): Shared,
    Json(request): Json<MatchesRequest>,
) -> Json<Said<Vec<MatchShown>>> {
    Json(control.profiles.matches(request).await.into())
}

async fn entries(
    State(control): Shared,
    Json(wanted): Json<Vec<Wanted>>,
) -> Json<Said<Vec<ListEntry>>> {
    Json(control.profiles.entries(wanted).await.into())
}
