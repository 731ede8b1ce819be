//! Where on a ship an item was, from CCP's inventory flag.

/// Where an item was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Flags 27 to 34.
    High,
}
