-- How far each stage that follows the log has read, and when the event there was appended.
CREATE TABLE reader (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    appended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The numbers last given to a profile and to a match, and the first match still there. One row.
CREATE TABLE surveillance (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    profile INTEGER NOT NULL,
    match_head INTEGER NOT NULL,
    match_oldest INTEGER NOT NULL
) STRICT;
INSERT INTO surveillance (one, profile, match_head, match_oldest) VALUES (1, 0, 0, 1);

-- What somebody looks for. owner is a token, or 0 for whoever runs the machine. One that is deleted
-- stays until its matches are gone, and nobody sees it.
CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    name TEXT NOT NULL,
    condition TEXT NOT NULL,
    version INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX profile_by_name ON profile (owner, name) WHERE deleted = 0;
CREATE INDEX profile_deleted ON profile (id) WHERE deleted = 1;

-- Lists that several profiles use. entries is all of one, size how many they are.
CREATE TABLE named_list (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    entries BLOB NOT NULL
) STRICT;

-- What profiles found, once per profile and killmail. A match goes with its profile, with its
-- killmail, or from the beginning, by retention.
CREATE TABLE profile_match (
    match_seq INTEGER PRIMARY KEY,
    profile_id INTEGER NOT NULL,
    profile_version INTEGER NOT NULL,
    killmail_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    matched_at INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX match_by_killmail ON profile_match (killmail_id, profile_id);
CREATE INDEX match_by_profile ON profile_match (profile_id, match_seq);

-- Killmails of a stretch of time, for profiles that are tried on the past.
CREATE INDEX killmail_by_time ON killmail (time, killmail_id);
