//! Which matches are of a token's profiles.

use std::collections::HashSet;
use std::sync::Arc;

use killwire_store::{MatchRow, ProfileId, Store, StoreError, TokenId};

/// The profiles of a token, looked up as rarely as can be.
///
/// Numbers of profiles only grow. So of all up to the greatest that was met before the last look it
/// is known whose they are; only a match of a profile with a greater number asks for another look.
#[derive(Debug)]
pub(super) struct Own {
    token: TokenId,
    profiles: HashSet<ProfileId>,
    known_to: ProfileId,
}

impl Own {
    pub(super) fn of(token: TokenId) -> Self {
        Self {
            token,
            profiles: HashSet::new(),
            known_to: ProfileId(0),
        }
    }

    /// Leaves those matches that are of the token's profiles.
    ///
    /// # Errors
    /// When the store fails; then nothing is left out.
    pub(super) async fn retain(
        &mut self,
        store: &Store,
        rows: &mut Vec<Arc<MatchRow>>,
    ) -> Result<(), StoreError> {
        let greatest = rows.iter().map(|row| row.profile_id).max();
        if let Some(greatest) = greatest.filter(|id| *id > self.known_to) {
            let profiles = store.profiles_of(Some(self.token)).await?;
            self.profiles = profiles.into_iter().map(|profile| profile.id).collect();
            self.known_to = greatest;
        }
        rows.retain(|row| self.profiles.contains(&row.profile_id));
        Ok(())
    }
}
