//! What a look at ESI brings beside the value.

use jiff::Timestamp;

/// An answer of ESI's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched<T> {
    /// The value; none where it is still as it was under the etag that was given (304).
    pub value: Option<T>,
    /// Until when it holds. Asking again before brings nothing new.
    pub expires: Option<Timestamp>,
    /// Its name, to ask with when it does not hold any more.
    pub etag: Option<String>,
}
