//! Storing and reading matches.

use killwire_killmail::KillmailId;
use tokio::sync::watch;

use super::write::Found;
use super::{MatchPage, MatchQuery, MatchReadError, MatchRow, MatchSeq, NewMatch};
use crate::change::Change;
use crate::column::{from_micros, killmail_id, rows};
use crate::error::database;
use crate::reader::ReaderName;
use crate::sql::{Sql, sql};
use crate::{ProfileId, Seq, Store, StoreError};

/// Matches on one page at most.
const MOST_ON_A_PAGE: usize = 1_000;

/// Matches of one killmail that are listed at most.
const MOST_OF_A_KILLMAIL: usize = 10_000;

type Row = (i64, i64, i64, i64, i64, i64, String);

fn read(row: Row) -> Result<MatchRow, StoreError> {
    let (match_seq, profile, profile_version, killmail, seq, matched_at, reason) = row;
    Ok(MatchRow {
        match_seq: MatchSeq(match_seq),
        profile_id: ProfileId(profile),
        profile_version,
        killmail_id: killmail_id("profile_match", killmail)?,
        seq: Seq(seq),
        matched_at: from_micros("profile_match", matched_at)?,
        reason,
    })
}

/// Matches of profiles that are there, `m`, with a condition and what comes after it.
macro_rules! matches_where {
    ($condition:literal) => {
        concat!(
            "SELECT m.match_seq, m.profile_id, m.profile_version, m.killmail_id, m.seq, \
                    m.matched_at, m.reason \
             FROM profile_match m \
             WHERE NOT EXISTS \
                   (SELECT 1 FROM profile p WHERE p.id = m.profile_id AND p.deleted = 1) AND ",
            $condition
        )
    };
}

impl Store {
    /// Stores what a stage found in the log, and that it is done with it up to `through`: all of it
    /// or nothing. Answers those that were new, with their numbers, in the order given.
    ///
    /// A match of a profile and a killmail that have one already is passed over, and so is one of a
    /// profile or a killmail that has been deleted meanwhile. Where `through` is not ahead of the
    /// stage's position nothing is written: someone else has been there.
    ///
    /// # Errors
    /// `ReasonTooLong`; then nothing was written. Others as [`Store::append`].
    pub async fn record_matches(
        &self,
        reader: &ReaderName,
        through: Seq,
        matches: Vec<NewMatch>,
    ) -> Result<Vec<(MatchSeq, NewMatch)>, StoreError> {
        for found in &matches {
            if found.reason.len() > NewMatch::MAX_REASON_BYTES {
                return Err(StoreError::ReasonTooLong(found.reason.len()));
            }
        }
        let found = Found {
            reader: reader.clone(),
            through,
            matches,
        };
        Ok(self.submit(Change::Match(found)).await?.matched)
    }

    /// Matches after a position, in order.
    ///
    /// # Errors
    /// `Gone` when the matches right after the position are there no longer, `Ahead` for a position
    /// beyond the last number given.
    pub async fn matches(&self, query: MatchQuery) -> Result<MatchPage, MatchReadError> {
        let MatchQuery {
            after,
            limit,
            profile,
        } = query;
        let head = self.match_head();
        if after > head {
            return Err(MatchReadError::Ahead { after, head });
        }
        let limit = limit.min(MOST_ON_A_PAGE);
        let select = match profile {
            None => sql(matches_where!(
                "m.match_seq > $1 AND m.match_seq <= $2 ORDER BY m.match_seq LIMIT $3"
            )),
            Some(_) => sql(matches_where!(
                "m.match_seq > $1 AND m.match_seq <= $2 AND m.profile_id = $4 \
                 ORDER BY m.match_seq LIMIT $3"
            )),
        };
        let mut select = select.bind(after.0).bind(head.0).bind(rows(limit));
        if let Some(profile) = profile {
            select = select.bind(profile.0);
        }
        let matches = self.list_matches(select).await?;
        // What was removed before or while we read was not read.
        let oldest = self.match_oldest();
        if after.0 + 1 < oldest.0 {
            return Err(MatchReadError::Gone { after, oldest });
        }
        let next = match matches.last() {
            Some(last) if matches.len() >= limit => last.match_seq,
            _ if limit == 0 => after,
            _ => head,
        };
        Ok(MatchPage {
            matches,
            next,
            at_head: next == head,
        })
    }

    /// The last matches of a profile, newest first; at most `limit`, and at most 1,000.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn newest_matches(
        &self,
        profile: ProfileId,
        limit: usize,
    ) -> Result<Vec<MatchRow>, StoreError> {
        let select = sql(matches_where!(
            "m.profile_id = $1 AND m.match_seq <= $2 ORDER BY m.match_seq DESC LIMIT $3"
        ));
        let head = self.match_head();
        let limit = rows(limit.min(MOST_ON_A_PAGE));
        self.list_matches(select.bind(profile.0).bind(head.0).bind(limit))
            .await
    }

    /// The matches of a killmail, by profile; at most 10,000.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn matches_of_killmail(
        &self,
        killmail: KillmailId,
    ) -> Result<Vec<MatchRow>, StoreError> {
        let select = sql(matches_where!(
            "m.killmail_id = $1 AND m.match_seq <= $2 ORDER BY m.profile_id LIMIT $3"
        ));
        let head = self.match_head();
        let limit = rows(MOST_OF_A_KILLMAIL);
        self.list_matches(select.bind(killmail.get()).bind(head.0).bind(limit))
            .await
    }

    async fn list_matches(&self, select: Sql) -> Result<Vec<MatchRow>, StoreError> {
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&select)
            .await
            .map_err(database("reading matches"))?;
        rows.into_iter().map(read).collect()
    }

    /// The last number given to a match; `MatchSeq::START` before the first.
    #[must_use]
    pub fn match_head(&self) -> MatchSeq {
        self.match_ends().head()
    }

    /// The first match still there (the head + 1 where there is none) as of the last time that garbage
    /// was collected. What is missing from there on went with its profile or its killmail.
    #[must_use]
    pub fn match_oldest(&self) -> MatchSeq {
        self.match_ends().oldest()
    }

    /// Changes when a commit with matches has become visible.
    #[must_use]
    pub fn match_head_changes(&self) -> watch::Receiver<MatchSeq> {
        self.match_ends().changes()
    }
}
