//! Killmails by id and hash: from the store, or from ESI.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{Document, KillmailHash, KillmailId, Parsed, parse};
use killwire_store::Store;
use killwire_upstream::{Esi, Priority, Upstream};

use super::weight;
use crate::LookupError;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};

/// The kind "killmail".
pub struct Killmails {
    pub(crate) esi: Arc<Esi>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
}

/// A killmail as ESI asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KillmailKey {
    /// Which.
    pub id: KillmailId,
    /// Its hash.
    pub hash: KillmailHash,
}

/// Reads a killmail; none where the bytes are something else.
fn read(bytes: &[u8]) -> Option<Arc<Parsed>> {
    match parse(bytes) {
        Ok(Document::Killmail(parsed)) => Some(Arc::from(parsed)),
        _ => None,
    }
}

impl Kind for Killmails {
    type Key = KillmailKey;
    type Value = Arc<Parsed>;
    const LIMITS: Limits = limits::KILLMAILS;
    /// Storing killmails is intake's business; this only reads what it stored.
    const SHELVED: bool = true;

    /// A parsed killmail takes about as much again as its bytes.
    fn weigh(_: &KillmailKey, parsed: Option<&Arc<Parsed>>) -> u32 {
        weight(parsed.map_or(0, |parsed| 2 * parsed.esi.len()))
    }

    /// What ESI sends that is no killmail is left out, which makes it an error.
    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for Question { key, .. } in questions {
            let body = self.esi.killmail(key.id, key.hash, priority).await;
            let body = body.map_err(|error| {
                LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error)
            })?;
            let now = Validity::since(self.clock.now());
            answers.extend(read(&body).map(|parsed| (*key, Loaded::new(parsed, now))));
        }
        Ok(answers)
    }

    async fn recall(&self, keys: &[KillmailKey]) -> Result<Answers<Self>, LookupError> {
        let now = Validity::since(self.clock.now());
        let mut found = Vec::new();
        for key in keys {
            let stored = self.store.get(key.id).await;
            let stored =
                stored.map_err(|error| LookupError::store(Self::LIMITS.operation, error))?;
            // With another hash it is another killmail, whatever its number.
            let stored = stored.filter(|stored| stored.hash == Some(key.hash));
            let parsed = stored.and_then(|stored| read(&stored.esi));
            found.extend(parsed.map(|parsed| (*key, Loaded::new(parsed, now))));
        }
        Ok(found)
    }
}
