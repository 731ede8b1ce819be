//! Why a running server could not be asked.

use std::path::PathBuf;

/// Why a running server could not be asked, or what it said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    /// No connection, or it broke.
    #[error("cannot reach the running server at {}: {reason}", socket.display())]
    Unreachable {
        /// Its control socket.
        socket: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// It answered with an error.
    #[error("the running server says: {0}")]
    Refused(String),
    /// Its answer is not one that this version knows.
    #[error("cannot read the running server's answer ({0}); is it of another version?")]
    Unknown(String),
    /// The socket cannot be made.
    #[error("cannot make the control socket {}: {source}", path.display())]
    Socket {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
