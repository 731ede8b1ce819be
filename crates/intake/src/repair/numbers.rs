//! Asking for a gap's numbers again: an edge may have kept a 404, an upload may have come late. The
//! R2Z2 client keeps the floors that it shares with the follower.

use std::sync::Arc;

use killwire_store::{Append, Gap, Offer, Origin, Outcome, Store, StoreError};
use killwire_upstream::{R2z2, UpstreamError};

use super::schedule::size;
use crate::enrich::{Enricher, known_at_once};
use crate::entry::Entry;
use crate::repair_source;
use crate::trace::new_trace;

/// Gaps of up to so many numbers are asked for number by number.
const SMALL: u64 = 10;

/// What asking again brought.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Numbers whose killmail is known now.
    pub(super) found: u64,
    /// Killmails that were not known before.
    pub(super) new: u64,
}

/// Asks for every number of a small gap once.
///
/// # Errors
/// The store's; the outer one. The inner one is the upstream's refusal, which ends the round.
pub(super) async fn ask_again(
    gap: &Gap,
    r2z2: &R2z2,
    store: &Store,
    enricher: &Enricher,
) -> Result<Result<Asked, UpstreamError>, StoreError> {
    let mut asked = Asked::default();
    if size(gap) > SMALL {
        return Ok(Ok(asked));
    }
    for number in gap.from..=gap.to {
        let answer = r2z2.entry(number).await;
        match answer {
            Err(refused) if refused.refused_until().is_some() => return Ok(Err(refused)),
            _ => {}
        }
        let Some(parsed) = Entry::read(number, answer).killmail else {
            continue;
        };
        let enrichment = known_at_once(Some(enricher), &parsed);
        let offer = Offer {
            parsed: Arc::new(*parsed),
            source: repair_source(),
            origin: Origin::Late,
            trace: Some(new_trace()),
            enrichment,
        };
        let append = Append {
            offers: vec![offer],
            ..Append::default()
        };
        let outcomes = store.append(append).await?;
        asked.found += 1;
        if let [Outcome::New(_)] = outcomes[..] {
            asked.new += 1;
        }
        release(number, store).await?;
    }
    Ok(Ok(asked))
}

/// Quarantined entries looked through for one that turned out readable.
const LOOK_THROUGH: usize = 1_000;

/// Takes an entry out of quarantine that the feed now gives readably.
async fn release(number: u64, store: &Store) -> Result<(), StoreError> {
    let place = number.to_string();
    let source = crate::feed_source();
    for entry in store.quarantined(LOOK_THROUGH).await? {
        if entry.source == source && entry.place == place {
            store.release(entry.id).await?;
        }
    }
    Ok(())
}
