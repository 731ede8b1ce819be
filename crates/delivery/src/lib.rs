//! Every inbound protocol: what a client can ask of Killwire over HTTP.
//!
//! A request comes in through [`serve`] (connections, timeouts, shutdown), passes [`router`], and
//! ends in one file of `routes`, where the handler reads from the log and answers. Nothing here
//! writes to the log; the only thing that moves is a client's own offset. What is asked about
//! profiles goes on to a [`ProfileDesk`]; what they found is read here, as a log of its own.
//!
//! An event carries its killmail as the bytes that the store encoded once; nothing is parsed again.
//! The older routes encode what is stored when they are asked, with names where it has none
//! ([`Namer`]).

mod access;
mod address;
mod asker;
mod base64;
mod body;
mod channel;
mod encode;
mod error;
mod hub;
mod limits;
mod long_poll;
mod match_json;
mod metric;
mod namer;
mod observe;
mod operations;
mod path_id;
mod profile_desk;
mod query;
mod routes;
mod seats;
mod server;
mod since;
mod slow_client;
mod sse;
mod trials;
mod visible;
mod vocabulary;
mod websocket;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use killwire_clock::Clock;
use killwire_store::{Scope, Store};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};

use access::{Access, Carried, Needs};
pub use access::{AccessPolicy, Cors, CorsError, NoRandomness, NoTokenSecret, TokenSecret};
pub use address::{ClientAddress, TrustedProxies, TrustedProxiesError};
pub use asker::Asker;
pub use hub::filter::{FILTER_NAMES, Filter, FilterError, FilterLimits, Watch};
pub use hub::{Full, Hub, HubLimits, HubReport, Protocol, ReaderReport};
pub use limits::{ConnectionLimits, Limits};
pub use metric::describe as describe_metrics;
pub use namer::Namer;
pub use operations::{HealthReport, Operations, PartHealth, PartState};
pub use profile_desk::{NoProfiles, ProfileAsk, ProfileDesk, ProfileFault, ProfileSource};
pub use server::serve;
pub use since::{NoSince, Since};

use trials::Trials;
#[doc(hidden)]
pub use vocabulary::Vocabulary;

/// For the fuzzer: plays arbitrary bytes as what a channel's client sends.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use channel::trial::play as play_channel;
/// For the fuzzer: reads arbitrary bytes as the query string of an event stream.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use query::trial::play as play_query;

/// Smaller answers are sent as they are: compressing them costs more than it saves on a network.
const COMPRESS_ABOVE_BYTES: u64 = 16 << 10;

/// What the routes work with. Clones share it.
#[derive(Clone)]
pub struct Delivery {
    /// Where events and killmails are read, and where clients' offsets are kept.
    pub store: Store,
    /// Who carries events to those who are connected.
    pub hub: Arc<Hub>,
    /// The clock on which long polls wait. Clients live in real time: give them the system's clock
    /// also where the upstreams run on a scaled one.
    pub clock: Clock,
    /// What one request may ask for.
    pub limits: Limits,
    /// Who may ask.
    pub access: AccessPolicy,
    /// What the running program has to say about itself.
    pub operations: Arc<dyn Operations>,
    /// Who names killmails that were stored without names.
    pub namer: Arc<dyn Namer>,
    /// Who answers what is asked about profiles; [`NoProfiles`] where there are none.
    pub profiles: Arc<dyn ProfileDesk>,
    /// When cancelled, long polls answer with what there is. The same token as [`serve`]'s.
    pub stop: CancellationToken,
}

/// What all handlers share; one per router.
struct Shared {
    store: Store,
    hub: Arc<Hub>,
    clock: Clock,
    limits: Limits,
    access: Access,
    operations: Arc<dyn Operations>,
    namer: Arc<dyn Namer>,
    profiles: Arc<dyn ProfileDesk>,
    stop: CancellationToken,
    long_polls: Arc<Semaphore>,
    trials: Trials,
}

/// All routes, ready to be served by [`serve`] or called in a test.
pub fn router(delivery: Delivery) -> Router {
    let access = Access::new(
        &delivery.access,
        delivery.store.clone(),
        delivery.clock.clone(),
    );
    let cors = delivery.access.cors.layer();
    let shared = Arc::new(Shared {
        long_polls: Arc::new(Semaphore::new(delivery.limits.long_polls)),
        trials: Trials::new(&delivery.limits),
        store: delivery.store,
        hub: delivery.hub,
        clock: delivery.clock,
        limits: delivery.limits,
        access: access.clone(),
        operations: delivery.operations,
        namer: delivery.namer,
        profiles: delivery.profiles,
        stop: delivery.stop,
    });
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        // It would hold a stream's events back until a block is full; streams pack themselves.
        .compress_when(SizeAbove::new(COMPRESS_ABOVE_BYTES).and(NotForContentType::SSE));
    let reading = Router::new()
        .merge(routes::killfeed::routes())
        .merge(routes::events::routes())
        .merge(routes::killmail::routes())
        .merge(routes::system::routes())
        .merge(routes::status::routes());
    let profiles = Router::new()
        .merge(routes::profiles::reading())
        .merge(routes::matches::routes())
        .merge(routes::lists::reading());
    let writing = Router::new()
        .merge(routes::profiles::writing())
        .merge(routes::lists::writing());
    let guarded = [
        (Needs::Reading, Carried::ByHeader, reading),
        (
            Needs::Reading,
            Carried::ByHeaderOrUrl,
            routes::stream::routes(),
        ),
        (
            Needs::ReadingByName,
            Carried::ByHeaderOrUrl,
            routes::channel::routes(),
        ),
        (
            Needs::ReadingByName,
            Carried::ByHeader,
            routes::conditions::routes(),
        ),
        // What somebody looks for is nobody else's affair, also where reading is open.
        (Needs::Token(Scope::Read), Carried::ByHeader, profiles),
        (
            Needs::Token(Scope::Read),
            Carried::ByHeaderOrUrl,
            routes::match_stream::routes(),
        ),
        (Needs::Token(Scope::Write), Carried::ByHeader, writing),
    ];
    let guarded = guarded
        .into_iter()
        .map(|(needs, carried, routes)| access.guard(needs, carried, routes));
    let routes = guarded
        .fold(Router::new(), Router::merge)
        .merge(routes::health::routes())
        .fallback(routes::no_such_route)
        .method_not_allowed_fallback(routes::no_such_method)
        .layer(compression);
    // Outside the guards: a browser asks without a token whether it may send one.
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    let routes = routes.layer(from_fn(observe::observe)).with_state(shared);
    Router::new().fallback_service(routes.map_request(routes::channel::at_its_path))
}
