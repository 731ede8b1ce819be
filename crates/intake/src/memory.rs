//! The store as the upstreams' memory.

use killwire_store::Store;
use killwire_upstream::{BoxFuture, Memory, MemoryError};

/// Lets the upstreams' adapters remember in the store what must outlive a restart.
#[derive(Clone)]
pub struct StoreMemory(pub Store);

impl Memory for StoreMemory {
    fn recall<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>> {
        Box::pin(async move {
            let value = self.0.recall(key).await;
            value.map_err(|error| MemoryError(error.to_string()))
        })
    }

    fn remember<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<(), MemoryError>> {
        Box::pin(async move {
            let done = self.0.remember(key, value).await;
            done.map_err(|error| MemoryError(error.to_string()))
        })
    }
}
