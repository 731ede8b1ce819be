//! What a person does to the state: the one implementation, whether it runs inside the server or in
//! a command of its own.

mod tokens;

use std::path::Path;
use std::sync::Arc;

use killwire_intake::import::{ImportDocument, ImportMode, ImportTotals, Verdict, judge, take_in};
use killwire_intake::{Enricher, known_at_once};
use killwire_killmail::Parsed;
use killwire_store::{Gap, GapState, Offer, Origin, QuarantineId, Quarantined, Store, StoreError};
use serde::{Deserialize, Serialize};

pub(crate) use tokens::{NewToken, Revoked, Token};

/// The most entries that one call lists or tries again.
const MAX_LISTED: usize = 10_000;

/// Which entries or gaps are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Selection {
    /// This one; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<i64>,
}

/// A quarantined entry with its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EntryWithBytes {
    /// The entry.
    pub(crate) entry: Quarantined,
    /// Its bytes as text, where they are text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Its bytes as numbers, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<Vec<u8>>,
}

/// What became of entries tried again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RetryReport {
    /// Entries tried.
    pub(crate) tried: u64,
    /// Taken in, and out of quarantine.
    pub(crate) taken_in: u64,
    /// Still there, each with the reason.
    pub(crate) refused: Vec<Refusal>,
}

/// An entry that stays in quarantine.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// Its number.
    pub(crate) id: QuarantineId,
    /// Why.
    pub(crate) reason: String,
}

/// What was done about gaps.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Repaired {
    /// Whether all was done; otherwise the running server goes on with it.
    pub(crate) finished: bool,
    /// The gaps tried, as they stand now; empty while not finished.
    pub(crate) gaps: Vec<Gap>,
}

/// The operations on a store that people ask for.
#[derive(Clone)]
pub(crate) struct Desk {
    store: Store,
    /// Who knows what ids mean; nobody where no server runs.
    enricher: Option<Enricher>,
}

impl Desk {
    /// A desk on `store`.
    pub(crate) fn new(store: Store, enricher: Option<Enricher>) -> Self {
        Self { store, enricher }
    }

    /// Stores what `documents` hold.
    pub(crate) async fn import(
        &self,
        documents: Vec<ImportDocument>,
        mode: ImportMode,
    ) -> Result<ImportTotals, StoreError> {
        take_in(&self.store, documents, mode, self.enricher.as_ref()).await
    }

    /// The newest quarantined entries.
    pub(crate) async fn quarantined(&self, limit: usize) -> Result<Vec<Quarantined>, StoreError> {
        self.store.quarantined(limit.min(MAX_LISTED)).await
    }

    /// One entry with its bytes; none where there is none of that number.
    pub(crate) async fn entry(
        &self,
        id: QuarantineId,
    ) -> Result<Option<EntryWithBytes>, StoreError> {
        let found = self.store.quarantined_bytes(id).await?;
        Ok(found.map(|(entry, bytes)| match String::from_utf8(bytes) {
            Ok(text) => EntryWithBytes {
                entry,
                text: Some(text),
                bytes: None,
            },
            Err(binary) => EntryWithBytes {
                entry,
                text: None,
                bytes: Some(binary.into_bytes()),
            },
        }))
    }

    /// Tries entries again: what is a killmail by now is taken in and released.
    pub(crate) async fn retry(&self, which: Selection) -> Result<RetryReport, StoreError> {
        let ids = match which.id {
            Some(id) => vec![id],
            None => {
                let all = self.store.quarantined(MAX_LISTED).await?;
                all.into_iter().map(|entry| entry.id).collect()
            }
        };
        let mut report = RetryReport::default();
        for id in ids {
            report.tried += 1;
            match self.retry_one(id).await? {
                None => report.taken_in += 1,
                Some(reason) => report.refused.push(Refusal { id, reason }),
            }
        }
        Ok(report)
    }

    /// The reason for which the entry stays, or none when it was taken in.
    async fn retry_one(&self, id: QuarantineId) -> Result<Option<String>, StoreError> {
        let Some((entry, bytes)) = self.store.quarantined_bytes(id).await? else {
            return Ok(Some("there is no entry of this number".to_owned()));
        };
        let document = ImportDocument {
            place: entry.place.clone(),
            body: bytes.into(),
            fault: None,
        };
        match judge(&document) {
            Verdict::Killmail(parsed) => {
                self.take(*parsed, &entry).await?;
                self.store.release(id).await?;
                Ok(None)
            }
            Verdict::Nothing => {
                self.store.release(id).await?;
                Ok(None)
            }
            Verdict::Unfit(reason) => {
                self.store.retried(id, &reason).await?;
                Ok(Some(reason))
            }
        }
    }

    /// Takes a killmail in the way its source does; what the feed brought is late by now.
    async fn take(&self, parsed: Parsed, entry: &Quarantined) -> Result<(), StoreError> {
        if entry.source == ImportMode::Archive.source() {
            self.store.import(vec![parsed]).await?;
        } else {
            let enrichment = known_at_once(self.enricher.as_ref(), &parsed);
            let offer = Offer {
                parsed: Arc::new(parsed),
                source: entry.source.clone(),
                origin: Origin::Late,
                trace: None,
                enrichment,
            };
            self.store.insert_event(offer).await?;
        }
        Ok(())
    }

    /// Gaps; all, or only those still open.
    pub(crate) async fn gaps(&self, open: bool) -> Result<Vec<Gap>, StoreError> {
        self.store.gaps(open.then_some(GapState::Open)).await
    }

    /// Copies the database into `file`.
    pub(crate) async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        self.store.backup(file).await
    }
}
