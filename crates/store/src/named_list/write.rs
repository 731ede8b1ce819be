//! Changes of named lists, in the writer's transaction.

use jiff::Timestamp;

use super::{ListError, ListName, ListRow};
use crate::backend::Connection;
use crate::change::Done;
use crate::column::{micros, rows, unsigned};
use crate::error::database;
use crate::owner::{owner_code, owner_from};
use crate::sql::sql;
use crate::{Party, StoreError};

/// What is to become of a list.
#[derive(Debug)]
pub(crate) enum ListChange {
    /// It is written.
    Put(Put),
    /// It goes, if it is theirs.
    Delete(Party, ListName),
}

/// A list as it is to be.
#[derive(Debug)]
pub(crate) struct Put {
    /// Who writes it.
    pub(crate) by: Party,
    pub(crate) name: ListName,
    /// How many entries it has.
    pub(crate) size: usize,
    /// As stored.
    pub(crate) entries: Vec<u8>,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// As stored.
    pub(crate) owner: i64,
    pub(crate) version: i64,
    /// In microseconds.
    pub(crate) changed_at: i64,
}

/// Makes the change. A refusal is an answer, not a failure: nothing has been written then.
pub(crate) async fn write(
    connection: &mut Connection,
    change: &ListChange,
    now: Timestamp,
) -> Result<Done, StoreError> {
    match change {
        ListChange::Put(list) => Ok(Done {
            list: Some(put(connection, list, now).await?),
            ..Done::default()
        }),
        ListChange::Delete(by, name) => {
            let doing = database("deleting a list");
            let query = sql("SELECT owner FROM named_list WHERE name = $1").bind(name.as_str());
            let there: Option<(i64,)> = connection.fetch_optional(&query).await.map_err(&doing)?;
            if there.is_some_and(|(owner,)| !by.holds(owner_from(owner))) {
                return Ok(Done {
                    list: Some(Err(ListError::NotOwner(name.clone()))),
                    ..Done::default()
                });
            }
            let delete = sql("DELETE FROM named_list WHERE name = $1").bind(name.as_str());
            let removed = connection.execute(&delete).await;
            Ok(Done {
                rows: removed.map_err(doing)?,
                ..Done::default()
            })
        }
    }
}

async fn put(
    connection: &mut Connection,
    list: &Put,
    now: Timestamp,
) -> Result<Result<Written, ListError>, StoreError> {
    let doing = database("writing a list");
    let query = sql("SELECT owner, version, changed_at, entries FROM named_list WHERE name = $1");
    let there: Option<(i64, i64, i64, Vec<u8>)> = connection
        .fetch_optional(&query.bind(list.name.as_str()))
        .await
        .map_err(&doing)?;
    let (mut owner, mut version) = (owner_code(list.by.token), 1);
    if let Some((belongs_to, before, changed_at, entries)) = there {
        if !list.by.holds(owner_from(belongs_to)) {
            return Ok(Err(ListError::NotOwner(list.name.clone())));
        }
        owner = belongs_to;
        if entries == list.entries {
            return Ok(Ok(Written {
                owner,
                version: before,
                changed_at,
            }));
        }
        version = before + 1;
    }
    let others = sql("SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) \
         FROM named_list WHERE name <> $1");
    let others: Option<(i64, i64)> = connection
        .fetch_optional(&others.bind(list.name.as_str()))
        .await
        .map_err(&doing)?;
    let (lists, entries) = others.unwrap_or_default();
    if unsigned(lists) >= ListRow::MOST as u64 {
        return Ok(Err(ListError::TooMany));
    }
    let in_all = usize::try_from(unsigned(entries)).unwrap_or(usize::MAX);
    let in_all = in_all.saturating_add(list.size);
    if in_all > ListRow::MOST_ENTRIES_IN_ALL {
        return Ok(Err(ListError::TooManyEntriesInAll(in_all)));
    }
    let write = sql(
        "INSERT INTO named_list (name, owner, version, changed_at, size, entries) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (name) DO UPDATE SET version = excluded.version, \
                changed_at = excluded.changed_at, size = excluded.size, \
                entries = excluded.entries",
    )
    .bind(list.name.as_str())
    .bind(owner)
    .bind(version)
    .bind(micros(now))
    .bind(rows(list.size))
    .bind(list.entries.clone());
    connection.execute(&write).await.map_err(&doing)?;
    Ok(Ok(Written {
        owner,
        version,
        changed_at: micros(now),
    }))
}
