//! What the running program says about itself: the routes ask through [`Operations`], the binary
//! answers.

use futures::future::BoxFuture;
use serde::Serialize;

/// The program behind the operations' routes.
pub trait Operations: Send + Sync {
    /// How the program is, now. Asked often and by machines: answers from memory.
    fn health(&self) -> HealthReport;
    /// Everything a person may want to know, for `/status`; a JSON object.
    fn status(&self) -> BoxFuture<'_, serde_json::Value>;
    /// All metrics in Prometheus' text format.
    fn metrics(&self) -> String;
}

/// How the program is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthReport {
    /// The process works at all. Where not, only a restart helps.
    pub live: bool,
    /// Clients get what they come for: the feed is followed and the log can be written.
    pub ready: bool,
    /// Part by part, in a fixed order.
    pub parts: Vec<PartHealth>,
}

/// How one part of the program is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartHealth {
    /// The part: `store`, `feed`, `repair`, ….
    pub name: String,
    /// How it is.
    pub state: PartState,
    /// Why it is not well, in words a person can act on; none where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How well a part is. Ordered from well to unwell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PartState {
    /// As it should be.
    Ok,
    /// Works, with a restriction that the reason names.
    Degraded,
    /// Does not work at present.
    Failing,
}

impl HealthReport {
    /// How the worst part is.
    #[must_use]
    pub fn state(&self) -> PartState {
        let worst = self.parts.iter().map(|part| part.state).max();
        worst.unwrap_or(PartState::Ok)
    }

    /// What each unwell part has to say: `feed: 12 minutes behind`.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        self.parts
            .iter()
            .filter(|part| part.state != PartState::Ok)
            .map(|part| match &part.reason {
                Some(reason) => format!("{}: {reason}", part.name),
                None => part.name.clone(),
            })
            .collect()
    }
}
