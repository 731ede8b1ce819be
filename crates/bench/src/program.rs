//! The program itself, `killwire serve`, built beside this one and started in a process of its own.
//! Its upstreams are a closed port on loopback: it follows nothing, and nothing leaves the machine.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::Outcome;

/// The database's name in a data directory.
const DATABASE: &str = "killwire.db";

/// Port 9 is for discarding; hardly a machine listens on it.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Where the database of a data directory is.
pub(crate) fn database(data_dir: &Path) -> PathBuf {
    data_dir.join(DATABASE)
}

/// The program, built as this one was.
pub(crate) struct Program(PathBuf);

impl Program {
    /// Builds it, which takes minutes the first time.
    pub(crate) fn build() -> Outcome<Self> {
        let bench = std::env::current_exe()?;
        // …/target/release/killwire-bench
        let profile = bench.parent().ok_or("this program has no folder")?;
        let target = profile
            .parent()
            .ok_or("this program has no target folder")?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--package", "killwire", "--target-dir"])
            .arg(target)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        if !build.status()?.success() {
            return Err("the server could not be built".into());
        }
        Ok(Self(profile.join("killwire")))
    }

    /// Imports a static data export into a data directory.
    pub(crate) fn import(&self, data_dir: &Path, export: &Path) -> Outcome<()> {
        let status = Command::new(&self.0)
            .args(["sde", "import", "--file"])
            .arg(export)
            .arg("--data-dir")
            .arg(data_dir)
            .env("KILLWIRE_LOG", "error")
            .env_remove("KILLWIRE_DATABASE_URL")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        if status.success() {
            Ok(())
        } else {
            Err("the static data could not be imported".into())
        }
    }

    /// Starts it on a data directory; it listens when this returns.
    pub(crate) fn start(&self, data_dir: &Path) -> Outcome<Running> {
        let mut process = Command::new(&self.0)
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .env("KILLWIRE_CONTACT", env!("CARGO_PKG_REPOSITORY"))
            .env("KILLWIRE_R2Z2_URL", NOWHERE)
            .env("KILLWIRE_ESI_URL", NOWHERE)
            .env("KILLWIRE_EVEREF_URL", NOWHERE)
            .env("KILLWIRE_ZKILLBOARD_URL", NOWHERE)
            .env("KILLWIRE_STATIC_DATA_URL", NOWHERE)
            .env("KILLWIRE_STATIC_DATA_UPDATE", "manual")
            .env("KILLWIRE_JANICE_URL", NOWHERE)
            .env("KILLWIRE_MUTAMARKET_URL", NOWHERE)
            .env("KILLWIRE_LOG", "error")
            .env_remove("KILLWIRE_DATABASE_URL")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let output = process.stdout.take();
        let mut running = Running {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let mut said = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut said)?;
        }
        let started: Started = serde_json::from_str(&said)
            .map_err(|error| format!("the server did not start: {error}"))?;
        running.address = started
            .listening
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse()?;
        Ok(running)
    }
}

/// What the program says when it has started.
#[derive(Deserialize)]
struct Started {
    listening: String,
}

/// The program at work; killed when this is dropped, which its data survives.
pub(crate) struct Running {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// The process's number.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        if let Err(error) = ended {
            eprintln!("the server did not end: {error}");
        }
    }
}
