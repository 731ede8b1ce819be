//! Finding names: whole, by their beginning, by words, and in spite of a typing error.
//!
//! [`index`] is what is made once, [`query`] what is done for each question, [`fold`] what makes two
//! spellings the same, [`distance`] how far apart two words are.

mod distance;
mod fold;
mod index;
mod query;

use serde::Serialize;

use crate::tables::{Row, Tables, at};

pub(crate) use index::Index;

/// A question is at most so many characters long; CCP's longest name has about a hundred.
pub const MAX_QUERY_CHARS: usize = 128;

/// What a found name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    System,
    Constellation,
    Region,
    Type,
    Group,
    Faction,
    NpcCorporation,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::System,
        Self::Constellation,
        Self::Region,
        Self::Type,
        Self::Group,
        Self::Faction,
        Self::NpcCorporation,
    ];

    /// Its name on the wire and in text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Constellation => "constellation",
            Self::Region => "region",
            Self::Type => "type",
            Self::Group => "group",
            Self::Faction => "faction",
            Self::NpcCorporation => "npc_corporation",
        }
    }
}

/// In what way a name fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is the text asked for.
    Exact,
    /// It begins with the text.
    Prefix,
    /// For each word of the text it has a word that begins so, in any order.
    Word,
    /// As [`How::Word`], with letters changed, left out, added or swapped.
    Typo,
}

impl How {
    /// Its name on the wire and in text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Prefix => "prefix",
            Self::Word => "word",
            Self::Typo => "typo",
        }
    }
}

/// A name that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Found<'a> {
    /// What it is the name of.
    pub kind: Kind,
    /// The id of that.
    pub id: i64,
    /// The whole name.
    pub name: &'a str,
    /// In what way it fits.
    pub how: How,
}

/// A name in the index: of what kind, and at which place of that kind's table. In one number, the
/// kind in the upper three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u32);

const PLACE_BITS: u32 = 29;

impl Entry {
    fn new(kind: Kind, place: u32) -> Self {
        Self(((kind as u32) << PLACE_BITS) | place)
    }

    fn kind(self) -> Kind {
        let kind = usize::try_from(self.0 >> PLACE_BITS).unwrap_or_default();
        *Kind::ALL.get(kind).unwrap_or(&Kind::System)
    }

    const fn place(self) -> u32 {
        self.0 & ((1 << PLACE_BITS) - 1)
    }

    /// The id and the name.
    fn look_up(self, tables: &Tables) -> Option<(u32, &str)> {
        fn row<'a, R: Row>(tables: &'a Tables, rows: &[R], place: u32) -> Option<(u32, &'a str)> {
            let row = at(rows, place)?;
            Some((row.id(), tables.names.get(row.name())))
        }
        let place = self.place();
        match self.kind() {
            Kind::System => row(tables, &tables.systems, place),
            Kind::Constellation => row(tables, &tables.constellations, place),
            Kind::Region => row(tables, &tables.regions, place),
            Kind::Type => row(tables, &tables.types, place),
            Kind::Group => row(tables, &tables.groups, place),
            Kind::Faction => row(tables, &tables.factions, place),
            Kind::NpcCorporation => row(tables, &tables.npc_corporations, place),
        }
    }

    /// Whether players can have it; everything but types counts as published.
    fn is_published(self, tables: &Tables) -> bool {
        self.kind() != Kind::Type
            || at(&tables.types, self.place()).is_some_and(|row| row.published)
    }
}
