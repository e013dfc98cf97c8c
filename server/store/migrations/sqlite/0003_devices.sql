-- Devices at counters, forms that were not finished, and telephone numbers of service points.
ALTER TABLE points ADD COLUMN telephone TEXT;

-- Quarantine knows two more reasons. SQLite cannot change a check, so the table is made anew; rows
-- keep their numbers.
CREATE TABLE quarantine_rebuilt (
    -- Submissions that are kept but do not count, as they arrived. The wave is not a foreign key, so
    -- that what is kept here never hinders a change of waves.
    sequence INTEGER NOT NULL PRIMARY KEY,
    submission BLOB NOT NULL CONSTRAINT quarantine_submission CHECK (length(submission) = 16),
    wave TEXT NOT NULL,
    reason TEXT NOT NULL CONSTRAINT quarantine_reason CHECK (
        reason IN (
            'window_closed', 'instrument_version', 'point_unknown', 'device_revoked', 'device_unproven'
        )
    ),
    received_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    body_sha256 BLOB NOT NULL CONSTRAINT quarantine_sha256 CHECK (length(body_sha256) = 32),
    UNIQUE (submission, body_sha256)
) STRICT;

INSERT INTO quarantine_rebuilt (sequence, submission, wave, reason, received_at_ms, body, body_sha256)
SELECT sequence, submission, wave, reason, received_at_ms, body, body_sha256 FROM quarantine;

DROP TABLE quarantine;

ALTER TABLE quarantine_rebuilt RENAME TO quarantine;

CREATE INDEX quarantine_by_wave ON quarantine (wave, reason);

CREATE TABLE devices (
    -- Devices at counters. A device never moves to another service point: it is revoked and added
    -- anew. Settings and heartbeat are JSON: read as a whole, never searched.
    id BLOB NOT NULL PRIMARY KEY CONSTRAINT devices_id CHECK (length(id) = 16),
    wave TEXT NOT NULL,
    point TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL CONSTRAINT devices_settings CHECK (json_valid(settings)),
    created_at_ms INTEGER NOT NULL,
    -- The hash of the code that enrols the device, and when the code stops working.
    code_sha256 BLOB NOT NULL UNIQUE CONSTRAINT devices_code_sha256 CHECK (length(code_sha256) = 32),
    code_expires_at_ms INTEGER NOT NULL,
    -- What an enrolled device proves itself with: the point of its public key, or the hash of its
    -- token. Null before it is enrolled.
    key_kind TEXT CONSTRAINT devices_key_kind CHECK (key_kind IN ('public_key', 'token')),
    key BLOB,
    enrolled_at_ms INTEGER,
    revoked_at_ms INTEGER,
    -- The last heartbeat. Null before the first.
    heartbeat TEXT CONSTRAINT devices_heartbeat CHECK (json_valid(heartbeat)),
    heartbeat_at_ms INTEGER,
    clock_skew_s INTEGER,
    FOREIGN KEY (wave, point) REFERENCES points (wave, id),
    CONSTRAINT devices_key CHECK (
        (key_kind IS NULL AND key IS NULL AND enrolled_at_ms IS NULL)
        OR (
            key_kind IS NOT NULL
            AND key IS NOT NULL
            AND length(key) = CASE key_kind WHEN 'public_key' THEN 65 ELSE 32 END
            AND enrolled_at_ms IS NOT NULL
        )
    ),
    CONSTRAINT devices_last_heartbeat CHECK (
        (heartbeat IS NULL) = (heartbeat_at_ms IS NULL)
        AND (heartbeat IS NULL) = (clock_skew_s IS NULL)
    )
) STRICT, WITHOUT ROWID;

CREATE TABLE break_offs (
    -- Forms that were begun and not sent, append-only. The id is that which the submission would
    -- have had.
    wave TEXT NOT NULL REFERENCES waves (id),
    id BLOB NOT NULL UNIQUE CONSTRAINT break_offs_id CHECK (length(id) = 16),
    received_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL CONSTRAINT break_offs_reason CHECK (reason IN ('idle', 'cancelled')),
    -- The question that was answered or shown last; null: on the first screen.
    last_item TEXT,
    -- The whole as JSON, and the hash of exactly this text.
    content TEXT NOT NULL,
    content_sha256 BLOB NOT NULL CONSTRAINT break_offs_sha256 CHECK (length(content_sha256) = 32),
    PRIMARY KEY (wave, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER break_offs_never_change BEFORE UPDATE ON break_offs
BEGIN SELECT RAISE(ABORT, 'a recorded break-off never changes'); END;

CREATE TRIGGER break_offs_never_go BEFORE DELETE ON break_offs
BEGIN SELECT RAISE(ABORT, 'a recorded break-off is never removed'); END;

CREATE TRIGGER devices_never_go BEFORE DELETE ON devices
BEGIN SELECT RAISE(ABORT, 'a device is revoked, never removed'); END;
