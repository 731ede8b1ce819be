//! Writing and reading named lists.

use std::collections::BTreeMap;

use super::write::{ListChange, Put};
use super::{ListEntry, ListEntryKind, ListError, ListName, ListRow, record};
use crate::change::Change;
use crate::column::{damaged, from_micros};
use crate::error::database;
use crate::owner::owner_from;
use crate::sql::sql;
use crate::{Party, Store, StoreError};

type Row = (String, i64, i64, i64, Vec<u8>);

fn read(row: Row) -> Result<ListRow, StoreError> {
    let (name, owner, version, changed_at, entries) = row;
    Ok(ListRow {
        name: ListName::new(&name).map_err(|error| damaged("named_list", error))?,
        owner: owner_from(owner),
        entries: record::decode(&entries)?,
        version,
        changed_at: from_micros("named_list", changed_at)?,
    })
}

impl Store {
    /// Writes a list, in place of the one of that name; durable when it returns. Entries are sorted
    /// and each is kept once, with the last name given for it. One that is the same as before stays
    /// as it was, with its version. A new one belongs to `by`; one that is there stays whose it was.
    ///
    /// # Errors
    /// `NotOwner` where it is not theirs, `TooMany`, `TooManyEntries`, `TooManyEntriesInAll`, `BadId`, `NameTooLong`; then nothing was
    /// changed. Others as [`Store::append`].
    pub async fn put_named_list(
        &self,
        by: Party,
        name: ListName,
        entries: Vec<ListEntry>,
    ) -> Result<ListRow, ListError> {
        let entries = in_order(entries)?;
        let put = Put {
            by,
            name: name.clone(),
            size: entries.len(),
            entries: record::encode(&entries),
        };
        let done = self.submit(Change::List(ListChange::Put(put))).await?;
        let written = done.list.ok_or_else(|| missing(&name))??;
        Ok(ListRow {
            name,
            owner: owner_from(written.owner),
            entries,
            version: written.version,
            changed_at: from_micros("named_list", written.changed_at)?,
        })
    }

    /// Deletes a list. False when there is no such list.
    ///
    /// # Errors
    /// `NotOwner` where it is not theirs. Others as [`Store::append`].
    pub async fn delete_named_list(&self, by: Party, name: &ListName) -> Result<bool, ListError> {
        let delete = Change::List(ListChange::Delete(by, name.clone()));
        let done = self.submit(delete).await?;
        done.list.transpose()?;
        Ok(done.rows > 0)
    }

    /// A list by its name.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn named_list(&self, name: &ListName) -> Result<Option<ListRow>, StoreError> {
        let query =
            sql("SELECT name, owner, version, changed_at, entries FROM named_list WHERE name = $1");
        let row: Option<Row> = self
            .readers()?
            .fetch_optional(&query.bind(name.as_str()))
            .await
            .map_err(database("reading a list"))?;
        row.map(read).transpose()
    }

    /// All lists, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn named_lists(&self) -> Result<Vec<ListRow>, StoreError> {
        let query = sql("SELECT name, owner, version, changed_at, entries FROM named_list");
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("reading the lists"))?;
        // They may be long.
        let lists = tokio::task::spawn_blocking(|| {
            let mut lists = rows
                .into_iter()
                .map(read)
                .collect::<Result<Vec<ListRow>, StoreError>>()?;
            // By their bytes: what comes before what is each database's own affair.
            lists.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            Ok(lists)
        });
        match lists.await {
            Ok(lists) => lists,
            // A blocking task is never cancelled once it runs: it can only have panicked.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn missing(name: &ListName) -> StoreError {
    damaged("named_list", format!("{name} was written and is not there"))
}

/// The entries by kind and id, each once.
fn in_order(entries: Vec<ListEntry>) -> Result<Vec<ListEntry>, ListError> {
    let mut known: BTreeMap<(ListEntryKind, i64), Option<String>> = BTreeMap::new();
    for ListEntry { kind, id, name } in entries {
        if id <= 0 {
            return Err(ListError::BadId(id));
        }
        let length = name.as_ref().map_or(0, |name| name.chars().count());
        if length > ListRow::MAX_ENTRY_NAME_CHARS {
            return Err(ListError::NameTooLong(id));
        }
        let known = known.entry((kind, id)).or_default();
        *known = name.or(known.take());
    }
    if known.len() > ListRow::MOST_ENTRIES {
        return Err(ListError::TooManyEntries(known.len()));
    }
    let entries = known.into_iter();
    let entries = entries.map(|((kind, id), name)| ListEntry { kind, id, name });
    Ok(entries.collect())
}
