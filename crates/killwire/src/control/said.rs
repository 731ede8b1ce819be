//! What the server says about profiles: the answer, or why there is none, and how far it is.

use killwire_delivery::ProfileFault;
use serde::{Deserialize, Serialize};

use crate::profile_desk::Scanned;

/// One line of an answer. The last one is the answer or the fault.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said<T> {
    /// How far a trial has come.
    Progress(Scanned),
    /// What was asked for.
    Answer(T),
    /// Why it is not to be had.
    Fault(ProfileFault),
}

impl<T> From<Result<T, ProfileFault>> for Said<T> {
    fn from(result: Result<T, ProfileFault>) -> Self {
        match result {
            Ok(answer) => Self::Answer(answer),
            Err(fault) => Self::Fault(fault),
        }
    }
}
