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
use killwire_store::{MatchRow, MatchSeq, ProfileEnd, ProfileWatch, StoreError};
use tokio::sync::watch;

use crate::access::{Pass, TOKEN_PARAMETER};
use crate::error::ApiError;
use crate::hub::Protocol;
use crate::hub::matches::Whose;
use crate::hub::matches::reader::{Found, MatchReader};
use crate::match_json::{killmail_of, match_with_killmail};
use crate::path_id::ProfilePath;
use crate::query::Query;
use crate::sse::{self, Admission, Coding, KEEP_ALIVE, LAST_EVENT_ID};
use crate::visible::visible;
use crate::{ClientAddress, Shared};

const OF_PROFILE: &str = "/api/v1/profiles/{id}/stream";
const OF_ALL: &str = "/api/v1/profiles/stream";

/// All parameters.
pub(crate) const PARAMETERS: [&str; 2] = [LAST_EVENT_ID, TOKEN_PARAMETER];

/// What the events are called.
pub(crate) const MATCH: &str = "match";
pub(crate) const DELETED: &str = "deleted";
pub(crate) const DISABLED: &str = "disabled";

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
    // Before the look, so that no end between the two goes unnoticed.
    let followed = shared.store.watch_profile(id);
    visible(&shared.store, pass.asker(), id).await?;
    let whose = Whose::Profile(id);
    let coding = Coding::accepted(&headers);
    open(
        shared,
        address,
        pass,
        whose,
        (start, Some(followed)),
        coding,
    )
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
    let coding = Coding::accepted(&headers);
    open(shared, address, pass, whose, (start, None), coding)
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
    (start, followed): (MatchSeq, Option<ProfileWatch>),
    coding: Coding,
) -> Result<Response, ApiError> {
    let who = (Protocol::Sse, address.limited_as());
    let lines = Lines {
        admission: Admission::new(pass, shared.clock.now()),
        matches: Source {
            changes: shared.hub.matches().changes(),
            reader: shared.hub.open_matches(who, whose, start)?,
            shared: Arc::clone(&shared),
        },
        shared,
        whose,
        followed,
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
    Ok(sse::response(lines, coding))
}

/// What goes out on one stream.
struct Lines {
    shared: Arc<Shared>,
    matches: Source,
    admission: Admission,
    whose: Whose,
    /// The profile, where it is of one.
    followed: Option<ProfileWatch>,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Opening,
    Open,
    /// The profile has ended; what it had found before is sent, and then that.
    Ending(ProfileEnd),
    /// It was said that the profile has ended.
    Over,
}

impl Lines {
    /// The next bytes; none when the stream is over.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        match self.progress {
            Progress::Opening => {
                self.progress = Progress::Open;
                return Ok(Some(sse::opening(self.matches.reader.position())));
            }
            Progress::Open => {}
            Progress::Ending(end) => return self.last(end).await,
            Progress::Over => return Ok(None),
        }
        if self.admission.look(&self.shared).await == Some(false) {
            return Ok(None);
        }
        let end = tokio::select! {
            found = self.matches.found() => return found.map(Some),
            end = ended(&mut self.followed) => end,
            () = self.shared.clock.sleep(KEEP_ALIVE) => {
                return Ok(Some(sse::ping(self.matches.reader.position())));
            }
            () = self.shared.stop.cancelled() => return Ok(None),
        };
        self.last(end).await
    }

    /// What was found before the end, one after the other, and then that it has ended.
    async fn last(&mut self, end: ProfileEnd) -> Result<Option<Bytes>, StoreError> {
        self.progress = Progress::Ending(end);
        if let Some(found) = self.matches.waiting().await? {
            return Ok(Some(found));
        }
        self.progress = Progress::Over;
        let name = match end {
            ProfileEnd::Deleted => DELETED,
            ProfileEnd::Disabled => DISABLED,
        };
        Ok(match self.whose {
            Whose::Profile(id) => {
                let text = format!("event: {name}\ndata: {{\"profile_id\":{id}}}\n\n");
                Some(text.into())
            }
            Whose::Token(_) | Whose::All => None,
        })
    }
}

/// Waits for the end of the profile; for ever where the stream is not of one.
async fn ended(followed: &mut Option<ProfileWatch>) -> ProfileEnd {
    match followed {
        Some(followed) => followed.ended().await,
        None => std::future::pending().await,
    }
}

/// Where the matches come from.
struct Source {
    shared: Arc<Shared>,
    reader: MatchReader,
    /// Changes when there are more matches.
    changes: watch::Receiver<MatchSeq>,
}

impl Source {
    /// The next match, whenever it comes.
    async fn found(&mut self) -> Result<Bytes, StoreError> {
        loop {
            self.changes.borrow_and_update();
            if let Some(found) = self.waiting().await? {
                return Ok(found);
            }
            let changed = self.changes.changed().await;
            changed.map_err(|_| StoreError::Closed)?;
        }
    }

    /// The next match, where there is one already.
    async fn waiting(&mut self) -> Result<Option<Bytes>, StoreError> {
        Ok(match self.reader.peek().await? {
            Found::Match(found) => {
                let Shared { store, namer, .. } = &*self.shared;
                let killmail = killmail_of(store, namer, &found).await?;
                self.reader.delivered();
                Some(encode(&found, killmail.as_ref()))
            }
            Found::Gap { after, oldest } => {
                self.reader.leap_to(oldest);
                Some(sse::gap(after.0, oldest.0))
            }
            Found::Nothing => None,
        })
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
