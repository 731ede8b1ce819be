//! What is done for each question: candidates in order of how well they fit, and the best of them.

use super::distance::{Letters, MAX_ERRORS, errors};
use super::fold::{fold, joined, parts};
use super::{Entry, Found, How, Index, Kind, MAX_QUERY_CHARS};
use crate::tables::Tables;

/// Words of a question beyond these are not looked at.
const MAX_WORDS: usize = 8;

/// A candidate; what is less fits better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    how: How,
    errors: u8,
    unpublished: bool,
    /// Of the name, in bytes: of names that fit equally well, the shorter one was meant.
    length: usize,
    kind: Kind,
    /// Place among the index's entries, so that equals come in alphabetical order.
    place: u32,
}

impl Index {
    /// See [`crate::Universe::search`].
    pub(crate) fn search<'a>(
        &self,
        tables: &'a Tables,
        text: &str,
        limit: usize,
    ) -> Vec<Found<'a>> {
        if text.chars().nth(MAX_QUERY_CHARS).is_some() {
            return Vec::new();
        }
        let folded = fold(text);
        if folded.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut best = Best {
            index: self,
            tables,
            limit,
            candidates: Vec::new(),
            taken: vec![false; self.entries.len()],
        };
        let mut exact = self.beginning_with(tables, &folded, &mut best);
        // "Forge" is The Forge.
        exact |= self.beginning_with(tables, &format!("the {folded}"), &mut best);
        if !best.is_full() {
            let words: Vec<&str> = parts(&folded).take(MAX_WORDS).collect();
            let sets = words.iter().map(|word| self.words_beginning_with(word));
            self.having_all(sets, How::Word, &mut best);
        }
        // Somebody who wrote a whole name meant it.
        if !best.is_full() && !exact {
            let words: Vec<_> = joined(&folded).take(MAX_WORDS).collect();
            let sets = words.iter().map(|word| self.words_like(word));
            self.having_all(sets, How::Typo, &mut best);
        }
        best.found()
    }

    /// Adds the names that begin with `folded`; whether one of them is just that.
    fn beginning_with(&self, tables: &Tables, folded: &str, best: &mut Best<'_, '_>) -> bool {
        let name = |entry: &Entry| fold(entry.look_up(tables).map_or("", |(_, name)| name));
        let start = self
            .entries
            .partition_point(|entry| name(entry).as_str() < folded);
        let rest = self.entries.get(start..).unwrap_or_default();
        let length = rest.partition_point(|entry| name(entry).starts_with(folded));
        // In order, the names that are just that come before those that only begin so.
        let same = rest.partition_point(|entry| name(entry).as_str() <= folded);
        for offset in 0..length {
            let how = if offset < same {
                How::Exact
            } else {
                How::Prefix
            };
            best.add(start + offset, how, 0);
        }
        same > 0
    }

    /// The words that begin so, each without an error.
    fn words_beginning_with(&self, beginning: &str) -> Vec<(usize, u8)> {
        let start = self
            .words
            .partition_point(|word| self.text(word) < beginning);
        let rest = self.words.get(start..).unwrap_or_default();
        let length = rest.partition_point(|word| self.text(word).starts_with(beginning));
        (start..start + length).map(|place| (place, 0)).collect()
    }

    /// The words that begin so, and then those that differ by typing errors, fewest errors first.
    fn words_like(&self, wanted: &str) -> Vec<(usize, u8)> {
        let mut like = self.words_beginning_with(wanted);
        let wanted_chars: Vec<char> = wanted.chars().collect();
        let most = forgiven(&wanted_chars);
        if most == 0 {
            return like;
        }
        let letters = Letters::of(wanted);
        let mut near = Vec::new();
        let mut chars = Vec::new();
        for (place, word) in self.words.iter().enumerate() {
            let difference = usize::from(word.chars).abs_diff(wanted_chars.len());
            let least = letters.errors_at_least(word.letters);
            if difference > most || usize::try_from(least).is_ok_and(|least| least > most) {
                continue;
            }
            chars.clear();
            chars.extend(self.text(word).chars());
            match errors(&wanted_chars, &chars, most) {
                Some(errors) if errors > 0 => {
                    near.push((place, u8::try_from(errors).unwrap_or(u8::MAX)));
                }
                _ => {}
            }
        }
        near.sort_by_key(|(_, errors)| *errors);
        like.extend(near);
        like
    }

    /// Adds the names that have a word of each set. A set names words with their errors, fewest
    /// first; the errors of a name are the sum of the best words'.
    fn having_all(
        &self,
        sets: impl ExactSizeIterator<Item = Vec<(usize, u8)>>,
        how: How,
        best: &mut Best<'_, '_>,
    ) {
        let all = u8::try_from(sets.len()).unwrap_or(u8::MAX);
        if all == 0 {
            return;
        }
        // For each entry, how many sets in a row it has a word of, and with how many errors.
        let mut held = vec![(0_u8, 0_u8); self.entries.len()];
        let mut last = Vec::new();
        for (before, set) in (0_u8..).zip(sets) {
            last.clear();
            for (word, errors) in set {
                for place in self.entries_of(word) {
                    let Ok(place) = usize::try_from(*place) else {
                        continue;
                    };
                    if let Some((count, sum)) = held.get_mut(place)
                        && *count == before
                    {
                        *count += 1;
                        *sum = sum.saturating_add(errors);
                        last.push(place);
                    }
                }
            }
            if last.is_empty() {
                return;
            }
        }
        for place in last {
            let errors = held.get(place).map_or(0, |(_, errors)| *errors);
            best.add(place, how, errors);
        }
    }
}

/// How many typing errors are forgiven in a word: none in a short one, where any other word is near,
/// and one where digits make it a code, which every change makes another one.
fn forgiven(word: &[char]) -> usize {
    let is_code = word.iter().any(char::is_ascii_digit);
    match word.len() {
        0..=3 => 0,
        4..=5 => 1,
        _ if is_code => 1,
        _ => MAX_ERRORS,
    }
}

/// The candidates so far, each name once, as what it fits best as.
struct Best<'a, 'i> {
    index: &'i Index,
    tables: &'a Tables,
    limit: usize,
    candidates: Vec<Candidate>,
    taken: Vec<bool>,
}

impl<'a> Best<'a, '_> {
    /// Adds the entry at `place`, unless it is there already: then it fitted better before.
    fn add(&mut self, place: usize, how: How, errors: u8) {
        let Some(taken) = self.taken.get_mut(place) else {
            return;
        };
        if std::mem::replace(taken, true) {
            return;
        }
        let Some(entry) = self.index.entries.get(place) else {
            return;
        };
        let name = entry.look_up(self.tables).map_or("", |(_, name)| name);
        self.candidates.push(Candidate {
            how,
            errors,
            unpublished: !entry.is_published(self.tables),
            length: name.len(),
            kind: entry.kind(),
            place: u32::try_from(place).unwrap_or(u32::MAX),
        });
    }

    fn is_full(&self) -> bool {
        self.candidates.len() >= self.limit
    }

    /// The best, in order.
    fn found(mut self) -> Vec<Found<'a>> {
        if self.candidates.len() > self.limit {
            self.candidates.select_nth_unstable(self.limit);
            self.candidates.truncate(self.limit);
        }
        self.candidates.sort_unstable();
        let found = self.candidates.iter().filter_map(|candidate| {
            let entry = self
                .index
                .entries
                .get(usize::try_from(candidate.place).ok()?)?;
            let (id, name) = entry.look_up(self.tables)?;
            Some(Found {
                kind: candidate.kind,
                id: i64::from(id),
                name,
                how: candidate.how,
            })
        });
        found.collect()
    }
}
