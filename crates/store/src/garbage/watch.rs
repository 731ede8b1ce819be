//! Keeping house among what profiles found.

use std::collections::HashMap;

use killwire_killmail::{Facts, KillmailId};

use super::{BATCH, before};
use crate::change::Change;
use crate::column::{killmail_id, micros, rows, unsigned};
use crate::error::database;
use crate::sql::sql;
use crate::{MatchSeq, ProfileId, Store, StoreError};

impl Store {
    /// Removes what is left of profiles whose deletion was cut off, and the matches from the
    /// beginning that are too old or too many.
    pub(super) async fn expire_matches(&self) -> Result<u64, StoreError> {
        let mut removed = self.finish_deletions().await?;
        loop {
            let gone = self.expire_some_matches().await?;
            removed += gone;
            if gone < BATCH as u64 {
                return Ok(removed);
            }
        }
    }

    async fn finish_deletions(&self) -> Result<u64, StoreError> {
        let query = sql("SELECT id FROM profile WHERE deleted = 1 ORDER BY id");
        let deleted: Vec<(i64,)> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("looking for deleted profiles"))?;
        let mut removed = 0;
        for (id,) in deleted {
            removed += self.sweep_profile(ProfileId(id)).await?;
        }
        Ok(removed)
    }

    /// How many matches there are of each of these killmails; none where there are none.
    pub(super) async fn count_matches(
        &self,
        killmails: &[Facts],
    ) -> Result<HashMap<KillmailId, usize>, StoreError> {
        let ids: Vec<i64> = killmails
            .iter()
            .map(|facts| facts.killmail_id.get())
            .collect();
        let query = sql("SELECT killmail_id, COUNT(*) FROM profile_match \
             WHERE killmail_id = ANY($1) GROUP BY killmail_id");
        let counts: Vec<(i64, i64)> = self
            .readers()?
            .fetch_all(&query.bind(ids))
            .await
            .map_err(database("counting matches"))?;
        let mut matches = HashMap::with_capacity(counts.len());
        for (id, count) in counts {
            let id = killmail_id("profile_match", id)?;
            matches.insert(id, usize::try_from(unsigned(count)).unwrap_or(usize::MAX));
        }
        Ok(matches)
    }

    /// Removes up to a batch of the first matches, and notes which is the first now: others may have
    /// gone before it with their profiles and killmails.
    async fn expire_some_matches(&self) -> Result<u64, StoreError> {
        let inner = self.inner()?;
        let retention = &inner.config.retention;
        let cutoff = micros(before(inner.clock.now(), retention.match_age));
        // Before the rows: what is stored from here on has higher numbers.
        let head = self.match_head().0;
        let crowd = head.saturating_sub(rows(retention.max_matches));
        let query =
            sql("SELECT match_seq, matched_at FROM profile_match ORDER BY match_seq LIMIT $1");
        let first: Vec<(i64, i64)> = inner
            .readers
            .fetch_all(&query.bind(rows(BATCH)))
            .await
            .map_err(database("looking for old matches"))?;
        let mut young = first
            .iter()
            .filter(|(match_seq, matched_at)| *matched_at >= cutoff && *match_seq > crowd);
        let oldest = match (young.next(), first.last()) {
            (Some((match_seq, _)), _) => *match_seq,
            (None, Some((last, _))) if first.len() >= BATCH => last + 1,
            (None, _) => head + 1,
        };
        if oldest <= self.match_oldest().0 {
            return Ok(0);
        }
        let prune = Change::PruneMatches(MatchSeq(oldest));
        Ok(self.submit(prune).await?.rows)
    }
}
