//! The socket file itself: where it is, who may open it, and that it goes away.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::ControlError;

/// The longest path that every Unix takes for a socket, with its end mark.
const MAX_PATH_BYTES: usize = 103;

/// A listening control socket; its file goes away with it.
pub(crate) struct ControlSocket {
    path: PathBuf,
    /// A folder made for the socket alone, where the data directory's path is too long.
    folder: Option<PathBuf>,
}

impl ControlSocket {
    /// Listens in `data_dir`, whose lock is held, so that a file found there is a left-over.
    pub(crate) fn open(data_dir: &Path) -> Result<(Self, UnixListener), ControlError> {
        let socket = Self::place(data_dir);
        let listener = socket.listen().map_err(|source| ControlError::Socket {
            path: socket.path.clone(),
            source,
        })?;
        Ok((socket, listener))
    }

    /// Where commands reach this server.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn place(data_dir: &Path) -> Self {
        // A relative path would mean another file to a command started elsewhere.
        let data_dir = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        let path = data_dir.join("killwire.sock");
        if path.as_os_str().as_bytes().len() <= MAX_PATH_BYTES {
            return Self { path, folder: None };
        }
        let folder = std::env::temp_dir().join(format!("killwire-{}", std::process::id()));
        Self {
            path: folder.join("killwire.sock"),
            folder: Some(folder),
        }
    }

    fn listen(&self) -> io::Result<UnixListener> {
        if let Some(folder) = &self.folder {
            DirBuilder::new().mode(0o700).create(folder)?;
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&self.path)?;
        std::fs::set_permissions(&self.path, Permissions::from_mode(0o600))?;
        Ok(listener)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // What cannot be removed is removed by the next server.
        let _ = std::fs::remove_file(&self.path);
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir(folder);
        }
    }
}
