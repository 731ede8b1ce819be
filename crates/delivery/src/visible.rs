//! Which profiles are for whom, where delivery reads the store itself.

use killwire_store::{ProfileId, ProfileRow, Store, StoreError};

use crate::error::ApiError;
use crate::{Asker, ProfileFault};

/// Why a profile's matches are not given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotVisible {
    /// It is not there, or somebody else's.
    #[error(transparent)]
    Profile(#[from] ProfileFault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotVisible> for ApiError {
    fn from(error: NotVisible) -> Self {
        match error {
            NotVisible::Profile(fault) => Self::Profile(fault),
            NotVisible::Store(error) => Self::Store(error),
        }
    }
}

/// A profile, for those who may see it.
///
/// # Errors
/// [`NotVisible`].
pub(crate) async fn visible(
    store: &Store,
    asker: Asker,
    id: ProfileId,
) -> Result<ProfileRow, NotVisible> {
    let profile = store.profile(id).await?;
    let none = || ProfileFault::NotFound(format!("there is no profile {id}"));
    let profile = profile.ok_or_else(none)?;
    asker.sees(&profile)?;
    Ok(profile)
}
