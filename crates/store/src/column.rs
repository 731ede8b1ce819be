//! How our types stand in columns, and how they are read back.

use jiff::Timestamp;
use killwire_killmail::{Enrichment, Facts, KillmailHash, KillmailId, SystemId, ZkbInfo};

use crate::sql::{Holds, Table};
use crate::{EventKind, GapReason, GapState, Origin, Scope, StoreError};

/// An event as it stands in the log.
pub(crate) static EVENT: Table = Table {
    name: "event",
    columns: &[
        ("seq", Holds::Ints),
        ("kind", Holds::Ints),
        ("origin", Holds::Ints),
        ("killmail_id", Holds::Ints),
        ("system_id", Holds::Ints),
        ("time", Holds::Ints),
        ("appended_at", Holds::Ints),
        ("imported", Holds::Ints),
        ("trace", Holds::Texts),
        ("facts_before", Holds::Blobs),
    ],
    conflict: "",
};

/// A killmail. What a source knows more of is updated; its body never changes.
pub(crate) static KILLMAIL: Table = Table {
    name: "killmail",
    columns: &[
        ("killmail_id", Holds::Ints),
        ("time", Holds::Ints),
        ("system_id", Holds::Ints),
        ("origin", Holds::Ints),
        ("stored_at", Holds::Ints),
        ("hash", Holds::Blobs),
        ("zkb", Holds::Blobs),
        ("facts", Holds::Blobs),
        ("esi", Holds::Blobs),
        ("enrichment", Holds::Blobs),
        ("shown_facts", Holds::Blobs),
    ],
    conflict: "ON CONFLICT (killmail_id) DO UPDATE SET origin = excluded.origin, \
               hash = excluded.hash, zkb = excluded.zkb, facts = excluded.facts, \
               enrichment = excluded.enrichment, shown_facts = excluded.shown_facts",
};

/// Killmails whose enrichment is to be completed.
pub(crate) static UNFINISHED: Table = Table {
    name: "unfinished",
    columns: &[("killmail_id", Holds::Ints), ("stored_at", Holds::Ints)],
    conflict: "ON CONFLICT DO NOTHING",
};

/// Who was involved. Also the key by which rows are deleted.
pub(crate) static PARTICIPANT: Table = Table {
    name: "participant",
    columns: &[
        ("kind", Holds::Ints),
        ("id", Holds::Ints),
        ("time", Holds::Ints),
        ("killmail_id", Holds::Ints),
    ],
    conflict: "ON CONFLICT DO NOTHING",
};

/// What is known of an id for ever.
pub(crate) static SEEN: Table = Table {
    name: "seen",
    columns: &[("killmail_id", Holds::Ints), ("state", Holds::Ints)],
    conflict: "ON CONFLICT (killmail_id) DO UPDATE SET state = excluded.state",
};

/// Which killmails an imported event stands for.
pub(crate) static IMPORTED: Table = Table {
    name: "imported",
    columns: &[("seq", Holds::Ints), ("killmail_id", Holds::Ints)],
    conflict: "ON CONFLICT DO NOTHING",
};

/// The newest removed event of each system.
pub(crate) static SYSTEM_GONE: Table = Table {
    name: "system_gone",
    columns: &[("system_id", Holds::Ints), ("seq", Holds::Ints)],
    conflict: "ON CONFLICT (system_id) DO UPDATE SET seq = excluded.seq",
};

/// A killfeed client.
pub(crate) static CLIENT: Table = Table {
    name: "client",
    columns: &[
        ("client_id", Holds::Texts),
        ("passed", Holds::Ints),
        ("base", Holds::Ints),
        ("systems", Holds::Blobs),
        ("exceptions", Holds::Blobs),
        ("last_seen", Holds::Ints),
    ],
    conflict: "ON CONFLICT (client_id) DO UPDATE SET passed = excluded.passed, \
               base = excluded.base, systems = excluded.systems, \
               exceptions = excluded.exceptions, last_seen = excluded.last_seen",
};

/// What is known of a killmail id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Stored from an archive; the feed has not offered it.
    Imported,
    /// The feed has offered it: there was a `new` event.
    Announced,
    /// Its owner had it deleted.
    Deleted,
}

macro_rules! codes {
    ($($what:ident in $table:literal { $($variant:ident = $code:literal),+ })*) => {$(
        impl $what {
            /// As stored.
            pub(crate) const fn code(self) -> i16 {
                match self { $(Self::$variant => $code),+ }
            }
            /// From storage.
            pub(crate) fn from_code(code: i16) -> Result<Self, StoreError> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(damaged($table, format!("{} is no {}", code, stringify!($what)))),
                }
            }
        }
    )*};
}

codes! {
    EventKind in "event" { New = 0, Updated = 1, Imported = 2 }
    Origin in "event" { Live = 0, Late = 1, Archive = 2 }
    State in "seen" { Imported = 1, Announced = 2, Deleted = 3 }
    GapReason in "gap" { Hole = 0, Expired = 1, Placeholder = 2 }
    Scope in "token" { Read = 0, Write = 1, Admin = 2 }
    GapState in "gap" { Open = 0, Repaired = 1, Abandoned = 2 }
}

/// A row that cannot be read.
#[allow(
    clippy::needless_pass_by_value,
    reason = "an error is handed over to become the reason"
)]
pub(crate) fn damaged(table: &'static str, reason: impl ToString) -> StoreError {
    StoreError::Damaged {
        table,
        reason: reason.to_string(),
    }
}

/// Every moment but that of a kill stands in microseconds.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A moment from microseconds.
pub(crate) fn from_micros(table: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| damaged(table, error))
}

/// A moment as it will be read back.
pub(crate) fn as_stored(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// The first whole second at or after a moment: kills are timed to the second.
pub(crate) fn second_at_or_after(time: Timestamp) -> i64 {
    let floor = time.as_second();
    let whole = Timestamp::from_second(floor).is_ok_and(|whole| whole >= time);
    if whole {
        floor
    } else {
        floor.saturating_add(1)
    }
}

/// A moment of a kill from seconds.
pub(crate) fn from_seconds(table: &'static str, seconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_second(seconds).map_err(|error| damaged(table, error))
}

/// A count or a feed's number. Those beyond 63 bits do not occur; they are stored as the highest.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count or a feed's number, back.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number of rows to ask for.
pub(crate) fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A killmail id from storage.
pub(crate) fn killmail_id(table: &'static str, id: i64) -> Result<KillmailId, StoreError> {
    KillmailId::new(id).map_err(|error| damaged(table, error))
}

/// A system's id from storage.
pub(crate) fn system_id(table: &'static str, id: i64) -> Result<SystemId, StoreError> {
    SystemId::new(id).map_err(|error| damaged(table, error))
}

/// A hash from storage.
pub(crate) fn hash(bytes: Option<Vec<u8>>) -> Result<Option<KillmailHash>, StoreError> {
    bytes
        .map(|bytes| {
            <[u8; 20]>::try_from(bytes.as_slice())
                .map(KillmailHash::from_bytes)
                .map_err(|_| damaged("killmail", "a hash is not 20 bytes long"))
        })
        .transpose()
}

/// zKillboard's block as stored: JSON, because its parts come and go over the years.
pub(crate) fn zkb_bytes(zkb: Option<&ZkbInfo>) -> Option<Vec<u8>> {
    zkb.and_then(|zkb| serde_json::to_vec(zkb).ok())
}

/// zKillboard's block from storage.
pub(crate) fn zkb(bytes: Option<Vec<u8>>) -> Result<Option<ZkbInfo>, StoreError> {
    bytes
        .map(|bytes| serde_json::from_slice(&bytes).map_err(|error| damaged("killmail", error)))
        .transpose()
}

/// A fact record from storage.
pub(crate) fn facts(bytes: &[u8]) -> Result<Facts, StoreError> {
    Facts::decode(bytes).map_err(|error| damaged("killmail", error))
}

/// What a killmail's ids mean, from storage.
pub(crate) fn enrichment(bytes: Option<Vec<u8>>) -> Result<Option<Enrichment>, StoreError> {
    bytes
        .map(|bytes| Enrichment::decode(&bytes).map_err(|error| damaged("killmail", error)))
        .transpose()
}

/// Everyone involved in a killmail, once each: kind and id, sorted.
pub(crate) fn participants(facts: &Facts) -> Vec<(i64, i64)> {
    let victim = &facts.victim;
    let mut found: Vec<(i64, i64)> = Vec::with_capacity(3 + 3 * facts.attackers.len());
    let mut involve = |kind: i64, id: Option<i64>| found.extend(id.map(|id| (kind, id)));
    involve(CHARACTER, victim.character_id.map(i64::from));
    involve(CORPORATION, victim.corporation_id.map(i64::from));
    involve(ALLIANCE, victim.alliance_id.map(i64::from));
    for attacker in &facts.attackers {
        involve(CHARACTER, attacker.character_id.map(i64::from));
        involve(CORPORATION, attacker.corporation_id.map(i64::from));
        involve(ALLIANCE, attacker.alliance_id.map(i64::from));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Participant kinds.
pub(crate) const CHARACTER: i64 = 1;
/// See [`CHARACTER`].
pub(crate) const CORPORATION: i64 = 2;
/// See [`CHARACTER`].
pub(crate) const ALLIANCE: i64 = 3;
