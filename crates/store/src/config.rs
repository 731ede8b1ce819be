//! What a store is opened with.

use std::path::PathBuf;
use std::time::Duration;

/// Where the state lives.
#[derive(Clone)]
pub enum Backend {
    /// One file, in WAL mode; made if absent.
    Sqlite(PathBuf),
    /// A `postgres://` URL. Holds a password: never logged.
    Postgres(String),
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// How much of the log's recent end is held in RAM.
#[derive(Clone, Copy, Debug)]
pub struct WindowLimits {
    /// At most so many events.
    pub events: usize,
    /// At most so many bytes of memory for encoded events and fact records. A server takes some
    /// 15 MB more while it fills the window at its start, and keeps them.
    pub bytes: usize,
}

/// How long things are kept. See `DESIGN.md` section 5.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// No event younger than this is removed.
    pub log_min_age: Duration,
    /// Events older than this are removed even when a client has not passed them.
    pub log_max_age: Duration,
    /// Above so many bytes of database, events past `log_min_age` go even when not passed.
    pub log_max_bytes: u64,
    /// Killmails are removed this long after they were stored.
    pub killmail_age: Duration,
    /// Clients that have not asked for so long are forgotten.
    pub client_age: Duration,
    /// At most so many clients.
    pub max_clients: usize,
    /// What the killfeed offers per system at most.
    pub max_events_per_system: usize,
    /// At most so many quarantined entries; the oldest go first.
    pub max_quarantined: usize,
    /// Names that have not been fetched for so long are forgotten.
    pub entity_age: Duration,
    /// At most about so many names of pilots, corporations and alliances; those fetched first go
    /// first.
    pub max_entities: usize,
    /// At most about so many prices; those fetched first go first.
    pub max_prices: usize,
    /// Matches are removed so long after they were found, if their killmail has not gone before.
    pub match_age: Duration,
    /// Of the matches ever numbered, the last so many may be there; older ones are removed. It is not
    /// remembered what was removed, here or by `match_age`: an `updated` event of a killmail that is
    /// still stored may bring its match again, under a new number.
    pub max_matches: usize,
}

/// How a store comes to lead a PostgreSQL database that several processes can reach. The epoch that
/// every write checks is the fence; this only elects. SQLite has one owning process: its data
/// directory's lock file settles that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lead {
    /// Wait up to ten seconds for the election lock, then give up with [`crate::StoreError::Led`].
    #[default]
    Elect,
    /// Depose whoever leads.
    TakeOver,
}

/// What a store is opened with.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Where the state lives.
    pub backend: Backend,
    /// The recent window's size.
    pub window: WindowLimits,
    /// How long things are kept.
    pub retention: Retention,
    /// How often garbage is collected.
    pub gc_interval: Duration,
    /// How the lead is taken.
    pub lead: Lead,
}

const DAY: Duration = Duration::from_secs(86_400);

impl Default for WindowLimits {
    fn default() -> Self {
        Self {
            events: 10_000,
            bytes: 40 << 20,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            log_min_age: 7 * DAY,
            log_max_age: 30 * DAY,
            log_max_bytes: 20 << 30,
            killmail_age: 90 * DAY,
            client_age: 30 * DAY,
            max_clients: 10_000,
            max_events_per_system: 10_000,
            max_quarantined: 10_000,
            entity_age: 90 * DAY,
            max_entities: 2_000_000,
            max_prices: 200_000,
            match_age: 90 * DAY,
            max_matches: 5_000_000,
        }
    }
}

impl StoreConfig {
    /// The defaults, on `backend`.
    #[must_use]
    pub fn new(backend: Backend) -> Self {
        Self {
            backend,
            window: WindowLimits::default(),
            retention: Retention::default(),
            gc_interval: Duration::from_secs(60),
            lead: Lead::default(),
        }
    }
}
