//! Tokens, as a person makes, lists and revokes them.

use jiff::Timestamp;
use killwire_store::{Belongings, Scope, StoreError, TokenId, TokenKey, TokenName, TokenRow};
use serde::{Deserialize, Serialize};

use super::Desk;

/// A token to be made. Its secret stays with whoever asked for it.
#[derive(Debug, Serialize)]
pub(crate) struct NewToken {
    /// Whose it is.
    pub(crate) name: TokenName,
    /// What it may do.
    pub(crate) scope: Scope,
    /// By what it is found when somebody shows it.
    pub(crate) hash: [u8; 32],
}

/// A token, as it is shown and sent: nothing in it lets anyone in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    /// Its number.
    pub(crate) id: TokenId,
    /// Whose it is.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) scope: Scope,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it was revoked; absent while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revoked_at: Option<Timestamp>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name.to_string(),
            scope: row.scope,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// A token that is of no use any more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoked {
    /// Which.
    #[serde(flatten)]
    pub(crate) token: Token,
    /// What goes on without it.
    pub(crate) leaves: Belongings,
}

impl Desk {
    /// Makes a token known.
    pub(crate) async fn create_token(&self, new: &NewToken) -> Result<Token, StoreError> {
        let made = self.store.create_token(&new.name, &new.hash, new.scope);
        made.await.map(Token::from)
    }

    /// All tokens, the revoked ones among them.
    pub(crate) async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let all = self.store.tokens().await?;
        Ok(all.into_iter().map(Token::from).collect())
    }

    /// Revokes a token that is in force and says which it was and what it leaves; none where there is
    /// no such one.
    pub(crate) async fn revoke_token(
        &self,
        which: &TokenKey,
    ) -> Result<Option<Revoked>, StoreError> {
        let all = self.store.tokens().await?;
        let found = all.into_iter().find(|token| {
            token.revoked_at.is_none()
                && match which {
                    TokenKey::Id(id) => token.id == *id,
                    TokenKey::Name(name) => token.name == *name,
                }
        });
        let Some(token) = found else {
            return Ok(None);
        };
        // By its number: the name may mean another one by now.
        let revoked = self.store.revoke_token(&TokenKey::Id(token.id)).await?;
        if !revoked {
            return Ok(None);
        }
        Ok(Some(Revoked {
            leaves: self.store.belongings(token.id).await?,
            token: token.into(),
        }))
    }
}
