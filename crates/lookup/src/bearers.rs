//! Who bears a name, for who needs the one that is meant and nothing that is like it.

use killwire_store::EntityKind;
use killwire_upstream::Priority;

use crate::entity::EntityKey;
use crate::kinds::FoldedName;
use crate::{Lookup, LookupError};

/// Stored names that are looked at. A name's own bearers come before those of longer ones, and it
/// has few.
const LOOKED_AT: usize = 16;

impl Lookup {
    /// The pilots, corporations and alliances of these kinds that bear a name; upper and lower case
    /// are the same. Those known here, or, where nobody is, those whom ESI knows.
    ///
    /// # Errors
    /// What the store or ESI failed with.
    pub async fn bearers(
        &self,
        name: &str,
        kinds: &[EntityKind],
    ) -> Result<Vec<EntityKey>, LookupError> {
        let name = name.trim();
        let folded = name.to_lowercase();
        let stored = self.inner.store.find_entities(name, LOOKED_AT).await;
        let stored = stored.map_err(|error| LookupError::store("searching names", error))?;
        let here = stored.into_iter().filter(|row| {
            let own = row.name.as_ref().map(|name| name.to_lowercase());
            kinds.contains(&row.kind) && own.as_ref() == Some(&folded)
        });
        let here: Vec<EntityKey> = here.map(|row| EntityKey::new(row.kind, row.id)).collect();
        if !here.is_empty() {
            return Ok(here);
        }
        let Some(possible) = FoldedName::new(name) else {
            return Ok(Vec::new());
        };
        let found = self.inner.bearers.fetch(&possible, Priority::Live).await?;
        let found = found.iter().flat_map(|bearers| bearers.iter());
        let found = found.filter(|bearer| kinds.contains(&bearer.key.kind));
        Ok(found.map(|bearer| bearer.key).collect())
    }
}
