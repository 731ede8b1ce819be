//! How many typing errors lie between two words.

/// The most errors that are forgiven.
pub(super) const MAX_ERRORS: usize = 2;
/// Longer words are not compared.
pub(super) const MAX_LETTERS: usize = 40;

/// Which letters a word has, one bit for each of 64 kinds of letters. Tells two words that are far
/// apart without looking at their letters one by one, wherever the error is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters(u64);

impl Letters {
    pub(super) fn of(word: &str) -> Self {
        let bit = |char: char| 1_u64 << (u32::from(char) % 64);
        Self(word.chars().fold(0, |bits, char| bits | bit(char)))
    }

    /// At least so many errors lie between words with these letters: one error takes at most one
    /// kind of letter away, and brings at most one.
    pub(super) const fn errors_at_least(self, other: Self) -> u32 {
        let (gone, new) = (self.0 & !other.0, other.0 & !self.0);
        if gone.count_ones() > new.count_ones() {
            gone.count_ones()
        } else {
            new.count_ones()
        }
    }
}

/// How many errors lie between two words, where they are at most `most` (itself at most
/// [`MAX_ERRORS`]): letters changed, left out, added, or two neighbours swapped. This is
/// Damerau and Levenshtein's distance in the restricted form that edits no letter twice.
///
/// Only the part of the table around its diagonal is worked out: what is further off has more errors
/// than allowed.
pub(super) fn errors(one: &[char], other: &[char], most: usize) -> Option<usize> {
    let most = most.min(MAX_ERRORS);
    if one.len().abs_diff(other.len()) > most || one.len().max(other.len()) > MAX_LETTERS {
        return None;
    }
    let too_many = most + 1;
    // The row before the last, the last, and the one being worked out; column 0 is the empty word.
    let mut rows = [[too_many; MAX_LETTERS + 1]; 3];
    let [before, last, row] = &mut rows;
    let (mut before, mut last, mut row) = (before, last, row);
    for (column, cell) in last.iter_mut().enumerate().take(most + 1) {
        *cell = column;
    }
    let mut swapped_from = None;
    for (down, letter) in one.iter().enumerate() {
        let first = down.saturating_sub(most);
        let end = (down + most + 1).min(other.len());
        let mut best = too_many;
        // What lies left of the part that is worked out.
        *cell(row, first) = if first == 0 { down + 1 } else { too_many };
        let mut left = first.checked_sub(1).and_then(|place| other.get(place));
        for (across, other_letter) in other.iter().enumerate().take(end).skip(first) {
            let changed = get(last, across) + usize::from(letter != other_letter);
            let gone = get(last, across + 1) + 1;
            let added = get(row, across) + 1;
            let mut errors = changed.min(gone).min(added);
            if across > 0 && swapped_from == Some(other_letter) && left == Some(letter) {
                errors = errors.min(get(before, across - 1) + 1);
            }
            *cell(row, across + 1) = errors.min(too_many);
            best = best.min(errors);
            left = Some(other_letter);
        }
        // What lies right of it, for the next row.
        if end < MAX_LETTERS {
            *cell(row, end + 1) = too_many;
        }
        if best > most && get(row, first) > most {
            return None;
        }
        swapped_from = Some(letter);
        (before, last, row) = (last, row, before);
    }
    Some(get(last, other.len())).filter(|errors| *errors <= most)
}

fn get(row: &[usize; MAX_LETTERS + 1], column: usize) -> usize {
    row.get(column).copied().unwrap_or(MAX_ERRORS + 1)
}

/// The cell; the last one for a column that is not there, which no caller asks for.
fn cell(row: &mut [usize; MAX_LETTERS + 1], column: usize) -> &mut usize {
    &mut row[column.min(MAX_LETTERS)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn between(one: &str, other: &str, most: usize) -> Option<usize> {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        errors(&letters(one), &letters(other), most)
    }

    #[test]
    fn every_kind_of_typing_error_counts_one() {
        for typo in ["riftre", "rfiter", "rifer", "riffter", "riftar", "rifters"] {
            assert_eq!(between("rifter", typo, 2), Some(1), "{typo}");
            assert_eq!(between(typo, "rifter", 2), Some(1), "{typo}");
        }
        assert_eq!(between("rifter", "rifter", 0), Some(0));
        assert_eq!(between("rifter", "ifterx", 2), Some(2));
        assert_eq!(between("rifter", "ifterx", 1), None);
        assert_eq!(between("", "ab", 2), Some(2));
        assert_eq!(between("", "", 0), Some(0));
    }

    #[test]
    fn words_up_to_the_limit_are_compared_and_longer_ones_are_not() {
        let long = "x".repeat(MAX_LETTERS);
        assert_eq!(between(&long, &long, 2), Some(0));
        assert_eq!(
            between(&long, &format!("{}y", &long[1..]), 2).unwrap_or(9),
            1
        );
        let longer = "x".repeat(MAX_LETTERS + 1);
        assert_eq!(between(&longer, &longer, 2), None);
    }

    proptest! {
        #[test]
        fn it_is_the_distance_that_everybody_computes(
            one in "[abc]{0,12}", other in "[abc]{0,12}", most in 0..=MAX_ERRORS
        ) {
            let real = strsim::osa_distance(&one, &other);
            prop_assert_eq!(between(&one, &other, most), Some(real).filter(|real| *real <= most));
        }

        #[test]
        fn the_filter_never_hides_a_word_that_is_near(
            one in "[a-g]{0,10}", other in "[a-g]{0,10}"
        ) {
            let least = Letters::of(&one).errors_at_least(Letters::of(&other));
            prop_assert!(u32::try_from(strsim::osa_distance(&one, &other)).unwrap() >= least);
        }
    }
}
