//! What is made once for each snapshot: all names in order, and all words with the names that have
//! them.

use std::collections::HashMap;

use super::distance::Letters;
use super::fold::{fold, joined, parts};
use super::{Entry, Kind};
use crate::tables::Tables;

/// A name has at most so many words in the index; further ones are not searched.
const MAX_WORDS: usize = 32;

/// Names and words in order. An entry goes by its place in `entries`, a word by its place in
/// `words`.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Every name that has a look-up, by its folded form.
    pub(super) entries: Vec<Entry>,
    /// Distinct words of all names, by their text.
    pub(super) words: Vec<Word>,
    /// Text of the words.
    text: String,
    /// The entries that have a word, one word's after the other's, ascending.
    postings: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Which letters it has.
    pub(super) letters: Letters,
    start: u32,
    /// Where its entries begin in `postings`; they end where the next word's begin.
    postings: u32,
    length: u16,
    /// In letters, up to 255.
    pub(super) chars: u8,
}

impl Index {
    pub(crate) fn new(tables: &Tables) -> Self {
        let mut named = names(tables);
        named.sort_unstable_by(|(one, name, folded), (other, other_name, other_folded)| {
            (folded, one.kind(), name, one.place()).cmp(&(
                other_folded,
                other.kind(),
                other_name,
                other.place(),
            ))
        });
        let mut words: HashMap<String, Vec<u32>> = HashMap::new();
        for (place, (_, _, folded)) in (0_u32..).zip(&named) {
            let whole = joined(folded);
            let words_of = parts(folded).map(str::to_owned).chain(whole);
            for word in words_of.take(MAX_WORDS) {
                let entries = words.entry(word).or_default();
                if entries.last() != Some(&place) {
                    entries.push(place);
                }
            }
        }
        let mut sorted: Vec<(String, Vec<u32>)> = words.into_iter().collect();
        sorted.sort_unstable();
        let mut index = Self {
            entries: named.iter().map(|(entry, _, _)| *entry).collect(),
            words: Vec::with_capacity(sorted.len()),
            text: String::with_capacity(sorted.iter().map(|(word, _)| word.len()).sum()),
            postings: Vec::with_capacity(sorted.iter().map(|(_, entries)| entries.len()).sum()),
        };
        for (word, entries) in &sorted {
            index.words.push(Word {
                letters: Letters::of(word),
                start: count(index.text.len()),
                postings: count(index.postings.len()),
                length: u16::try_from(word.len()).unwrap_or(u16::MAX),
                chars: u8::try_from(word.chars().count()).unwrap_or(u8::MAX),
            });
            index.text.push_str(word);
            index.postings.extend(entries);
        }
        index
    }

    /// A word's text.
    pub(super) fn text(&self, word: &Word) -> &str {
        let start = usize::try_from(word.start).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::from(word.length));
        self.text.get(start..end).unwrap_or_default()
    }

    /// The entries that have the word at this place.
    pub(super) fn entries_of(&self, word: usize) -> &[u32] {
        let start = |place: usize| {
            let word = self.words.get(place);
            let start = word.and_then(|word| usize::try_from(word.postings).ok());
            start.unwrap_or(self.postings.len())
        };
        self.postings
            .get(start(word)..start(word + 1))
            .unwrap_or_default()
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.words.capacity() * size_of::<Word>()
            + self.text.capacity()
            + self.postings.capacity() * size_of::<u32>()
    }
}

/// Everything that has a look-up, with its name and its folded name.
fn names(tables: &Tables) -> Vec<(Entry, &str, String)> {
    let mut named = Vec::with_capacity(tables.types.len() + tables.systems.len());
    let places = |length: usize| 0..count(length);
    let mut push = |kind: Kind, place: u32, known: bool| {
        let entry = Entry::new(kind, place);
        match entry.look_up(tables) {
            Some((id, name)) if known && id != 0 && !name.is_empty() => {
                named.push((entry, name, fold(name)));
            }
            _ => {}
        }
    };
    for (place, row) in places(tables.systems.len()).zip(&tables.systems) {
        push(Kind::System, place, tables.system(row).is_some());
    }
    for (place, row) in places(tables.constellations.len()).zip(&tables.constellations) {
        push(
            Kind::Constellation,
            place,
            tables.constellation(row).is_some(),
        );
    }
    for place in places(tables.regions.len()) {
        push(Kind::Region, place, true);
    }
    for (place, row) in places(tables.types.len()).zip(&tables.types) {
        push(Kind::Type, place, tables.item_type(row).is_some());
    }
    for (place, row) in places(tables.groups.len()).zip(&tables.groups) {
        push(Kind::Group, place, tables.group(row).is_some());
    }
    for place in places(tables.factions.len()) {
        push(Kind::Faction, place, true);
    }
    for place in places(tables.npc_corporations.len()) {
        push(Kind::NpcCorporation, place, true);
    }
    named
}

/// Tables have at most a million rows each, and names are at most 64 MiB together.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
