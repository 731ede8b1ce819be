//! Bounds an answer's size while it arrives, after decompression: a small gzip file that unfolds
//! into gigabytes is cut off at the limit.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{Answer, Body, Exchange, Request};
use crate::policy::MAX_ERROR_BODY;
use crate::{Upstream, UpstreamError, json};

pub(super) struct Size<E> {
    inner: E,
    upstream: Upstream,
    /// The wire's read timeout, for the error's text.
    read_timeout: Duration,
}

impl<E> Size<E> {
    pub(super) fn new(inner: E, upstream: Upstream, read_timeout: Duration) -> Self {
        Self {
            inner,
            upstream,
            read_timeout,
        }
    }
}

/// A body on its way that ends with an error where it passes its limit.
#[derive(Debug)]
pub(crate) struct Limited {
    response: reqwest::Response,
    upstream: Upstream,
    url: String,
    limit: u64,
    left: u64,
    read_timeout: Duration,
}

impl Limited {
    /// The next piece; none at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, UpstreamError> {
        let chunk = self.response.chunk().await.map_err(|error| {
            let url = self.url.clone();
            if error.is_timeout() {
                UpstreamError::Timeout {
                    upstream: self.upstream,
                    url,
                    after: self.read_timeout,
                }
            } else {
                UpstreamError::Broken {
                    upstream: self.upstream,
                    url,
                    reason: super::wire::reason(error),
                }
            }
        })?;
        let Some(chunk) = chunk else { return Ok(None) };
        match self.left.checked_sub(chunk.len() as u64) {
            Some(left) => {
                self.left = left;
                Ok(Some(chunk))
            }
            None => Err(UpstreamError::TooLarge {
                upstream: self.upstream,
                url: self.url.clone(),
                limit: self.limit,
            }),
        }
    }

    async fn collect(mut self) -> Result<Bytes, UpstreamError> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        let mut all = BytesMut::with_capacity(2 * (first.len() + second.len()));
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}

impl<E: Exchange> Exchange for Size<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let mut answer = self.inner.exchange(request).await?;
        let Body::Open(response) = answer.body else {
            return Ok(answer);
        };
        let limited = |limit| Limited {
            response,
            upstream: self.upstream,
            url: request.url.clone(),
            limit,
            left: limit,
            read_timeout: self.read_timeout,
        };
        answer.body = if !answer.status.is_success() {
            // An error's text is of no use; it is read only to free the connection.
            let _ = limited(MAX_ERROR_BODY).collect().await;
            Body::Whole(Bytes::new())
        } else if request.streamed {
            Body::Streamed(limited(request.limit))
        } else {
            let body = limited(request.limit).collect().await?;
            if request.json && json::is_html(&body) {
                // An edge server's page: the upstream behind it does not work.
                return Err(UpstreamError::Unreadable {
                    upstream: self.upstream,
                    url: request.url.clone(),
                    reason: "an HTML page instead of JSON".to_owned(),
                });
            }
            Body::Whole(body)
        };
        Ok(answer)
    }
}
