//! Names of pilots, corporations and alliances, kept so that a restart knows them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::change::Change;
use crate::column::{self, from_micros, micros, rows};
use crate::error::database;
use crate::sql::{Holds, Rows, Sql, Table, sql};
use crate::{Store, StoreError};

/// Rows that one transaction writes at most.
const BATCH: usize = 500;

/// Rows that one transaction forgets at most.
const FORGET: usize = 5_000;

/// What an entity is. The codes are those of participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// A pilot.
    Character,
    /// A corporation.
    Corporation,
    /// An alliance.
    Alliance,
}

/// What is known of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// What it is.
    pub kind: EntityKind,
    /// Which.
    pub id: i64,
    /// Its name; none where the upstream says that there is no such id.
    pub name: Option<String>,
    /// Its ticker, without brackets; none for pilots, and where only the name is known.
    pub ticker: Option<String>,
    /// When it was fetched. Kept to the microsecond, as are all moments here.
    pub fetched_at: Timestamp,
    /// Until when the upstream says that it holds.
    pub expires_at: Option<Timestamp>,
    /// The upstream's mark of this version.
    pub etag: Option<String>,
}

/// A row's name that is there already with a ticker keeps it when only the name is fetched again.
static ENTITY: Table = Table {
    name: "entity",
    columns: &[
        ("kind", Holds::Ints),
        ("id", Holds::Ints),
        ("name", Holds::Texts),
        ("folded", Holds::Texts),
        ("ticker", Holds::Texts),
        ("fetched_at", Holds::Ints),
        ("expires_at", Holds::Ints),
        ("etag", Holds::Texts),
    ],
    conflict: "ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, \
               folded = excluded.folded, \
               ticker = CASE WHEN excluded.name IS NULL THEN NULL \
                             ELSE COALESCE(excluded.ticker, entity.ticker) END, \
               fetched_at = excluded.fetched_at, \
               expires_at = COALESCE(excluded.expires_at, entity.expires_at), \
               etag = COALESCE(excluded.etag, entity.etag)",
};

impl EntityKind {
    fn code(self) -> i64 {
        match self {
            Self::Character => column::CHARACTER,
            Self::Corporation => column::CORPORATION,
            Self::Alliance => column::ALLIANCE,
        }
    }

    fn from_code(code: i16) -> Result<Self, StoreError> {
        match i64::from(code) {
            column::CHARACTER => Ok(Self::Character),
            column::CORPORATION => Ok(Self::Corporation),
            column::ALLIANCE => Ok(Self::Alliance),
            _ => Err(column::damaged("entity", format!("{code} is no kind"))),
        }
    }
}

type Row = (
    i16,
    i64,
    Option<String>,
    Option<String>,
    i64,
    Option<i64>,
    Option<String>,
);

fn read(row: Row) -> Result<EntityRow, StoreError> {
    let (kind, id, name, ticker, fetched_at, expires_at, etag) = row;
    Ok(EntityRow {
        kind: EntityKind::from_code(kind)?,
        id,
        name,
        ticker,
        fetched_at: from_micros("entity", fetched_at)?,
        expires_at: expires_at
            .map(|time| from_micros("entity", time))
            .transpose()?,
        etag,
    })
}

/// As names are compared: in lower case.
fn folded(name: &str) -> String {
    name.to_lowercase()
}

impl Store {
    /// What is known of these ids of one kind, in no order; unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn entities(
        &self,
        kind: EntityKind,
        ids: &[i64],
    ) -> Result<Vec<EntityRow>, StoreError> {
        let query = sql(
            "SELECT kind, id, name, ticker, fetched_at, expires_at, etag FROM entity \
             WHERE kind = $1 AND id = ANY($2)",
        );
        self.list_entities(query.bind(kind.code()).bind(ids.to_vec()))
            .await
    }

    /// The entities fetched last, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn recent_entities(&self, limit: usize) -> Result<Vec<EntityRow>, StoreError> {
        let query = sql(
            "SELECT kind, id, name, ticker, fetched_at, expires_at, etag FROM entity \
             ORDER BY fetched_at DESC LIMIT $1",
        );
        self.list_entities(query.bind(rows(limit))).await
    }

    /// Entities whose names begin with `prefix`, whatever the case, by name, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn find_entities(
        &self,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<EntityRow>, StoreError> {
        let from = folded(prefix);
        // Behind every text that begins with the prefix: no name holds Unicode's last character.
        let to = format!("{from}\u{10ffff}");
        let query = sql(
            "SELECT kind, id, name, ticker, fetched_at, expires_at, etag FROM entity \
             WHERE folded >= $1 AND folded < $2 ORDER BY folded, kind, id LIMIT $3",
        );
        self.list_entities(query.bind(from).bind(to).bind(rows(limit)))
            .await
    }

    async fn list_entities(&self, query: Sql) -> Result<Vec<EntityRow>, StoreError> {
        let found: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("reading names"))?;
        found.into_iter().map(read).collect()
    }

    /// Remembers entities, in place of what was known of them; of several with one id the last. A
    /// ticker that is known stays where only the name was fetched again.
    ///
    /// # Errors
    /// As [`Store::append`]; what was written before the error stays.
    pub async fn save_entities(&self, entities: Vec<EntityRow>) -> Result<(), StoreError> {
        let entities: BTreeMap<(EntityKind, i64), EntityRow> = entities
            .into_iter()
            .map(|entity| ((entity.kind, entity.id), entity))
            .collect();
        let mut left = entities.into_values();
        loop {
            let mut rows = Rows::of(&ENTITY);
            for entity in left.by_ref().take(BATCH) {
                rows.push([
                    entity.kind.code().into(),
                    entity.id.into(),
                    entity.name.clone().into(),
                    entity.name.as_deref().map(folded).into(),
                    entity.ticker.into(),
                    micros(entity.fetched_at).into(),
                    entity.expires_at.map(micros).into(),
                    entity.etag.into(),
                ]);
            }
            if rows.len() == 0 {
                return Ok(());
            }
            self.submit(Change::Write {
                statements: Vec::new(),
                rows: vec![rows],
            })
            .await?;
        }
    }

    /// Forgets every entity, for a version that would read them wrongly.
    ///
    /// # Errors
    /// As [`Store::append`]; what went before the error is gone.
    pub async fn forget_entities(&self) -> Result<(), StoreError> {
        loop {
            let forget = sql("DELETE FROM entity WHERE (kind, id) IN \
                 (SELECT kind, id FROM entity LIMIT $1)")
            .bind(rows(FORGET));
            if self.submit(Change::statement(forget)).await?.rows == 0 {
                return Ok(());
            }
        }
    }
}
