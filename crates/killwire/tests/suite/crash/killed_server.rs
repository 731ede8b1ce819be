//! The server as a process of its own, on one port through all its lives.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;

use jiff::Timestamp;
use killwire_sim::Sim;

use crate::program::killwire;

/// `killwire serve` on a fixed port, against a simulator.
pub(crate) struct KilledServer {
    port: u16,
    home: PathBuf,
    environment: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl KilledServer {
    pub(crate) fn new(
        home: &Path,
        sim: &Sim,
        epoch: Timestamp,
        scale: u32,
        database_url: Option<&str>,
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut environment = sim.environment();
        environment.extend([
            ("KILLWIRE_CONTACT", "Crash Harness of New Eden".to_owned()),
            ("KILLWIRE_CLOCK_EPOCH", epoch.to_string()),
            ("KILLWIRE_CLOCK_SCALE", scale.to_string()),
            // The feed's first number, so that nothing is offered before the first look.
            ("KILLWIRE_FEED_START", "96000000".to_owned()),
            // A small window: in an unoptimised build filling it is most of a short life.
            ("KILLWIRE_WINDOW_EVENTS", "500".to_owned()),
            ("KILLWIRE_LOG", "info".to_owned()),
        ]);
        if let Some(url) = database_url {
            environment.push(("DATABASE_URL", url.to_owned()));
        }
        Self {
            port,
            home: home.to_owned(),
            environment,
            child: None,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn log_path(&self) -> PathBuf {
        self.home.join("server.log")
    }

    pub(crate) fn start(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        let child = killwire(&self.home)
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--data-dir")
            .arg(self.home.join("data"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Fails where the server has ended by itself.
    pub(crate) fn assert_alive(&mut self) {
        let ended = self
            .child
            .as_mut()
            .and_then(|child| child.try_wait().unwrap());
        assert!(
            ended.is_none(),
            "the server ended: {ended:?}\n{}",
            self.tell()
        );
    }

    /// `SIGKILL`: no destructor runs, no buffer is flushed.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The end of what the server logged, for a failing test.
    pub(crate) fn tell(&self) -> String {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for KilledServer {
    fn drop(&mut self) {
        self.kill();
    }
}
