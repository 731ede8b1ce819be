//! Which web pages may read the answers (cross-origin resource sharing).
//!
//! Nothing here knows a visitor by a cookie, so a page of another origin can do no more than its
//! author could do alone: what needs a token needs it in a header, from whatever page. That is why
//! every page may read by default.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer, Vary};

use crate::routes::killfeed::MISSED_BEFORE;

/// How long a browser may remember what it was allowed; it caps that itself.
const MAX_AGE: Duration = Duration::from_hours(1);

/// Sent by programs that read a stream with `fetch`; `EventSource` sends it unasked.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Which web pages may read the answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cors {
    /// None but those of this very origin.
    Off,
    /// All of them.
    #[default]
    Any,
    /// Those of these origins.
    Origins(Arc<[HeaderValue]>),
}

/// The part of a list that is no origin.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no origin such as https://map.example.org or http://localhost:3000")]
pub struct CorsError(String);

impl FromStr for Cors {
    type Err = CorsError;

    /// Reads `*`, `off`, or origins separated by commas.
    fn from_str(text: &str) -> Result<Self, CorsError> {
        match text.trim() {
            "*" => return Ok(Self::Any),
            "off" => return Ok(Self::Off),
            _ => {}
        }
        let origins = text.split(',').map(|part| origin(part.trim()));
        Ok(Self::Origins(origins.collect::<Result<_, _>>()?))
    }
}

/// An origin as browsers write it: in small letters, without a path and without the usual port.
fn origin(text: &str) -> Result<HeaderValue, CorsError> {
    let wrong = || CorsError(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(wrong());
    };
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong()),
    };
    let port = uri.port_u16().filter(|port| *port != usual);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    // A path, a query or a user would be part of no origin, and a pattern is none.
    let bare = text.split_once("://").map_or("", |(_, rest)| rest);
    if host.is_empty() || bare.contains(['/', '?', '#', '@', '*']) {
        return Err(wrong());
    }
    let host = host.to_ascii_lowercase();
    HeaderValue::try_from(format!("{scheme}://{host}{port}")).map_err(|_| wrong())
}

impl Cors {
    /// What answers browsers' questions, and says in each answer who may read it; none where nobody
    /// may.
    pub(crate) fn layer(&self) -> Option<CorsLayer> {
        let (origins, vary) = match self {
            Self::Off => return None,
            Self::Any => (AllowOrigin::any(), Vec::new()),
            // Else a cache between us and two browsers would hand the answer for one to the other.
            Self::Origins(origins) => {
                let list = AllowOrigin::list(origins.iter().cloned());
                (list, vec![ORIGIN])
            }
        };
        Some(
            CorsLayer::new()
                .allow_origin(origins)
                .vary(Vary::list(vary))
                .allow_methods([
                    Method::GET,
                    Method::HEAD,
                    Method::POST,
                    Method::PUT,
                    Method::DELETE,
                ])
                .allow_headers([AUTHORIZATION, CONTENT_TYPE, LAST_EVENT_ID])
                .expose_headers([RETRY_AFTER, MISSED_BEFORE])
                .max_age(MAX_AGE),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(text: &str) -> Vec<String> {
        match text.parse().unwrap() {
            Cors::Origins(origins) => {
                let texts = origins.iter().map(|origin| origin.to_str().unwrap());
                texts.map(str::to_owned).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        assert_eq!(
            origins("https://Map.Example.org:443, http://localhost:3000,http://[::1]:80"),
            [
                "https://map.example.org",
                "http://localhost:3000",
                "http://[::1]"
            ]
        );
        assert_eq!("*".parse(), Ok(Cors::Any));
        assert_eq!("off".parse(), Ok(Cors::Off));
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        for text in [
            "",
            "map.example.org",
            "https://map.example.org/",
            "https://map.example.org/path",
            "https://map.example.org?x=1",
            "https://user@map.example.org",
            "https://*.example.org",
            "ftp://map.example.org",
            "https://",
            "https://a.example, *",
        ] {
            assert!(text.parse::<Cors>().is_err(), "{text:?}");
        }
    }
}
