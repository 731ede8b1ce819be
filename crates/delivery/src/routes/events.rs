//! `GET /api/v1/events`: the event log, for readers that keep their own position.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use killwire_store::{EventPage, EventQuery, Kinds, Seq};
use metrics::counter;

use crate::encode::{event_bytes, events_page, json_bytes};
use crate::error::ApiError;
use crate::long_poll::LongPoll;
use crate::query::{Query, invalid, strict_number};
use crate::{Limits, Shared, metric};

const PATH: &str = "/api/v1/events";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route(PATH, get(events))
}

/// What the request asks for. Without `after` a reader starts at the oldest event still kept;
/// `after=head` starts with what comes from now on.
struct Asked {
    query: EventQuery,
    wait: Duration,
}

async fn events(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Response, ApiError> {
    let asked = Asked::parse(&uri, &shared)?;
    let page = next_page(&shared, asked).await?;
    let page = cut_to(shared.limits.page_bytes, page);
    counter!(metric::EVENTS_RETURNED, "route" => PATH).increment(page.events.len() as u64);
    Ok(json_bytes(
        StatusCode::OK,
        events_page(&page.events, page.next),
    ))
}

/// The next events that match. Where there are none yet, reads and waits on until there are, or
/// the time is up; the page's position then has moved over all that did not match.
async fn next_page(shared: &Shared, mut asked: Asked) -> Result<EventPage, ApiError> {
    let mut long_poll = LongPoll::start(shared, asked.wait);
    loop {
        let page = shared.store.read_events(&asked.query).await?;
        if !page.events.is_empty() {
            return Ok(page);
        }
        let go_on = if page.at_head {
            long_poll.log_has_grown().await?
        } else {
            long_poll.goes_on()
        };
        if !go_on {
            return Ok(page);
        }
        asked.query.after = page.next;
    }
}

/// Keeps as many events as fit, at least one; the position then is the last one kept.
fn cut_to(bytes: usize, mut page: EventPage) -> EventPage {
    let mut total = 0;
    let fitting = page
        .events
        .iter()
        .take_while(|event| {
            let before = total;
            total += event_bytes(event);
            before < bytes
        })
        .count();
    if fitting < page.events.len() {
        page.events.truncate(fitting);
        page.next = page.events.last().map_or(page.next, |event| event.seq);
        page.at_head = false;
    }
    page
}

impl Asked {
    fn parse(uri: &Uri, shared: &Shared) -> Result<Self, ApiError> {
        let limits = &shared.limits;
        let query = Query::of(uri, limits)?;
        query.only(&["after", "limit", "wait", "systems", "characters", "kinds"])?;
        let most_seconds = seconds(limits);
        Ok(Self {
            wait: Duration::from_secs(query.number("wait", 0..=most_seconds)?.unwrap_or(0) as u64),
            query: EventQuery {
                after: after(&query, shared)?,
                limit: query
                    .number("limit", 1..=limits.max_page)?
                    .unwrap_or(limits.default_page),
                kinds: kinds(&query)?,
                systems: ids(&query, "systems", limits)?,
                characters: ids(&query, "characters", limits)?,
            },
        })
    }
}

fn seconds(limits: &Limits) -> usize {
    usize::try_from(limits.max_wait.as_secs()).unwrap_or(usize::MAX)
}

fn after(query: &Query<'_>, shared: &Shared) -> Result<Seq, ApiError> {
    match query.text("after")? {
        None => Ok(Seq(shared.store.oldest().0 - 1)),
        Some("head") => Ok(shared.store.head()),
        Some(text) => strict_number(text)
            .map(Seq)
            .ok_or_else(|| invalid("after", text, "a seq, a whole number from 0, or head")),
    }
}

fn kinds(query: &Query<'_>) -> Result<Kinds, ApiError> {
    let mut kinds = Kinds {
        new: false,
        updated: false,
        imported: false,
    };
    let mut given = false;
    for name in query.list("kinds") {
        given = true;
        match name {
            "new" => kinds.new = true,
            "updated" => kinds.updated = true,
            "imported" => kinds.imported = true,
            "all" => kinds = Kinds::ALL,
            other => {
                let expected = "a list of new, updated, imported, or all";
                return Err(invalid("kinds", other, expected));
            }
        }
    }
    Ok(if given { kinds } else { Kinds::NEW })
}

fn ids<Id>(query: &Query<'_>, name: &'static str, limits: &Limits) -> Result<Vec<Id>, ApiError>
where
    Id: TryFrom<i64> + Ord,
{
    let ids = query.ids(name, limits.ids);
    ids.map_err(|error| error.of(name, limits.ids))
}
