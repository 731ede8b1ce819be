//! Where each feed stands, and what upstreams must remember.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::column::{from_micros, micros, signed, unsigned};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};

/// A source's name: `r2z2` for the live feed, `replay`, `repair`, ….
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceName(pub String);

/// Where a feed stands. Committed with the killmail it points past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPosition {
    /// Which feed.
    pub source: SourceName,
    /// The next number to ask for.
    pub next: u64,
    /// When the entry before it was published.
    pub published_at: Option<Timestamp>,
}

/// Moves a feed's position.
pub(crate) fn write(position: &FeedPosition) -> Sql {
    sql(
        "INSERT INTO feed_position (source, next, published_at) VALUES ($1, $2, $3) \
         ON CONFLICT (source) DO UPDATE SET next = excluded.next, \
         published_at = excluded.published_at",
    )
    .bind(position.source.0.as_str())
    .bind(signed(position.next))
    .bind(position.published_at.map(micros))
}

impl Store {
    /// Where a feed stands; none when it was never followed.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn position(&self, source: &SourceName) -> Result<Option<FeedPosition>, StoreError> {
        let query = sql("SELECT next, published_at FROM feed_position WHERE source = $1")
            .bind(source.0.as_str());
        let row: Option<(i64, Option<i64>)> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("reading a feed's position"))?;
        row.map(|(next, published_at)| {
            Ok(FeedPosition {
                source: source.clone(),
                next: unsigned(next),
                published_at: published_at
                    .map(|micros| from_micros("feed_position", micros))
                    .transpose()?,
            })
        })
        .transpose()
    }

    /// A small thing that an upstream must remember across restarts (a block, a budget, a total).
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn recall(&self, key: &str) -> Result<Option<String>, StoreError> {
        let query = sql("SELECT value FROM memory WHERE key = $1").bind(key);
        let row: Option<(String,)> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("recalling"))?;
        Ok(row.map(|(value,)| value))
    }

    /// Remembers it; durable when it returns.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn remember(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let remember = sql("INSERT INTO memory (key, value) VALUES ($1, $2) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        self.submit(Change::statement(remember.bind(key).bind(value)))
            .await?;
        Ok(())
    }
}
