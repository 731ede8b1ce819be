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
use killwire_store::{Scope, Store, TokenId};

use crate::Asker;
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
    known: Cache<[u8; 32], Holder>,
}

/// Whoever shows a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) token: TokenId,
    pub(crate) scope: Scope,
}

/// What a route asks of who calls it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Needs {
    /// Reading as the server's owner likes it: open, or with a token. Where it is open nobody's token
    /// is looked at: a client may have a token of something else on it.
    Reading,
    /// The same, but whoever shows a token that is known here is known by it.
    ReadingByName,
    /// A token of at least this scope, also where reading is open.
    Token(Scope),
}

impl Needs {
    const fn scope(self) -> Scope {
        match self {
            Self::Reading | Self::ReadingByName => Scope::Read,
            Self::Token(scope) => scope,
        }
    }
}

/// Why something was allowed. An extension of each request behind a guard.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pass {
    /// Everyone may.
    Open,
    /// The token with this hash has the scope that is needed.
    Token {
        hash: [u8; 32],
        needed: Scope,
        holder: Holder,
    },
}

impl Pass {
    /// Who asks, as far as that is known.
    pub(crate) const fn asker(self) -> Asker {
        let (token, scope) = match self {
            Self::Open => (None, Scope::Read),
            Self::Token { holder, .. } => (Some(holder.token), holder.scope),
        };
        Asker {
            token,
            scope,
            operator: false,
        }
    }
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

    /// Whether whoever shows `secret` may do what a route needs.
    ///
    /// # Errors
    /// Where a token is missing, wrong, or of a smaller scope, and when the store does not answer.
    pub(crate) async fn allow(&self, needs: Needs, secret: Option<&str>) -> Result<Pass, ApiError> {
        match needs {
            Needs::Reading if self.0.read_open => return Ok(Pass::Open),
            Needs::ReadingByName if self.0.read_open => return self.by_name(secret).await,
            _ => {}
        }
        let needed = needs.scope();
        let secret = secret.ok_or(ApiError::NoToken)?;
        let secret: TokenSecret = secret.parse().map_err(|_| ApiError::WrongToken)?;
        let hash = secret.hash();
        let holder = self.holder_of(&hash).await?.ok_or(ApiError::WrongToken)?;
        if !holder.scope.includes(needed) {
            let scope = holder.scope;
            return Err(ApiError::ScopeTooSmall { scope, needed });
        }
        Ok(Pass::Token {
            hash,
            needed,
            holder,
        })
    }

    /// Lets everyone in, those with a token of ours by its name.
    async fn by_name(&self, secret: Option<&str>) -> Result<Pass, ApiError> {
        let secret = secret.and_then(|secret| secret.parse::<TokenSecret>().ok());
        let Some(hash) = secret.map(|secret| secret.hash()) else {
            return Ok(Pass::Open);
        };
        let holder = self.holder_of(&hash).await?;
        Ok(holder.map_or(Pass::Open, |holder| Pass::Token {
            hash,
            needed: Scope::Read,
            holder,
        }))
    }

    /// Whether what was allowed still is. Ask now and then in what goes on for long: a token may
    /// have been revoked.
    pub(crate) async fn still_allows(&self, pass: Pass) -> Result<bool, ApiError> {
        match pass {
            Pass::Open => Ok(true),
            Pass::Token { hash, needed, .. } => {
                let holder = self.holder_of(&hash).await?;
                Ok(holder.is_some_and(|holder| holder.scope.includes(needed)))
            }
        }
    }

    /// Who holds the token with this hash; none where there is no such token.
    async fn holder_of(&self, hash: &[u8; 32]) -> Result<Option<Holder>, ApiError> {
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
        let holder = token.map(|token| Holder {
            token: token.id,
            scope: token.scope,
        });
        match holder {
            Some(holder) => known.put(hash, holder, since),
            None => known.put_missing(hash, since),
        }
        Ok(holder)
    }
}

#[cfg(test)]
mod tests;
