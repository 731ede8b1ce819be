//! What is known of something without asking anybody.

/// The answer of a look-up in RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<V> {
    /// This is it.
    Yes(V),
    /// This much, and more may be learned: a corporation's name without its ticker.
    Partly(V),
    /// There is no such thing, says whoever must know.
    Missing,
    /// Nobody was asked yet, or nobody answered.
    NotYet,
}

impl<V> Known<V> {
    /// The value, where there is one.
    pub fn yes(self) -> Option<V> {
        match self {
            Self::Yes(value) | Self::Partly(value) => Some(value),
            Self::Missing | Self::NotYet => None,
        }
    }

    /// Whether there is nothing left to learn.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Yes(_) | Self::Missing)
    }
}
