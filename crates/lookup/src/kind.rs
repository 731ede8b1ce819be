//! What a pipeline must be told about a kind of thing: key, value, how to load it, where to keep it.

use std::fmt::Debug;
use std::future::{Future, ready};
use std::hash::Hash;

use killwire_cache::Loaded;
use killwire_upstream::Priority;

use crate::LookupError;
use crate::limits::Limits;

/// A key that an upstream is asked for.
#[derive(Clone, Debug)]
pub struct Question<K: Kind> {
    /// Which.
    pub key: K::Key,
    /// What was known of it and has expired, for questions of the form "still so?".
    pub known: Option<K::Value>,
}

/// Keys with what is known of each.
pub type Answers<K> = Vec<(<K as Kind>::Key, Loaded<<K as Kind>::Value>)>;

/// A kind of thing that ids mean.
pub trait Kind: Send + Sync + Sized + 'static {
    /// What it is asked by.
    type Key: Clone + Debug + Eq + Hash + Send + Sync + 'static;
    /// What is learned. Cheap to clone.
    type Value: Clone + Send + Sync + 'static;
    /// Its row in the table of limits.
    const LIMITS: Limits;
    /// Whether it is kept on disk, and [`Kind::recall`] is worth asking.
    const SHELVED: bool = false;

    /// What an entry weighs in the cache, in bytes, roughly.
    fn weigh(key: &Self::Key, value: Option<&Self::Value>) -> u32;

    /// Asks the upstream, in one call, for at most `LIMITS.max_batch` keys. An answer about a key
    /// that was not asked for is kept, too; a key without an answer is an error.
    ///
    /// # Errors
    /// What the call failed with. Where that blames an id ([`LookupError::blames_an_id`]), the
    /// pipeline finds out which.
    fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> impl Future<Output = Result<Answers<Self>, LookupError>> + Send;

    /// What the store remembers of `keys`.
    ///
    /// # Errors
    /// What the store failed with; then the upstream is asked.
    fn recall(
        &self,
        _keys: &[Self::Key],
    ) -> impl Future<Output = Result<Answers<Self>, LookupError>> + Send {
        ready(Ok(Vec::new()))
    }

    /// Has the store remember what was fetched.
    ///
    /// # Errors
    /// What the store failed with; what was fetched is in the cache all the same.
    fn save(
        &self,
        _fetched: Answers<Self>,
    ) -> impl Future<Output = Result<(), LookupError>> + Send {
        ready(Ok(()))
    }
}
