//! What clients ask about profiles: the routes and the control socket ask through [`ProfileDesk`],
//! the binary answers. Delivery knows the questions, not the language of conditions.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use killwire_store::ListEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Asker;

/// Who answers questions about profiles.
pub trait ProfileDesk: Send + Sync {
    /// Answers one question, with a JSON document.
    fn ask(&self, who: Asker, ask: ProfileAsk) -> BoxFuture<'_, Result<Value, ProfileFault>>;
}

/// A condition as a client writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileSource {
    /// As text.
    Text(String),
    /// As JSON.
    Json(Value),
    /// The condition of a stored profile.
    Profile(i64),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum ProfileAsk {
    /// Makes a profile. Answers it.
    Create {
        /// What it is called: 1 to 100 characters.
        name: String,
        /// Its condition.
        condition: ProfileSource,
        /// Whether it matches from now on.
        enabled: bool,
    },
    /// Gives a profile another name and condition. Answers it.
    Replace {
        /// Which.
        id: i64,
        /// What it is called; as it was where absent.
        name: Option<String>,
        /// Its condition.
        condition: ProfileSource,
    },
    /// Lets a profile match from now on, or no more. Answers it.
    Enable {
        /// Which.
        id: i64,
        /// Whether it matches.
        enabled: bool,
    },
    /// Deletes a profile with its matches.
    Delete {
        /// Which.
        id: i64,
    },
    /// One profile.
    Get {
        /// Which.
        id: i64,
    },
    /// The asker's profiles; all of them for an operator or an admin.
    List,
    /// Reads a condition without storing it: as text, as JSON, simplified, by what it is found.
    Check {
        /// The condition.
        condition: ProfileSource,
    },
    /// Tries a condition on the stored killmails of the last so many seconds.
    Test {
        /// The condition.
        condition: ProfileSource,
        /// How far back.
        since_seconds: u64,
    },
    /// Why a condition holds for a stored killmail or not.
    Explain {
        /// The condition.
        condition: ProfileSource,
        /// The killmail.
        killmail_id: i64,
    },
    /// Reads a profile of another program: `killtracker`, `zkillbot`, `zkillboard` (an address) or
    /// `evedmv`. Answers as `Check` does, with notes on what is understood differently.
    Import {
        /// Of which program.
        format: String,
        /// What it wrote.
        text: String,
    },
    /// The named lists, without their entries.
    Lists,
    /// One named list.
    GetList {
        /// Which.
        name: String,
    },
    /// Makes a named list, or puts other entries into it.
    PutList {
        /// Which.
        name: String,
        /// Its entries.
        entries: Vec<ListEntry>,
    },
    /// Deletes a named list that no profile uses.
    DeleteList {
        /// Which.
        name: String,
    },
}

/// Why a question is not answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault", content = "about")]
pub enum ProfileFault {
    /// It is not understood, or goes beyond a limit. Carries where, for a condition.
    #[error("{message}")]
    Invalid {
        /// In words.
        message: String,
        /// The line, from 1, of a condition as text.
        line: Option<usize>,
        /// The column, from 1, in characters.
        column: Option<usize>,
        /// The line with a mark under what is wrong.
        shown: Option<String>,
    },
    /// There is no such profile, list or killmail.
    #[error("{0}")]
    NotFound(String),
    /// It is somebody else's.
    #[error("{0}")]
    Forbidden(String),
    /// It stands against what is there: a name that is taken, a list in use.
    #[error("{0}")]
    Conflict(String),
    /// Not at the moment.
    #[error("{0}")]
    Unavailable(String),
}

impl ProfileFault {
    /// Not understood, without a place.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
            line: None,
            column: None,
            shown: None,
        }
    }
}

/// A server without profiles: answers that there are none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProfiles;

impl ProfileDesk for NoProfiles {
    fn ask(&self, _: Asker, _: ProfileAsk) -> BoxFuture<'_, Result<Value, ProfileFault>> {
        let none = ProfileFault::Unavailable("this server keeps no profiles".to_owned());
        std::future::ready(Err(none)).boxed()
    }
}
