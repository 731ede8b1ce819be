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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use killwire_clock::Clock;
    use killwire_killmail::{Document, parse};

    use super::*;
    use crate::{
        Append, Backend, NewMatch, NewProfile, Offer, Origin, ProfileLimits, ProfileName,
        ReaderName, Seq, SourceName, StoreConfig,
    };

    fn offer(id: i64) -> Offer {
        let body = format!(
            r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{{"damage_done":440,"final_blow":true}}]}}"#
        );
        let Document::Killmail(parsed) = parse(body.as_bytes()).unwrap() else {
            panic!("a killmail");
        };
        Offer {
            parsed: Arc::new(*parsed),
            source: SourceName("r2z2".to_owned()),
            origin: Origin::Live,
            trace: None,
            enrichment: None,
        }
    }

    /// A profile that has found these killmails.
    async fn finding(store: &Store, name: &str, through: i64, killmails: &[i64]) {
        let profile = NewProfile {
            owner: None,
            name: ProfileName::new(name).unwrap(),
            condition: "true".to_owned(),
            enabled: true,
        };
        let made = store
            .create_profile(profile, ProfileLimits::default())
            .await;
        let profile_id = made.unwrap().id;
        let found = killmails.iter().map(|id| NewMatch {
            profile_id,
            profile_version: 1,
            killmail_id: KillmailId::new(*id).unwrap(),
            seq: Seq(*id),
            reason: "{}".to_owned(),
        });
        let stage = ReaderName("surveillance".to_owned());
        let recorded = store.record_matches(&stage, Seq(through), found.collect());
        assert_eq!(recorded.await.unwrap().len(), killmails.len());
    }

    #[tokio::test]
    async fn matches_are_counted_for_each_killmail_that_is_asked_about() {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::Sqlite(folder.path().join("killwire.db"));
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let store = Store::open(StoreConfig::new(backend), clock).await.unwrap();
        let append = Append {
            offers: (1..=4).map(offer).collect(),
            ..Append::default()
        };
        store.append(append).await.unwrap();
        finding(&store, "one", 1, &[1, 2, 3]).await;
        finding(&store, "two", 2, &[2, 3]).await;
        let mut asked = Vec::new();
        for id in [1, 2, 4] {
            let id = KillmailId::new(id).unwrap();
            asked.push(store.get(id).await.unwrap().unwrap().facts);
        }
        let counted = store.count_matches(&asked).await.unwrap();
        let mut counted: Vec<(i64, usize)> = (counted.into_iter())
            .map(|(id, count)| (id.get(), count))
            .collect();
        counted.sort_unstable();
        // 3 was not asked about, and nothing has found 4.
        assert_eq!(counted, [(1, 1), (2, 2)]);
        assert_eq!(store.count_matches(&[]).await.unwrap(), HashMap::new());
    }
}
