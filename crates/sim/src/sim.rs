//! The handle of a running simulator.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Offered, SimConfig, SimError};
use crate::downtime::Downtime;
use crate::export::Exports;
use crate::faults::FaultRule;
use crate::rules::{Breach, Rules};
use crate::server::{self, Shared, State};
use crate::status::SimStatus;
use crate::time::{SimTime, signed};
use crate::world::World;

/// How long open answers are waited for when the simulator stops.
const STOP_WAIT: Duration = Duration::from_secs(2);

/// A running simulator. Owned by whoever started it; it stops when told or dropped.
#[derive(Debug)]
pub struct Sim {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Sim {
    /// Starts a simulator within the current Tokio runtime.
    ///
    /// # Errors
    /// [`SimError`] where the address cannot be listened on or the feed cannot be played.
    pub async fn start(config: SimConfig) -> Result<Self, SimError> {
        let listen = config.listen;
        let cannot_listen = |source| SimError::Listen {
            address: listen,
            source,
        };
        let time = SimTime::new(config.clock.clone());
        let block = signed(config.block);
        let downtime = Downtime::new(config.esi_downtime.map(signed));
        let esi_latency = config.esi_latency;
        let janice_key = config.janice_key.clone();
        let served = config.static_data.clone();
        let exports = Exports::new(config.static_build, served, time.start())?;
        let (world, directory) = World::new(config, &time)?;
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let shared = Arc::new(Shared {
            time,
            state: Mutex::new(State {
                world,
                rules: Rules::default(),
                downtime,
                esi_latency,
                exports,
            }),
            directory,
            janice_key,
            block,
            address,
            stop: CancellationToken::new(),
        });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base of everything: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What stands for `https://r2z2.zkillboard.com`.
    #[must_use]
    pub fn r2z2_url(&self) -> String {
        format!("{}/r2z2", self.base_url())
    }

    /// What stands for `https://esi.evetech.net`.
    #[must_use]
    pub fn esi_url(&self) -> String {
        format!("{}/esi", self.base_url())
    }

    /// What stands for `https://data.everef.net`.
    #[must_use]
    pub fn everef_url(&self) -> String {
        format!("{}/everef", self.base_url())
    }

    /// What stands for `https://janice.e-351.com/api/rest/v2`.
    #[must_use]
    pub fn janice_url(&self) -> String {
        format!("{}/janice", self.base_url())
    }

    /// What stands for `https://mutamarket.com/api`.
    #[must_use]
    pub fn mutamarket_url(&self) -> String {
        format!("{}/mutamarket", self.base_url())
    }

    /// What stands for `https://developers.eveonline.com/static-data`.
    #[must_use]
    pub fn static_data_url(&self) -> String {
        format!("{}/static-data", self.base_url())
    }

    /// What stands for `https://zkillboard.com/api`.
    #[must_use]
    pub fn zkillboard_url(&self) -> String {
        format!("{}/zkillboard", self.base_url())
    }

    /// The name that ESI and the static data give to an id: of a pilot, a corporation, an
    /// alliance, a faction, a solar system, a constellation, a region or a type. `None` where the
    /// simulator knows no such id.
    #[must_use]
    pub fn name_of(&self, id: i64) -> Option<String> {
        self.shared.directory.name(id).map(|known| known.name)
    }

    /// The ticker of a corporation or an alliance; `None` where the simulator knows no such id.
    #[must_use]
    pub fn ticker_of(&self, id: i64) -> Option<String> {
        self.shared.directory.ticker(id)
    }

    /// Takes ESI down without a word, or brings it back.
    pub fn set_esi_down(&self, down: bool) {
        let now = self.shared.time.now();
        self.shared.state().downtime.set_down(down, now);
    }

    /// From now on ESI thinks this long about each answer, by the clock.
    pub fn set_esi_latency(&self, latency: Duration) {
        self.shared.state().esi_latency = latency;
    }

    /// Lets a newer static data export appear. The older ones stay where they are.
    pub fn set_static_build(&self, build: u32) {
        let now = self.shared.time.now();
        self.shared.state().exports.release(build, now);
    }

    /// Forgets every scripted fault of answers that has not happened yet. Rates stay.
    pub fn clear_faults(&self) {
        self.shared.state().world.script.clear();
    }

    /// The settings with which `killwire serve` follows this simulator, by environment variable; its
    /// clock's settings are not among them.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("KILLWIRE_R2Z2_URL", self.r2z2_url()),
            ("KILLWIRE_ESI_URL", self.esi_url()),
            ("KILLWIRE_EVEREF_URL", self.everef_url()),
            ("KILLWIRE_ZKILLBOARD_URL", self.zkillboard_url()),
            ("KILLWIRE_STATIC_DATA_URL", self.static_data_url()),
            ("KILLWIRE_JANICE_URL", self.janice_url()),
            ("KILLWIRE_JANICE_KEY", self.shared.janice_key.clone()),
            ("KILLWIRE_MUTAMARKET_URL", self.mutamarket_url()),
        ]
    }

    /// The breaches so far, the first thousand of them; [`SimStatus::breaches`] counts all.
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        self.shared.state().rules.breaches().to_vec()
    }

    /// Every killmail that the feed has offered so far, in the order of publication.
    #[must_use]
    pub fn offered(&self) -> Vec<Offered> {
        self.shared.state().world.offered()
    }

    /// Numbers whose entry was valid JSON but no killmail, with no killmail behind them.
    #[must_use]
    pub fn bad_entries(&self) -> Vec<u64> {
        self.shared.state().world.bad_entries().to_vec()
    }

    /// The highest number published; one below the first where none is.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.shared.state().world.head()
    }

    /// Whether all there is has been published and can be read. Never for an endless feed.
    #[must_use]
    pub fn feed_done(&self) -> bool {
        self.shared.status().feed_done
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> SimStatus {
        self.shared.status()
    }

    /// Adds a scripted fault. One of an entry takes effect when its number is published, so it
    /// must be added before. More than 10,000 waiting rules are ignored with a warning.
    pub fn add_fault(&self, rule: FaultRule) {
        self.add_faults(vec![rule]);
    }

    /// Adds scripted faults, as [`Sim::add_fault`] does.
    pub fn add_faults(&self, rules: Vec<FaultRule>) {
        if !self.shared.state().world.script.add(rules) {
            tracing::warn!("fault rules were ignored: too many are waiting");
        }
    }

    /// Lets every entry below `sequence` expire at once, as if its 24 hours were over.
    pub fn expire_below(&self, sequence: u64) {
        self.shared.state().world.expire_below(sequence);
    }

    /// Stops: ends what hangs, finishes open answers, closes the port.
    pub async fn stop(mut self) {
        self.shared.stop.cancel();
        if tokio::time::timeout(STOP_WAIT, &mut self.server)
            .await
            .is_err()
        {
            self.server.abort();
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}
