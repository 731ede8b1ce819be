//! To whom profiles and lists belong, as commands name it.

use killwire_store::{TokenId, TokenKey};
use serde_json::Value;

use crate::failure::Failure;
use crate::operator::Operator;

/// The number of the token that is meant, also of a revoked one. Of those of one name the one in
/// force.
pub(super) async fn number(operator: &Operator, which: &TokenKey) -> Result<TokenId, Failure> {
    let name = match which {
        TokenKey::Id(id) => return Ok(*id),
        TokenKey::Name(name) => name.as_str(),
    };
    let mut called = operator.tokens().await?;
    called.retain(|token| token.name == name);
    if let Some(token) = called.iter().find(|token| token.revoked_at.is_none()) {
        return Ok(token.id);
    }
    match called.as_slice() {
        [token] => Ok(token.id),
        [] => Err(Failure::Refused(format!(
            "no token is or was called {name}; `killwire token list --all` shows them"
        ))),
        several => {
            let numbers: Vec<String> = several.iter().map(|token| token.id.to_string()).collect();
            Err(Failure::Refused(format!(
                "several revoked tokens were called {name}; name one by its number: {}",
                numbers.join(", ")
            )))
        }
    }
}

/// Leaves those that belong to a token.
pub(super) fn only(listed: &mut Value, token: TokenId) {
    if let Some(listed) = listed.as_array_mut() {
        listed.retain(|one| one["owner"] == token);
    }
}

/// The owner of a profile or a list, for people.
pub(super) fn shown(of: &Value) -> String {
    match of["owner"].as_i64() {
        Some(token) => format!("token {token}"),
        None => "this machine".to_owned(),
    }
}
