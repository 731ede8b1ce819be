//! Enrichment: what the ids on a killmail mean, put beside it before it is appended.
//!
//! A killmail is never held up for it. [`stage`] works on several at once and hands them on in the
//! order in which they came; each has a time budget, and none waits at all where nothing can be
//! learned now or where the feed is ahead of us. What is missing then is looked for later
//! ([`Completer`]), and follows as one `updated` event. [`assemble`] is the pure part: from what is
//! known to what is shown.

mod assemble;
mod complete;
mod stage;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{Enrichment, Parsed, Progress, TypeId};
use killwire_lookup::kinds::Belongs;
use killwire_lookup::{Lookup, LookupError, Priority, Wanted};
use metrics::{counter, histogram};
use tokio_util::sync::CancellationToken;

use self::assemble::{Assembly, assemble, everyone};
pub use self::complete::Completer;
pub(crate) use self::stage::enrich_in_order;
use crate::metric::{ENRICH_SECONDS, ENRICHED};

/// Killmails older than this say nothing about who flies for whom today.
const AFFILIATION_IS_NEWS: Duration = Duration::from_secs(600);

/// How much is done for enrichment, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct EnrichConfig {
    /// How long one killmail may wait for what is not known yet.
    pub budget: Duration,
    /// How many killmails are enriched at the same time.
    pub at_once: usize,
}

impl Default for EnrichConfig {
    fn default() -> Self {
        Self {
            budget: Duration::from_secs(2),
            at_once: 32,
        }
    }
}

/// What goes with a killmail that does not come by the live road (repaired, replayed, out of
/// quarantine): what is known at once, where somebody is there who knows. The [`Completer`] adds the
/// rest after its append.
#[must_use]
pub fn known_at_once(enricher: Option<&Enricher>, parsed: &Parsed) -> Option<Arc<Enrichment>> {
    let known = enricher.map(|enricher| enricher.known(parsed));
    Some(Arc::new(known.unwrap_or_default()))
}

/// Whether a killmail may wait for what is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Until its budget is spent.
    Budget,
    /// Not at all.
    None,
}

/// Knows what ids mean, as far as it can be known. Clones share it.
#[derive(Clone)]
pub struct Enricher {
    lookup: Lookup,
    clock: Clock,
    config: EnrichConfig,
}

impl Enricher {
    /// An enricher that asks `lookup`.
    #[must_use]
    pub fn new(lookup: Lookup, clock: Clock, config: EnrichConfig) -> Self {
        Self {
            lookup,
            clock,
            config,
        }
    }

    /// What is known of a killmail at this moment. Asks nobody and waits for nothing.
    #[must_use]
    pub fn known(&self, parsed: &Parsed) -> Enrichment {
        self.assemble(parsed).enrichment
    }

    /// What is known of a killmail, after waiting for what is missing as long as `patience` allows.
    /// Does not wait any longer when `stop` is cancelled.
    async fn enrich(
        &self,
        parsed: &Parsed,
        patience: Patience,
        stop: &CancellationToken,
    ) -> Arc<Enrichment> {
        let started = Instant::now();
        self.note_affiliations(parsed);
        let mut assembly = self.assemble(parsed);
        if patience == Patience::Budget && !self.lookup.is_paused() {
            // All names, also those that are known: what has expired among them is refreshed behind
            // our back, and costs no waiting.
            let everyone = everyone(&parsed.killmail);
            let fetching = self.fetch(&everyone, &assembly.prices, Priority::Live);
            if assembly.can_be_fetched() {
                let budget = self.clock.real_timeout(self.config.budget);
                let fetching = tokio::time::timeout(budget, fetching);
                // Whether it came, failed or is still on its way: what counts is what is known now.
                let _ = stop.run_until_cancelled(fetching).await;
                assembly = self.assemble(parsed);
            } else {
                // One poll starts the refreshing; there is nothing to wait for.
                let _ = fetching.now_or_never();
            }
        }
        let enrichment = assembly.enrichment;
        let result = match enrichment.progress {
            Progress::Complete => "complete",
            Progress::Partial => "partial",
        };
        counter!(ENRICHED, "result" => result).increment(1);
        histogram!(ENRICH_SECONDS).record(started.elapsed());
        Arc::new(enrichment)
    }

    fn assemble(&self, parsed: &Parsed) -> Assembly {
        let universe = self.lookup.universe();
        assemble(parsed, &universe, &self.lookup, self.clock.now())
    }

    /// Fetches names and prices, both at the same time, whatever becomes of the other.
    async fn fetch(
        &self,
        names: &Wanted,
        prices: &[TypeId],
        priority: Priority,
    ) -> Result<(), LookupError> {
        let (named, priced) = futures::future::join(
            self.lookup.fetch_entities(names, priority),
            self.lookup.fetch_prices(prices, priority),
        )
        .await;
        named.and(priced)
    }

    /// A fresh killmail tells for free who flies for whom.
    fn note_affiliations(&self, parsed: &Parsed) {
        let killmail = &parsed.killmail;
        if !is_news(killmail.time, self.clock.now()) {
            return;
        }
        let victim = &killmail.victim;
        let attackers = killmail.attackers.iter().map(|one| {
            let (pilot, corporation) = (one.character_id, one.corporation_id);
            (pilot, corporation, one.alliance_id, one.faction_id)
        });
        let everyone = attackers.chain([(
            victim.character_id,
            victim.corporation_id,
            victim.alliance_id,
            victim.faction_id,
        )]);
        for (character, corporation, alliance, faction) in everyone {
            if let (Some(character), Some(corporation)) = (character, corporation) {
                let belongs = Belongs {
                    corporation,
                    alliance,
                    faction,
                };
                self.lookup
                    .note_affiliation(character, belongs, killmail.time);
            }
        }
    }
}

fn is_news(time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time).unsigned_abs() <= AFFILIATION_IS_NEWS
}
