//! What is made once for each snapshot: all names in order, and all words with the names that have
//! them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::distance::Letters;
use super::fold::{fold_onto, words};
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
        let named = Named::of(tables);
        let mut index = Self {
            entries: named.names.iter().map(|name| name.entry).collect(),
            ..Self::default()
        };
        // Words in the order in which they are met, and each name's words as numbers in it.
        let mut met: HashMap<Cow<'_, str>, usize> = HashMap::new();
        let mut uses: Vec<Use> = Vec::new();
        let mut held: Vec<(usize, u32)> = Vec::with_capacity(named.names.len() * 4);
        for (place, name) in (0_u32..).zip(&named.names) {
            for word in words(named.folded(name)).take(MAX_WORDS) {
                let word = match met.get(&word) {
                    Some(word) => *word,
                    None => {
                        met.insert(word, uses.len());
                        uses.push(Use::default());
                        uses.len() - 1
                    }
                };
                if let Some(used) = uses.get_mut(word)
                    && used.last != Some(place)
                {
                    used.last = Some(place);
                    used.count += 1;
                    held.push((word, place));
                }
            }
        }
        let mut sorted: Vec<(Cow<'_, str>, usize)> = met.into_iter().collect();
        sorted.sort_unstable();
        index.words.reserve_exact(sorted.len());
        index
            .text
            .reserve_exact(sorted.iter().map(|(word, _)| word.len()).sum());
        let mut postings = 0;
        for (text, word) in &sorted {
            index.words.push(Word {
                letters: Letters::of(text),
                start: count(index.text.len()),
                postings: count(postings),
                length: u16::try_from(text.len()).unwrap_or(u16::MAX),
                chars: u8::try_from(text.chars().count()).unwrap_or(u8::MAX),
            });
            index.text.push_str(text);
            if let Some(used) = uses.get_mut(*word) {
                used.next = postings;
                postings += used.count;
            }
        }
        // Names come in order, so each word's entries are ascending.
        index.postings = vec![0; postings];
        for (word, place) in held {
            if let Some(used) = uses.get_mut(word)
                && let Some(posting) = index.postings.get_mut(used.next)
            {
                *posting = place;
                used.next += 1;
            }
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

/// How a word is used, while the index is made.
#[derive(Default)]
struct Use {
    /// How many names have it.
    count: usize,
    /// The name that had it last.
    last: Option<u32>,
    /// Where its next entry goes in `postings`.
    next: usize,
}

/// Everything that has a look-up, in the order of folded names.
struct Named {
    /// All folded names, one after the other.
    text: String,
    names: Vec<FoldedName>,
}

struct FoldedName {
    entry: Entry,
    /// Its first eight bytes, which order most names without a look at their text.
    head: [u8; 8],
    start: usize,
    end: usize,
}

impl Named {
    fn of(tables: &Tables) -> Self {
        let mut named = Self {
            text: String::new(),
            names: Vec::with_capacity(tables.types.len() + tables.systems.len()),
        };
        let rows = |length: usize| 0..count(length);
        for (place, row) in rows(tables.systems.len()).zip(&tables.systems) {
            if tables.system(row).is_some() {
                named.add(tables, Kind::System, place);
            }
        }
        for (place, row) in rows(tables.constellations.len()).zip(&tables.constellations) {
            if tables.constellation(row).is_some() {
                named.add(tables, Kind::Constellation, place);
            }
        }
        for (place, row) in rows(tables.types.len()).zip(&tables.types) {
            if tables.item_type(row).is_some() {
                named.add(tables, Kind::Type, place);
            }
        }
        for (place, row) in rows(tables.groups.len()).zip(&tables.groups) {
            if tables.group(row).is_some() {
                named.add(tables, Kind::Group, place);
            }
        }
        for place in rows(tables.regions.len()) {
            named.add(tables, Kind::Region, place);
        }
        for place in rows(tables.factions.len()) {
            named.add(tables, Kind::Faction, place);
        }
        for place in rows(tables.npc_corporations.len()) {
            named.add(tables, Kind::NpcCorporation, place);
        }
        let Self { text, names } = &mut named;
        let order = |name: &FoldedName| (text.get(name.start..name.end), name.entry);
        names.sort_unstable_by(|one, other| {
            let heads = one.head.cmp(&other.head);
            heads.then_with(|| order(one).cmp(&order(other)))
        });
        named
    }

    /// Adds a row's name, where it has one.
    fn add(&mut self, tables: &Tables, kind: Kind, place: u32) {
        let entry = Entry::new(kind, place);
        let Some((_, name)) = entry.look_up(tables).filter(|(id, _)| *id != 0) else {
            return;
        };
        let start = self.text.len();
        fold_onto(&mut self.text, name);
        let folded = self.text.as_bytes().get(start..).unwrap_or_default();
        if folded.is_empty() {
            return;
        }
        let mut head = [0; 8];
        for (byte, of_name) in head.iter_mut().zip(folded) {
            *byte = *of_name;
        }
        self.names.push(FoldedName {
            entry,
            head,
            start,
            end: self.text.len(),
        });
    }

    fn folded(&self, name: &FoldedName) -> &str {
        self.text.get(name.start..name.end).unwrap_or_default()
    }
}

/// Tables have at most a million rows each, and names are at most 64 MiB together.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
