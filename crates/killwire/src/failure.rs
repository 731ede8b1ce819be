//! Why a command failed, in words a person can act on.

use std::path::PathBuf;

use killwire_delivery::ProfileFault;
use killwire_intake::IntakeError;
use killwire_intake::import::ImportError;
use killwire_lookup::{LookupError, StaticDataError};
use killwire_sim::SimError;
use killwire_store::StoreError;
use killwire_surveillance::profiles::ProfilesError;
use killwire_surveillance::reader::ReaderError;

use crate::command::TailError;
use crate::config::ConfigError;
use crate::control::ControlError;
use crate::lock::LockError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Durable state said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data directory is in use, or cannot be used.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The files to import are not there.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The running server said no.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The feed, or repairing it, failed.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// What an id means could not be found out.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// Static data could not be brought.
    #[error(transparent)]
    StaticData(#[from] StaticDataError),
    /// The feed of a server cannot be followed.
    #[error(transparent)]
    Tail(#[from] TailError),
    /// Something is wrong with a profile, a condition or a list.
    #[error("{}{fault}{}", before(from.as_deref()), below(fault))]
    Profile {
        /// The file that it stands in.
        from: Option<String>,
        /// What is wrong.
        fault: ProfileFault,
    },
    /// The profiles cannot be put in force.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// The log cannot be matched.
    #[error(transparent)]
    Surveillance(#[from] ReaderError),
    /// The simulator does not start.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// The world outside cannot be asked.
    #[error("cannot set up requests to the world outside: {0}")]
    Upstream(String),
    /// A server address is taken, or not ours.
    #[error(
        "cannot listen on {address}: {source}; choose another address with --listen, port 0 picks a free one"
    )]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or folder did not let itself be used.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system did not do something small.
    #[error("{doing}: {source}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was asked for cannot be done, with the way out.
    #[error("{0}")]
    Refused(String),
}

fn before(file: Option<&str>) -> String {
    file.map_or_else(String::new, |file| format!("{file}: "))
}

/// The line with a mark under what is wrong.
fn below(fault: &ProfileFault) -> String {
    match fault {
        ProfileFault::Invalid {
            shown: Some(shown), ..
        } => format!("\n{shown}"),
        _ => String::new(),
    }
}

impl From<ProfileFault> for Failure {
    fn from(fault: ProfileFault) -> Self {
        Self::Profile { from: None, fault }
    }
}

impl Failure {
    /// With the file in which it stands, where it is about a condition.
    pub(crate) fn in_file(self, file: &str) -> Self {
        match self {
            Self::Profile {
                fault: fault @ ProfileFault::Invalid { .. },
                ..
            } => Self::Profile {
                from: Some(file.to_owned()),
                fault,
            },
            other => other,
        }
    }

    /// Wraps a system's error with what was being done.
    pub(crate) fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { doing, source }
    }
}
