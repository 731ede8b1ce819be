//! Making, changing and listing profiles.

use super::write::ProfileChange;
use super::{
    NewProfile, ProfileError, ProfileId, ProfileLimits, ProfileName, ProfileRow, Row, columns, read,
};
use crate::change::Change;
use crate::error::database;
use crate::owner::owner_code;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError, TokenId};

impl Store {
    /// Makes a profile; durable when it returns.
    ///
    /// # Errors
    /// As [`Store::create_profiles`].
    pub async fn create_profile(
        &self,
        profile: NewProfile,
        limits: ProfileLimits,
    ) -> Result<ProfileRow, ProfileError> {
        let made = self.create_profiles(vec![profile], limits).await?;
        let none = || StoreError::Damaged {
            table: "profile",
            reason: "a profile that was made is not there".to_owned(),
        };
        made.into_iter().next().ok_or_else(|| none().into())
    }

    /// Makes profiles in one transaction, all or none, in the order given.
    ///
    /// # Errors
    /// `NameTaken`, `TooManyOfToken`, `TooMany`, `ConditionTooLong`; then none was made. Others as
    /// [`Store::append`].
    pub async fn create_profiles(
        &self,
        profiles: Vec<NewProfile>,
        limits: ProfileLimits,
    ) -> Result<Vec<ProfileRow>, ProfileError> {
        for profile in &profiles {
            check_length(&profile.condition)?;
        }
        if profiles.is_empty() {
            return Ok(Vec::new());
        }
        self.change_profiles(ProfileChange::Create { profiles, limits })
            .await
    }

    /// Gives a profile another name and condition. Its version goes up where the condition is
    /// another one. None when there is no such profile.
    ///
    /// # Errors
    /// `NameTaken`, `ConditionTooLong`; then nothing was changed. Others as [`Store::append`].
    pub async fn replace_profile(
        &self,
        id: ProfileId,
        name: ProfileName,
        condition: String,
    ) -> Result<Option<ProfileRow>, ProfileError> {
        check_length(&condition)?;
        let change = ProfileChange::Replace {
            id,
            name,
            condition,
        };
        Ok(self.change_profiles(change).await?.into_iter().next())
    }

    /// Turns a profile on or off. None when there is no such profile.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn set_profile_enabled(
        &self,
        id: ProfileId,
        enabled: bool,
    ) -> Result<Option<ProfileRow>, ProfileError> {
        let change = ProfileChange::Enable { id, enabled };
        Ok(self.change_profiles(change).await?.into_iter().next())
    }

    /// Deletes a profile and its matches for good. False when there is no such profile.
    ///
    /// The profile is gone at once; many matches go in several transactions, unseen meanwhile. What
    /// is cut off there, garbage collection finishes.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn delete_profile(&self, id: ProfileId) -> Result<bool, ProfileError> {
        let there = self.end_profile(id).await?;
        if there {
            self.sweep_profile(id).await?;
        }
        Ok(there)
    }

    /// The first half of [`Store::delete_profile`], in one short transaction: the profile is gone,
    /// its matches are not seen any more. [`Store::sweep_profile`] is the other.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn end_profile(&self, id: ProfileId) -> Result<bool, ProfileError> {
        let deleted = self.change_profiles(ProfileChange::Delete(id)).await?;
        Ok(!deleted.is_empty())
    }

    /// Removes the matches of a profile that has ended, in several transactions, and then what is
    /// left of it; how many matches there were.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn sweep_profile(&self, id: ProfileId) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let sweep = Change::Profile(ProfileChange::Sweep(id));
            let batch = self.submit(sweep).await?.rows;
            removed += batch;
            if batch == 0 {
                return Ok(removed);
            }
        }
    }

    async fn change_profiles(
        &self,
        change: ProfileChange,
    ) -> Result<Vec<ProfileRow>, ProfileError> {
        let done = self.submit(Change::Profile(change)).await?;
        done.profiles.unwrap_or_else(|| Ok(Vec::new()))
    }

    /// A profile by its number.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn profile(&self, id: ProfileId) -> Result<Option<ProfileRow>, StoreError> {
        let query = sql(concat!(
            "SELECT ",
            columns!(),
            " FROM profile WHERE id = $1 AND deleted = 0"
        ));
        Ok(self.list_profiles(query.bind(id.0)).await?.pop())
    }

    /// All profiles, those first that were made first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn profiles(&self) -> Result<Vec<ProfileRow>, StoreError> {
        let query = sql(concat!(
            "SELECT ",
            columns!(),
            " FROM profile WHERE deleted = 0 ORDER BY id"
        ));
        self.list_profiles(query).await
    }

    /// The profiles of a token, or of whoever runs the machine, those first that were made first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn profiles_of(&self, owner: Option<TokenId>) -> Result<Vec<ProfileRow>, StoreError> {
        let query = sql(concat!(
            "SELECT ",
            columns!(),
            " FROM profile WHERE owner = $1 AND deleted = 0 ORDER BY id"
        ));
        self.list_profiles(query.bind(owner_code(owner))).await
    }

    async fn list_profiles(&self, query: Sql) -> Result<Vec<ProfileRow>, StoreError> {
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("reading profiles"))?;
        rows.into_iter().map(read).collect()
    }
}

fn check_length(condition: &str) -> Result<(), ProfileError> {
    if condition.len() > ProfileRow::MAX_CONDITION_BYTES {
        return Err(ProfileError::ConditionTooLong(condition.len()));
    }
    Ok(())
}
