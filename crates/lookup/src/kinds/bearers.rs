//! Who bears a name: the way from a name to ids, for people who ask.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_store::EntityKind;
use killwire_upstream::{Esi, IdsOfNames, Priority, Upstream, is_possible_name};

use super::{Names, weight};
use crate::LookupError;
use crate::entity::EntityKey;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};
use crate::pipeline::Pipeline;

/// The kind "bearers of a name".
pub struct Bearers {
    pub(crate) esi: Arc<Esi>,
    pub(crate) clock: Clock,
    /// Who learns the names, as EVE writes them, and has the store keep them: the next search finds
    /// them there.
    pub(crate) names: Pipeline<Names>,
}

/// A name as names are compared: in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FoldedName(Arc<str>);

/// A pilot, corporation or alliance with its name as EVE writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Who.
    pub key: EntityKey,
    /// The name.
    pub name: Arc<str>,
}

impl FoldedName {
    /// A name that somebody in EVE can bear; none for other texts.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        is_possible_name(text).then(|| Self::of(text))
    }

    fn of(text: &str) -> Self {
        Self(text.to_lowercase().into())
    }
}

/// Everybody in ESI's answer.
fn everybody(found: IdsOfNames) -> impl Iterator<Item = Bearer> {
    let lists = [
        (EntityKind::Character, found.characters),
        (EntityKind::Corporation, found.corporations),
        (EntityKind::Alliance, found.alliances),
    ];
    lists.into_iter().flat_map(|(kind, list)| {
        list.into_iter().map(move |one| Bearer {
            key: EntityKey::new(kind, one.id),
            name: one.name.into(),
        })
    })
}

impl Kind for Bearers {
    type Key = FoldedName;
    /// Never empty: a name that nobody bears is missing.
    type Value = Arc<[Bearer]>;
    const LIMITS: Limits = limits::BEARERS;

    fn weigh(name: &FoldedName, bearers: Option<&Arc<[Bearer]>>) -> u32 {
        let bearers = bearers.map_or(0, |bearers| {
            bearers.iter().map(|one| 64 + one.name.len()).sum()
        });
        weight(name.0.len() + bearers)
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let names: Vec<String> = questions
            .iter()
            .map(|question| question.key.0.as_ref().to_owned())
            .collect();
        let found = self.esi.ids(&names, priority).await;
        let found = found
            .map_err(|error| LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error))?;
        let now = Validity::since(self.clock.now());
        let mut by_name: HashMap<FoldedName, Vec<Bearer>> = HashMap::new();
        let mut learned = Vec::new();
        for bearer in everybody(found) {
            learned.push((bearer.key, Loaded::new(Arc::clone(&bearer.name), now)));
            let name = FoldedName::of(&bearer.name);
            by_name.entry(name).or_default().push(bearer);
        }
        self.names.learn(learned);
        let answer = |question: &Question<Self>| {
            let bearers = by_name.remove(&question.key);
            let loaded = Loaded {
                value: bearers.map(Arc::from),
                validity: now,
            };
            (question.key.clone(), loaded)
        };
        Ok(questions.iter().map(answer).collect())
    }
}
