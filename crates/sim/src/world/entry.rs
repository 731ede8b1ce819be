//! Entries of the feed, and how their bodies are written.

use jiff::Timestamp;
use serde_json::json;

use super::{Origin, World};
use crate::generator::{Envelope, hex};

/// What was published under a number.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) published: Timestamp,
    /// When it can first be read; never where `content` is nothing.
    pub(super) visible: Timestamp,
    pub(super) content: Content,
    /// An older number whose entry was rewritten.
    pub(super) announces: Option<u64>,
    /// When the entry itself was rewritten.
    pub(super) rewritten: Option<Timestamp>,
    /// A repeat with other prices.
    pub(super) revalued: bool,
}

/// What an entry shows.
#[derive(Debug)]
pub(super) enum Content {
    /// The killmail at a place in the world's list.
    Kill(usize),
    /// A hole, or a number that expired at once.
    Nothing,
    /// Nulls.
    Placeholder,
    /// JSON that is no killmail.
    Bad,
}

/// How an entry's body is written, apart from the world and its lock.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) sequence: u64,
    uploaded_at: Timestamp,
    announces: Option<u64>,
    content: RecipeContent,
}

#[derive(Debug)]
enum RecipeContent {
    Kill {
        origin: Origin,
        id: i64,
        hash: [u8; 20],
        ganked: bool,
        revalued: bool,
    },
    Placeholder,
    Bad,
}

impl World {
    /// The entry of a number, where it can be read now.
    pub(crate) fn entry(&self, sequence: u64, now: Timestamp) -> Option<Recipe> {
        let place = usize::try_from(sequence.checked_sub(self.oldest)?).ok()?;
        let entry = self.entries.get(place)?;
        if entry.visible > now {
            return None;
        }
        let content = match entry.content {
            Content::Nothing => return None,
            Content::Placeholder => RecipeContent::Placeholder,
            Content::Bad => RecipeContent::Bad,
            Content::Kill(place) => {
                let kill = &self.kills[place];
                RecipeContent::Kill {
                    origin: self.origin(kill),
                    id: kill.id,
                    hash: kill.hash,
                    ganked: entry.rewritten.is_some(),
                    revalued: entry.revalued,
                }
            }
        };
        Some(Recipe {
            sequence,
            uploaded_at: entry.rewritten.unwrap_or(entry.published),
            announces: entry.announces,
            content,
        })
    }
}

impl Recipe {
    /// When this version of the entry was written.
    pub(crate) fn uploaded_at(&self) -> Timestamp {
        self.uploaded_at
    }

    /// The body, under `sequence` (its own number, except where a fault lies).
    pub(crate) fn write(&self, sequence: u64) -> Vec<u8> {
        let uploaded_at = self.uploaded_at.as_second();
        match &self.content {
            RecipeContent::Kill {
                origin,
                id,
                hash,
                ganked,
                revalued,
            } => {
                let mut body = origin.body();
                if *ganked {
                    body.zkb.add_label("ganked");
                }
                if *revalued {
                    body.zkb.revalue();
                }
                Envelope {
                    killmail_id: *id,
                    hash: &hex(hash),
                    esi: &body.esi,
                    zkb: &body.zkb.json(),
                    uploaded_at: self.uploaded_at,
                    sequence,
                    announces: self.announces,
                }
                .write()
            }
            RecipeContent::Placeholder => json!({
                "killmail_id": null,
                "hash": null,
                "esi": null,
                "zkb": {
                    "npc": null, "solo": null, "awox": null, "labels": null,
                    "attackerCount": null, "href": "https://esi.evetech.net/killmails///",
                },
                "uploaded_at": uploaded_at,
                "sequence_id": sequence,
            })
            .to_string()
            .into_bytes(),
            // A killmail without its victim, under an id that ESI does not know.
            RecipeContent::Bad => json!({
                "killmail_id": 9_000_000_000_000_u64 + sequence,
                "hash": "0000000000000000000000000000000000000000",
                "esi": {
                    "killmail_id": 9_000_000_000_000_u64 + sequence,
                    "killmail_time": self.uploaded_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    "solar_system_id": 30_000_142,
                    "attackers": [],
                },
                "zkb": {"npc": false},
                "uploaded_at": uploaded_at,
                "sequence_id": sequence,
            })
            .to_string()
            .into_bytes(),
        }
    }
}
