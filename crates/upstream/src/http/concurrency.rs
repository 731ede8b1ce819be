//! Lets only so many requests be under way at once; the others wait in order.

use tokio::sync::Semaphore;

use super::{Answer, Exchange, Request};
use crate::UpstreamError;

pub(super) struct Concurrency<E> {
    inner: E,
    permits: Semaphore,
}

impl<E> Concurrency<E> {
    pub(super) fn new(inner: E, at_once: usize) -> Self {
        Self {
            inner,
            permits: Semaphore::new(at_once.max(1)),
        }
    }
}

impl<E: Exchange> Exchange for Concurrency<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        // The semaphore is never closed, so waiting for a permit cannot fail.
        let _permit = self.permits.acquire().await.ok();
        self.inner.exchange(request).await
    }
}
