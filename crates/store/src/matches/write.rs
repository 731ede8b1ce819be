//! What a stage found, in the writer's transaction.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{MatchSeq, NewMatch};
use crate::backend::Connection;
use crate::column::{damaged, micros, rows};
use crate::error::database;
use crate::reader::{self, ReaderName};
use crate::sql::{Holds, Rows, Sql, Table, sql};
use crate::{Seq, StoreError};

static MATCH: Table = Table {
    name: "profile_match",
    columns: &[
        ("match_seq", Holds::Ints),
        ("profile_id", Holds::Ints),
        ("profile_version", Holds::Ints),
        ("killmail_id", Holds::Ints),
        ("seq", Holds::Ints),
        ("matched_at", Holds::Ints),
        ("reason", Holds::Texts),
    ],
    conflict: "",
};

/// What a stage found, and how far it has read.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) reader: ReaderName,
    pub(crate) through: Seq,
    pub(crate) matches: Vec<NewMatch>,
}

/// Writes those that are new, and answers them with their numbers.
pub(crate) async fn write(
    connection: &mut Connection,
    found: &Found,
    now: Timestamp,
) -> Result<Vec<(MatchSeq, NewMatch)>, StoreError> {
    if !reader::advance(connection, &found.reader, found.through, now).await? {
        return Ok(Vec::new());
    }
    let fresh = fresh(connection, &found.matches).await?;
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let doing = database("writing matches");
    let count = rows(fresh.len());
    let take = sql("UPDATE surveillance SET match_head = match_head + $1 RETURNING match_head");
    let taken: Vec<(i64,)> = connection
        .fetch_all(&take.bind(count))
        .await
        .map_err(&doing)?;
    let Some((last,)) = taken.first() else {
        return Err(damaged("surveillance", "its row is missing"));
    };
    let first = last - count + 1;
    let mut written = Rows::of(&MATCH);
    for (match_seq, found) in (first..).zip(&fresh) {
        written.push([
            match_seq.into(),
            found.profile_id.0.into(),
            found.profile_version.into(),
            found.killmail_id.get().into(),
            found.seq.0.into(),
            micros(now).into(),
            found.reason.as_str().into(),
        ]);
    }
    connection.insert(&written).await.map_err(&doing)?;
    let numbered = (first..).map(MatchSeq).zip(fresh.into_iter().cloned());
    Ok(numbered.collect())
}

/// Those of profiles and killmails that are there and have no match yet, each once.
async fn fresh<'a>(
    connection: &mut Connection,
    matches: &'a [NewMatch],
) -> Result<Vec<&'a NewMatch>, StoreError> {
    if matches.is_empty() {
        return Ok(Vec::new());
    }
    let profiles = distinct(matches.iter().map(|found| found.profile_id.0));
    let killmails = distinct(matches.iter().map(|found| found.killmail_id.get()));
    let there = sql("SELECT id FROM profile WHERE deleted = 0 AND id = ANY($1)").bind(profiles);
    let profiles = ids(connection, there).await?;
    let there = sql("SELECT killmail_id FROM killmail WHERE killmail_id = ANY($1)");
    let there = ids(connection, there.bind(killmails.clone())).await?;
    let matched = sql("SELECT killmail_id, profile_id FROM profile_match \
         WHERE killmail_id = ANY($1)")
    .bind(killmails);
    let matched: Vec<(i64, i64)> = connection
        .fetch_all(&matched)
        .await
        .map_err(database("looking for matches"))?;
    let mut matched: HashSet<(i64, i64)> = matched.into_iter().collect();
    let fresh = matches.iter().filter(|found| {
        let (killmail, profile) = (found.killmail_id.get(), found.profile_id.0);
        profiles.contains(&profile)
            && there.contains(&killmail)
            && matched.insert((killmail, profile))
    });
    Ok(fresh.collect())
}

async fn ids(connection: &mut Connection, query: Sql) -> Result<HashSet<i64>, StoreError> {
    let found: Vec<(i64,)> = connection
        .fetch_all(&query)
        .await
        .map_err(database("looking up what matched"))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

fn distinct(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
