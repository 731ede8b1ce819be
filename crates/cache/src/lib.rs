//! Typed caches: one facade on `moka` for every domain, with injected time.
//!
//! A [`Cache`] answers one of three things about a key: a *fresh* value, a *stale* one (it may still
//! be shown while a fresh one is fetched), or nothing. "There is no such thing" is a value too (a
//! negative entry). How long each holds is the domain's [`Policy`], or what the upstream's `Expires`
//! says, whichever is longer.
//!
//! - **Time** is an injected [`killwire_clock::Clock`]. Every entry carries until when it is fresh
//!   and when it is gone, and every read compares; `moka` is told the same span and frees the entry
//!   by itself. There is no clean-up task.
//! - **Single flight.** Whoever asks first for a key that is not fresh gets a [`Lease`] and fetches;
//!   the others wait for the same result. [`Cache::fetch`] does that for a single key,
//!   [`Cache::ask`] is for whoever fetches many keys in one call.
//! - **Bounds.** Each cache has a greatest weight; what was used least recently goes first, so that
//!   what was just fetched is still there for whoever fetched it.
//! - **Figures.** [`Cache::stats`], and all caches of a process in one list, [`Caches`].

mod cache;
mod entry;
mod flight;
pub mod metric;
mod policy;
mod registry;
mod stats;

pub use cache::{Asked, Cache};
pub use entry::{Hit, Loaded, State, Validity};
pub use flight::{Lease, Waiter};
pub use policy::Policy;
pub use registry::{Caches, Observed};
pub use stats::CacheStats;
