//! What repair remembers in the store: where following began, and how many killmails each day had
//! when it was last looked at.

use std::collections::BTreeMap;

use jiff::civil::Date;
use killwire_killmail::KillmailId;
use killwire_store::{Store, StoreError};
use killwire_upstream::{DayTotals, R2z2};
use serde::{Deserialize, Serialize};

const FIRST_KEY: &str = "intake.first_killmail";
const TOTALS_KEY: &str = "intake.day_totals";

/// Ids below the first killmail followed that still count as ours. Entries do not come in the order
/// of their ids; a thousand ids are about an hour of New Eden.
const FIRST_MARGIN: i64 = 1_000;

/// How many ids New Eden uses up per entry of the feed, at most. Needed where numbers were skipped
/// before the first killmail was read.
const IDS_PER_ENTRY: i64 = 4;

/// The first live killmail ever followed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct First {
    number: u64,
    id: i64,
}

/// Notes the first live killmail ever followed. True when one is noted, now or before.
pub(crate) async fn note_first_killmail(store: &Store, number: u64, id: KillmailId) -> bool {
    let noted = async {
        if store.recall(FIRST_KEY).await?.is_none() {
            let first = First {
                number,
                id: id.get(),
            };
            let text = serde_json::to_string(&first).unwrap_or_default();
            store.remember(FIRST_KEY, &text).await?;
        }
        Ok::<_, StoreError>(())
    };
    match noted.await {
        Ok(()) => true,
        Err(error) => {
            // The append that follows meets the same fault and reports it.
            tracing::debug!(%error, "cannot note where following began");
            false
        }
    }
}

/// The lowest killmail id that the feed can have published since following began, at the number
/// `from` or at the first killmail read; none before that. Day indexes reach back further: what is
/// older is not missing.
pub(super) async fn lowest_id(store: &Store, from: u64) -> Result<Option<i64>, StoreError> {
    let text = store.recall(FIRST_KEY).await?;
    let first = text.and_then(|text| serde_json::from_str::<First>(&text).ok());
    Ok(first.map(|first| {
        let skipped = i64::try_from(first.number.saturating_sub(from)).unwrap_or(i64::MAX);
        first.id - FIRST_MARGIN - skipped.saturating_mul(IDS_PER_ENTRY).min(first.id)
    }))
}

/// Remembers the days' totals at the first start, so that later a day which has grown shows where
/// old killmails were added. Does nothing once they are remembered, or when they cannot be had now.
pub(super) async fn take_baseline(store: &Store, r2z2: &R2z2) -> Result<(), StoreError> {
    if store.recall(TOTALS_KEY).await?.is_some() {
        return Ok(());
    }
    match r2z2.history_totals().await {
        Ok(totals) => remember_totals(store, &totals.0).await,
        // An archive that has not published anything yet is an empty one.
        Err(error) if error.is_not_found() => remember_totals(store, &BTreeMap::new()).await,
        Err(error) => {
            tracing::debug!(%error, "the days' totals cannot be had yet");
            Ok(())
        }
    }
}

/// The remembered totals; `now` where there are none yet.
pub(super) async fn baseline(
    store: &Store,
    now: &DayTotals,
) -> Result<BTreeMap<Date, u64>, StoreError> {
    let text = store.recall(TOTALS_KEY).await?;
    let remembered = text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(remembered.unwrap_or_else(|| now.0.clone()))
}

/// Remembers the totals as they have been dealt with.
pub(super) async fn remember_totals(
    store: &Store,
    totals: &BTreeMap<Date, u64>,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(totals).unwrap_or_default();
    store.remember(TOTALS_KEY, &text).await
}
