//! API tokens: who may do what. The store knows a token's secret only by its SHA-256.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::column::{damaged, from_micros, micros, rows};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};

/// Tokens that may be in force at most, and revoked ones that are remembered at most.
const MOST_TOKENS: usize = 1_000;

/// A token's number.
pub type TokenId = i64;

/// What a token allows. Each scope includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reading, where reading is not open to all.
    Read,
    /// Changing data.
    Write,
    /// Everything else that goes through the API.
    Admin,
}

/// Text that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is read, write or admin")]
pub struct ScopeError;

impl Scope {
    /// Its name: `read`, `write` or `admin`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Whether it allows what needs `needed`.
    #[must_use]
    pub fn includes(self, needed: Self) -> bool {
        self >= needed
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        [Self::Read, Self::Write, Self::Admin]
            .into_iter()
            .find(|scope| scope.name() == text)
            .ok_or(ScopeError)
    }
}

/// What people call a token: 1 to 64 characters, no control characters, no blanks at its ends, not
/// only digits (that would be a number).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TokenName(String);

/// Text that cannot name a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a token's name must have 1 to {max} characters, no control characters, no blanks at its ends, and not only digits",
    max = TokenName::MAX_CHARS
)]
pub struct TokenNameError;

impl TokenName {
    /// The longest name.
    pub const MAX_CHARS: usize = 64;

    /// A token's name.
    ///
    /// # Errors
    /// [`TokenNameError`] for text that cannot be one.
    pub fn new(name: &str) -> Result<Self, TokenNameError> {
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        let plain = !name.chars().any(char::is_control) && name.trim() == name;
        if fits && plain && !is_number(name) {
            Ok(Self(name.to_owned()))
        } else {
            Err(TokenNameError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which token: by its number, or by the name that one in force has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKey {
    /// By number.
    Id(TokenId),
    /// By name.
    Name(TokenName),
}

impl FromStr for TokenKey {
    type Err = TokenNameError;

    /// Digits are a number, anything else is a name.
    fn from_str(text: &str) -> Result<Self, TokenNameError> {
        match text.parse() {
            Ok(id) if is_number(text) => Ok(Self::Id(id)),
            _ => TokenName::new(text).map(Self::Name),
        }
    }
}

/// A token as it is listed. Nothing in it lets anyone in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenRow {
    /// Its number.
    pub id: TokenId,
    /// Its name; no other token in force has it.
    pub name: TokenName,
    /// What it allows.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked; none while it is in force.
    pub revoked_at: Option<Timestamp>,
}

type Row = (i64, String, i16, i64, Option<i64>);

fn read(row: Row) -> Result<TokenRow, StoreError> {
    let (id, name, scope, created_at, revoked_at) = row;
    Ok(TokenRow {
        id,
        name: TokenName::new(&name).map_err(|error| damaged("token", error))?,
        scope: Scope::from_code(scope)?,
        created_at: from_micros("token", created_at)?,
        revoked_at: revoked_at
            .map(|micros| from_micros("token", micros))
            .transpose()?,
    })
}

const IN_FORCE_BY_HASH: &str = "SELECT id, name, scope, created_at, revoked_at FROM token \
     WHERE hash = $1 AND revoked_at IS NULL";

impl Store {
    /// Makes a token of a secret's SHA-256; durable when it returns.
    ///
    /// # Errors
    /// `TokenNameTaken` when a token in force has the name, `TokenExists` when there is or was one
    /// of this secret, `TooManyTokens` when 1,000 are in force; others as [`Store::append`].
    pub async fn create_token(
        &self,
        name: &TokenName,
        hash: &[u8; 32],
        scope: Scope,
    ) -> Result<TokenRow, StoreError> {
        let insert = sql("INSERT INTO token (name, hash, scope, created_at) \
             SELECT $1, $2, $3, $4 \
             WHERE (SELECT COUNT(*) FROM token WHERE revoked_at IS NULL) < $5 \
             ON CONFLICT DO NOTHING")
        .bind(name.as_str())
        .bind(hash.to_vec())
        .bind(scope.code())
        .bind(micros(self.inner()?.clock.now()))
        .bind(rows(MOST_TOKENS));
        let made = self.submit(Change::statement(insert)).await?.rows > 0;
        if made && let Some(token) = self.token_by_hash(hash).await? {
            return Ok(token);
        }
        Err(self.why_not_made(name, hash).await?)
    }

    /// Why there is no new token of this name and secret.
    async fn why_not_made(
        &self,
        name: &TokenName,
        hash: &[u8; 32],
    ) -> Result<StoreError, StoreError> {
        let query = sql("SELECT \
             (SELECT COUNT(*) FROM token WHERE name = $1 AND revoked_at IS NULL), \
             (SELECT COUNT(*) FROM token WHERE hash = $2)")
        .bind(name.as_str())
        .bind(hash.to_vec());
        let found: Option<(i64, i64)> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("looking for a token"))?;
        Ok(match found {
            Some((1.., _)) => StoreError::TokenNameTaken(name.clone()),
            Some((_, 1..)) => StoreError::TokenExists,
            _ => StoreError::TooManyTokens(MOST_TOKENS),
        })
    }

    /// All tokens in the order in which they were made, the last revoked ones among them.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let query = sql("SELECT id, name, scope, created_at, revoked_at FROM token ORDER BY id");
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("listing tokens"))?;
        rows.into_iter().map(read).collect()
    }

    /// Revokes a token for good; durable when it returns. False when no token in force has the
    /// number or the name.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn revoke_token(&self, which: &TokenKey) -> Result<bool, StoreError> {
        let now = micros(self.inner()?.clock.now());
        let revoke = match which {
            TokenKey::Id(id) => {
                let revoke =
                    "UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
                sql(revoke).bind(now).bind(*id)
            }
            TokenKey::Name(name) => {
                let revoke =
                    "UPDATE token SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL";
                sql(revoke).bind(now).bind(name.as_str())
            }
        };
        let done = self.submit(Change::Write {
            // What the last one changed is answered.
            statements: vec![forget_revoked(), revoke],
            rows: Vec::new(),
        });
        Ok(done.await?.rows > 0)
    }

    /// The token in force of a secret with this SHA-256. A revoked one is not found.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn token_by_hash(&self, hash: &[u8; 32]) -> Result<Option<TokenRow>, StoreError> {
        let query = sql(IN_FORCE_BY_HASH).bind(hash.to_vec());
        let row: Option<Row> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("looking for a token"))?;
        row.map(read).transpose()
    }
}

/// Makes room for one more revoked token: those made first go first.
fn forget_revoked() -> Sql {
    sql("DELETE FROM token WHERE revoked_at IS NOT NULL AND id <= \
         (SELECT id FROM token WHERE revoked_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET $1)")
    .bind(rows(MOST_TOKENS - 1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_text_that_is_no_number() {
        for name in ["laptop", "Ünïcödé 🚀", "a b", "7a", &"x".repeat(64)] {
            assert_eq!(TokenName::new(name).unwrap().as_str(), name);
        }
        for name in ["", " a", "a\n", "12", "a\0b", &"x".repeat(65)] {
            assert_eq!(TokenName::new(name), Err(TokenNameError), "{name:?}");
        }
    }

    #[test]
    fn digits_are_a_number_and_all_else_a_name() {
        assert_eq!("7".parse(), Ok(TokenKey::Id(7)));
        let name = TokenName::new("-7").unwrap();
        assert_eq!("-7".parse(), Ok(TokenKey::Name(name)));
        for neither in ["", "99999999999999999999"] {
            assert!(neither.parse::<TokenKey>().is_err());
        }
    }

    #[test]
    fn a_scope_includes_those_before_it() {
        assert!(Scope::Admin.includes(Scope::Write) && Scope::Write.includes(Scope::Read));
        assert!(Scope::Read.includes(Scope::Read) && !Scope::Read.includes(Scope::Write));
        for scope in [Scope::Read, Scope::Write, Scope::Admin] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert_eq!("root".parse::<Scope>(), Err(ScopeError));
    }
}
