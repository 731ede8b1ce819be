//! How many of several fit a condition, in words.

use super::Truth;
use crate::subject::length;
use crate::vocabulary::{FINEST_PER_CENT, MOST_SHARE, write_decimal};

/// What those are called that a condition is about.
#[derive(Clone, Copy)]
pub(super) struct Noun {
    one: &'static str,
    /// Also behind "there are no".
    pub(super) several: &'static str,
}

pub(super) const INVOLVED: Noun = Noun {
    one: "one involved",
    several: "involved",
};
pub(super) const ATTACKERS: Noun = Noun {
    one: "attacker",
    several: "attackers",
};
pub(super) const ITEMS: Noun = Noun {
    one: "item",
    several: "items",
};

/// How many there are, how many of them fit, and of how many nobody knows.
#[derive(Clone, Copy)]
pub(super) struct Headcount {
    pub(super) all: usize,
    pub(super) fit: usize,
    pub(super) unsure: usize,
}

impl Headcount {
    pub(super) fn of(truths: &[Truth]) -> Self {
        let number = |truth: Truth| truths.iter().filter(|own| **own == truth).count();
        Self {
            all: truths.len(),
            fit: number(Truth::True),
            unsure: number(Truth::Unknown),
        }
    }

    /// In words; none where there is nobody.
    pub(super) fn words(self, Noun { one, several }: Noun) -> Option<String> {
        let Self { all, fit, unsure } = self;
        let words = match (fit, all) {
            (_, 0) => return None,
            (0, 1) if unsure > 0 => format!("of the only {one} it is not known yet"),
            (0, 1) => format!("the only {one} does not fit"),
            (_, 1) => format!("the only {one} fits"),
            (0, _) => format!("none of {all} {several} fits"),
            (1, _) => format!("1 of {all} {several} fits"),
            _ => format!("{fit} of {all} {several} fit"),
        };
        Some(match unsure {
            0 => words,
            _ if all == 1 => words,
            unsure => format!("{words}, of {unsure} it is not known yet"),
        })
    }

    /// In per cent, cut off behind the last decimal that a condition can ask for.
    pub(super) fn share(self) -> String {
        let (fit, all) = (length(self.fit), length(self.all).max(1));
        write_decimal(fit.saturating_mul(MOST_SHARE.into()) / all, FINEST_PER_CENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(truths: &[Truth]) -> Option<String> {
        Headcount::of(truths).words(ATTACKERS)
    }

    #[test]
    fn one_several_and_none_are_told_apart() {
        use Truth::{False, True, Unknown};
        let table: [(&[Truth], &str); 8] = [
            (&[True], "the only attacker fits"),
            (&[False], "the only attacker does not fit"),
            (&[Unknown], "of the only attacker it is not known yet"),
            (&[False, False], "none of 2 attackers fits"),
            (&[True, False], "1 of 2 attackers fits"),
            (&[True, True, False], "2 of 3 attackers fit"),
            (
                &[True, Unknown],
                "1 of 2 attackers fits, of 1 it is not known yet",
            ),
            (
                &[False, Unknown],
                "none of 2 attackers fits, of 1 it is not known yet",
            ),
        ];
        for (truths, expected) in table {
            assert_eq!(words(truths).as_deref(), Some(expected));
        }
        assert_eq!(words(&[]), None);
    }

    #[test]
    fn a_share_is_cut_off_and_not_rounded() {
        let share = |truths: &[Truth]| Headcount::of(truths).share();
        assert_eq!(share(&[Truth::True, Truth::True, Truth::False]), "66.66");
        assert_eq!(share(&[Truth::True, Truth::False]), "50");
    }
}
