//! The span of an entry's road, in W3C's form, so that it can be stored with the event.

use killwire_store::TraceContext;
use rand::RngExt;

/// A new `traceparent` with random ids: version 00, sampled.
pub(crate) fn new_trace() -> TraceContext {
    let mut rng = rand::rng();
    // Zero is not a valid id.
    let trace: u128 = rng.random_range(1..=u128::MAX);
    let span: u64 = rng.random_range(1..=u64::MAX);
    TraceContext(format!("00-{trace:032x}-{span:016x}-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_has_w3cs_form() {
        let TraceContext(text) = new_trace();
        let parts: Vec<_> = text.split('-').map(str::len).collect();
        assert_eq!(parts, [2, 32, 16, 2]);
    }
}
