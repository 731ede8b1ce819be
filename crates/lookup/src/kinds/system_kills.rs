//! Recent killmails of a solar system, from zKillboard, at most once an hour for each system.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::SystemId;
use killwire_upstream::{Priority, SystemKills, Upstream, Zkillboard};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};
use crate::systems::Systems;

/// How far a list looks back, in hours.
const PAST_HOURS: u32 = 24;

/// The kind "recent killmails of a system".
pub struct SystemKillsOf {
    pub(crate) zkillboard: Arc<Zkillboard>,
    pub(crate) systems: Systems,
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

    /// The fetch time guards zKillboard also where the list itself had to leave the cache.
    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for Question { key, .. } in questions {
            if let Some(until) = self.systems.not_before(*key) {
                return Err(LookupError::TooSoon {
                    operation: Self::LIMITS.operation,
                    until,
                });
            }
            let kills = self.zkillboard.system_kills(*key, PAST_HOURS, priority);
            let kills = kills.await.map_err(|error| {
                LookupError::upstream(Upstream::Zkillboard, Self::LIMITS.operation, error)
            })?;
            let now = self.clock.now();
            self.systems.fetched(*key, now);
            answers.push((*key, Loaded::new(Arc::new(kills), Validity::since(now))));
        }
        Ok(answers)
    }
}
