-- The log's end, its oldest event, who may write, how many killmails are stored. One row.
CREATE TABLE log_head (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    oldest BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    killmails BIGINT NOT NULL
);
INSERT INTO log_head (one, seq, oldest, epoch, killmails) VALUES (1, 0, 1, 0, 0);

CREATE TABLE event (
    seq BIGINT PRIMARY KEY,
    kind SMALLINT NOT NULL,
    origin SMALLINT NOT NULL,
    killmail_id BIGINT,
    system_id BIGINT,
    time BIGINT NOT NULL,
    appended_at BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    trace TEXT
);
CREATE INDEX event_by_system ON event (system_id, kind, seq);

-- Which killmails an imported event stands for.
CREATE TABLE imported (
    seq BIGINT NOT NULL,
    killmail_id BIGINT NOT NULL,
    PRIMARY KEY (seq, killmail_id)
);

-- The newest event of each system that retention has removed.
CREATE TABLE system_gone (
    system_id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- A killmail as stored.
CREATE TABLE killmail (
    killmail_id BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    system_id BIGINT NOT NULL,
    origin SMALLINT NOT NULL,
    stored_at BIGINT NOT NULL,
    hash BYTEA,
    zkb BYTEA,
    facts BYTEA NOT NULL,
    esi BYTEA NOT NULL
);
CREATE INDEX killmail_by_system ON killmail (system_id, time);
CREATE INDEX killmail_by_age ON killmail (stored_at);

-- Who was involved in what, once per killmail. The key is all there is.
CREATE TABLE participant (
    kind SMALLINT NOT NULL,
    id BIGINT NOT NULL,
    time BIGINT NOT NULL,
    killmail_id BIGINT NOT NULL,
    PRIMARY KEY (kind, id, time, killmail_id)
);

-- Every killmail ever seen, for ever: 1 imported, 2 announced, 3 deleted by its owner.
CREATE TABLE seen (
    killmail_id BIGINT PRIMARY KEY,
    state SMALLINT NOT NULL
);

CREATE TABLE feed_position (
    source TEXT PRIMARY KEY,
    next BIGINT NOT NULL,
    published_at BIGINT
);

CREATE TABLE gap (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    reason SMALLINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    published_after BIGINT,
    state SMALLINT NOT NULL,
    attempts BIGINT NOT NULL,
    found BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (source, first, last)
);
CREATE INDEX gap_by_state ON gap (state, next_attempt_at);

CREATE TABLE quarantine (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    size BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    UNIQUE (source, place)
);

-- One row per killfeed client. passed is the lowest of its offsets.
CREATE TABLE client (
    client_id TEXT PRIMARY KEY,
    passed BIGINT NOT NULL,
    base BIGINT NOT NULL,
    systems BYTEA NOT NULL,
    exceptions BYTEA NOT NULL,
    last_seen BIGINT NOT NULL
);
CREATE INDEX client_by_passed ON client (passed);

CREATE TABLE memory (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
