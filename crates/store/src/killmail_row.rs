//! Killmails as stored, and the ways to find them.

use std::collections::HashSet;

use jiff::Timestamp;
use killwire_killmail::{
    AllianceId, CharacterId, CorporationId, Document, Enrichment, Facts, KillmailHash, KillmailId,
    Parsed, SystemId, ZkbInfo, killmail_json, parse,
};

use crate::column::{self, State, damaged};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{Origin, Store, StoreError};

/// A killmail as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredKillmail {
    /// Its id.
    pub id: KillmailId,
    /// When the ship died.
    pub time: Timestamp,
    /// Where.
    pub system_id: SystemId,
    /// Its hash, where one is known.
    pub hash: Option<KillmailHash>,
    /// ESI's body, byte for byte.
    pub esi: Vec<u8>,
    /// zKillboard's block.
    pub zkb: Option<ZkbInfo>,
    /// What its ids mean, where that is known.
    pub enrichment: Option<Enrichment>,
    /// What filters need.
    pub facts: Facts,
    /// How it came.
    pub origin: Origin,
    /// When it was first stored.
    pub stored_at: Timestamp,
}

impl StoredKillmail {
    /// The killmail as it was when it was stored, with what is known of it by now.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the body cannot be read any more.
    pub fn parsed(&self) -> Result<Parsed, StoreError> {
        match parse(&self.esi) {
            Ok(Document::Killmail(parsed)) => Ok(Parsed {
                hash: self.hash,
                zkb: self.zkb.clone(),
                ..*parsed
            }),
            Ok(_) => Err(damaged("killmail", "the body is not a killmail")),
            Err(error) => Err(damaged("killmail", error)),
        }
    }

    /// The killmail as clients read it, encoded. `name` is asked what the ids mean where they were
    /// never looked up: an archive's killmails are stored without.
    #[must_use]
    pub fn json(&self, name: impl FnOnce(&Parsed) -> Option<Enrichment>) -> Vec<u8> {
        // The body was parsed before it was stored. Should it be damaged since, it is still the
        // nearest thing to the killmail that there is.
        let Ok(parsed) = self.parsed() else {
            return self.esi.clone();
        };
        let named = match self.enrichment {
            Some(_) => None,
            None => name(&parsed),
        };
        killmail_json(
            &parsed.killmail,
            parsed.hash.as_ref(),
            parsed.zkb.as_ref(),
            self.enrichment.as_ref().or(named.as_ref()),
        )
    }
}

/// A stored body as clients read it.
pub(crate) fn encode(
    esi: &[u8],
    hash: Option<&KillmailHash>,
    zkb: Option<&ZkbInfo>,
    enrichment: Option<&Enrichment>,
) -> Result<Vec<u8>, StoreError> {
    match parse(esi) {
        Ok(Document::Killmail(parsed)) => {
            Ok(killmail_json(&parsed.killmail, hash, zkb, enrichment))
        }
        Ok(_) => Err(damaged("killmail", "the body is not a killmail")),
        Err(error) => Err(damaged("killmail", error)),
    }
}

/// Someone involved, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Participant {
    /// A pilot.
    Character(CharacterId),
    /// A corporation.
    Corporation(CorporationId),
    /// An alliance.
    Alliance(AllianceId),
}

impl Participant {
    fn key(self) -> (i64, i64) {
        match self {
            Self::Character(id) => (column::CHARACTER, id.get()),
            Self::Corporation(id) => (column::CORPORATION, id.get()),
            Self::Alliance(id) => (column::ALLIANCE, id.get()),
        }
    }
}

/// A stretch of kill times, newest first, with a page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// Kills at or after this moment.
    pub since: Option<Timestamp>,
    /// Kills before this moment.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: usize,
}

impl TimeRange {
    /// Binds since, until and limit.
    fn bind(self, sql: Sql) -> Sql {
        sql.bind(self.since.map_or(i64::MIN, column::second_at_or_after))
            .bind(self.until.map_or(i64::MAX, column::second_at_or_after))
            .bind(column::rows(self.limit))
    }
}

pub(crate) type Row = (
    i64,
    i64,
    i64,
    i16,
    i64,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
);

/// A row of the killmail table, in the order of [`Row`].
pub(crate) fn read(row: Row) -> Result<StoredKillmail, StoreError> {
    let (id, time, system, origin, stored_at, hash, zkb, facts, esi, enrichment) = row;
    Ok(StoredKillmail {
        id: column::killmail_id("killmail", id)?,
        time: column::from_seconds("killmail", time)?,
        system_id: column::system_id("killmail", system)?,
        hash: column::hash(hash)?,
        esi,
        zkb: column::zkb(zkb)?,
        enrichment: column::enrichment(enrichment)?,
        facts: column::facts(&facts)?,
        origin: Origin::from_code(origin)?,
        stored_at: column::from_micros("killmail", stored_at)?,
    })
}

const BY_ID: &str = "SELECT killmail_id, time, system_id, origin, stored_at, hash, zkb, facts, esi, enrichment \
     FROM killmail WHERE killmail_id = $1";

const BY_SYSTEM: &str = "SELECT killmail_id, time, system_id, origin, stored_at, hash, zkb, facts, esi, enrichment \
     FROM killmail WHERE system_id = $1 AND time >= $2 AND time < $3 \
     ORDER BY time DESC, killmail_id DESC LIMIT $4";

const BY_PARTICIPANT: &str = "SELECT k.killmail_id, k.time, k.system_id, k.origin, k.stored_at, k.hash, k.zkb, k.facts, k.esi, k.enrichment \
     FROM participant p JOIN killmail k ON k.killmail_id = p.killmail_id \
     WHERE p.kind = $1 AND p.id = $2 AND p.time >= $3 AND p.time < $4 \
     ORDER BY p.time DESC, p.killmail_id DESC LIMIT $5";

impl Store {
    /// A killmail by its id; none when it was never stored, deleted, or has outlived its retention.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn get(&self, id: KillmailId) -> Result<Option<StoredKillmail>, StoreError> {
        let query = sql(BY_ID).bind(id.get());
        let row: Option<Row> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("reading a killmail"))?;
        row.map(read).transpose()
    }

    /// A system's killmails, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn list_by_system(
        &self,
        system: SystemId,
        range: TimeRange,
    ) -> Result<Vec<StoredKillmail>, StoreError> {
        self.list(range.bind(sql(BY_SYSTEM).bind(system.get())))
            .await
    }

    /// The killmails that someone is on, on either side, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn list_by_participant(
        &self,
        who: Participant,
        range: TimeRange,
    ) -> Result<Vec<StoredKillmail>, StoreError> {
        let (kind, id) = who.key();
        self.list(range.bind(sql(BY_PARTICIPANT).bind(kind).bind(id)))
            .await
    }

    async fn list(&self, query: Sql) -> Result<Vec<StoredKillmail>, StoreError> {
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("listing killmails"))?;
        rows.into_iter().map(read).collect()
    }

    /// How many killmails of a system are stored, from a moment on.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn count_by_system(
        &self,
        system: SystemId,
        since: Option<Timestamp>,
    ) -> Result<u64, StoreError> {
        let query = sql("SELECT COUNT(*) FROM killmail WHERE system_id = $1 AND time >= $2")
            .bind(system.get())
            .bind(since.map_or(i64::MIN, column::second_at_or_after));
        let count: Option<(i64,)> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("counting killmails"))?;
        Ok(count.map_or(0, |(count,)| column::unsigned(count)))
    }

    /// Which of `ids` the feed has announced (a `new` event) or their owner deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn announced(&self, ids: &[KillmailId]) -> Result<HashSet<KillmailId>, StoreError> {
        let list: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let query =
            sql("SELECT killmail_id, state FROM seen WHERE killmail_id = ANY($1)").bind(list);
        let rows: Vec<(i64, i16)> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("looking up killmails"))?;
        let mut announced = HashSet::new();
        for (id, state) in rows {
            if State::from_code(state)? != State::Imported {
                announced.insert(column::killmail_id("seen", id)?);
            }
        }
        Ok(announced)
    }
}
