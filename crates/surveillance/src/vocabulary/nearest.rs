//! The known name that a misspelt one was probably meant to be.

/// Longer words are nobody's misspelling.
const MOST_LETTERS: usize = 48;

/// Shorter words say too little to be taken for a part of a name.
const FEWEST_LETTERS: usize = 3;

/// The one of `names` that was probably meant by `written`: with the fewest typing errors, if they
/// are few for its length; else one that begins as it does; else one that it begins or ends with, so
/// that `system_id` finds `system`; else one that ends with it, so that `hull` finds `value.hull`.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.collect();
    let letters = written.chars().count();
    if letters == 0 || letters > MOST_LETTERS {
        return None;
    }
    let written = written.to_lowercase();
    let mistyped = || {
        let errors = |name: &str| strsim::osa_distance(&written, &name.to_lowercase());
        let most = ((letters + 1) / 3).max(1);
        (names.iter().copied())
            .map(|name| (errors(name), name))
            .filter(|(errors, name)| *errors <= most && *errors < name.chars().count())
            .min_by_key(|(errors, _)| *errors)
            .map(|(_, name)| name)
    };
    let part = |fits: &dyn Fn(&str) -> bool| {
        let long = |name: &&str| name.len() >= FEWEST_LETTERS && letters >= FEWEST_LETTERS;
        (names.iter().copied())
            .filter(long)
            .find(|name| fits(&name.to_lowercase()))
    };
    mistyped()
        .or_else(|| part(&|name| name.starts_with(&written)))
        .or_else(|| part(&|name| written.starts_with(name)))
        .or_else(|| part(&|name| written.ends_with(name)))
        .or_else(|| part(&|name| name.ends_with(&written)))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn found(written: &str) -> Option<&'static str> {
        const NAMES: [&str; 6] = [
            "system",
            "value",
            "value.hull",
            "corporation",
            "sat",
            "attackers.count",
        ];
        nearest(written, NAMES.into_iter())
    }

    #[test]
    fn a_few_typing_errors_are_forgiven() {
        for written in ["sytem", "systme", "SYSTEN", "ssystem"] {
            assert_eq!(found(written), Some("system"), "{written}");
        }
        assert_eq!(found("value_hull"), Some("value.hull"));
        assert_eq!(found("coporaton"), Some("corporation"));
    }

    #[test]
    fn parts_of_names_are_found() {
        assert_eq!(found("corp"), Some("corporation"));
        assert_eq!(found("saturday"), Some("sat"));
        assert_eq!(found("solar_system"), Some("system"));
        assert_eq!(found("count"), Some("attackers.count"));
    }

    #[test]
    fn what_is_like_nothing_is_not_guessed() {
        for written in ["", "x", "colour", &"system".repeat(10)] {
            assert_eq!(found(written), None, "{written}");
        }
    }
}
