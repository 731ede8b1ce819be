//! Pilots with what ESI says beside the name. Killmails need the name alone (`names`); this is for
//! a person who asks about one pilot.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::CharacterId;
use killwire_upstream::{CharacterInfo, Esi, Priority, Upstream};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// The kind "character".
pub struct Characters {
    pub(crate) esi: Arc<Esi>,
    pub(crate) clock: Clock,
}

/// A pilot.
#[derive(Clone, Debug, PartialEq)]
pub struct Character {
    /// What ESI says.
    pub info: Arc<CharacterInfo>,
    /// ESI's mark of this version.
    etag: Option<Arc<str>>,
}

impl Kind for Characters {
    type Key = CharacterId;
    type Value = Character;
    const LIMITS: Limits = limits::CHARACTERS;

    fn weigh(_: &CharacterId, pilot: Option<&Character>) -> u32 {
        weight(pilot.map_or(0, |pilot| {
            size_of::<CharacterInfo>()
                + pilot.info.name.len()
                + pilot.etag.as_ref().map_or(0, |etag| etag.len())
        }))
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let known = question.known.as_ref();
            let etag = known.and_then(|known| known.etag.as_deref());
            let fetched = self.esi.character(question.key, etag, priority).await;
            let fetched = fetched.map_err(|error| {
                LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error)
            })?;
            let pilot = match fetched.value {
                Some(info) => Some(Character {
                    info: Arc::new(info),
                    etag: fetched.etag.map(Arc::from),
                }),
                None => question.known.clone(),
            };
            let validity = Validity::since(self.clock.now()).until(fetched.expires);
            answers.extend(pilot.map(|pilot| (question.key, Loaded::new(pilot, validity))));
        }
        Ok(answers)
    }
}
