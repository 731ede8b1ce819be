//! Pilots, corporations and alliances, as readers see them.

use std::sync::Arc;

use killwire_killmail::{AllianceId, CharacterId, CorporationId};
use killwire_store::EntityKind;

use crate::Known;

/// A pilot, a corporation or an alliance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The name.
    pub name: Arc<str>,
    /// The ticker, without brackets; none for pilots.
    pub ticker: Option<Arc<str>>,
}

impl Entity {
    /// What name and ticker make together, each of them not known, known to be none, or known.
    pub(crate) fn of(
        name: Option<Option<Arc<str>>>,
        ticker: Option<Option<Arc<str>>>,
    ) -> Known<Self> {
        match (name, ticker) {
            (None, _) => Known::NotYet,
            (Some(None), _) => Known::Missing,
            (Some(Some(name)), None) => Known::Partly(Self { name, ticker: None }),
            (Some(Some(name)), Some(ticker)) => Known::Yes(Self { name, ticker }),
        }
    }
}

/// Ids that are to be known, each as often as it is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Pilots.
    pub characters: Vec<CharacterId>,
    /// Corporations.
    pub corporations: Vec<CorporationId>,
    /// Alliances.
    pub alliances: Vec<AllianceId>,
}

/// An id and what it is an id of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey {
    /// What it is.
    pub kind: EntityKind,
    /// Which.
    pub id: i64,
}

/// Below it no pilot, corporation or alliance has ever been: there lie types, groups, factions.
const LOWEST: i64 = 1_000_000;
/// Corporations below it are played by CCP.
const PLAYERS: i64 = 2_000_000;
/// From here on are structures.
const HIGHEST: i64 = 1_000_000_000_000;

impl EntityKey {
    /// A pilot.
    #[must_use]
    pub fn character(id: CharacterId) -> Self {
        Self::new(EntityKind::Character, id.get())
    }

    /// A corporation.
    #[must_use]
    pub fn corporation(id: CorporationId) -> Self {
        Self::new(EntityKind::Corporation, id.get())
    }

    /// An alliance.
    #[must_use]
    pub fn alliance(id: AllianceId) -> Self {
        Self::new(EntityKind::Alliance, id.get())
    }

    /// Any of them.
    #[must_use]
    pub const fn new(kind: EntityKind, id: i64) -> Self {
        Self { kind, id }
    }

    /// Whether there can be such an id at all. It keeps ids of other things from spoiling a batch,
    /// and from costing an error.
    #[must_use]
    pub const fn is_possible(self) -> bool {
        self.id >= LOWEST && self.id < HIGHEST
    }

    /// Whether CCP plays it: the static data has it.
    #[must_use]
    pub fn is_played_by_ccp(self) -> bool {
        self.kind == EntityKind::Corporation && self.id < PLAYERS
    }

    /// Whether it has a ticker.
    #[must_use]
    pub fn has_ticker(self) -> bool {
        self.kind != EntityKind::Character
    }
}

impl Wanted {
    /// Adds an id of any kind; what cannot be one is left out.
    pub fn add(&mut self, key: EntityKey) {
        match key.kind {
            EntityKind::Character => self.characters.extend(CharacterId::new(key.id)),
            EntityKind::Corporation => self.corporations.extend(CorporationId::new(key.id)),
            EntityKind::Alliance => self.alliances.extend(AllianceId::new(key.id)),
        }
    }

    /// All ids with their kinds.
    pub fn keys(&self) -> impl Iterator<Item = EntityKey> {
        let characters = self.characters.iter().copied().map(EntityKey::character);
        let corporations = self.corporations.iter().copied();
        let alliances = self.alliances.iter().copied().map(EntityKey::alliance);
        characters
            .chain(corporations.map(EntityKey::corporation))
            .chain(alliances)
    }
}
