//! What profiles found, page by page; and which profiles found a killmail.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use http::{StatusCode, Uri};
use killwire_store::{MatchQuery, MatchRow, MatchSeq, ProfileId, StoreError, TokenId};
use metrics::counter;

use crate::access::Pass;
use crate::encode::json_bytes;
use crate::error::ApiError;
use crate::match_json::{killmail_of, match_alone, match_with_killmail};
use crate::path_id::{KillmailPath, ProfilePath};
use crate::query::{Query, invalid, strict_number};
use crate::visible::visible;
use crate::{Asker, Shared, metric};

const OF_PROFILE: &str = "/api/v1/profiles/{id}/matches";
const OF_KILLMAIL: &str = "/api/v1/kills/{id}/profiles";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(OF_PROFILE, get(of_profile))
        .route(OF_KILLMAIL, get(of_killmail))
        .merge(super::conditions::of_profiles())
}

/// What the request asks for. Without `after` a reader starts at the oldest match still kept.
struct Asked {
    after: MatchSeq,
    limit: usize,
    /// The newest, newest first, instead of those after a position.
    newest: bool,
    /// With each its killmail.
    killmails: bool,
}

impl Asked {
    fn parse(uri: &Uri, shared: &Shared) -> Result<Self, ApiError> {
        let limits = &shared.limits;
        let query = Query::of(uri, limits)?;
        query.only(&["after", "limit", "order", "killmails"])?;
        let newest = match query.text("order")? {
            None | Some("oldest") => false,
            Some("newest") => true,
            Some(other) => return Err(invalid("order", other, "oldest or newest")),
        };
        let after = query.text("after")?;
        if let Some(text) = after.filter(|_| newest) {
            let expected = "nothing beside order=newest, which begins at the end";
            return Err(invalid("after", text, expected));
        }
        let killmails = match query.text("killmails")? {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => return Err(invalid("killmails", other, "true or false")),
        };
        Ok(Self {
            after: position(after, shared)?,
            limit: query
                .number("limit", 1..=limits.max_page)?
                .unwrap_or(limits.default_page),
            newest,
            killmails,
        })
    }
}

fn position(after: Option<&str>, shared: &Shared) -> Result<MatchSeq, ApiError> {
    match after {
        None => Ok(MatchSeq(shared.store.match_oldest().0 - 1)),
        Some("head") => Ok(shared.store.match_head()),
        Some(text) => {
            let expected = "a match_seq, a whole number from 0, or head";
            let seq = strict_number(text).map(MatchSeq);
            seq.ok_or_else(|| invalid("after", text, expected))
        }
    }
}

async fn of_profile(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
    uri: Uri,
) -> Result<Response, ApiError> {
    let asked = Asked::parse(&uri, &shared)?;
    visible(&shared.store, pass.asker(), id).await?;
    let (rows, next) = if asked.newest {
        (shared.store.newest_matches(id, asked.limit).await?, None)
    } else {
        let query = MatchQuery {
            after: asked.after,
            limit: asked.limit,
            profile: Some(id),
        };
        let page = shared.store.matches(query).await?;
        (page.matches, Some(page.next))
    };
    let mut out = br#"{"matches":["#.to_vec();
    // Where the page is long enough before its end, the position is that of the last match on it.
    let mut ends_at = next;
    let mut returned = 0;
    for row in &rows {
        if out.len() > shared.limits.page_bytes {
            break;
        }
        if returned > 0 {
            out.push(b',');
        }
        put(&shared, &mut out, row, asked.killmails).await?;
        returned += 1;
        ends_at = Some(row.match_seq);
    }
    let all = returned == rows.len();
    out.push(b']');
    if let (Some(next), Some(ends_at)) = (next, ends_at) {
        let next = if all { next } else { ends_at };
        out.extend_from_slice(format!(r#","next":{next}"#).as_bytes());
    }
    out.push(b'}');
    counter!(metric::EVENTS_RETURNED, "route" => OF_PROFILE).increment(returned as u64);
    Ok(json_bytes(StatusCode::OK, out))
}

async fn put(
    shared: &Shared,
    out: &mut Vec<u8>,
    row: &MatchRow,
    killmails: bool,
) -> Result<(), ApiError> {
    if killmails {
        let killmail = killmail_of(&shared.store, &shared.namer, row).await?;
        out.extend_from_slice(&match_with_killmail(row, killmail.as_ref()));
    } else {
        match_alone(out, row, None);
    }
    Ok(())
}

/// The matches of a killmail that are of the asker's profiles, by profile.
async fn of_killmail(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    KillmailPath(id): KillmailPath,
    uri: Uri,
) -> Result<Response, ApiError> {
    let limits = &shared.limits;
    let query = Query::of(&uri, limits)?;
    query.only(&["limit"])?;
    let limit = query.number("limit", 1..=limits.max_page)?;
    let limit = limit.unwrap_or(limits.default_page);
    let rows = shared.store.matches_of_killmail(id).await?;
    let named = named(&shared, pass.asker(), rows, limit).await?;
    let mut out = format!(r#"{{"killmail_id":{id},"matches":["#).into_bytes();
    for (index, (row, name)) in named.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match_alone(&mut out, row, Some(name));
    }
    out.extend_from_slice(b"]}");
    Ok(json_bytes(StatusCode::OK, out))
}

/// The first of these matches that the asker may see, with the names of their profiles.
async fn named(
    shared: &Shared,
    asker: Asker,
    rows: Vec<MatchRow>,
    limit: usize,
) -> Result<Vec<(MatchRow, String)>, ApiError> {
    let mut named = Vec::new();
    let own = match asker.token {
        Some(token) if !asker.sees_all() => Some(names_of(shared, token).await?),
        _ => None,
    };
    for row in rows {
        let name = match &own {
            Some(names) => names.get(&row.profile_id).cloned(),
            None => {
                let profile = shared.store.profile(row.profile_id).await?;
                profile.map(|profile| profile.name.to_string())
            }
        };
        named.extend(name.map(|name| (row, name)));
        if named.len() >= limit {
            break;
        }
    }
    Ok(named)
}

async fn names_of(
    shared: &Shared,
    token: TokenId,
) -> Result<HashMap<ProfileId, String>, StoreError> {
    let profiles = shared.store.profiles_of(Some(token)).await?;
    let names = profiles
        .into_iter()
        .map(|profile| (profile.id, profile.name.to_string()));
    Ok(names.collect())
}
