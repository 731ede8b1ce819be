//! What a name or an id means.

use std::time::Duration;

use killwire_killmail::{CharacterId, ConstellationId, SystemId, TypeId, displayed_security};
use killwire_lookup::{Entity, Known, LookupError, MatchKind, Priority, Wanted};
use serde::{Deserialize, Serialize};

use super::Inquiry;

/// How long it may take to find out where pilots fly now.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that a name or an id may mean, with what there is to say of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Match {
    /// `character`, `corporation`, `alliance`, `faction`, `system`, `constellation`, `region`,
    /// `type`, `group`.
    pub(crate) kind: String,
    pub(crate) id: i64,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ticker: Option<String>,
    /// Of a pilot: where he flies now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) corporation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alliance: Option<String>,
    /// Of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) constellation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// As the game shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) security: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wormhole_class: Option<String>,
    /// Of a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
}

impl Inquiry {
    /// What `what` may mean, best first, at most `limit`.
    ///
    /// # Errors
    /// When the store fails, and when nothing was found and ESI could not be asked.
    pub(crate) async fn lookup(&self, what: &str, limit: u32) -> Result<Vec<Match>, LookupError> {
        let limit = usize::try_from(limit.max(1)).unwrap_or(1);
        let found = self.knowledge.lookup.find(what, limit).await?;
        let mut matches = Vec::with_capacity(found.len());
        for found in found {
            let mut described = Match {
                kind: kind_name(found.kind).to_owned(),
                id: found.id,
                name: found.name,
                ticker: found.ticker,
                ..Match::default()
            };
            self.describe(found.kind, &mut described);
            matches.push(described);
        }
        // What cannot be had in time is left out.
        let _ = tokio::time::timeout(PATIENCE, self.describe_pilots(&mut matches)).await;
        Ok(matches)
    }

    /// Adds what is known of it besides. What cannot be had is left out.
    fn describe(&self, kind: MatchKind, found: &mut Match) {
        match kind {
            MatchKind::System => self.describe_system(found),
            MatchKind::Constellation => {
                let universe = self.knowledge.lookup.universe();
                let id = ConstellationId::new(found.id).ok();
                let constellation = id.and_then(|id| universe.constellation(id));
                found.region = constellation.map(|one| one.region.to_owned());
            }
            MatchKind::Type => self.describe_type(found),
            MatchKind::Character
            | MatchKind::Corporation
            | MatchKind::Alliance
            | MatchKind::Faction
            | MatchKind::Region
            | MatchKind::Group => {}
        }
    }

    fn describe_system(&self, found: &mut Match) {
        let universe = self.knowledge.lookup.universe();
        let id = SystemId::new(found.id).ok();
        if let Some(system) = id.and_then(|id| universe.system(id)) {
            found.constellation = Some(system.constellation.to_owned());
            found.region = Some(system.region.to_owned());
            found.security = Some(displayed_security(system.security));
            found.wormhole_class = system.wormhole_class().map(str::to_owned);
        }
    }

    fn describe_type(&self, found: &mut Match) {
        let universe = self.knowledge.lookup.universe();
        let id = TypeId::new(found.id).ok();
        if let Some(item) = id.and_then(|id| universe.item_type(id)) {
            found.group = Some(item.group.to_owned());
            found.category = Some(item.category.to_owned());
            let tags = universe.tags(item.id, None);
            found.tags = tags.iter().map(|tag| tag.name().to_owned()).collect();
        }
    }

    /// Says of pilots where they fly now: one question for all of them, one for all names.
    async fn describe_pilots(&self, found: &mut [Match]) {
        let lookup = &self.knowledge.lookup;
        let character = kind_name(MatchKind::Character);
        let pilots: Vec<(usize, CharacterId)> = found
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind == character)
            .filter_map(|(place, one)| Some((place, CharacterId::new(one.id).ok()?)))
            .collect();
        let ids: Vec<CharacterId> = pilots.iter().map(|(_, id)| *id).collect();
        let belongs = lookup.affiliations(&ids, Priority::Live).await;
        let mut wanted = Wanted::default();
        let mut flying = Vec::new();
        for ((place, _), (_, belongs)) in pilots.into_iter().zip(belongs) {
            if let Ok(Some(belongs)) = belongs {
                wanted.corporations.push(belongs.corporation);
                wanted.alliances.extend(belongs.alliance);
                flying.push((place, belongs));
            }
        }
        // Where it fails the bare id is shown.
        let _ = lookup.fetch_entities(&wanted, Priority::Live).await;
        let named = |known: Known<Entity>, id: i64| {
            let entity = known.yes();
            entity.map_or_else(|| id.to_string(), |entity| entity.name.as_ref().to_owned())
        };
        for (place, belongs) in flying {
            let Some(found) = found.get_mut(place) else {
                continue;
            };
            let corporation = belongs.corporation;
            found.corporation = Some(named(lookup.corporation(corporation), corporation.get()));
            found.alliance = belongs
                .alliance
                .map(|alliance| named(lookup.alliance(alliance), alliance.get()));
        }
    }
}

const fn kind_name(kind: MatchKind) -> &'static str {
    match kind {
        MatchKind::System => "system",
        MatchKind::Type => "type",
        MatchKind::Character => "character",
        MatchKind::Corporation => "corporation",
        MatchKind::Alliance => "alliance",
        MatchKind::Faction => "faction",
        MatchKind::Constellation => "constellation",
        MatchKind::Region => "region",
        MatchKind::Group => "group",
    }
}
