//! A batch of documents, parsed and stored.

use std::ops::AddAssign;
use std::sync::Arc;

use killwire_killmail::{Document, HashCheck, Parsed, parse};
use killwire_store::{
    Append, NewQuarantine, Offer, Origin, Outcome, SourceName, Store, StoreError,
};
use serde::{Deserialize, Serialize};

use super::ImportDocument;
use crate::enrich::{Enricher, known_at_once};

/// Documents parsed before other tasks get a turn.
const PARSE_STRETCH: usize = 64;

/// What an import makes of killmails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportMode {
    /// Rows in bulk and one `imported` event: nobody is told.
    Archive,
    /// One event each, as if the feed had just brought them.
    Live,
}

impl ImportMode {
    /// The name under which quarantine keeps what this mode could not take in.
    #[must_use]
    pub fn source(self) -> SourceName {
        SourceName(
            match self {
                Self::Archive => "import",
                Self::Live => "replay",
            }
            .to_owned(),
        )
    }
}

/// What became of the documents read. `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTotals {
    /// Documents read.
    pub read: u64,
    /// Not known before.
    pub new: u64,
    /// Known, and the document knew more.
    pub updated: u64,
    /// Known, or deleted by the owner.
    pub duplicate: u64,
    /// Not killmails.
    pub quarantined: u64,
}

impl AddAssign for ImportTotals {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.updated += other.updated;
        self.duplicate += other.duplicate;
        self.quarantined += other.quarantined;
    }
}

/// Parses `documents` and stores what they hold, durably, in the order given. What is not a
/// killmail goes to quarantine in the same step. Feed answers that say "nothing" are passed over.
/// Live killmails take with them what `enricher` knows at once.
///
/// # Errors
/// [`StoreError`] when nothing could be stored.
pub async fn take_in(
    store: &Store,
    documents: Vec<ImportDocument>,
    mode: ImportMode,
    enricher: Option<&Enricher>,
) -> Result<ImportTotals, StoreError> {
    let mut killmails = Vec::with_capacity(documents.len());
    let mut quarantined = Vec::new();
    for (index, document) in documents.into_iter().enumerate() {
        if index % PARSE_STRETCH == PARSE_STRETCH - 1 {
            tokio::task::yield_now().await;
        }
        match judge(&document) {
            Verdict::Killmail(parsed) => killmails.push(*parsed),
            Verdict::Nothing => {}
            Verdict::Unfit(reason) => quarantined.push(NewQuarantine {
                source: mode.source(),
                place: document.place,
                reason,
                bytes: document.body.into_bytes(),
            }),
        }
    }
    let mut totals = ImportTotals {
        read: (killmails.len() + quarantined.len()) as u64,
        quarantined: quarantined.len() as u64,
        ..ImportTotals::default()
    };
    let offers = match mode {
        ImportMode::Live => offers(killmails, enricher),
        ImportMode::Archive => {
            if !killmails.is_empty() {
                let report = store.import(killmails).await?;
                totals.new = report.new;
                totals.updated = report.updated;
                totals.duplicate = report.duplicate;
            }
            Vec::new()
        }
    };
    if !(offers.is_empty() && quarantined.is_empty()) {
        let append = Append {
            offers,
            quarantined,
            ..Append::default()
        };
        for outcome in store.append(append).await? {
            match outcome {
                Outcome::New(_) => totals.new += 1,
                Outcome::Updated(_) => totals.updated += 1,
                Outcome::Duplicate => totals.duplicate += 1,
            }
        }
    }
    Ok(totals)
}

fn offers(killmails: Vec<Parsed>, enricher: Option<&Enricher>) -> Vec<Offer> {
    killmails
        .into_iter()
        .map(|parsed| Offer {
            source: ImportMode::Live.source(),
            origin: Origin::Live,
            trace: None,
            enrichment: known_at_once(enricher, &parsed),
            parsed: Arc::new(parsed),
        })
        .collect()
}

/// What a document turned out to be.
#[derive(Debug)]
pub enum Verdict {
    /// A killmail.
    Killmail(Box<Parsed>),
    /// A feed's answer that there is nothing.
    Nothing,
    /// Something for quarantine, with the reason.
    Unfit(String),
}

/// Judges one document: only a whole killmail whose hash, if any, is right is taken in.
#[must_use]
pub fn judge(document: &ImportDocument) -> Verdict {
    if let Some(fault) = &document.fault {
        return Verdict::Unfit(fault.clone());
    }
    match parse(document.body.as_bytes()) {
        Ok(Document::Killmail(parsed)) if parsed.hash_check == HashCheck::Wrong => {
            Verdict::Unfit("the hash that came along is not the hash of this content".to_owned())
        }
        Ok(Document::Killmail(parsed)) => Verdict::Killmail(parsed),
        Ok(Document::Reference(reference)) => Verdict::Unfit(format!(
            "only the id {} and the hash of a killmail, without its body",
            reference.id
        )),
        Ok(Document::Placeholder(_) | Document::Empty) => Verdict::Nothing,
        Err(error) => Verdict::Unfit(error.to_string()),
    }
}
