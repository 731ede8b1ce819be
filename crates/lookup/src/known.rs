//! What is known of something without asking anybody.

/// The answer of a look-up in RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<V> {
    /// This is it.
    Yes(V),
    /// There is no such thing, says whoever must know.
    Missing,
    /// Nobody was asked yet, or nobody answered.
    NotYet,
}

impl<V> Known<V> {
    /// The value, where there is one.
    pub fn yes(self) -> Option<V> {
        match self {
            Self::Yes(value) => Some(value),
            Self::Missing | Self::NotYet => None,
        }
    }
}
