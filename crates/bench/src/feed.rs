//! Filling a store as the server fills it from the feed: every row comes of an append.

use std::path::Path;
use std::sync::Arc;

use killwire_clock::Clock;
use killwire_killmail::{Parsed, SystemId};
use killwire_store::{
    Append, Backend, FeedPosition, Offer, Origin, SourceName, Store, StoreConfig,
};

use crate::documents::Source;
use crate::{Outcome, named};

const BATCH: usize = 1_000;

/// Opens or makes a store with the defaults.
pub(crate) async fn open(file: &Path) -> Outcome<Store> {
    let config = StoreConfig::new(Backend::Sqlite(file.to_owned()));
    Ok(Store::open(config, Clock::system()).await?)
}

/// A killmail as the live feed offers it, enriched.
pub(crate) fn offer(parsed: Arc<Parsed>) -> Outcome<Offer> {
    Ok(Offer {
        enrichment: Some(Arc::new(named::enrichment(&parsed.killmail)?)),
        parsed,
        source: r2z2(),
        origin: Origin::Live,
        trace: None,
    })
}

/// An append that moves the feed to `next`.
pub(crate) fn append(offers: Vec<Offer>, next: u64) -> Append {
    Append {
        offers,
        position: Some(FeedPosition {
            source: r2z2(),
            next,
            published_at: None,
        }),
        ..Append::default()
    }
}

fn r2z2() -> SourceName {
    SourceName("r2z2".to_owned())
}

/// What a filled store holds.
pub(crate) struct Filled {
    /// The log's end.
    pub(crate) head: i64,
    /// Each event's solar system.
    pub(crate) systems: Vec<SystemId>,
}

/// Fills a new store in `file` with so many generated killmails of at most `largest` bytes, and
/// closes it.
pub(crate) async fn fill(file: &Path, killmails: usize, largest: usize) -> Outcome<Filled> {
    fill_from(Source::new(), file, killmails, largest).await
}

/// The same with the killmails of `source`.
pub(crate) async fn fill_from(
    mut source: Source,
    file: &Path,
    killmails: usize,
    largest: usize,
) -> Outcome<Filled> {
    let store = open(file).await?;
    let mut systems = Vec::with_capacity(killmails);
    while systems.len() < killmails {
        let mut offers = Vec::with_capacity(BATCH);
        while offers.len() < BATCH.min(killmails - systems.len()) {
            let parsed = source.parsed()?;
            if parsed.esi.len() <= largest {
                offers.push(offer(parsed)?);
            }
        }
        systems.extend(offers.iter().map(|offer| offer.parsed.killmail.system_id));
        let next = u64::try_from(systems.len())? + 1;
        store.append(append(offers, next)).await?;
    }
    let head = store.head().0;
    store.close().await;
    Ok(Filled { head, systems })
}
