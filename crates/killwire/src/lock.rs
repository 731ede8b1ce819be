//! One process owns a data directory. The lock file says which, and where it listens for commands.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who owns a data directory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// Its process.
    pub(crate) pid: u32,
    /// What it does: `serve`, `replay`, ….
    pub(crate) command: String,
    /// Since when.
    pub(crate) since: Timestamp,
    /// Where it takes commands; none for a command that is done soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) socket: Option<PathBuf>,
    /// Where its clients connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

/// Why the data directory is not ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Somebody else has it.
    #[error(
        "{} is in use by `killwire {}` (process {}) since {}; stop it first, or give this one another --data-dir",
        dir.display(), holder.command, holder.pid, holder.since
    )]
    Held {
        /// The data directory.
        dir: PathBuf,
        /// Who has it.
        holder: Box<Holder>,
    },
    /// Somebody else has it and has not said who it is.
    #[error("{} is in use by another process; stop it first, or give this one another --data-dir", .0.display())]
    HeldByUnknown(PathBuf),
    /// The lock file cannot be used.
    #[error("cannot use the lock file {}: {source}", path.display())]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The ownership of a data directory. The system releases it when this is dropped, however the
/// process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
    holder: Holder,
}

impl Lock {
    /// Takes `dir` for `command`.
    pub(crate) fn take(dir: &Path, command: &str, now: Timestamp) -> Result<Self, LockError> {
        let path = dir.join("killwire.lock");
        let unusable = |source| LockError::Unusable {
            path: path.clone(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(match read(&file) {
                    Some(holder) => LockError::Held {
                        dir: dir.to_owned(),
                        holder: Box::new(holder),
                    },
                    None => LockError::HeldByUnknown(dir.to_owned()),
                });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let holder = Holder {
            pid: std::process::id(),
            command: command.to_owned(),
            since: now,
            socket: None,
            address: None,
        };
        let mut lock = Self { file, path, holder };
        lock.write()?;
        Ok(lock)
    }

    /// Says where this process takes commands and clients.
    pub(crate) fn announce(
        &mut self,
        socket: &Path,
        address: std::net::SocketAddr,
    ) -> Result<(), LockError> {
        self.holder.socket = Some(socket.to_owned());
        self.holder.address = Some(address.to_string());
        self.write()
    }

    fn write(&mut self) -> Result<(), LockError> {
        let mut write = || {
            self.file.rewind()?;
            self.file.set_len(0)?;
            serde_json::to_writer(&self.file, &self.holder)?;
            self.file.write_all(b"\n")
        };
        write().map_err(|source| LockError::Unusable {
            path: self.path.clone(),
            source,
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // An empty file says that nobody is here; the system releases the lock itself.
        let _ = self.file.set_len(0);
    }
}

/// Where the server that owns `dir` takes its clients, as far as it has said so. Looks without
/// touching the lock, so that no server fails to get it meanwhile; after a crash the address may be
/// of one that is gone.
pub(crate) fn announced(dir: &Path) -> Option<String> {
    let file = File::open(dir.join("killwire.lock")).ok()?;
    read(&file)?.address
}

fn read(mut file: &File) -> Option<Holder> {
    let mut text = String::new();
    file.take(64 << 10).read_to_string(&mut text).ok()?;
    let holder = serde_json::from_str(&text).ok();
    let _ = file.rewind();
    holder
}
