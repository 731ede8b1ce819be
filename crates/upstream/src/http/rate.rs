//! The rate limit: gets the permission for a call's first request, before anything below can send it.

use std::sync::Arc;

use super::permits::Permits;
use super::{Answer, Exchange, Request};
use crate::UpstreamError;

pub(super) struct Rate<E> {
    inner: E,
    permits: Arc<Permits>,
}

impl<E> Rate<E> {
    pub(super) fn new(inner: E, permits: Arc<Permits>) -> Self {
        Self { inner, permits }
    }
}

impl<E: Exchange> Exchange for Rate<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        self.permits.take(request).await?;
        self.inner.exchange(request).await
    }
}
