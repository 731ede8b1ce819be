-- How far each stage that follows the log has read, and when the event there was appended.
CREATE TABLE reader (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    appended_at BIGINT NOT NULL
);

-- The numbers last given to a profile and to a match, and the first match still there. One row.
CREATE TABLE surveillance (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    profile BIGINT NOT NULL,
    match_head BIGINT NOT NULL,
    match_oldest BIGINT NOT NULL
);
INSERT INTO surveillance (one, profile, match_head, match_oldest) VALUES (1, 0, 0, 1);

-- What somebody looks for. owner is a token, or 0 for whoever runs the machine. One that is deleted
-- stays until its matches are gone, and nobody sees it.
CREATE TABLE profile (
    id BIGINT PRIMARY KEY,
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    condition TEXT NOT NULL,
    version BIGINT NOT NULL,
    enabled SMALLINT NOT NULL,
    deleted SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX profile_by_name ON profile (owner, name) WHERE deleted = 0;
CREATE INDEX profile_deleted ON profile (id) WHERE deleted = 1;

-- Lists that several profiles use. entries is all of one, size how many they are.
CREATE TABLE named_list (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    entries BYTEA NOT NULL
);

-- What profiles found, once per profile and killmail. A match goes with its profile, with its
-- killmail, or from the beginning, by retention.
CREATE TABLE profile_match (
    match_seq BIGINT PRIMARY KEY,
    profile_id BIGINT NOT NULL,
    profile_version BIGINT NOT NULL,
    killmail_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    matched_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX match_by_killmail ON profile_match (killmail_id, profile_id);
CREATE INDEX match_by_profile ON profile_match (profile_id, match_seq);

-- Killmails of a stretch of time, for profiles that are tried on the past.
CREATE INDEX killmail_by_time ON killmail (time, killmail_id);
