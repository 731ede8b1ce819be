//! To whom profiles and lists belong: to a token, or to whoever runs the machine.

use serde::{Deserialize, Serialize};

use crate::column::unsigned;
use crate::error::database;
use crate::sql::sql;
use crate::{Store, StoreError, TokenId};

/// Stands for whoever runs the machine where a token's number is expected.
pub(crate) const OPERATOR: i64 = 0;

/// An owner as stored.
pub(crate) fn owner_code(owner: Option<TokenId>) -> i64 {
    owner.unwrap_or(OPERATOR)
}

/// An owner from storage.
pub(crate) fn owner_from(code: i64) -> Option<TokenId> {
    (code != OPERATOR).then_some(code)
}

/// On whose behalf something is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// The token to which belongs what is made; none for whoever runs the machine.
    pub token: Option<TokenId>,
    /// Whether everything is theirs: whoever runs the machine, and tokens that may do the same.
    pub all: bool,
}

impl Party {
    /// Whoever runs the machine.
    pub const OPERATOR: Self = Self {
        token: None,
        all: true,
    };

    /// Whether what belongs to `owner` is theirs. What belongs to no token is the operator's.
    #[must_use]
    pub fn holds(&self, owner: Option<TokenId>) -> bool {
        self.all || (owner.is_some() && owner == self.token)
    }
}

/// How much belongs to a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belongings {
    /// Profiles.
    pub profiles: u64,
    /// Those of them that are enabled.
    pub enabled: u64,
    /// Named lists.
    pub lists: u64,
}

impl Store {
    /// How much belongs to a token.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn belongings(&self, owner: TokenId) -> Result<Belongings, StoreError> {
        let query = sql("SELECT \
             (SELECT COUNT(*) FROM profile WHERE owner = $1 AND deleted = 0), \
             (SELECT COUNT(*) FROM profile WHERE owner = $1 AND deleted = 0 AND enabled = 1), \
             (SELECT COUNT(*) FROM named_list WHERE owner = $1)");
        let row: Option<(i64, i64, i64)> = self
            .readers()?
            .fetch_optional(&query.bind(owner))
            .await
            .map_err(database("counting what belongs to a token"))?;
        let (profiles, enabled, lists) = row.unwrap_or_default();
        Ok(Belongings {
            profiles: unsigned(profiles),
            enabled: unsigned(enabled),
            lists: unsigned(lists),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_anothers_or_nobodys_is_theirs_only_who_hold_everything() {
        let seven = Party {
            token: Some(7),
            all: false,
        };
        assert!(seven.holds(Some(7)) && !seven.holds(Some(8)) && !seven.holds(None));
        let nobody = Party {
            token: None,
            all: false,
        };
        assert!(!nobody.holds(None) && !nobody.holds(Some(7)));
        assert!(Party::OPERATOR.holds(None) && Party::OPERATOR.holds(Some(7)));
    }
}
