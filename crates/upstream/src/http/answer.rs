//! One answer, of any status, and what can be read from it.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{ETAG, EXPIRES, HeaderMap, RETRY_AFTER};

use super::size::Limited;
use crate::policy::MAX_RETRY_AFTER;
use crate::{Upstream, UpstreamError};

/// One answer, of any status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The path that it came from in the end, after redirects.
    pub(crate) path: String,
    pub(crate) body: Body,
}

/// An answer's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// All of it, within the request's limit.
    Whole(Bytes),
    /// Still on its way, watched for the limit.
    Streamed(Limited),
    /// As the wire gives it; the size layer turns it into one of the others.
    Open(reqwest::Response),
}

impl Answer {
    /// A header's text.
    pub(crate) fn text(&self, header: &str) -> Option<&str> {
        Some(self.headers.get(header)?.to_str().ok()?.trim())
    }

    /// The number in a header, where there is one.
    pub(crate) fn number(&self, header: &str) -> Option<u64> {
        self.text(header)?.parse().ok()
    }

    /// What `Retry-After` says, in seconds or as a date, capped.
    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.text(RETRY_AFTER.as_str())?;
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => {
                let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
                Duration::try_from(at.duration_since(now)).unwrap_or_default()
            }
        };
        Some(wait.min(MAX_RETRY_AFTER))
    }

    /// Until when the answer holds, where it says so and that is to come.
    pub(crate) fn expires(&self, now: Timestamp) -> Option<Timestamp> {
        let text = self.text(EXPIRES.as_str())?;
        let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        (until > now).then_some(until)
    }

    /// What the answer is called when it is asked for again.
    pub(crate) fn etag(&self) -> Option<String> {
        self.text(ETAG.as_str()).map(str::to_owned)
    }

    /// The whole body of a success; every other status is an error.
    pub(crate) fn into_success(
        self,
        upstream: Upstream,
        url: &str,
        now: Timestamp,
    ) -> Result<Bytes, UpstreamError> {
        if let Some(error) = self.failure(upstream, url, now) {
            return Err(error);
        }
        match self.body {
            Body::Whole(bytes) => Ok(bytes),
            Body::Streamed(_) | Body::Open(_) => Err(UpstreamError::Unreadable {
                upstream,
                url: url.to_owned(),
                reason: "the body was not collected".to_owned(),
            }),
        }
    }

    /// The error that a status other than success stands for.
    pub(crate) fn failure(
        &self,
        upstream: Upstream,
        url: &str,
        now: Timestamp,
    ) -> Option<UpstreamError> {
        let url = url.to_owned();
        match self.status {
            StatusCode::NOT_FOUND => Some(UpstreamError::NotFound { upstream, url }),
            status if !status.is_success() => Some(UpstreamError::Status {
                upstream,
                url,
                status: status.as_u16(),
                retry_after: self.retry_after(now),
            }),
            _ => None,
        }
    }
}
