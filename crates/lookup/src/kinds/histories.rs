//! In which corporations a pilot was.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::CharacterId;
use killwire_upstream::{Employment, Esi, Priority, Upstream};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// The kind "corporation history".
pub struct Histories {
    pub(crate) esi: Arc<Esi>,
    pub(crate) clock: Clock,
}

impl Kind for Histories {
    type Key = CharacterId;
    type Value = Arc<[Employment]>;
    const LIMITS: Limits = limits::HISTORIES;

    fn weigh(_: &CharacterId, stays: Option<&Arc<[Employment]>>) -> u32 {
        weight(stays.map_or(0, |stays| size_of_val(stays.as_ref())))
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for Question { key, .. } in questions {
            let fetched = self.esi.corporation_history(*key, priority).await;
            let fetched = fetched.map_err(|error| {
                LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error)
            })?;
            let validity = Validity::since(self.clock.now()).until(fetched.expires);
            let stays = fetched.value.unwrap_or_default().into();
            answers.push((*key, Loaded::new(stays, validity)));
        }
        Ok(answers)
    }
}
