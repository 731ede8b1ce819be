//! One request.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH};

use crate::Priority;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// The most bytes that the answer may have, decompressed.
    pub(crate) limit: u64,
    /// Whether the body is handed on as it arrives instead of whole.
    pub(crate) streamed: bool,
    /// Whether the answer must be JSON: a page of HTML in its place is a failure of the upstream.
    pub(crate) json: bool,
    /// Whether it has no effect, so that it may be repeated. A POST that only asks has none.
    pub(crate) safe: bool,
    /// Whose turn it is first.
    pub(crate) priority: Priority,
    /// The budget that it pays into, beside those of all requests.
    pub(crate) group: Option<&'static str>,
    /// Whether it finds out if the upstream is back: it passes a breaker whose pause is over.
    pub(crate) probe: bool,
}

impl Request {
    /// A GET with the priority of live requests.
    pub(crate) fn get(url: String, limit: u64) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: None,
            limit,
            streamed: false,
            json: false,
            safe: true,
            priority: Priority::Live,
            group: None,
            probe: false,
        }
    }

    /// A POST that only asks: a GET whose question is too long for a URL.
    pub(crate) fn ask(url: String, limit: u64, content_type: &'static str, body: Bytes) -> Self {
        let mut request = Self::get(url, limit);
        request.method = Method::POST;
        request.body = Some(body);
        request
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        request
    }

    /// Asks only for what is not called `etag`. A text that cannot stand in a header is left out.
    pub(crate) fn unless(&mut self, etag: Option<&str>) {
        if let Some(value) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            self.headers.insert(IF_NONE_MATCH, value);
        }
    }
}
