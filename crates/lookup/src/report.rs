//! What look-ups did, all together.

use killwire_cache::CacheStats;
use serde::Serialize;

use crate::{Lookup, PipelineReport};

/// Figures since the start, for `/status`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LookupReport {
    /// Names, tickers and affiliations that somebody asked for.
    pub look_ups: u64,
    /// Those that cost no upstream a question: they were in RAM or in the store, or somebody else's
    /// question answered them, too.
    pub without_a_call: u64,
    /// Calls that the others took together.
    pub calls: u64,
    /// Whether ESI cannot be asked now.
    pub paused: bool,
    /// Each cache.
    pub caches: Vec<CacheStats>,
    /// Each kind's road to its upstream.
    pub pipelines: Vec<PipelineReport>,
}

impl LookupReport {
    /// The share of look-ups that cost no upstream a question, 0 to 1; 1 before there were any.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    pub fn share_without_a_call(&self) -> f64 {
        if self.look_ups == 0 {
            1.0
        } else {
            self.without_a_call as f64 / self.look_ups as f64
        }
    }
}

impl Lookup {
    /// All figures; they are shown as metrics, too.
    #[must_use]
    pub fn report(&self) -> LookupReport {
        let inner = &self.inner;
        let counted = [
            inner.names.report(),
            inner.tickers.report(),
            inner.affiliations.report(),
        ];
        let sum = |figure: fn(&PipelineReport) -> u64| counted.iter().map(figure).sum::<u64>();
        let (look_ups, asked) = (sum(|of| of.looked_up), sum(|of| of.asked));
        let calls = sum(|of| of.calls);
        let mut pipelines = Vec::from(counted);
        pipelines.extend([
            inner.bearers.report(),
            inner.characters.report(),
            inner.histories.report(),
            inner.killmails.report(),
            inner.system_kills.report(),
        ]);
        pipelines.extend(inner.prices.reports());
        LookupReport {
            look_ups,
            without_a_call: look_ups.saturating_sub(asked),
            calls,
            paused: self.is_paused(),
            caches: inner.caches.report(),
            pipelines,
        }
    }
}
