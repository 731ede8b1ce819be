//! Everybody whom the documents of a played feed name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::Character;
use crate::world::{Document, whole};

/// The people and organisations of some killmails. Where two killmails disagree, the later one of
/// the list is believed.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    characters: HashMap<i64, Character>,
    /// Each with its alliance.
    corporations: HashMap<i64, Option<i64>>,
    /// Each with a corporation and a pilot of it, as far as they are known.
    alliances: HashMap<i64, (i64, i64)>,
    factions: HashSet<i64>,
}

/// Who leads what is not led by anybody known: CONCORD's corporation, and nobody.
const NOBODY: (i64, i64) = (1_000_125, 1);

impl Cast {
    pub(crate) fn of(documents: &[Arc<Document>]) -> Self {
        let mut cast = Self::default();
        for document in documents {
            // Read once already, so it is JSON.
            let Ok(body) = serde_json::from_slice::<Value>(&document.esi) else {
                continue;
            };
            cast.add(&body["victim"]);
            for attacker in body["attackers"].as_array().into_iter().flatten() {
                cast.add(attacker);
            }
        }
        cast
    }

    fn add(&mut self, one: &Value) {
        // Captures of 2018 write nobody as 0.
        let id = |name: &str| whole(&one[name]).filter(|id| *id > 0);
        let alliance_id = id("alliance_id");
        let faction_id = id("faction_id");
        let corporation_id = id("corporation_id");
        self.factions.extend(faction_id);
        if let Some(corporation) = corporation_id {
            self.corporations.insert(corporation, alliance_id);
        }
        let character_id = id("character_id");
        if let Some(character) = character_id {
            let corporation_id = corporation_id.unwrap_or(NOBODY.0);
            self.characters.insert(
                character,
                Character {
                    corporation_id,
                    alliance_id,
                    faction_id,
                    security_status: one["security_status"].as_f64().unwrap_or(0.0),
                },
            );
        }
        if let Some(alliance) = alliance_id {
            let (corporation, founder) = self.alliances.entry(alliance).or_insert(NOBODY);
            *corporation = corporation_id.unwrap_or(*corporation);
            *founder = character_id.unwrap_or(*founder);
        }
    }

    pub(super) fn character(&self, id: i64) -> Option<Character> {
        self.characters.get(&id).copied()
    }

    /// The alliance of a corporation, where there is such a corporation.
    pub(super) fn corporation(&self, id: i64) -> Option<Option<i64>> {
        self.corporations.get(&id).copied()
    }

    /// A corporation of an alliance and a pilot of it.
    pub(super) fn alliance(&self, id: i64) -> Option<(i64, i64)> {
        self.alliances.get(&id).copied()
    }

    pub(super) fn has_faction(&self, id: i64) -> bool {
        self.factions.contains(&id)
    }
}
