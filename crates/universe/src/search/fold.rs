//! What makes two spellings the same, and what a word is.

use std::borrow::Cow;

/// Text as it is compared: lower case, one space between words and none around, one kind of
/// apostrophe.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// Adds folded text to what is there already.
pub(super) fn fold_onto(folded: &mut String, text: &str) {
    let mut is_first = true;
    for word in text.split_whitespace() {
        if !std::mem::take(&mut is_first) {
            folded.push(' ');
        }
        for char in word.chars() {
            match char {
                '’' | '‘' | '`' => folded.push('\''),
                char if char.is_ascii() => folded.push(char.to_ascii_lowercase()),
                char => folded.extend(char.to_lowercase()),
            }
        }
    }
}

/// The parts of folded text between spaces, without everything that is neither letter nor digit:
/// `1dq1-a` is `1dq1a`.
pub(super) fn joined(folded: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let words = folded.split(' ').map(|chunk| {
        if chunk.chars().all(char::is_alphanumeric) {
            return Cow::Borrowed(chunk);
        }
        let letters = chunk.chars().filter(|char| char.is_alphanumeric());
        Cow::Owned(letters.collect())
    });
    words.filter(|word| !word.is_empty())
}

/// The parts of folded text between everything that is neither letter nor digit: `1dq1-a` is `1dq1`
/// and `a`.
pub(super) fn parts(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// All words of folded text by which a name is found: its parts, and those that are joined of
/// several. A word may come twice.
pub(super) fn words(folded: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let several = joined(folded).filter(|word| matches!(word, Cow::Owned(_)));
    parts(folded).map(Cow::Borrowed).chain(several)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_apostrophes_make_no_difference() {
        assert_eq!(
            fold("  Mordu’s \t Special WARFARE "),
            fold("mordu's special warfare")
        );
        assert_eq!(fold("ÜBER"), "über");
        assert_eq!(fold(" "), "");
    }

    #[test]
    fn a_word_with_a_hyphen_is_two_and_also_one() {
        let folded = fold("1DQ1-A 'Arbalest' & co.");
        assert_eq!(
            parts(&folded).collect::<Vec<_>>(),
            ["1dq1", "a", "arbalest", "co"]
        );
        assert_eq!(
            joined(&folded).collect::<Vec<_>>(),
            ["1dq1a", "arbalest", "co"]
        );
    }
}
