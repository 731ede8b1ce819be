//! Names of pilots, corporations and alliances, all in one batch.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_store::{EntityKind, EntityRow, Store};
use killwire_upstream::{EntityCategory, Esi, Priority, Upstream};

use super::weight;
use crate::LookupError;
use crate::entity::EntityKey;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// The kind "name".
pub struct Names {
    pub(crate) esi: Arc<Esi>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
}

/// What ESI calls a kind; none for what is no entity.
fn kind_of(category: EntityCategory) -> Option<EntityKind> {
    match category {
        EntityCategory::Character => Some(EntityKind::Character),
        EntityCategory::Corporation => Some(EntityKind::Corporation),
        EntityCategory::Alliance => Some(EntityKind::Alliance),
        _ => None,
    }
}

impl Kind for Names {
    type Key = EntityKey;
    type Value = Arc<str>;
    const LIMITS: Limits = limits::NAMES;
    const SHELVED: bool = true;

    fn weigh(_: &EntityKey, name: Option<&Arc<str>>) -> u32 {
        weight(name.map_or(0, |name| name.len()))
    }

    /// ESI knows an id as one thing: asked for as another, it is missing.
    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let ids: Vec<i64> = questions.iter().map(|question| question.key.id).collect();
        let named = self.esi.names(&ids, priority).await;
        let named = named
            .map_err(|error| LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error))?;
        let now = Validity::since(self.clock.now());
        let named: HashMap<i64, (Option<EntityKind>, Arc<str>)> = named
            .into_iter()
            .map(|entity| (entity.id, (kind_of(entity.category), entity.name.into())))
            .collect();
        let mut answers: HashMap<EntityKey, Loaded<Arc<str>>> = questions
            .iter()
            .filter(|question| named.contains_key(&question.key.id))
            .map(|question| (question.key, Loaded::missing(now)))
            .collect();
        for (id, (kind, name)) in named {
            if let Some(kind) = kind {
                answers.insert(EntityKey::new(kind, id), Loaded::new(name, now));
            }
        }
        Ok(answers.into_iter().collect())
    }

    async fn recall(&self, keys: &[EntityKey]) -> Result<Answers<Self>, LookupError> {
        let rows = rows(&self.store, keys, Self::LIMITS.operation).await?;
        Ok(rows.into_iter().map(|row| name_in(&row)).collect())
    }

    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        let rows = fetched.into_iter().map(|(key, loaded)| EntityRow {
            kind: key.kind,
            id: key.id,
            name: loaded.value.map(|name| name.as_ref().to_owned()),
            ticker: None,
            fetched_at: loaded.validity.at,
            expires_at: loaded.validity.expires,
            etag: None,
        });
        let saved = self.store.save_entities(rows.collect()).await;
        saved.map_err(|error| LookupError::store("storing names", error))
    }
}

/// The name in a stored row.
pub(crate) fn name_in(row: &EntityRow) -> (EntityKey, Loaded<Arc<str>>) {
    let loaded = Loaded {
        value: row.name.as_deref().map(Arc::from),
        // What the row says about expiry may be about its ticker.
        validity: Validity::since(row.fetched_at),
    };
    (EntityKey::new(row.kind, row.id), loaded)
}

/// The stored rows of keys of any kind.
pub(super) async fn rows(
    store: &Store,
    keys: &[EntityKey],
    operation: &'static str,
) -> Result<Vec<EntityRow>, LookupError> {
    let mut all = Vec::new();
    for kind in [
        EntityKind::Character,
        EntityKind::Corporation,
        EntityKind::Alliance,
    ] {
        let of_kind = keys.iter().filter(|key| key.kind == kind);
        let ids: Vec<i64> = of_kind.map(|key| key.id).collect();
        if !ids.is_empty() {
            let rows = store.entities(kind, &ids).await;
            all.extend(rows.map_err(|error| LookupError::store(operation, error))?);
        }
    }
    Ok(all)
}
