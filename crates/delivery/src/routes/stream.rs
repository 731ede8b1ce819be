//! `GET /api/v1/kills/stream`: killmails as server-sent events.
//!
//! The parameters are those that WandererKills documents (`system_ids` and `character_ids` unite)
//! and the hub's filters. Each event's `id` is its seq, so a browser resumes by itself; ids come
//! with the keep-alive as well, so that a reader who gets little resumes near the log's end.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use killwire_store::{EventKind, LogEvent, ReadError, Seq};
use killwire_universe::Universe;

use crate::access::{Pass, TOKEN_PARAMETER};
use crate::error::ApiError;
use crate::hub::filter::{FILTER_NAMES, Filter, FilterLimits, Watch};
use crate::hub::parcel::{Form, Parcel, Wire, Written};
use crate::hub::reader::{Reader, Reading};
use crate::hub::{Caller, Protocol};
use crate::query::{Query, invalid, strict_number};
use crate::since::{EXPECTED as EXPECTED_SINCE, Since};
use crate::sse::gzip::pack;
use crate::sse::{self, Admission, Coding, KEEP_ALIVE, LAST_EVENT_ID, Line};
use crate::{ClientAddress, Shared};

const PATH: &str = "/api/v1/kills/stream";

/// The most of `preload_days`; more is taken as this, as the peer does.
const MOST_PRELOAD_DAYS: u64 = 90;

/// Events of the log are passed on in pieces of about so many bytes.
const PIECE_BYTES: usize = 64 << 10;

/// The parameters beside the hub's filters.
pub(crate) const OWN: [&str; 6] = [
    "system_ids",
    "character_ids",
    "preload_days",
    "since",
    LAST_EVENT_ID,
    TOKEN_PARAMETER,
];

/// What an event is called that changes a killmail which was sent before.
pub(crate) const UPDATED: &str = "updated";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route(PATH, get(stream_kills))
}

async fn stream_kills(
    State(shared): State<Arc<Shared>>,
    address: ClientAddress,
    Extension(pass): Extension<Pass>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri, &shared.limits)?;
    let filter = filter(&query, &shared.hub.universe(), shared.limits.ids)?;
    let start = start(&query, &headers, &shared).await?;
    let caller = Caller {
        protocol: Protocol::Sse,
        address: address.limited_as(),
        sink: None,
    };
    let updates = filter.updates;
    let coding = Coding::accepted(&headers);
    let reader = shared.hub.open(caller, filter, start)?;
    let lines = Lines {
        admission: Admission::new(pass, shared.clock.now()),
        shared,
        reader,
        updates,
        coding,
        begun: false,
    };
    let lines = stream::try_unfold(lines, |mut lines| async move {
        let next = lines.next().await;
        next.map(|line| line.map(|line| (line, lines)))
    });
    Ok(sse::response(lines, coding))
}

/// What the parameters ask for; `most_ids` is how many ids one of them may name.
pub(crate) fn filter(
    query: &Query<'_>,
    universe: &Universe,
    most_ids: usize,
) -> Result<Filter, ApiError> {
    let known: Vec<&'static str> = FILTER_NAMES.iter().chain(&OWN).copied().collect();
    query.only(&known)?;
    let limits = FilterLimits {
        ids: most_ids,
        ..FilterLimits::default()
    };
    let mut filter = Filter::parse(|name| query.list(name), universe, limits)?;
    let watch = Watch {
        systems: ids(query, "system_ids", most_ids)?,
        characters: ids(query, "character_ids", most_ids)?,
    };
    if watch != Watch::default() {
        filter.watch = Some(watch);
    }
    Ok(filter)
}

fn ids<Id>(query: &Query<'_>, name: &'static str, most: usize) -> Result<Vec<Id>, ApiError>
where
    Id: TryFrom<i64> + Ord,
{
    query.ids(name, most).map_err(|error| error.of(name, most))
}

/// The position to begin after.
async fn start(query: &Query<'_>, headers: &HeaderMap, shared: &Shared) -> Result<Seq, ApiError> {
    let head = shared.store.head();
    if let Some(seq) = sse::last_event_id(query, headers)?.map(Seq) {
        if seq > head {
            return Err(ApiError::Ahead {
                parameter: LAST_EVENT_ID,
                seq,
                head,
            });
        }
        return Ok(seq);
    }
    let since = match (since(query)?, preload_days(query)?) {
        (Some(since), _) => since.before(shared.hub.now()),
        (None, 0) => return Ok(head),
        (None, days) => {
            let span = Duration::from_secs(days * 86_400);
            let since = shared.hub.now().checked_sub(span);
            since.unwrap_or(Timestamp::MIN)
        }
    };
    Ok(shared.store.seq_at(since).await?.min(head))
}

pub(crate) fn since(query: &Query<'_>) -> Result<Option<Since>, ApiError> {
    const NAME: &str = "since";
    let Some(text) = query.text(NAME)? else {
        return Ok(None);
    };
    let since = text.parse().map(Some);
    since.map_err(|_| invalid(NAME, text, EXPECTED_SINCE))
}

pub(crate) fn preload_days(query: &Query<'_>) -> Result<u64, ApiError> {
    const NAME: &str = "preload_days";
    let Some(text) = query.text(NAME)? else {
        return Ok(0);
    };
    let days = strict_number(text).and_then(|days| u64::try_from(days).ok());
    let days = days.ok_or_else(|| invalid(NAME, text, "a whole number of days from 0 to 90"))?;
    Ok(days.min(MOST_PRELOAD_DAYS))
}

/// What goes out on one stream.
struct Lines {
    shared: Arc<Shared>,
    reader: Reader,
    updates: bool,
    coding: Coding,
    begun: bool,
    admission: Admission,
}

impl Lines {
    /// What comes next; none when the server stops.
    async fn next(&mut self) -> Result<Option<Line>, ReadError> {
        if !self.begun {
            self.begun = true;
            return Ok(Some(sse::opening(self.reader.position()).into()));
        }
        if self.admission.look(&self.shared).await == Some(false) {
            return Ok(None);
        }
        if let Some(line) = self.at_hand() {
            return Ok(Some(line));
        }
        let stop = self.shared.stop.clone();
        let quiet = self.shared.clock.sleep(KEEP_ALIVE);
        tokio::select! {
            reading = self.reader.next() => match reading {
                Ok(Reading::Parcel(parcel)) => Ok(Some(self.event(&parcel))),
                Ok(Reading::Gap { after, oldest }) => {
                    Ok(Some(sse::gap(after.0, oldest.0).into()))
                }
                Err(error) => {
                    // The client comes back, and goes on where it was.
                    tracing::warn!(%error, "an event stream ends: the log could not be read");
                    Err(error)
                }
            },
            () = quiet => Ok(Some(sse::ping(self.reader.position()).into())),
            () = stop.cancelled() => Ok(None),
        }
    }

    /// What needs no waiting: of the live flow one event, whose bytes all share; of the log several
    /// in one piece, because the way of each piece through the HTTP library takes longer than copying
    /// them.
    fn at_hand(&mut self) -> Option<Line> {
        let first = self.reader.ready()?;
        let Some(second) = self.reader.ready() else {
            return Some(self.event(&first));
        };
        let mut plain = Vec::with_capacity(PIECE_BYTES);
        let mut packed = Vec::new();
        let (mut next, mut then) = (Some(first), Some(second));
        while let Some(parcel) = next {
            encode(&mut plain, &parcel.event, self.is_patch(&parcel.event));
            if self.coding == Coding::Gzip {
                packed.extend_from_slice(&self.packed(&parcel));
            }
            let more = plain.len() < PIECE_BYTES;
            next = match then.take() {
                None if more => self.reader.ready(),
                then => then,
            };
        }
        Some(Line {
            plain: plain.into(),
            packed: (self.coding == Coding::Gzip).then(|| packed.into()),
        })
    }

    fn event(&self, parcel: &Parcel) -> Line {
        let form = Form {
            wire: Wire::Sse,
            patch: self.is_patch(&parcel.event),
        };
        let written = parcel.form(form, |event| {
            let mut bytes = Vec::new();
            encode(&mut bytes, event, form.patch);
            Written::whole(bytes.into())
        });
        Line {
            plain: written.before.clone(),
            packed: (self.coding == Coding::Gzip).then(|| self.packed(parcel)),
        }
    }

    /// The event packed by itself, once for all who want it so.
    fn packed(&self, parcel: &Parcel) -> Bytes {
        let form = Form {
            wire: Wire::SsePacked,
            patch: self.is_patch(&parcel.event),
        };
        let written = parcel.form(form, |event| {
            let mut bytes = Vec::new();
            encode(&mut bytes, event, form.patch);
            Written::whole(pack(&bytes))
        });
        written.before.clone()
    }

    fn is_patch(&self, event: &LogEvent) -> bool {
        self.updates && event.kind == EventKind::Updated
    }
}

/// Adds an event of the stream. A killmail's first appearance has no `event:` line, as the peer's have
/// none: browsers call it a message.
fn encode(out: &mut Vec<u8>, event: &LogEvent, patch: bool) {
    let killmail = event.killmail.as_deref().unwrap_or(b"null");
    // Room for all that is added here.
    out.reserve(killmail.len() + 64);
    out.extend_from_slice(format!("id: {}\n", event.seq).as_bytes());
    if patch {
        out.extend_from_slice(format!("event: {UPDATED}\n").as_bytes());
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(killmail);
    out.extend_from_slice(b"\n\n");
}
