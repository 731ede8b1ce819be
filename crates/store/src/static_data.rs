//! Static data: one build's bytes, in parts. A new build is written beside the old one in small
//! transactions that let appends pass, and takes its place in one.

use jiff::Timestamp;

use crate::backend::Connection;
use crate::change::Change;
use crate::column::{damaged, from_micros, micros};
use crate::error::database;
use crate::sql::{Holds, Rows, Sql, Table, sql};
use crate::{Store, StoreError};

/// A part's bytes at most.
const PART: usize = 1 << 20;

/// Parts that one transaction removes at most.
const REMOVE: i64 = 4;

/// How often reading begins anew because a new build has come meanwhile.
const ATTEMPTS: usize = 5;

/// Which build of static data is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticBuild {
    /// CCP's number of the build.
    pub build: u32,
    /// When CCP released it. Kept to the microsecond, as is the next.
    pub released: Option<Timestamp>,
    /// The version of the bytes' encoding.
    pub encoding: u16,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// How many there are of what, as JSON, for people.
    pub counts_json: String,
}

/// Where a build's bytes are.
struct Stored {
    build: StaticBuild,
    import: i64,
    size: i64,
}

static STATIC_PART: Table = Table {
    name: "static_part",
    columns: &[
        ("import", Holds::Ints),
        ("part", Holds::Ints),
        ("bytes", Holds::Blobs),
    ],
    conflict: "",
};

/// Parts that are of no use: of an import that did not come to its end, or of an earlier build.
fn remove_leftovers(limit: i64) -> Sql {
    sql("DELETE FROM static_part WHERE (import, part) IN \
         (SELECT import, part FROM static_part \
          WHERE import <> COALESCE((SELECT import FROM static_build), 0) LIMIT $1)")
    .bind(limit)
}

/// Removes what an import left behind that was cut off; for opening, when nobody waits to write.
pub(crate) async fn tidy(connection: &mut Connection) -> Result<(), StoreError> {
    let removed = connection.execute(&remove_leftovers(i64::MAX)).await;
    removed
        .map(drop)
        .map_err(database("removing unfinished static data"))
}

impl Store {
    /// Which build of static data is stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn static_build(&self) -> Result<Option<StaticBuild>, StoreError> {
        Ok(self.stored_build().await?.map(|stored| stored.build))
    }

    async fn stored_build(&self) -> Result<Option<Stored>, StoreError> {
        type Row = (i64, i64, Option<i64>, i64, i64, String, i64);
        let query = sql(
            "SELECT import, build, released, encoding, imported_at, counts, size FROM static_build",
        );
        let row: Option<Row> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("reading which static data is stored"))?;
        let Some((import, build, released, encoding, imported_at, counts_json, size)) = row else {
            return Ok(None);
        };
        let build = StaticBuild {
            build: u32::try_from(build).map_err(|error| damaged("static_build", error))?,
            released: released
                .map(|time| from_micros("static_build", time))
                .transpose()?,
            encoding: u16::try_from(encoding).map_err(|error| damaged("static_build", error))?,
            imported_at: from_micros("static_build", imported_at)?,
            counts_json,
        };
        Ok(Some(Stored {
            build,
            import,
            size,
        }))
    }

    /// Stores a build in place of the one before. Appends pass between its parts. Cut off anywhere,
    /// the build before stays; what was written is removed when the store opens or at the next
    /// call. Calls wait for one another.
    ///
    /// # Errors
    /// As [`Store::append`]; then the build before stays.
    pub async fn save_static(&self, build: StaticBuild, bytes: Vec<u8>) -> Result<(), StoreError> {
        let one_at_a_time = self.inner()?.static_import.lock().await;
        self.remove_static_leftovers().await?;
        let import = 1 + self.stored_build().await?.map_or(0, |stored| stored.import);
        self.write_static_parts(import, &bytes).await?;
        let switch = sql("INSERT INTO static_build \
                    (one, import, build, released, encoding, imported_at, counts, size) \
             VALUES (1, $1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (one) DO UPDATE SET import = excluded.import, build = excluded.build, \
                    released = excluded.released, encoding = excluded.encoding, \
                    imported_at = excluded.imported_at, counts = excluded.counts, \
                    size = excluded.size")
        .bind(import)
        .bind(i64::from(build.build))
        .bind(build.released.map(micros))
        .bind(i64::from(build.encoding))
        .bind(micros(build.imported_at))
        .bind(build.counts_json)
        .bind(crate::column::rows(bytes.len()));
        self.submit(Change::statement(switch)).await?;
        // Stored it is. The old parts are in nobody's way, and go at the latest with the next open.
        if let Err(error) = self.remove_static_leftovers().await {
            tracing::warn!(%error, "the static data before this build is still there");
        }
        drop(one_at_a_time);
        Ok(())
    }

    /// The first half of [`Store::save_static`]: the new build's bytes, beside the old one's.
    pub(crate) async fn write_static_parts(
        &self,
        import: i64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        for (number, part) in (0_i64..).zip(bytes.chunks(PART)) {
            let mut rows = Rows::of(&STATIC_PART);
            rows.push([import.into(), number.into(), part.to_vec().into()]);
            self.submit(Change::Write {
                statements: Vec::new(),
                rows: vec![rows],
            })
            .await?;
        }
        Ok(())
    }

    async fn remove_static_leftovers(&self) -> Result<(), StoreError> {
        loop {
            let removed = self.submit(Change::statement(remove_leftovers(REMOVE)));
            if removed.await?.rows == 0 {
                return Ok(());
            }
        }
    }

    /// The stored build with its bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, `Damaged` where parts are missing.
    pub async fn load_static(&self) -> Result<Option<(StaticBuild, Vec<u8>)>, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.stored_build().await? else {
                return Ok(None);
            };
            let size = usize::try_from(stored.size).unwrap_or(0);
            // Part by part: as little as possible lies in memory twice.
            let mut bytes = Vec::with_capacity(size);
            for number in 0_i64.. {
                if bytes.len() >= size {
                    break;
                }
                let query = sql("SELECT bytes FROM static_part WHERE import = $1 AND part = $2")
                    .bind(stored.import)
                    .bind(number);
                let part: Option<(Vec<u8>,)> = self
                    .readers()?
                    .fetch_optional(&query)
                    .await
                    .map_err(database("reading static data"))?;
                let Some((part,)) = part else { break };
                bytes.extend_from_slice(&part);
            }
            if bytes.len() == size {
                return Ok(Some((stored.build, bytes)));
            }
            // Another build may have taken its place while it was read.
            let now = self.stored_build().await?;
            if now.is_some_and(|now| now.import == stored.import) {
                return Err(damaged(
                    "static_part",
                    format!("{} bytes of {size} are there", bytes.len()),
                ));
            }
        }
        Err(damaged("static_part", "it changes while it is read"))
    }
}
