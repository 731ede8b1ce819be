//! Which requests go first.

/// How soon an answer is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Priority {
    /// A killmail or a person waits for it. Passes all backfill requests that wait for their turn.
    #[default]
    Live,
    /// Nobody waits: repair, completion of what is older, warming up.
    Backfill,
}
