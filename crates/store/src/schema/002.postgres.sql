-- What a killmail's ids meant when it was enriched; null where it never was.
ALTER TABLE killmail ADD COLUMN enrichment BYTEA;

-- Killmails whose enrichment is to be completed. A row goes when that is done, or with its killmail.
CREATE TABLE unfinished (
    killmail_id BIGINT PRIMARY KEY,
    stored_at BIGINT NOT NULL
);
CREATE INDEX unfinished_by_age ON unfinished (stored_at, killmail_id);

-- Names of pilots, corporations and alliances; name is null where there is no such id. folded is the
-- name in lower case, to search by, compared byte by byte.
CREATE TABLE entity (
    kind SMALLINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT,
    folded TEXT COLLATE "C",
    ticker TEXT,
    fetched_at BIGINT NOT NULL,
    expires_at BIGINT,
    etag TEXT,
    PRIMARY KEY (kind, id)
);
CREATE INDEX entity_by_name ON entity (folded);
CREATE INDEX entity_by_age ON entity (fetched_at);

-- Prices in hundredths of ISK; null where it is known that there is none.
CREATE TABLE price (
    source TEXT NOT NULL,
    market BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    price BIGINT,
    priced_at BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (source, market, type_id)
);
CREATE INDEX price_by_age ON price (fetched_at);

-- The static data in use: which import's parts, and what it is. One row, written last.
CREATE TABLE static_build (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    import BIGINT NOT NULL,
    build BIGINT NOT NULL,
    released BIGINT,
    encoding BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    counts TEXT NOT NULL,
    size BIGINT NOT NULL
);

-- Its bytes. Parts of an import that static_build does not name are left over and go.
CREATE TABLE static_part (
    import BIGINT NOT NULL,
    part BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (import, part)
);
