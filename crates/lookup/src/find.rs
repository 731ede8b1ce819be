//! What a text or a number may stand for.

use std::collections::HashSet;
use std::time::Duration;

use killwire_killmail::{ConstellationId, FactionId, GroupId, RegionId, SystemId, TypeId};
use killwire_store::{EntityKind, EntityRow};
use killwire_universe::{How, Universe};
use killwire_upstream::Priority;
use serde::Serialize;

use crate::entity::{EntityKey, Wanted};
use crate::kinds::FoldedName;
use crate::{Known, Lookup, LookupError};

/// How long somebody who has something to read already waits for what ESI may know besides.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum MatchKind {
    System,
    Type,
    Character,
    Corporation,
    Alliance,
    Faction,
    Constellation,
    Region,
    Group,
}

/// Something that the text may stand for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// What it is.
    pub kind: MatchKind,
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its ticker, without brackets, where it has one that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticker: Option<String>,
    /// In what way it fits: a number that is its id fits exactly.
    pub how: How,
}

impl From<killwire_universe::Kind> for MatchKind {
    fn from(kind: killwire_universe::Kind) -> Self {
        use killwire_universe::Kind;
        match kind {
            Kind::System => Self::System,
            Kind::Constellation => Self::Constellation,
            Kind::Region => Self::Region,
            Kind::Type => Self::Type,
            Kind::Group => Self::Group,
            Kind::Faction => Self::Faction,
            Kind::NpcCorporation => Self::Corporation,
        }
    }
}

impl From<EntityKind> for MatchKind {
    fn from(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Character => Self::Character,
            EntityKind::Corporation => Self::Corporation,
            EntityKind::Alliance => Self::Alliance,
        }
    }
}

impl Lookup {
    /// What `text` may stand for, best first, at most `limit`: an id, or a name or its beginning.
    /// Places and things come from the static data, pilots, corporations and alliances from what the
    /// store knows. ESI is asked for an id that nobody knows, and for a name that nobody here bears;
    /// it knows whole names only.
    ///
    /// # Errors
    /// What the store failed with; what ESI failed with, when nothing else was found.
    pub async fn find(&self, text: &str, limit: usize) -> Result<Vec<Match>, LookupError> {
        let text = text.trim();
        let mut found = Vec::new();
        let mut asked = Ok(());
        let id = text.parse::<i64>().ok();
        if let Some(id) = id {
            places_and_things(&self.universe(), id, &mut found);
            asked = self.entities_of(id, &mut found).await;
        }
        let stored = self.inner.store.find_entities(text, limit).await;
        let stored = stored.map_err(|error| LookupError::store("searching names", error))?;
        let mut named: Vec<Match> = self
            .universe()
            .search(text, limit)
            .into_iter()
            .map(|of| Match {
                kind: of.kind.into(),
                id: of.id,
                name: of.name.to_owned(),
                ticker: None,
                how: of.how,
            })
            .collect();
        named.extend(stored.into_iter().filter_map(|row| stored_match(row, text)));
        let is_known = named.iter().any(|of| of.how == How::Exact);
        if id.is_none()
            && !is_known
            && let Some(name) = FoldedName::new(text)
        {
            asked = self.bearers_of(name, &mut named).await;
        }
        named.sort_by_key(|of| of.how);
        found.append(&mut named);
        let mut seen = HashSet::new();
        found.retain(|of| seen.insert((of.kind, of.id)));
        found.truncate(limit);
        if found.is_empty() {
            asked?;
        }
        Ok(found)
    }

    /// Adds the pilots, corporations and alliances that bear a name, from ESI.
    async fn bearers_of(
        &self,
        name: FoldedName,
        found: &mut Vec<Match>,
    ) -> Result<(), LookupError> {
        let asking = self.inner.bearers.fetch(&name, Priority::Live);
        let bearers = if found.is_empty() {
            asking.await?
        } else {
            let patience = self.inner.clock.real_timeout(PATIENCE);
            // It goes on without us, and is known the next time.
            let Ok(bearers) = tokio::time::timeout(patience, asking).await else {
                return Ok(());
            };
            bearers?
        };
        let bearers = bearers.unwrap_or_default();
        let mut wanted = Wanted::default();
        bearers.iter().for_each(|one| wanted.add(one.key));
        // Without its ticker it is a match all the same.
        let _ = self.fetch_entities(&wanted, Priority::Live).await;
        found.extend(bearers.iter().map(|one| {
            let ticker = self.entity(one.key).yes().and_then(|entity| entity.ticker);
            Match {
                kind: one.key.kind.into(),
                id: one.key.id,
                name: one.name.as_ref().to_owned(),
                ticker: ticker.map(|ticker| ticker.as_ref().to_owned()),
                how: How::Exact,
            }
        }));
        Ok(())
    }

    /// The pilot, corporation or alliance with an id.
    async fn entities_of(&self, id: i64, found: &mut Vec<Match>) -> Result<(), LookupError> {
        let kinds = [
            EntityKind::Character,
            EntityKind::Corporation,
            EntityKind::Alliance,
        ];
        let keys = kinds.map(|kind| EntityKey::new(kind, id));
        let named = |key: &EntityKey| self.entity(*key).yes().is_some();
        if !keys[0].is_possible() {
            return Ok(());
        }
        let mut asked = Ok(());
        if !keys.iter().any(named) {
            asked = self.recall_or_ask(&keys).await;
        }
        for key in keys {
            if let Known::Partly(_) = self.entity(key) {
                // Without its ticker it is a match all the same.
                let mut wanted = Wanted::default();
                wanted.add(key);
                let _ = self.fetch_entities(&wanted, Priority::Live).await;
            }
            found.extend(self.entity(key).yes().map(|entity| Match {
                kind: key.kind.into(),
                id,
                name: entity.name.as_ref().to_owned(),
                ticker: entity.ticker.map(|ticker| ticker.as_ref().to_owned()),
                how: How::Exact,
            }));
        }
        asked
    }

    /// Asks the store for all three, and ESI once: its answer says which of them it is.
    async fn recall_or_ask(&self, keys: &[EntityKey; 3]) -> Result<(), LookupError> {
        let names = &self.inner.names;
        names.recall(keys).await?;
        let known = |key: &EntityKey| names.peek(key).is_some_and(|hit| hit.value.is_some());
        if keys.iter().any(known) {
            return Ok(());
        }
        names.fetch(&keys[0], Priority::Live).await.map(|_| ())
    }
}

fn stored_match(row: EntityRow, text: &str) -> Option<Match> {
    let name = row.name?;
    let how = if name.to_lowercase() == text.to_lowercase() {
        How::Exact
    } else {
        How::Prefix
    };
    Some(Match {
        kind: row.kind.into(),
        id: row.id,
        name,
        ticker: row.ticker,
        how,
    })
}

/// What of the static data has an id.
fn places_and_things(universe: &Universe, id: i64, found: &mut Vec<Match>) {
    let mut add = |kind: MatchKind, name: Option<&str>| {
        found.extend(name.map(|name| Match {
            kind,
            id,
            name: name.to_owned(),
            ticker: None,
            how: How::Exact,
        }));
    };
    let system = SystemId::new(id).ok().and_then(|id| universe.system(id));
    add(MatchKind::System, system.map(|of| of.name));
    let item = TypeId::new(id).ok().and_then(|id| universe.item_type(id));
    add(MatchKind::Type, item.map(|of| of.name));
    let faction = FactionId::new(id).ok();
    add(
        MatchKind::Faction,
        faction.and_then(|id| universe.faction(id)),
    );
    let constellation = ConstellationId::new(id).ok();
    let constellation = constellation.and_then(|id| universe.constellation(id));
    add(MatchKind::Constellation, constellation.map(|of| of.name));
    let region = RegionId::new(id).ok().and_then(|id| universe.region(id));
    add(MatchKind::Region, region.map(|of| of.name));
    let group = GroupId::new(id).ok().and_then(|id| universe.group(id));
    add(MatchKind::Group, group.map(|of| of.name));
}
