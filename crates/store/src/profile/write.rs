//! Changes of profiles, in the writer's transaction.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ending::ProfileEnd;
use super::{
    NewProfile, ProfileError, ProfileId, ProfileLimits, ProfileName, ProfileRow, Row, columns, read,
};
use crate::StoreError;
use crate::backend::Connection;
use crate::change::Done;
use crate::column::{as_stored, micros, rows, unsigned};
use crate::error::database;
use crate::owner::{OPERATOR, owner_code};
use crate::sql::{Holds, Rows, Sql, Table, sql};

/// Matches that one transaction removes at most.
const SWEEP: usize = 1_000;

static PROFILE: Table = Table {
    name: "profile",
    columns: &[
        ("id", Holds::Ints),
        ("owner", Holds::Ints),
        ("name", Holds::Texts),
        ("condition", Holds::Texts),
        ("version", Holds::Ints),
        ("enabled", Holds::Ints),
        ("deleted", Holds::Ints),
        ("created_at", Holds::Ints),
        ("changed_at", Holds::Ints),
    ],
    conflict: "",
};

/// What is to become of profiles.
#[derive(Debug)]
pub(crate) enum ProfileChange {
    /// They are made, all or none.
    Create {
        profiles: Vec<NewProfile>,
        limits: ProfileLimits,
    },
    /// One has another name and condition.
    Replace {
        id: ProfileId,
        name: ProfileName,
        condition: String,
    },
    /// One is turned on or off.
    Enable { id: ProfileId, enabled: bool },
    /// One is not seen any more.
    Delete(ProfileId),
    /// One that is not seen any more loses some matches, or goes when it has none.
    Sweep(ProfileId),
}

impl ProfileChange {
    /// Which profile nothing comes of any more, once it is committed.
    pub(crate) fn ended(&self, done: &Done) -> Option<(ProfileId, ProfileEnd)> {
        let changed = done.profiles.as_ref()?.as_ref().ok()?;
        let end = match self {
            Self::Delete(_) => ProfileEnd::Deleted,
            Self::Enable { enabled: false, .. } => ProfileEnd::Disabled,
            _ => return None,
        };
        Some((changed.first()?.id, end))
    }

    /// How many rows it writes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Create { profiles, .. } => profiles.len(),
            Self::Sweep(_) => SWEEP,
            Self::Replace { .. } | Self::Enable { .. } | Self::Delete(_) => 1,
        }
    }
}

/// Makes the change. A refusal is an answer, not a failure: nothing has been written then.
pub(crate) async fn write(
    connection: &mut Connection,
    change: &ProfileChange,
    now: Timestamp,
) -> Result<Done, StoreError> {
    let profiles = match change {
        ProfileChange::Create { profiles, limits } => {
            create(connection, profiles, limits, as_stored(now)).await
        }
        ProfileChange::Replace {
            id,
            name,
            condition,
        } => replace(connection, *id, name, condition, now).await,
        ProfileChange::Enable { id, enabled } => {
            let enable = sql(concat!(
                "UPDATE profile SET enabled = $2, \
                        changed_at = CASE WHEN enabled = $2 THEN changed_at ELSE $3 END \
                 WHERE id = $1 AND deleted = 0 RETURNING ",
                columns!()
            ))
            .bind(id.0)
            .bind(i16::from(*enabled))
            .bind(micros(now));
            returning(connection, enable).await
        }
        ProfileChange::Delete(id) => {
            let delete = sql(concat!(
                "UPDATE profile SET deleted = 1 WHERE id = $1 AND deleted = 0 RETURNING ",
                columns!()
            ));
            returning(connection, delete.bind(id.0)).await
        }
        ProfileChange::Sweep(id) => {
            return Ok(Done {
                rows: sweep(connection, *id).await?,
                ..Done::default()
            });
        }
    };
    let profiles = match profiles {
        Err(ProfileError::Store(error)) => return Err(error),
        answer => answer,
    };
    Ok(Done {
        profiles: Some(profiles),
        ..Done::default()
    })
}

type Answer = Result<Vec<ProfileRow>, ProfileError>;

async fn returning(connection: &mut Connection, statement: Sql) -> Answer {
    let changed: Vec<Row> = connection
        .fetch_all(&statement)
        .await
        .map_err(database("changing a profile"))?;
    let changed: Result<Vec<ProfileRow>, StoreError> = changed.into_iter().map(read).collect();
    Ok(changed?)
}

async fn create(
    connection: &mut Connection,
    profiles: &[NewProfile],
    limits: &ProfileLimits,
    now: Timestamp,
) -> Answer {
    may_be_made(connection, profiles, limits).await?;
    let doing = database("making profiles");
    let count = rows(profiles.len());
    let number = sql("UPDATE surveillance SET profile = profile + $1 RETURNING profile");
    let numbers: Vec<(i64,)> = connection
        .fetch_all(&number.bind(count))
        .await
        .map_err(&doing)?;
    let last = numbers.first().map_or(count, |(last,)| *last);
    let mut made = Vec::with_capacity(profiles.len());
    let mut written = Rows::of(&PROFILE);
    for (id, profile) in (last - count + 1..).zip(profiles) {
        written.push([
            id.into(),
            owner_code(profile.owner).into(),
            profile.name.as_str().into(),
            profile.condition.clone().into(),
            1_i64.into(),
            i16::from(profile.enabled).into(),
            0_i64.into(),
            micros(now).into(),
            micros(now).into(),
        ]);
        made.push(ProfileRow {
            id: ProfileId(id),
            owner: profile.owner,
            name: profile.name.clone(),
            condition: profile.condition.clone(),
            version: 1,
            enabled: profile.enabled,
            created_at: now,
            changed_at: now,
        });
    }
    connection.insert(&written).await.map_err(&doing)?;
    Ok(made)
}

/// Whether there is room for these profiles, and nobody has their names.
async fn may_be_made(
    connection: &mut Connection,
    profiles: &[NewProfile],
    limits: &ProfileLimits,
) -> Result<(), ProfileError> {
    let in_all = sql("SELECT COUNT(*) FROM profile WHERE deleted = 0");
    if count(connection, in_all).await? + profiles.len() > limits.total {
        return Err(ProfileError::TooMany(limits.total));
    }
    let mut names: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for profile in profiles {
        let names = names.entry(owner_code(profile.owner)).or_default();
        if !names.insert(profile.name.as_str()) {
            return Err(ProfileError::NameTaken(profile.name.clone()));
        }
    }
    for (owner, names) in names {
        if owner != OPERATOR {
            let of_owner = sql("SELECT COUNT(*) FROM profile WHERE owner = $1 AND deleted = 0");
            let there = count(connection, of_owner.bind(owner)).await?;
            if there + names.len() > limits.per_token {
                return Err(ProfileError::TooManyOfToken(limits.per_token));
            }
        }
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let taken = sql("SELECT name FROM profile \
             WHERE owner = $1 AND deleted = 0 AND name = ANY($2) LIMIT 1")
        .bind(owner)
        .bind(names);
        let taken: Option<(String,)> = connection
            .fetch_optional(&taken)
            .await
            .map_err(database("looking for a profile's name"))?;
        let taken = taken.and_then(|(taken,)| {
            let mut named = profiles.iter().map(|profile| &profile.name);
            named.find(|name| name.as_str() == taken).cloned()
        });
        if let Some(name) = taken {
            return Err(ProfileError::NameTaken(name));
        }
    }
    Ok(())
}

async fn count(connection: &mut Connection, query: Sql) -> Result<usize, StoreError> {
    let row: Option<(i64,)> = connection
        .fetch_optional(&query)
        .await
        .map_err(database("counting profiles"))?;
    let count = row.map_or(0, |(count,)| unsigned(count));
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

async fn replace(
    connection: &mut Connection,
    id: ProfileId,
    name: &ProfileName,
    condition: &str,
    now: Timestamp,
) -> Answer {
    let taken = sql(
        "SELECT COUNT(*) FROM profile WHERE deleted = 0 AND name = $2 AND id <> $1 \
         AND owner = (SELECT owner FROM profile WHERE id = $1)",
    )
    .bind(id.0)
    .bind(name.as_str());
    if count(connection, taken).await? > 0 {
        return Err(ProfileError::NameTaken(name.clone()));
    }
    let replace = sql(concat!(
        "UPDATE profile SET name = $2, condition = $3, \
                version = CASE WHEN condition = $3 THEN version ELSE version + 1 END, \
                changed_at = CASE WHEN condition = $3 AND name = $2 THEN changed_at ELSE $4 END \
         WHERE id = $1 AND deleted = 0 RETURNING ",
        columns!()
    ))
    .bind(id.0)
    .bind(name.as_str())
    .bind(condition)
    .bind(micros(now));
    returning(connection, replace).await
}

/// Answers how many matches went.
async fn sweep(connection: &mut Connection, id: ProfileId) -> Result<u64, StoreError> {
    let doing = database("removing a deleted profile");
    let matches = sql("DELETE FROM profile_match WHERE match_seq IN \
         (SELECT match_seq FROM profile_match WHERE profile_id = $1 ORDER BY match_seq LIMIT $2)")
    .bind(id.0)
    .bind(rows(SWEEP));
    let removed = connection.execute(&matches).await.map_err(&doing)?;
    if removed == 0 {
        let profile = sql("DELETE FROM profile WHERE id = $1 AND deleted = 1").bind(id.0);
        connection.execute(&profile).await.map_err(&doing)?;
    }
    Ok(removed)
}
