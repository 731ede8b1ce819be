//! Where a request carries its token.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;

use crate::base64;

const SCHEME: &str = "bearer";
pub(crate) const PARAMETER: &str = "token";

/// How phoenix.js shows its `authToken`: in base64, as one more subprotocol that it offers.
const SUBPROTOCOL: &str = "base64url.bearer.phx.";

/// Where a route looks for a token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Carried {
    /// Only in `Authorization: Bearer kw_…`.
    ByHeader,
    /// Also among a WebSocket's subprotocols, and in `?token=kw_…`. URLs end up in other people's
    /// logs, so this is only for what browsers open without letting a page set headers: event
    /// streams and WebSockets.
    ByHeaderOrUrl,
}

impl Carried {
    /// The secret that the request shows, as it stands there; the header counts most, the URL least.
    pub(crate) fn of(self, request: &Parts) -> Option<Cow<'_, str>> {
        let header = by_header(request).map(Cow::Borrowed);
        match self {
            Self::ByHeader => header,
            Self::ByHeaderOrUrl => header
                .or_else(|| by_subprotocol(request))
                .or_else(|| by_url(request)),
        }
    }
}

fn by_header(request: &Parts) -> Option<&str> {
    let header = request.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = header.trim().split_once(' ')?;
    let ours = scheme.eq_ignore_ascii_case(SCHEME);
    ours.then(|| secret.trim_start())
}

fn by_subprotocol(request: &Parts) -> Option<Cow<'_, str>> {
    let offers = request.headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut names = offers
        .filter_map(|offer| offer.to_str().ok())
        .flat_map(|offer| offer.split(','));
    let shown = names.find_map(|name| name.trim().strip_prefix(SUBPROTOCOL))?;
    let secret = base64::decode(shown).and_then(|bytes| String::from_utf8(bytes).ok());
    // What cannot be read is no token that we gave out: the client is told so.
    Some(secret.map_or(Cow::Borrowed(shown), Cow::Owned))
}

fn by_url(request: &Parts) -> Option<Cow<'_, str>> {
    let query = request.uri.query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, secret) = pairs.find(|(name, _)| name == PARAMETER)?;
    Some(secret)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn request(target: &str, authorization: Option<&str>) -> Parts {
        let mut request = Request::get(target);
        if let Some(text) = authorization {
            request = request.header(AUTHORIZATION, text);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_header_is_read_as_people_write_it() {
        for text in ["Bearer kw_1", "bearer kw_1", "BEARER   kw_1 "] {
            let request = request("/", Some(text));
            assert_eq!(Carried::ByHeader.of(&request).unwrap(), "kw_1", "{text:?}");
        }
        for text in ["Basic kw_1", "kw_1", "", "Bearer"] {
            let request = request("/", Some(text));
            assert_eq!(Carried::ByHeader.of(&request), None, "{text:?}");
        }
    }

    #[test]
    fn the_url_counts_only_where_it_must_and_less_than_the_header() {
        let url = request("/?systems=1&token=kw_%32", None);
        assert_eq!(Carried::ByHeader.of(&url), None);
        assert_eq!(Carried::ByHeaderOrUrl.of(&url).unwrap(), "kw_2");
        let both = request("/?token=kw_2", Some("Bearer kw_1"));
        assert_eq!(Carried::ByHeaderOrUrl.of(&both).unwrap(), "kw_1");
    }

    #[test]
    fn phoenix_shows_a_token_as_a_subprotocol() {
        let offering = |offer: &str| {
            let request = Request::get("/?token=kw_2").header(SEC_WEBSOCKET_PROTOCOL, offer);
            request.body(()).unwrap().into_parts().0
        };
        // What `btoa("kw_1")` is, without padding.
        let request = offering("phoenix, base64url.bearer.phx.a3dfMQ");
        assert_eq!(Carried::ByHeaderOrUrl.of(&request).unwrap(), "kw_1");
        assert_eq!(Carried::ByHeader.of(&request), None);
        let broken = offering("phoenix,base64url.bearer.phx.*");
        assert_eq!(Carried::ByHeaderOrUrl.of(&broken).unwrap(), "*");
        let none = offering("phoenix");
        assert_eq!(Carried::ByHeaderOrUrl.of(&none).unwrap(), "kw_2");
    }
}
