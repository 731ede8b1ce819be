-- What a killmail's ids meant when it was enriched; null where it never was.
ALTER TABLE killmail ADD COLUMN enrichment BLOB;

-- Killmails whose enrichment is to be completed. A row goes when that is done, or with its killmail.
CREATE TABLE unfinished (
    killmail_id INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL
) STRICT;
CREATE INDEX unfinished_by_age ON unfinished (stored_at, killmail_id);

-- Names of pilots, corporations and alliances; name is null where there is no such id. folded is the
-- name in lower case, to search by.
CREATE TABLE entity (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT,
    folded TEXT,
    ticker TEXT,
    fetched_at INTEGER NOT NULL,
    expires_at INTEGER,
    etag TEXT,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_by_name ON entity (folded);
CREATE INDEX entity_by_age ON entity (fetched_at);

-- Prices in hundredths of ISK; null where it is known that there is none.
CREATE TABLE price (
    source TEXT NOT NULL,
    market INTEGER NOT NULL,
    type_id INTEGER NOT NULL,
    price INTEGER,
    priced_at INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (source, market, type_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX price_by_age ON price (fetched_at);

-- The static data in use: which import's parts, and what it is. One row, written last.
CREATE TABLE static_build (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    import INTEGER NOT NULL,
    build INTEGER NOT NULL,
    released INTEGER,
    encoding INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    counts TEXT NOT NULL,
    size INTEGER NOT NULL
) STRICT;

-- Its bytes. Parts of an import that static_build does not name are left over and go.
CREATE TABLE static_part (
    import INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (import, part)
) STRICT;
