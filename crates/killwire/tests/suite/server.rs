//! A running server, and the simulated world that it follows.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_sim::{FaultPlan, Feed, HistoryPolicy, Sim, SimConfig};
use serde_json::Value;

use crate::program::killwire;

/// How long an effect may take until a test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// An HTTP client that shares the one TLS provider of the tree.
pub(crate) fn client() -> reqwest::Client {
    // An error means that it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A server process. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    client: reqwest::Client,
    url: String,
    log: PathBuf,
}

impl Server {
    /// Starts `killwire COMMAND… --listen 127.0.0.1:0 --json` and waits until it listens.
    pub(crate) fn start(home: &Path, command: &[&str], environment: &[(String, String)]) -> Self {
        Self::start_and_hear(home, command, environment).0
    }

    /// The same, with what it said of itself.
    pub(crate) fn start_and_hear(
        home: &Path,
        command: &[&str],
        environment: &[(String, String)],
    ) -> (Self, Value) {
        Self::start_at("127.0.0.1:0", home, command, environment)
    }

    fn start_at(
        address: &str,
        home: &Path,
        command: &[&str],
        environment: &[(String, String)],
    ) -> (Self, Value) {
        let log = home.join("server.log");
        let mut child = killwire(home)
            .args(command)
            .args(["--listen", address, "--json"])
            .envs(environment.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(
                File::options()
                    .create(true)
                    .append(true)
                    .open(&log)
                    .unwrap(),
            )
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
        let told: Value = serde_json::from_str(&first).unwrap_or_else(|_| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            panic!("the server did not start: {first:?}\n{log}")
        });
        // What comes later must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let server = Self {
            child,
            client: client(),
            url: told["listening"].as_str().unwrap().to_owned(),
            log,
        };
        (server, told)
    }

    /// `killwire serve` on `home/data`, following `world`.
    pub(crate) fn serve(home: &Path, world: &World) -> Self {
        Self::start(home, &["serve", "--data-dir", "data"], &world.environment)
    }

    /// Stops, and starts again on the same address.
    pub(crate) fn restart(&mut self, home: &Path, world: &World) {
        self.terminate();
        assert!(self.wait().0.success());
        let address = self.url.trim_start_matches("http://").to_owned();
        let command = ["serve", "--data-dir", "data"];
        *self = Self::start_at(&address, home, &command, &world.environment).0;
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        let answer = self.client.get(self.url(path)).send().await;
        answer.unwrap_or_else(|error| panic!("{error:?}\n{}", self.log()))
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    /// Asks `path` until `wanted` is true of the answer.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.json(path).await;
            if wanted(&answer) {
                return answer;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{path} still says {answer}\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end; how it ended and how long that took.
    pub(crate) fn wait(&mut self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        let status = self.child.wait().unwrap();
        (status, started.elapsed())
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A simulated world in this process, and the settings with which a server follows it.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) environment: Vec<(String, String)>,
}

impl World {
    /// A feed of `total` killmails, a hundred times faster than life, whose log has one event for
    /// each: without static data nothing is complete, so nothing is updated.
    pub(crate) async fn of(total: u64) -> Self {
        Self::with(total, FaultPlan::none()).await
    }

    /// The same, with something going wrong.
    pub(crate) async fn with(total: u64, faults: FaultPlan) -> Self {
        Self::nameless(total, faults, 100).await
    }

    /// About twenty killmails in each second: slow enough to do something meanwhile.
    pub(crate) async fn unhurried(total: u64) -> Self {
        Self::nameless(total, FaultPlan::none(), 4).await
    }

    async fn nameless(total: u64, faults: FaultPlan, scale: u32) -> Self {
        let mut world = Self::named_by(total, faults, scale).await;
        let manual = ("KILLWIRE_STATIC_DATA_UPDATE", "manual");
        world
            .environment
            .push((manual.0.to_owned(), manual.1.to_owned()));
        world
    }

    /// A feed whose server knows what ids mean.
    pub(crate) async fn named(total: u64, faults: FaultPlan) -> Self {
        Self::named_by(total, faults, 100).await
    }

    /// The same, so many times faster than life.
    pub(crate) async fn named_by(total: u64, faults: FaultPlan, scale: u32) -> Self {
        let epoch = Timestamp::now();
        let sim = Sim::start(SimConfig {
            feed: Feed::Generated {
                per_hour: 20_000.0,
                total: Some(total),
            },
            faults,
            history: HistoryPolicy::Continuous,
            ..SimConfig::new(Clock::scaled(epoch, scale))
        })
        .await
        .unwrap();
        let mut environment = sim.environment();
        environment.extend([
            ("KILLWIRE_CONTACT", "killwire tests".to_owned()),
            ("KILLWIRE_CLOCK_SCALE", scale.to_string()),
            ("KILLWIRE_CLOCK_EPOCH", epoch.to_string()),
            // Nothing is offered before the first look.
            ("KILLWIRE_FEED_START", "96000000".to_owned()),
        ]);
        let environment = environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self { sim, environment }
    }

    /// The same with the state in the PostgreSQL database at `url`.
    pub(crate) fn on_database(mut self, url: String) -> Self {
        self.environment.push(("DATABASE_URL".to_owned(), url));
        self
    }

    /// The ids that the feed has offered, sorted.
    pub(crate) fn offered(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self.sim.offered().iter().map(|o| o.killmail_id).collect();
        ids.sort_unstable();
        ids
    }
}
