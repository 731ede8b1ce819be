//! The bodies of killmails that an index names: one by one from ESI when they are few, from EVE
//! Ref's day archive when they are many. Appended as late news, in small batches.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use killwire_killmail::{Document, HashCheck, KillmailHash, KillmailId, Parsed, parse};
use killwire_store::{Append, Offer, Origin, Outcome, Store, StoreError};
use killwire_upstream::{Esi, EveRef, Priority, Upstream, UpstreamError};
use metrics::counter;

use crate::enrich::{Enricher, known_at_once};
use crate::metric::REPAIRED;
use crate::repair_source;
use crate::trace::new_trace;

/// Killmails in one append.
const BATCH: usize = 100;

/// Killmails that are wanted, by id, with the hashes by which ESI serves them.
pub(super) type Wanted = BTreeMap<KillmailId, KillmailHash>;

/// Puts killmails into the log and counts those that were not known.
pub(super) struct Appender<'a> {
    store: &'a Store,
    enricher: &'a Enricher,
    waiting: Vec<Offer>,
    pub(super) new: u64,
}

impl<'a> Appender<'a> {
    pub(super) fn new(store: &'a Store, enricher: &'a Enricher) -> Self {
        Self {
            store,
            enricher,
            waiting: Vec::new(),
            new: 0,
        }
    }

    async fn add(&mut self, parsed: Parsed) -> Result<(), StoreError> {
        let enrichment = known_at_once(Some(self.enricher), &parsed);
        self.waiting.push(Offer {
            parsed: Arc::new(parsed),
            source: repair_source(),
            origin: Origin::Late,
            trace: Some(new_trace()),
            enrichment,
        });
        if self.waiting.len() >= BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let append = Append {
            offers: std::mem::take(&mut self.waiting),
            ..Append::default()
        };
        let outcomes = self.store.append(append).await?;
        let new = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::New(_)))
            .count() as u64;
        counter!(REPAIRED).increment(new);
        self.new += new;
        Ok(())
    }
}

/// Takes what is wanted out of a day's archive, and off the list. What is not in the archive, or
/// damaged there, stays wanted.
///
/// # Errors
/// The store's. An archive that cannot be had or breaks off is no error: what came is kept.
pub(super) async fn from_archive(
    everef: &EveRef,
    day: Date,
    wanted: &mut Wanted,
    appender: &mut Appender<'_>,
) -> Result<(), StoreError> {
    let mut archive = match everef.day(day).await {
        Ok(archive) => archive,
        Err(error) => {
            tracing::debug!(%day, %error, "no archive");
            return Ok(());
        }
    };
    while let Some(member) = archive.next().await {
        let member = match member {
            Ok(member) => member,
            Err(error) => {
                tracing::info!(%day, %error, "the archive broke off");
                break;
            }
        };
        let Some(id) = member.killmail_id() else {
            continue;
        };
        let Some(hash) = wanted.get(&id).copied() else {
            continue;
        };
        if let Ok(parsed) = verified(&member.bytes, id, hash) {
            wanted.remove(&id);
            appender.add(parsed).await?;
        }
    }
    appender.flush().await
}

/// Takes what is wanted from ESI, and off the list, until ESI wants to be left alone or fails.
///
/// # Errors
/// The store's; the outer one. The inner one says why killmails may still be wanted.
pub(super) async fn from_esi(
    esi: &Esi,
    wanted: &mut Wanted,
    appender: &mut Appender<'_>,
) -> Result<Result<(), UpstreamError>, StoreError> {
    let mut ended = Ok(());
    let list: Vec<_> = wanted.iter().map(|(id, hash)| (*id, *hash)).collect();
    for (id, hash) in list {
        match esi.killmail(id, hash, Priority::Backfill).await {
            Ok(bytes) => match verified(&bytes, id, hash) {
                Ok(parsed) => {
                    wanted.remove(&id);
                    appender.add(parsed).await?;
                }
                // A page of an edge server, half a body: it may be right the next time.
                Err(reason) => ended = Err(unreadable(id, reason)),
            },
            // ESI does not know it, or not by this hash: nobody else will.
            Err(
                error @ (UpstreamError::NotFound { .. }
                | UpstreamError::Status {
                    status: 400 | 422, ..
                }),
            ) => {
                wanted.remove(&id);
                tracing::info!(%id, %error, "a killmail in a day index is not to be had");
            }
            Err(error) => {
                ended = Err(error);
                break;
            }
        }
    }
    appender.flush().await?;
    Ok(ended)
}

/// The killmail in `bytes`, when it is the one that the index names.
fn verified(bytes: &[u8], id: KillmailId, hash: KillmailHash) -> Result<Parsed, String> {
    let document = parse(bytes).map_err(|error| error.to_string())?;
    let Document::Killmail(mut parsed) = document else {
        return Err("not a killmail".to_owned());
    };
    if parsed.killmail.id != id {
        return Err(format!(
            "killmail {} in the place of {id}",
            parsed.killmail.id
        ));
    }
    let computed = KillmailHash::compute(&parsed.killmail);
    if computed != hash {
        return Err(format!("its hash is {computed}, the index says {hash}"));
    }
    parsed.hash = Some(hash);
    parsed.hash_check = HashCheck::Right;
    Ok(*parsed)
}

fn unreadable(id: KillmailId, reason: String) -> UpstreamError {
    UpstreamError::Unreadable {
        upstream: Upstream::Esi,
        url: format!("killmail {id}"),
        reason,
    }
}
