-- The log's end, its oldest event, who may write, how many killmails are stored. One row.
CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    killmails INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (one, seq, oldest, epoch, killmails) VALUES (1, 0, 1, 0, 0);

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    killmail_id INTEGER,
    system_id INTEGER,
    time INTEGER NOT NULL,
    appended_at INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    trace TEXT
) STRICT;
CREATE INDEX event_by_system ON event (system_id, kind, seq);

-- Which killmails an imported event stands for.
CREATE TABLE imported (
    seq INTEGER NOT NULL,
    killmail_id INTEGER NOT NULL,
    PRIMARY KEY (seq, killmail_id)
) STRICT, WITHOUT ROWID;

-- The newest event of each system that retention has removed.
CREATE TABLE system_gone (
    system_id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;

-- The small columns stand before the large ones, which may spill to overflow pages.
CREATE TABLE killmail (
    killmail_id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    system_id INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    hash BLOB,
    zkb BLOB,
    facts BLOB NOT NULL,
    esi BLOB NOT NULL
) STRICT;
CREATE INDEX killmail_by_system ON killmail (system_id, time);
CREATE INDEX killmail_by_age ON killmail (stored_at);

-- Who was involved in what, once per killmail. The table is its own index.
CREATE TABLE participant (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    time INTEGER NOT NULL,
    killmail_id INTEGER NOT NULL,
    PRIMARY KEY (kind, id, time, killmail_id)
) STRICT, WITHOUT ROWID;

-- Every killmail ever seen, for ever: 1 imported, 2 announced, 3 deleted by its owner.
CREATE TABLE seen (
    killmail_id INTEGER PRIMARY KEY,
    state INTEGER NOT NULL
) STRICT;

CREATE TABLE feed_position (
    source TEXT PRIMARY KEY,
    next INTEGER NOT NULL,
    published_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    published_after INTEGER,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    found INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (source, first, last)
) STRICT;
CREATE INDEX gap_by_state ON gap (state, next_attempt_at);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (source, place)
) STRICT;

-- One row per killfeed client. passed is the lowest of its offsets.
CREATE TABLE client (
    client_id TEXT PRIMARY KEY,
    passed INTEGER NOT NULL,
    base INTEGER NOT NULL,
    systems BLOB NOT NULL,
    exceptions BLOB NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_by_passed ON client (passed);

CREATE TABLE memory (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
