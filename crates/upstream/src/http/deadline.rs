//! Bounds one attempt as a whole: connecting, the head, and the body where it is collected.

use std::time::Duration;

use super::{Answer, Exchange, Request};
use crate::{Upstream, UpstreamError};

pub(super) struct Deadline<E> {
    inner: E,
    upstream: Upstream,
    /// In real time: the network is not scaled.
    total: Duration,
}

impl<E> Deadline<E> {
    pub(super) fn new(inner: E, upstream: Upstream, total: Duration) -> Self {
        Self {
            inner,
            upstream,
            total,
        }
    }
}

impl<E: Exchange> Exchange for Deadline<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        tokio::time::timeout(self.total, self.inner.exchange(request))
            .await
            .unwrap_or_else(|_| {
                Err(UpstreamError::Timeout {
                    upstream: self.upstream,
                    url: request.url.clone(),
                    after: self.total,
                })
            })
    }
}
