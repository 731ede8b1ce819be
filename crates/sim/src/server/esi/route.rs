//! ESI's routes: what is asked for, what limits it, how long the answer keeps.

use axum::http::Method;
use jiff::SignedDuration;

use crate::rules::{KILLMAIL, Regime, STATUS};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Names,
    Ids,
    Affiliation,
    Character(i64),
    History(i64),
    Corporation(i64),
    Alliance(i64),
    Prices,
    Status,
    Killmail {
        id: i64,
        hash: String,
    },
    /// A route of the above with something else instead of an id.
    Malformed,
    Other,
}

impl Route {
    /// `path` without slashes at its ends.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        let entity = |id: &str, route: fn(i64) -> Self| id.parse().map_or(Self::Malformed, route);
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["universe", "names"]) => Self::Names,
            ("POST", ["universe", "ids"]) => Self::Ids,
            ("POST", ["characters", "affiliation"]) => Self::Affiliation,
            ("GET", ["characters", id]) => entity(id, Self::Character),
            ("GET", ["characters", id, "corporationhistory"]) => entity(id, Self::History),
            ("GET", ["corporations", id]) => entity(id, Self::Corporation),
            ("GET", ["alliances", id]) => entity(id, Self::Alliance),
            ("GET", ["markets", "prices"]) => Self::Prices,
            ("GET", ["status"]) => Self::Status,
            ("GET", ["killmails", id, hash]) => match id.parse() {
                Ok(id) => Self::Killmail {
                    id,
                    hash: hash.to_ascii_lowercase(),
                },
                Err(_) => Self::Malformed,
            },
            _ => Self::Other,
        }
    }

    /// As ESI's specification writes it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Names => "POST /universe/names",
            Self::Ids => "POST /universe/ids",
            Self::Affiliation => "POST /characters/affiliation",
            Self::Character(_) => "GET /characters/{character_id}",
            Self::History(_) => "GET /characters/{character_id}/corporationhistory",
            Self::Corporation(_) => "GET /corporations/{corporation_id}",
            Self::Alliance(_) => "GET /alliances/{alliance_id}",
            Self::Prices => "GET /markets/prices",
            Self::Status => "GET /status",
            Self::Killmail { .. } => "GET /killmails/{killmail_id}/{killmail_hash}",
            Self::Malformed | Self::Other => "other",
        }
    }

    pub(super) fn regime(&self) -> Regime {
        match self {
            Self::Killmail { .. } => Regime::Bucket(&KILLMAIL),
            Self::Status => Regime::Bucket(&STATUS),
            _ => Regime::Errors,
        }
    }

    /// How long an answer keeps, where it does: the specification's `x-cache-age`. What is posted
    /// is never held against a client.
    pub(super) fn keeps(&self) -> Option<SignedDuration> {
        match self {
            Self::Killmail { .. } => Some(SignedDuration::from_hours(30 * 24)),
            Self::Character(_) | Self::History(_) => Some(DAY),
            Self::Corporation(_) | Self::Alliance(_) | Self::Prices => Some(HOUR),
            Self::Status => Some(SignedDuration::from_secs(30)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_apart_by_method_and_path() {
        let get = |path| Route::of(&Method::GET, path);
        assert_eq!(get("characters/5"), Route::Character(5));
        assert_eq!(get("characters/5/corporationhistory"), Route::History(5));
        assert_eq!(get("characters/affiliation"), Route::Malformed);
        assert_eq!(
            get("killmails/7/ABC"),
            Route::Killmail {
                id: 7,
                hash: "abc".to_owned()
            }
        );
        assert_eq!(get("latest/status"), Route::Other);
        assert_eq!(Route::of(&Method::POST, "universe/names"), Route::Names);
        assert_eq!(Route::of(&Method::POST, "universe/ids"), Route::Ids);
        assert_eq!(get("universe/ids"), Route::Other);
        assert_eq!(Route::of(&Method::POST, "status"), Route::Other);
    }
}
