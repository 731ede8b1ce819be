//! A running Killwire: every part put together, started in order, stopped in order.
//!
//! The road of a killmail is wired here: the feed's tasks append to the store, delivery reads from
//! it. Who owns what: [`Node`] owns the lock, the control socket and the supervisor; the
//! supervisor owns the tasks; the tasks hold clones of the store's handle.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use killwire_clock::Clock;
use killwire_delivery::{Delivery, Hub, Operations};
use killwire_store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::control::{self, Control, ControlSocket};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::feed::Feed;
use crate::inquiry::Inquiry;
use crate::knowledge::Knowledge;
use crate::lock::Lock;
use crate::namer::FromMemory;
use crate::operations::Running;
use crate::profile_desk::ProfileAnswers;
use crate::supervise::Supervisor;
use crate::surveillance::Surveillance;
use crate::{data_dir, metric};

/// What tasks have from the stop signal until they are cut off. With closing the store it stays
/// within the five seconds that service managers are promised.
const STOP_PATIENCE: Duration = Duration::from_millis(3_800);
/// What closing the store may take after that.
const CLOSE_PATIENCE: Duration = Duration::from_millis(900);

/// A running Killwire.
pub(crate) struct Node {
    config: Config,
    address: SocketAddr,
    store: Store,
    knowledge: Knowledge,
    supervisor: Supervisor,
    stop: CancellationToken,
    socket: ControlSocket,
    _lock: Lock,
}

impl Node {
    /// Takes the data directory, opens the store, and starts every task.
    pub(crate) async fn start(config: Config, command: &str) -> Result<Self, Failure> {
        let real = Clock::system();
        data_dir::make(&config.data_dir)?;
        let mut lock = Lock::take(&config.data_dir, command, real.now())?;
        let listener = listen(config.listen)?;
        let address = listener
            .local_addr()
            .map_err(Failure::system("cannot read the address listened on"))?;
        let metrics = metric::install();
        let store = Store::open(config.store(), config.upstream.clock()).await?;
        let knowledge = Knowledge::open(&config, &store).await?;
        let surveillance = Surveillance::open(&config, &store, &knowledge).await?;
        let profiles = ProfileAnswers::new(
            surveillance.profiles(),
            store.clone(),
            &knowledge,
            config.upstream.clock(),
        );
        let feed = Feed::open(&config, &store, &knowledge).await?;

        let universe = knowledge.universe.clone();
        let hub = Hub::new(
            store.clone(),
            config.upstream.clock(),
            universe,
            config.limits.hub.clone(),
        );

        let stop = CancellationToken::new();
        let mut supervisor = Supervisor::new(real.clone(), stop.clone());
        let operations = Arc::new(Running {
            store: store.clone(),
            feed: feed.view(),
            knowledge: knowledge.clone(),
            hub: Arc::clone(&hub),
            surveillance: surveillance.clone(),
            tasks: supervisor.board(),
            clock: real.clone(),
            started: real.now(),
            max_lag: config.max_lag,
            metrics,
        });
        let (socket, control_listener) = ControlSocket::open(&config.data_dir)?;
        let control = Arc::new(Control {
            desk: Desk::new(store.clone(), Some(knowledge.enricher.clone())),
            inquiry: Inquiry::new(store.clone(), knowledge.clone()),
            profiles: profiles.clone(),
            operations: Arc::clone(&operations) as Arc<dyn Operations>,
            repairer: feed.repairer(),
        });

        let delivery = Delivery {
            store: store.clone(),
            hub: Arc::clone(&hub),
            clock: real.clone(),
            limits: config.limits.clone(),
            access: config.access.clone(),
            operations: Arc::clone(&operations) as Arc<dyn Operations>,
            namer: Arc::new(FromMemory(knowledge.enricher.clone())),
            profiles: Arc::new(profiles),
            stop: stop.clone(),
        };
        keep_hub(&mut supervisor, &hub, &stop);
        keep_http(&mut supervisor, listener, delivery);
        keep_control(&mut supervisor, control_listener, control, &stop)?;
        keep_figures(&mut supervisor, &operations, &stop);
        keep_gc(&mut supervisor, &store, &config, &stop);
        knowledge.keep(&mut supervisor, &stop);
        surveillance.keep(&mut supervisor, &stop);
        feed.keep(&mut supervisor, &stop);
        lock.announce(socket.path(), address)?;
        Ok(Self {
            config,
            address,
            store,
            knowledge,
            supervisor,
            stop,
            socket,
            _lock: lock,
        })
    }

    /// Stops intake, answers open requests, commits, closes. Done within five seconds.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.supervisor.finish(STOP_PATIENCE).await;
        let closing = async {
            self.knowledge.lookup.flush().await;
            self.store.close().await;
        };
        if tokio::time::timeout(CLOSE_PATIENCE, closing).await.is_err() {
            tracing::warn!("the store did not close in time; what was acknowledged is on disk");
        }
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where everything is kept.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    /// Where commands reach this server.
    pub(crate) fn control(&self) -> &Path {
        self.socket.path()
    }

    /// The log and everything beside it.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

/// Bound once, before anything else starts; a restarted HTTP task serves the same socket.
fn listen(address: SocketAddr) -> Result<std::net::TcpListener, Failure> {
    let listen = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source| Failure::Listen { address, source })
}

fn keep_hub(supervisor: &mut Supervisor, hub: &Arc<Hub>, stop: &CancellationToken) {
    let (hub, stop) = (Arc::clone(hub), stop.clone());
    supervisor.keep("hub", move || {
        let (hub, stop) = (Arc::clone(&hub), stop.clone());
        async move {
            hub.dispatch(&stop).await?;
            Ok(())
        }
    });
}

fn keep_http(supervisor: &mut Supervisor, listener: std::net::TcpListener, delivery: Delivery) {
    supervisor.keep("http", move || {
        let (listener, delivery) = (listener.try_clone(), delivery.clone());
        async move {
            let listener = TcpListener::from_std(listener?)?;
            let connections = delivery.limits.connections.clone();
            let (hub, stop) = (Arc::clone(&delivery.hub), delivery.stop.clone());
            let router = killwire_delivery::router(delivery);
            killwire_delivery::serve(listener, router, connections, stop).await?;
            hub.ended().await;
            Ok(())
        }
    });
}

fn keep_control(
    supervisor: &mut Supervisor,
    listener: tokio::net::UnixListener,
    control: Arc<Control>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let listener = listener
        .into_std()
        .map_err(Failure::system("cannot keep the control socket"))?;
    let stop = stop.clone();
    supervisor.keep("control", move || {
        let listener = listener.try_clone();
        let (control, stop) = (Arc::clone(&control), stop.clone());
        async move {
            let listener = tokio::net::UnixListener::from_std(listener?)?;
            control::serve(listener, control, stop).await?;
            Ok(())
        }
    });
    Ok(())
}

fn keep_figures(supervisor: &mut Supervisor, operations: &Arc<Running>, stop: &CancellationToken) {
    let (operations, stop) = (Arc::clone(operations), stop.clone());
    supervisor.keep("figures", move || {
        let (operations, stop) = (Arc::clone(&operations), stop.clone());
        async move {
            loop {
                operations.refresh().await?;
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(metric::UPKEEP) => {}
                }
            }
        }
    });
}

fn keep_gc(supervisor: &mut Supervisor, store: &Store, config: &Config, stop: &CancellationToken) {
    let (store, stop, interval) = (store.clone(), stop.clone(), config.gc_interval);
    supervisor.keep("gc", move || {
        let (store, stop) = (store.clone(), stop.clone());
        async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(interval) => {}
                }
                let removed = store.collect_garbage().await?;
                if removed > 0 {
                    tracing::debug!(removed, "collected garbage");
                }
            }
        }
    });
}
