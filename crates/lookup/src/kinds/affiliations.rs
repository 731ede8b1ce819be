//! To which corporation and alliance a pilot belongs now. Killmails say it for free.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{AllianceId, CharacterId, CorporationId, FactionId};
use killwire_upstream::{Esi, Priority, Upstream};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// The kind "affiliation".
pub struct Affiliations {
    pub(crate) esi: Arc<Esi>,
    pub(crate) clock: Clock,
}

/// To whom a pilot belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belongs {
    /// The corporation.
    pub corporation: CorporationId,
    /// The corporation's alliance.
    pub alliance: Option<AllianceId>,
    /// The faction that the pilot fights for.
    pub faction: Option<FactionId>,
}

impl Kind for Affiliations {
    type Key = CharacterId;
    type Value = Belongs;
    const LIMITS: Limits = limits::AFFILIATIONS;

    fn weigh(_: &CharacterId, _: Option<&Belongs>) -> u32 {
        weight(0)
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let ids: Vec<CharacterId> = questions.iter().map(|question| question.key).collect();
        let fetched = self.esi.affiliations(&ids, priority).await;
        let fetched = fetched
            .map_err(|error| LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error))?;
        let validity = Validity::since(self.clock.now()).until(fetched.expires);
        let known = fetched.value.unwrap_or_default().into_iter();
        Ok(known
            .map(|pilot| {
                let belongs = Belongs {
                    corporation: pilot.corporation_id,
                    alliance: pilot.alliance_id,
                    faction: pilot.faction_id,
                };
                (pilot.character_id, Loaded::new(belongs, validity))
            })
            .collect())
    }
}
