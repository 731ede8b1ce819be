//! One of a closed set: hours, weekdays, kinds of space, classes of wormhole systems.

/// The place of `written` among `names`, upper and lower case alike; `03` is `3`.
pub(crate) fn place(names: &[&str], written: &str) -> Option<u8> {
    let number = match written.trim_start_matches('0') {
        "" if !written.is_empty() => "0",
        number => number,
    };
    let place =
        (names.iter()).position(|name| name.eq_ignore_ascii_case(written) || *name == number)?;
    u8::try_from(place).ok()
}

/// Every place from one to another, both included, out of `of`; past the last comes the first.
pub(crate) fn between(from: u8, to: u8, of: usize) -> impl Iterator<Item = u8> {
    let last = u8::try_from(of.saturating_sub(1)).unwrap_or(u8::MAX);
    let (upper, lower) = if from <= to {
        (from..=to, None)
    } else {
        (from..=last, Some(0..=to))
    };
    upper.chain(lower.into_iter().flatten())
}

/// Ascending places as the longest runs without a gap, each from its first to its last.
pub(crate) fn runs(places: &[u8]) -> Vec<(u8, u8)> {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for place in places.iter().copied() {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(place) => *last = place,
            _ => runs.push((place, place)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_may_go_round() {
        assert_eq!(between(22, 2, 24).collect::<Vec<_>>(), [22, 23, 0, 1, 2]);
        assert_eq!(between(5, 5, 7).collect::<Vec<_>>(), [5]);
        assert_eq!(between(1, 3, 7).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn numbers_are_found_with_noughts_in_front() {
        let names = ["0", "1", "C5"];
        assert_eq!(place(&names, "00"), Some(0));
        assert_eq!(place(&names, "01"), Some(1));
        assert_eq!(place(&names, "c5"), Some(2));
        for wrong in ["", "2", "C", "C05"] {
            assert_eq!(place(&names, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn runs_are_as_long_as_they_can_be() {
        assert_eq!(runs(&[0, 1, 2, 5, 7, 8]), [(0, 2), (5, 5), (7, 8)]);
        assert_eq!(runs(&[]), []);
    }
}
