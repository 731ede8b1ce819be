//! The simulator on the wire: one loopback port, seven services, and a word with the simulator.

mod control;
mod esi;
mod everef;
mod gate;
mod janice;
mod mutamarket;
mod r2z2;
mod reply;
mod static_data;
mod zkillboard;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::directory::Directory;
use crate::downtime::Downtime;
use crate::export::Exports;
use crate::rules::Rules;
use crate::status::SimStatus;
use crate::time::SimTime;
use crate::world::World;

/// How large a list of fault rules may be.
const MAX_CONTROL_BODY: usize = 1 << 20;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) time: SimTime,
    pub(crate) state: Mutex<State>,
    pub(crate) directory: Directory,
    /// The key that Janice accepts.
    pub(crate) janice_key: String,
    /// How long a 403 blocks.
    pub(crate) block: SignedDuration,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Ends what hangs.
    pub(crate) stop: CancellationToken,
}

/// The world and who asks of it, behind one lock so that both see the same order of things.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) rules: Rules,
    pub(crate) downtime: Downtime,
    /// How long ESI thinks about each answer.
    pub(crate) esi_latency: Duration,
    pub(crate) exports: Exports,
}

impl Shared {
    /// The state, brought up to date.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.world.advance(self.time.now());
        state
    }

    /// The base of every URL.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn status(&self) -> SimStatus {
        SimStatus::of(&self.state(), self.time.now())
    }
}

/// Every route.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/r2z2/{*rest}", get(r2z2::serve))
        .route("/esi/{*rest}", any(esi::serve))
        .route("/everef/{*rest}", get(everef::serve))
        .route("/janice/{*rest}", any(janice::serve))
        .route("/mutamarket/{*rest}", get(mutamarket::serve))
        .route("/static-data/{*rest}", get(static_data::serve))
        .route("/zkillboard/{*rest}", get(zkillboard::serve))
        .route("/sim/status", get(control::status))
        .route("/sim/faults", post(control::add_faults))
        .layer(DefaultBodyLimit::max(MAX_CONTROL_BODY))
        .with_state(shared)
}

/// Serves until told to stop.
pub(crate) async fn serve(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    let service = router(shared).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the simulator stopped serving");
    }
}
