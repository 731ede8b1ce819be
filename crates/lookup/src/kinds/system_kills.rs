//! Recent killmails of a solar system, from zKillboard, at most once an hour for each system.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::SystemId;
use killwire_upstream::{Priority, SystemKills, Upstream, UpstreamError, Zkillboard};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// How far a list looks back, in hours.
const PAST_HOURS: u32 = 24;

/// The kind "recent killmails of a system".
pub struct SystemKillsOf {
    pub(crate) zkillboard: Arc<Zkillboard>,
    pub(crate) clock: Clock,
}

impl Kind for SystemKillsOf {
    type Key = SystemId;
    type Value = Arc<SystemKills>;
    const LIMITS: Limits = limits::SYSTEM_KILLS;

    fn weigh(_: &SystemId, kills: Option<&Arc<SystemKills>>) -> u32 {
        weight(kills.map_or(0, |kills| {
            let bodies = kills.killmails.iter().map(|parsed| 2 * parsed.esi.len());
            bodies.sum::<usize>() + 300 * kills.references.len()
        }))
    }

    /// zKillboard is guarded also where the list itself had to leave the cache.
    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let operation = Self::LIMITS.operation;
        let mut answers = Vec::with_capacity(questions.len());
        for Question { key, .. } in questions {
            let kills = self.zkillboard.system_kills(*key, PAST_HOURS, priority);
            let kills = kills.await.map_err(|error| match error {
                UpstreamError::TooSoon { until, .. } => LookupError::TooSoon { operation, until },
                error => LookupError::upstream(Upstream::Zkillboard, operation, error),
            })?;
            let now = Validity::since(self.clock.now());
            answers.push((*key, Loaded::new(Arc::new(kills), now)));
        }
        Ok(answers)
    }
}
