-- The fact record that the killmail had before this event; null where the event did not change it.
-- It goes with the event, or with the killmail.
ALTER TABLE event ADD COLUMN facts_before BLOB;
CREATE INDEX event_by_change ON event (killmail_id, seq) WHERE facts_before IS NOT NULL;

-- The fact record that the killmail's last event had, where it has changed since without one.
ALTER TABLE killmail ADD COLUMN shown_facts BLOB;

-- A system's newest kills. 0 is the kind of `new` events.
CREATE INDEX event_by_kill ON event (system_id, time) WHERE kind = 0;

-- API tokens. hash is the SHA-256 of the secret, which is nowhere. A revoked one stays to be listed
-- until there are a thousand younger ones.
CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX token_by_name ON token (name) WHERE revoked_at IS NULL;
