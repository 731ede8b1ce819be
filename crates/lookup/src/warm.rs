//! What the caches hold from the start: what the store remembers of earlier runs.

use killwire_store::EntityRow;

use crate::kinds::{name_in, ticker_in};
use crate::{Lookup, LookupError};

/// The version of what is remembered on disk. It goes up when an older program's rows would be read
/// wrongly; then they are all forgotten at the next start, and fetched anew as they are needed.
pub const CACHE_VERSION: u32 = 1;

/// Where the store remembers the version of what it holds.
const VERSION_KEY: &str = "lookup.cache_version";
/// Entities that are read at start at most, the newest first. So many that a busy week's pilots are
/// among them, so few that it takes well under a second.
const MOST: u64 = 100_000;
/// About what a name takes in the cache, to read no more than fits.
const BYTES_OF_A_NAME: u64 = 480;

impl Lookup {
    /// Forgets what is on disk where another version wrote it.
    pub(crate) async fn check_version(&self) -> Result<(), LookupError> {
        let store = &self.inner.store;
        let failed = |error| LookupError::store("comparing the version of stored names", error);
        let ours = CACHE_VERSION.to_string();
        let theirs = store.recall(VERSION_KEY).await.map_err(failed)?;
        if theirs.as_deref() == Some(ours.as_str()) {
            return Ok(());
        }
        if let Some(theirs) = theirs {
            tracing::info!(
                theirs,
                ours,
                "forgetting names and prices of another version"
            );
        }
        store.forget_entities().await.map_err(failed)?;
        store.forget_prices().await.map_err(failed)?;
        store.remember(VERSION_KEY, &ours).await.map_err(failed)
    }

    /// Fills the caches with the newest that the store remembers: names, tickers and prices.
    ///
    /// # Errors
    /// What the store failed with.
    pub async fn warm(&self) -> Result<(), LookupError> {
        let inner = &self.inner;
        let room = inner.names.policy().weight / BYTES_OF_A_NAME;
        let most = usize::try_from(room.min(MOST)).unwrap_or(usize::MAX);
        let rows = inner.store.recent_entities(most).await;
        let rows: Vec<EntityRow> =
            rows.map_err(|error| LookupError::store("reading stored names", error))?;
        // The newest come last, so that they are the last to go.
        inner.names.warm(rows.iter().rev().map(name_in).collect());
        inner
            .tickers
            .warm(rows.iter().rev().filter_map(ticker_in).collect());
        tracing::debug!(entities = rows.len(), "names are warm");
        inner.prices.warm().await
    }
}
