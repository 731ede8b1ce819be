//! The way back: from a made-up name to the id that it was made up from.
//!
//! Only ids below 4,294,967,296 are found; those above share their names with them.

use super::{ADJECTIVES, COMPANIES, ENDINGS, SCRAMBLE, SYLLABLES, UNIONS};

/// The id of the only pilot who can have a name, whatever the case.
pub(crate) fn character(name: &str) -> Option<i64> {
    let (first, second) = name.split_once(' ')?;
    let mut digits = Digits::default();
    digits.word(first)?;
    digits.word(second)?;
    Some(digits.id())
}

/// The id of the only corporation that can have a name.
pub(crate) fn corporation(name: &str) -> Option<i64> {
    organisation(name, &COMPANIES)
}

/// The id of the only alliance that can have a name.
pub(crate) fn alliance(name: &str) -> Option<i64> {
    organisation(name, &UNIONS)
}

fn organisation(name: &str, kinds: &[&str; 32]) -> Option<i64> {
    let mut words = name.split(' ');
    let (adjective, word, kind) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let mut digits = Digits::default();
    digits.whole(&ADJECTIVES, adjective)?;
    digits.whole(kinds, kind)?;
    let word = word.to_ascii_lowercase();
    let mut rest = word.as_str();
    for _ in 0..3 {
        rest = digits.syllable(rest)?;
    }
    digits.whole(&ENDINGS, rest)?;
    Some(digits.id())
}

/// The bits of a scrambled id, gathered from the lowest.
#[derive(Default)]
struct Digits {
    scrambled: u32,
    gathered: u32,
}

impl Digits {
    /// Takes a place in a list whose length is a power of two.
    fn take(&mut self, list: &[&str], place: usize) {
        let place = u32::try_from(place).unwrap_or(0);
        self.scrambled |= place << self.gathered;
        self.gathered += list.len().trailing_zeros();
    }

    /// Takes a text that is one of a list.
    fn whole(&mut self, list: &[&str], text: &str) -> Option<()> {
        let is_it = |one: &&str| one.eq_ignore_ascii_case(text);
        self.take(list, list.iter().position(is_it)?);
        Some(())
    }

    /// Takes the syllable with which a text in lower case begins; the rest of the text. No syllable
    /// is the beginning of another one.
    fn syllable<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let begins = |one: &&str| text.starts_with(*one);
        let place = SYLLABLES.iter().position(begins)?;
        self.take(&SYLLABLES, place);
        text.get(SYLLABLES[place].len()..)
    }

    /// Takes two syllables and an ending.
    fn word(&mut self, text: &str) -> Option<()> {
        let text = text.to_ascii_lowercase();
        let rest = self.syllable(&text)?;
        let rest = self.syllable(rest)?;
        self.whole(&ENDINGS, rest)
    }

    /// The id whose bits were mixed into these.
    fn id(&self) -> i64 {
        let undone = self.scrambled.wrapping_mul(UNSCRAMBLE);
        i64::from((undone ^ (undone >> 16)).wrapping_mul(UNSCRAMBLE))
    }
}

/// What undoes a multiplication by [`SCRAMBLE`]: each round doubles the bits that are right, and an
/// odd number is its own inverse in the lowest three.
const UNSCRAMBLE: u32 = {
    let mut inverse = SCRAMBLE;
    let mut bits = 3;
    while bits < u32::BITS {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(SCRAMBLE.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn a_name_leads_back_to_its_id_whatever_the_case() {
        let ids = [0, 1, 90_000_000, 98_000_001, 2_112_004_111, 4_294_967_295];
        for id in ids.into_iter().chain(99_000_000..99_002_000) {
            assert_eq!(character(&names::character(id)), Some(id));
            assert_eq!(character(&names::character(id).to_uppercase()), Some(id));
            assert_eq!(corporation(&names::corporation(id)), Some(id));
            assert_eq!(alliance(&names::alliance(id).to_lowercase()), Some(id));
        }
    }

    #[test]
    fn what_is_no_such_name_leads_nowhere() {
        for name in [
            "",
            "Jita",
            "Karotis",
            "Karotis Venasa",
            "Łódź Pilot",
            "a b c d",
        ] {
            assert_eq!(character(name), None, "{name:?}");
            assert_eq!(corporation(name), None, "{name:?}");
            assert_eq!(alliance(name), None, "{name:?}");
        }
    }
}
