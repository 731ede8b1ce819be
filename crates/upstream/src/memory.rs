//! What adapters must remember across restarts.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// A future behind a pointer, so that [`Memory`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The memory could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MemoryError(pub String);

/// Small values under fixed keys that outlive the process: until when an upstream blocks us, what
/// of a budget is spent. The binary backs it with the store.
pub trait Memory: Send + Sync {
    /// The value last remembered under `key`.
    fn recall<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>>;
    /// Durable when it returns.
    fn remember<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<(), MemoryError>>;
}

/// A memory that ends with the process, for programs without a store.
#[derive(Debug, Default)]
pub struct Volatile(Mutex<HashMap<String, String>>);

impl Memory for Volatile {
    fn recall<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.get(key).cloned();
        Box::pin(async move { Ok(value) })
    }

    fn remember<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<(), MemoryError>> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(key.to_owned(), value.to_owned());
        Box::pin(async { Ok(()) })
    }
}
