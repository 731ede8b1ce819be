//! `GET /api/v1/profiles/{id}/stream` and `GET /api/v1/profiles/stream`: matches as server-sent
//! events. Each event's `id` is its match_seq; a client resumes as on the stream of killmails.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, Uri};
use killwire_store::{MatchRow, MatchSeq, StoreError};
use tokio::sync::watch;

use crate::access::{Pass, TOKEN_PARAMETER};
use crate::error::ApiError;
use crate::hub::Protocol;
use crate::hub::matches::Whose;
use crate::hub::matches::reader::{Found, MatchReader};
use crate::match_json::{killmail_of, match_with_killmail};
use crate::path_id::ProfilePath;
use crate::query::Query;
use crate::sse::{self, Admission, KEEP_ALIVE, LAST_EVENT_ID};
use crate::visible::visible;
use crate::{ClientAddress, Shared};

const OF_PROFILE: &str = "/api/v1/profiles/{id}/stream";
const OF_ALL: &str = "/api/v1/profiles/stream";

/// All parameters.
pub(crate) const PARAMETERS: [&str; 2] = [LAST_EVENT_ID, TOKEN_PARAMETER];

/// What the events are called.
pub(crate) const MATCH: &str = "match";
pub(crate) const DELETED: &str = "deleted";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(OF_PROFILE, get(of_profile))
        .route(OF_ALL, get(of_all))
}

async fn of_profile(
    State(shared): State<Arc<Shared>>,
    address: ClientAddress,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let start = start(&shared, &uri, &headers)?;
    visible(&shared.store, pass.asker(), id).await?;
    open(shared, address, pass, Whose::Profile(id), start)
}

/// Of all profiles that the asker may see.
async fn of_all(
    State(shared): State<Arc<Shared>>,
    address: ClientAddress,
    Extension(pass): Extension<Pass>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let start = start(&shared, &uri, &headers)?;
    let asker = pass.asker();
    let whose = match asker.token {
        _ if asker.sees_all() => Whose::All,
        Some(token) => Whose::Token(token),
        None => return Err(ApiError::NoToken),
    };
    open(shared, address, pass, whose, start)
}

fn start(shared: &Shared, uri: &Uri, headers: &HeaderMap) -> Result<MatchSeq, ApiError> {
    let query = Query::of(uri, &shared.limits)?;
    query.only(&PARAMETERS)?;
    let head = shared.hub.matches().head();
    match sse::last_event_id(&query, headers)?.map(MatchSeq) {
        None => Ok(head),
        Some(seq) if seq > head => Err(ApiError::MatchesAhead {
            parameter: LAST_EVENT_ID,
            seq,
            head,
        }),
        Some(seq) => Ok(seq),
    }
}

fn open(
    shared: Arc<Shared>,
    address: ClientAddress,
    pass: Pass,
    whose: Whose,
    start: MatchSeq,
) -> Result<Response, ApiError> {
    let who = (Protocol::Sse, address.limited_as());
    let lines = Lines {
        changes: shared.hub.matches().changes(),
        reader: shared.hub.open_matches(who, whose, start)?,
        admission: Admission::new(pass, shared.clock.now()),
        whose,
        shared,
        progress: Progress::Opening,
    };
    let lines = stream::try_unfold(lines, |mut lines| async move {
        let next = lines.next().await;
        if let Err(error) = &next {
            // The client comes back, and goes on where it was.
            tracing::warn!(%error, "a stream of matches ends: the store could not be read");
        }
        next.map(|bytes| bytes.map(|bytes| (bytes, lines)))
    });
    Ok(sse::response(lines))
}

/// What goes out on one stream.
struct Lines {
    shared: Arc<Shared>,
    reader: MatchReader,
    /// Changes when there are more matches.
    changes: watch::Receiver<MatchSeq>,
    admission: Admission,
    whose: Whose,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Opening,
    Open,
    /// It was said that the profile is there no longer.
    Over,
}

impl Lines {
    /// The next bytes; none when the stream is over.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        match self.progress {
            Progress::Opening => {
                self.progress = Progress::Open;
                return Ok(Some(sse::opening(self.reader.position())));
            }
            Progress::Open => {}
            Progress::Over => return Ok(None),
        }
        match self.admission.look(&self.shared).await {
            Some(false) => return Ok(None),
            Some(true) => {
                if let Some(deleted) = self.deleted().await? {
                    self.progress = Progress::Over;
                    return Ok(Some(deleted));
                }
            }
            None => {}
        }
        let (stop, clock) = (self.shared.stop.clone(), self.shared.clock.clone());
        tokio::select! {
            found = self.found() => found.map(Some),
            () = clock.sleep(KEEP_ALIVE) => Ok(Some(sse::ping(self.reader.position()))),
            () = stop.cancelled() => Ok(None),
        }
    }

    /// The next match, whenever it comes.
    async fn found(&mut self) -> Result<Bytes, StoreError> {
        loop {
            self.changes.borrow_and_update();
            match self.reader.peek().await? {
                Found::Match(found) => {
                    let Shared { store, namer, .. } = &*self.shared;
                    let killmail = killmail_of(store, namer, &found).await?;
                    self.reader.delivered();
                    return Ok(encode(&found, killmail.as_ref()));
                }
                Found::Gap { after, oldest } => {
                    self.reader.leap_to(oldest);
                    return Ok(sse::gap(after.0, oldest.0));
                }
                Found::Nothing => {
                    self.changes
                        .changed()
                        .await
                        .map_err(|_| StoreError::Closed)?;
                }
            }
        }
    }

    /// What is said where the profile was deleted.
    async fn deleted(&self) -> Result<Option<Bytes>, StoreError> {
        let Whose::Profile(id) = self.whose else {
            return Ok(None);
        };
        if self.shared.hub.matches().is_there(id).await? {
            return Ok(None);
        }
        let text = format!("event: {DELETED}\ndata: {{\"profile_id\":{id}}}\n\n");
        Ok(Some(text.into()))
    }
}

fn encode(found: &MatchRow, killmail: Option<&Bytes>) -> Bytes {
    let payload = match_with_killmail(found, killmail);
    let mut bytes = format!("id: {}\nevent: {MATCH}\ndata: ", found.match_seq).into_bytes();
    bytes.reserve_exact(payload.len() + 2);
    bytes.extend_from_slice(&payload);
    bytes.extend_from_slice(b"\n\n");
    bytes.into()
}
