//! Every inbound protocol: what a client can ask of Killwire over HTTP.
//!
//! A request comes in through [`serve`] (connections, timeouts, shutdown), passes [`router`], and
//! ends in one file of `routes`, where the handler reads from the log and answers. Nothing here
//! writes to the log; the only thing that moves is a client's own offset.
//!
//! An event carries its killmail as the bytes that the store encoded once; nothing is parsed again.
//! The older routes encode what is stored when they are asked, with names where it has none
//! ([`Namer`]).

mod access;
mod body;
mod encode;
mod error;
mod limits;
mod long_poll;
mod metric;
mod namer;
mod operations;
mod path_id;
mod query;
mod routes;
mod server;
mod slow_client;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use killwire_clock::Clock;
use killwire_store::Store;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

pub use limits::{ConnectionLimits, Limits};
pub use metric::describe as describe_metrics;
pub use namer::Namer;
pub use operations::{HealthReport, Operations, PartHealth, PartState};
pub use server::serve;

/// Smaller answers are sent as they are: compressing them costs more than it saves on a network.
const COMPRESS_ABOVE_BYTES: u64 = 16 << 10;

/// What the routes work with.
pub struct Delivery {
    /// Where events and killmails are read, and where clients' offsets are kept.
    pub store: Store,
    /// The clock on which long polls wait. Clients live in real time: give them the system's clock
    /// also where the upstreams run on a scaled one.
    pub clock: Clock,
    /// What one request may ask for.
    pub limits: Limits,
    /// What the running program has to say about itself.
    pub operations: Arc<dyn Operations>,
    /// Who names killmails that were stored without names.
    pub namer: Arc<dyn Namer>,
    /// When cancelled, long polls answer with what there is. The same token as [`serve`]'s.
    pub stop: CancellationToken,
}

/// What all handlers share; one per router.
struct Shared {
    store: Store,
    clock: Clock,
    limits: Limits,
    operations: Arc<dyn Operations>,
    namer: Arc<dyn Namer>,
    stop: CancellationToken,
    long_polls: Arc<Semaphore>,
}

/// All routes, ready to be served by [`serve`] or called in a test.
pub fn router(delivery: Delivery) -> Router {
    let shared = Arc::new(Shared {
        long_polls: Arc::new(Semaphore::new(delivery.limits.long_polls)),
        store: delivery.store,
        clock: delivery.clock,
        limits: delivery.limits,
        operations: delivery.operations,
        namer: delivery.namer,
        stop: delivery.stop,
    });
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESS_ABOVE_BYTES));
    Router::new()
        .merge(routes::killfeed::routes())
        .merge(routes::events::routes())
        .merge(routes::killmail::routes())
        .merge(routes::system::routes())
        .merge(routes::health::routes())
        .merge(routes::status::routes())
        .fallback(routes::no_such_route)
        .method_not_allowed_fallback(routes::no_such_method)
        .layer(compression)
        .layer(from_fn(access::observe))
        .with_state(shared)
}
