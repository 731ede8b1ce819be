//! From a request that wants to become a WebSocket to the headers of the answer.

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use sha1::{Digest, Sha1};

use crate::base64;

/// What RFC 6455 section 1.3 appends to the client's key.
const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The one subprotocol there is. phoenix.js offers it beside a token; browsers drop a connection
/// whose answer picks none of what they offered.
const PHOENIX: &str = "phoenix";

/// Why a request does not become a WebSocket. Its text is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// A WebSocket begins with a GET.
    #[error("a WebSocket is opened with GET")]
    Method,
    /// HTTP/1.0 cannot upgrade.
    #[error("a WebSocket is opened with HTTP/1.1")]
    Http,
    /// Nothing that asks for a WebSocket.
    #[error(
        "this is a WebSocket: connect with a WebSocket client, or through a proxy that passes \
         the headers Upgrade and Connection on"
    )]
    NoUpgrade,
    /// A version of the protocol that never left its draft.
    #[error("the WebSocket version must be 13")]
    Version,
    /// No key, or something else than 16 bytes in base64.
    #[error("Sec-WebSocket-Key must be 16 bytes in base64")]
    Key,
}

impl Refusal {
    /// The status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Http => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::NoUpgrade | Self::Version => StatusCode::UPGRADE_REQUIRED,
            Self::Key => StatusCode::BAD_REQUEST,
        }
    }

    /// What the answer says besides, so that a client can do better.
    pub(crate) fn headers(self) -> HeaderMap {
        let pairs: &[(HeaderName, &'static str)] = match self {
            Self::Method => &[(http::header::ALLOW, "GET")],
            Self::NoUpgrade => &[(UPGRADE, "websocket"), (CONNECTION, "Upgrade")],
            Self::Version => &[
                (UPGRADE, "websocket"),
                (CONNECTION, "Upgrade"),
                (SEC_WEBSOCKET_VERSION, "13"),
            ],
            Self::Http | Self::Key => &[],
        };
        let value = |(name, value): &(HeaderName, &'static str)| {
            (name.clone(), HeaderValue::from_static(value))
        };
        pairs.iter().map(value).collect()
    }
}

/// The headers of the answer with status 101. Neither an Origin nor a subprotocol is asked for, and
/// extensions are passed over.
pub(crate) fn accept(
    method: &Method,
    version: Version,
    headers: &HeaderMap,
) -> Result<HeaderMap, Refusal> {
    if method != Method::GET {
        return Err(Refusal::Method);
    }
    if version < Version::HTTP_11 {
        return Err(Refusal::Http);
    }
    if !names(headers, &CONNECTION, "upgrade") || !names(headers, &UPGRADE, "websocket") {
        return Err(Refusal::NoUpgrade);
    }
    if headers
        .get(SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(Refusal::Version);
    }
    let key = headers
        .get(SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| is_key(key))
        .ok_or(Refusal::Key)?;
    let accept = HeaderValue::try_from(accept_value(key)).map_err(|_| Refusal::Key)?;
    let mut answer = HeaderMap::with_capacity(4);
    answer.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answer.insert(UPGRADE, HeaderValue::from_static("websocket"));
    answer.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if names(headers, &SEC_WEBSOCKET_PROTOCOL, PHOENIX) {
        answer.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PHOENIX));
    }
    Ok(answer)
}

fn accept_value(key: &str) -> String {
    let digest = Sha1::new()
        .chain_update(key)
        .chain_update(KEY_SUFFIX)
        .finalize();
    base64::standard(&digest)
}

/// 16 bytes are 22 characters and two of padding.
fn is_key(key: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    key.len() == 24 && key.ends_with("==") && key.bytes().take(22).all(known)
}

/// Whether `word` is among the values of a header that is a list, in whatever case.
fn names(headers: &HeaderMap, header: &HeaderName, word: &str) -> bool {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests;
