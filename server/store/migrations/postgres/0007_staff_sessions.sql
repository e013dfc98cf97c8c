-- Who may open the staff's side. Of each secret there is a hash only. None of this is in a backup.

CREATE TABLE login_links (
    -- Links that are exchanged once for a session.
    token_sha256 BYTEA NOT NULL PRIMARY KEY
        CONSTRAINT login_links_token_sha256 CHECK (octet_length(token_sha256) = 32),
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    -- When it was exchanged; null before.
    used_at_ms BIGINT
);

CREATE TABLE staff_sessions (
    -- Browsers that have logged in.
    token_sha256 BYTEA NOT NULL PRIMARY KEY
        CONSTRAINT staff_sessions_token_sha256 CHECK (octet_length(token_sha256) = 32),
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    -- When somebody has logged out or ended it; null before.
    ended_at_ms BIGINT
);

CREATE TABLE staff_tokens (
    -- Tokens of scripts.
    token_sha256 BYTEA NOT NULL PRIMARY KEY
        CONSTRAINT staff_tokens_token_sha256 CHECK (octet_length(token_sha256) = 32),
    name TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT
);

-- A name can be given again when its token is revoked.
CREATE UNIQUE INDEX staff_tokens_by_name ON staff_tokens (name) WHERE revoked_at_ms IS NULL;
