//! Who may do what: reading is open or needs a token, as its owner likes; writing always needs one.
//!
//! A token is a secret that its owner shows with each request. We keep its hash and its scope in the
//! store; what was found there holds for [`KNOWN_FOR`], so that a revoked token works no longer than
//! that. Secrets stand in no log, no span and no error.

mod carried;
mod cors;
mod guard;
mod secret;

use std::sync::Arc;
use std::time::Duration;

use killwire_cache::{Cache, Policy, Validity};
use killwire_clock::Clock;
use killwire_store::{Scope, Store};

use crate::error::ApiError;

pub(crate) use carried::{Carried, PARAMETER as TOKEN_PARAMETER};
pub use cors::{Cors, CorsError};
pub use secret::{NoRandomness, NoTokenSecret, TokenSecret};

/// How long what was found out about a token holds. It is what a revocation takes at most.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// Tokens that are remembered, wrong ones included; above that the one used longest ago goes.
const MOST_KNOWN: u64 = 4_096;

/// Who may read, and from which web pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    /// Whether reading needs no token. Moving one's own position is reading.
    pub read_open: bool,
    /// Which web pages may read the answers.
    pub cors: Cors,
}

impl Default for AccessPolicy {
    /// Reading is open, also to every web page.
    fn default() -> Self {
        Self {
            read_open: true,
            cors: Cors::Any,
        }
    }
}

/// The one who knows which token may do what. Clones share what they found out.
#[derive(Clone)]
pub(crate) struct Access(Arc<Inner>);

struct Inner {
    read_open: bool,
    store: Store,
    clock: Clock,
    known: Cache<[u8; 32], Scope>,
}

/// Why something was allowed. An extension of each request behind a guard.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pass {
    /// Everyone may.
    Open,
    /// The token with this hash has the scope that is needed.
    Token { hash: [u8; 32], needed: Scope },
}

impl Access {
    pub(crate) fn new(policy: &AccessPolicy, store: Store, clock: Clock) -> Self {
        let remembered = Policy::new("tokens", KNOWN_FOR, MOST_KNOWN);
        Self(Arc::new(Inner {
            read_open: policy.read_open,
            known: Cache::new(remembered, clock.clone(), |_, _| 1),
            store,
            clock,
        }))
    }

    /// Whether whoever shows `secret` may do what needs the scope `needed`. Where nobody needs a
    /// token nobody's is looked at: a client may have a token of something else on it.
    ///
    /// # Errors
    /// Where a token is missing, wrong, or of a smaller scope, and when the store does not answer.
    pub(crate) async fn allow(
        &self,
        needed: Scope,
        secret: Option<&str>,
    ) -> Result<Pass, ApiError> {
        if needed == Scope::Read && self.0.read_open {
            return Ok(Pass::Open);
        }
        let secret = secret.ok_or(ApiError::NoToken)?;
        let secret: TokenSecret = secret.parse().map_err(|_| ApiError::WrongToken)?;
        let hash = secret.hash();
        let scope = self.scope_of(&hash).await?.ok_or(ApiError::WrongToken)?;
        if !scope.includes(needed) {
            return Err(ApiError::ScopeTooSmall { scope, needed });
        }
        Ok(Pass::Token { hash, needed })
    }

    /// Whether what was allowed still is. Ask now and then in what goes on for long: a token may
    /// have been revoked.
    pub(crate) async fn still_allows(&self, pass: Pass) -> Result<bool, ApiError> {
        match pass {
            Pass::Open => Ok(true),
            Pass::Token { hash, needed } => {
                let scope = self.scope_of(&hash).await?;
                Ok(scope.is_some_and(|scope| scope.includes(needed)))
            }
        }
    }

    /// The scope of the token with this hash; none where there is no such token.
    async fn scope_of(&self, hash: &[u8; 32]) -> Result<Option<Scope>, ApiError> {
        let Inner {
            store,
            clock,
            known,
            ..
        } = &*self.0;
        if let Some(hit) = known.get(hash) {
            return Ok(hit.value);
        }
        // From before the look: what is revoked meanwhile must not hold any longer for it.
        let since = Validity::since(clock.now());
        let token = store.token_by_hash(hash).await?;
        let scope = token.map(|token| token.scope);
        match scope {
            Some(scope) => known.put(hash, scope, since),
            None => known.put_missing(hash, since),
        }
        Ok(scope)
    }
}

#[cfg(test)]
mod tests;
