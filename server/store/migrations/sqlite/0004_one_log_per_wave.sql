-- One log for each wave, numbered from 1 without gaps, so that waves can live apart. Quarantine is
-- decided by acts, free text can be redacted, devices leave marks that bound their sessions in time,
-- and codes go when they have been used. SQLite cannot change a key, so tables are made anew.

CREATE TABLE submissions_rebuilt (
    -- The logs of submissions, append-only. An id is unique in its wave for ever.
    wave TEXT NOT NULL REFERENCES waves (id),
    position INTEGER NOT NULL CONSTRAINT submissions_position CHECK (position > 0),
    id BLOB NOT NULL CONSTRAINT submissions_id CHECK (length(id) = 16),
    received_at_ms INTEGER NOT NULL,
    source TEXT NOT NULL CONSTRAINT submissions_source CHECK (source IN ('api', 'import', 'demo')),
    unit TEXT NOT NULL,
    channel TEXT NOT NULL CONSTRAINT submissions_channel CHECK (
        channel IN ('kiosk', 'wall_qr', 'receipt_qr', 'link', 'interviewer', 'paper_entry')
    ),
    respondent_type TEXT NOT NULL CONSTRAINT submissions_respondent_type CHECK (
        respondent_type IN ('household', 'individual', 'organisation')
    ),
    -- Null: not asked or not answered.
    staff_helped INTEGER CONSTRAINT submissions_staff_helped CHECK (staff_helped IN (0, 1)),
    procedure_group TEXT,
    -- What a sample plan says of a respondent; null for answers that came in by themselves.
    stratum TEXT,
    psu TEXT,
    weight REAL CONSTRAINT submissions_weight CHECK (weight > 0),
    fpc REAL CONSTRAINT submissions_fpc CHECK (fpc >= 1),
    -- The device that the draft names, and the number of the session there; null without one.
    device BLOB CONSTRAINT submissions_device CHECK (length(device) = 16),
    device_sequence INTEGER,
    -- The accepted draft as JSON, and the hash of the text as it was accepted: after a redaction it
    -- is still that of the original.
    draft TEXT NOT NULL,
    draft_sha256 BLOB NOT NULL CONSTRAINT submissions_sha256 CHECK (length(draft_sha256) = 32),
    PRIMARY KEY (wave, position),
    UNIQUE (wave, id)
) STRICT;

INSERT INTO submissions_rebuilt
SELECT
    wave,
    row_number() OVER (PARTITION BY wave ORDER BY position),
    id, received_at_ms, source, unit, channel, respondent_type, staff_helped, procedure_group,
    stratum, psu, weight, fpc,
    unhex(replace(json_extract(draft, '$.paradata.device'), '-', '')),
    CASE
        WHEN json_extract(draft, '$.paradata.device') IS NOT NULL
        -- A cast, because what is beyond 64 bits is read as a fraction.
        THEN CAST(json_extract(draft, '$.paradata.sequence') AS INTEGER)
    END,
    draft, draft_sha256
FROM submissions
ORDER BY position;

CREATE TABLE imports_rebuilt (
    -- Imported files. A file goes into a wave once. The submissions of a file are the `n_created`
    -- positions that end at `position`; counts take one position for the whole file.
    wave TEXT NOT NULL REFERENCES waves (id),
    file_sha256 BLOB NOT NULL CONSTRAINT imports_sha256 CHECK (length(file_sha256) = 32),
    kind TEXT NOT NULL CONSTRAINT imports_kind CHECK (kind IN ('microdata', 'level_counts')),
    n_rows INTEGER NOT NULL CONSTRAINT imports_n_rows CHECK (n_rows >= 0),
    n_created INTEGER NOT NULL CONSTRAINT imports_n_created CHECK (n_created BETWEEN 0 AND n_rows),
    position INTEGER NOT NULL,
    imported_at_ms INTEGER NOT NULL,
    PRIMARY KEY (wave, file_sha256)
) STRICT, WITHOUT ROWID;

INSERT INTO imports_rebuilt
SELECT
    wave, file_sha256, kind, n_rows, n_created,
    CASE kind
        WHEN 'microdata' THEN (
            SELECT count(*) FROM submissions
            WHERE submissions.wave = imports.wave AND submissions.position <= imports.position
        )
        ELSE (
            SELECT count(DISTINCT earlier.position) FROM imports AS earlier
            WHERE
                earlier.wave = imports.wave
                AND earlier.kind = 'level_counts'
                AND earlier.position <= imports.position
                AND earlier.n_created > 0
        )
    END,
    imported_at_ms
FROM imports;

DROP TRIGGER level_counts_never_change;

UPDATE level_counts SET position = (
    SELECT imports_rebuilt.position FROM imports
    JOIN imports_rebuilt USING (wave, file_sha256)
    WHERE imports.wave = level_counts.wave AND imports.position = level_counts.position
    AND imports.kind = 'level_counts'
);

CREATE TRIGGER level_counts_never_change BEFORE UPDATE ON level_counts
BEGIN SELECT RAISE(ABORT, 'an imported count never changes'); END;

UPDATE wave_logs SET position = CASE contents
    WHEN 'submissions' THEN submissions
    ELSE (SELECT max(level_counts.position) FROM level_counts WHERE level_counts.wave = wave_logs.wave)
END;

-- The mirror speaks of the old positions. It is made again from the log.
DELETE FROM segments;

DROP TABLE submissions;

DROP TABLE imports;

DROP TABLE log_head;

ALTER TABLE submissions_rebuilt RENAME TO submissions;

ALTER TABLE imports_rebuilt RENAME TO imports;

CREATE INDEX submissions_by_device ON submissions (wave, device, device_sequence, received_at_ms)
WHERE device IS NOT NULL;

CREATE TABLE redactions (
    -- Submissions whose free text was taken out. The hash in `submissions` is that of the original;
    -- this one is that of the text which is left.
    wave TEXT NOT NULL,
    position INTEGER NOT NULL,
    draft_sha256 BLOB NOT NULL CONSTRAINT redactions_sha256 CHECK (length(draft_sha256) = 32),
    PRIMARY KEY (wave, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER redactions_never_go BEFORE DELETE ON redactions
BEGIN SELECT RAISE(ABORT, 'a redaction is never taken back'); END;

CREATE TRIGGER redactions_never_move BEFORE UPDATE ON redactions
WHEN NOT (NEW.wave = OLD.wave AND NEW.position = OLD.position)
BEGIN SELECT RAISE(ABORT, 'a redaction stays with its submission'); END;

CREATE TRIGGER submissions_never_change BEFORE UPDATE ON submissions
WHEN NOT (
    NEW.wave = OLD.wave
    AND NEW.position = OLD.position
    AND NEW.id = OLD.id
    AND NEW.received_at_ms = OLD.received_at_ms
    AND NEW.source = OLD.source
    AND NEW.unit = OLD.unit
    AND NEW.channel = OLD.channel
    AND NEW.respondent_type = OLD.respondent_type
    AND NEW.staff_helped IS OLD.staff_helped
    AND NEW.procedure_group IS OLD.procedure_group
    AND NEW.stratum IS OLD.stratum
    AND NEW.psu IS OLD.psu
    AND NEW.weight IS OLD.weight
    AND NEW.fpc IS OLD.fpc
    AND NEW.device IS OLD.device
    AND NEW.device_sequence IS OLD.device_sequence
    AND NEW.draft_sha256 = OLD.draft_sha256
    -- SQLite has no hash to compare with that of the redaction; at least nothing is added.
    AND length(NEW.draft) < length(OLD.draft)
    AND EXISTS (
        SELECT 1 FROM redactions
        WHERE redactions.wave = OLD.wave AND redactions.position = OLD.position
    )
)
BEGIN SELECT RAISE(ABORT, 'a recorded submission never changes, but for a redaction'); END;

CREATE TRIGGER submissions_never_go BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'a recorded submission is never removed'); END;

CREATE TABLE quarantine_rebuilt (
    -- Submissions that are kept but do not count, as they arrived, numbered from 1 in each wave. The
    -- wave is not a foreign key, so that what is kept here never hinders a change of waves.
    wave TEXT NOT NULL,
    number INTEGER NOT NULL CONSTRAINT quarantine_number CHECK (number > 0),
    submission BLOB NOT NULL CONSTRAINT quarantine_submission CHECK (length(submission) = 16),
    reason TEXT NOT NULL CONSTRAINT quarantine_reason CHECK (
        reason IN (
            'window_closed', 'instrument_version', 'point_unknown', 'device_revoked', 'device_unproven'
        )
    ),
    state TEXT NOT NULL CONSTRAINT quarantine_state CHECK (state IN ('waiting', 'released', 'rejected')),
    received_at_ms INTEGER NOT NULL,
    -- When it was released or rejected; null while it waits.
    decided_at_ms INTEGER,
    -- The device that has proved to have sent it, and the number of the session there. May come
    -- later, when the same text is sent again with proof.
    device BLOB CONSTRAINT quarantine_device CHECK (length(device) = 16),
    device_sequence INTEGER,
    -- Null: dropped, because it is in the log or was rejected long ago. The hash stays.
    body TEXT,
    body_sha256 BLOB NOT NULL CONSTRAINT quarantine_sha256 CHECK (length(body_sha256) = 32),
    PRIMARY KEY (wave, number),
    UNIQUE (wave, submission, body_sha256),
    CONSTRAINT quarantine_body CHECK (body IS NOT NULL OR state <> 'waiting')
) STRICT;

-- Which device had proved to have sent what waits already was not kept, so nothing but staff releases
-- it: what the text says of its device proves nothing.
INSERT INTO quarantine_rebuilt (
    wave, number, submission, reason, state, received_at_ms, body, body_sha256
)
SELECT
    wave, row_number() OVER (PARTITION BY wave ORDER BY sequence), submission, reason, 'waiting',
    received_at_ms, body, body_sha256
FROM quarantine;

DROP TABLE quarantine;

ALTER TABLE quarantine_rebuilt RENAME TO quarantine;

CREATE INDEX quarantine_by_state ON quarantine (wave, state, reason);

CREATE INDEX quarantine_waiting_of_device ON quarantine (wave, device, number)
WHERE state = 'waiting' AND device IS NOT NULL;

-- Asked for at every append, and nearly always empty.
CREATE INDEX quarantine_rejected ON quarantine (wave, submission) WHERE state = 'rejected';

CREATE INDEX quarantine_of_session ON quarantine (wave, device, device_sequence)
WHERE device IS NOT NULL;

CREATE TRIGGER quarantine_is_decided_once BEFORE UPDATE ON quarantine
WHEN NOT (
    NEW.wave = OLD.wave
    AND NEW.number = OLD.number
    AND NEW.submission = OLD.submission
    AND NEW.reason = OLD.reason
    AND NEW.received_at_ms = OLD.received_at_ms
    AND (
        (NEW.device IS OLD.device AND NEW.device_sequence IS OLD.device_sequence)
        -- Proved since.
        OR (
            OLD.device IS NULL AND OLD.device_sequence IS NULL
            AND OLD.state = 'waiting' AND NEW.state = 'waiting'
        )
    )
    AND (NEW.decided_at_ms IS OLD.decided_at_ms OR (OLD.state = 'waiting' AND NEW.state <> 'waiting'))
    AND NEW.body_sha256 = OLD.body_sha256
    AND (NEW.body IS OLD.body OR NEW.body IS NULL)
    AND (NEW.state = OLD.state OR OLD.state = 'waiting')
)
BEGIN SELECT RAISE(ABORT, 'what is in quarantine is decided once and never changes'); END;

CREATE TRIGGER quarantine_never_goes BEFORE DELETE ON quarantine
BEGIN SELECT RAISE(ABORT, 'what is in quarantine is decided, never removed'); END;

CREATE TABLE acts (
    -- What people, evidence and time have done to records, append-only, numbered from 1 in each wave.
    wave TEXT NOT NULL,
    number INTEGER NOT NULL CONSTRAINT acts_number CHECK (number > 0),
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL CONSTRAINT acts_actor CHECK (actor IN ('staff', 'evidence', 'retention')),
    reason TEXT NOT NULL,
    -- What was done, as JSON.
    content TEXT NOT NULL CONSTRAINT acts_content CHECK (json_valid(content)),
    PRIMARY KEY (wave, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER acts_never_change BEFORE UPDATE ON acts
BEGIN SELECT RAISE(ABORT, 'an act never changes'); END;

CREATE TRIGGER acts_never_go BEFORE DELETE ON acts
BEGIN SELECT RAISE(ABORT, 'an act is never removed'); END;

CREATE TABLE devices_rebuilt (
    -- Devices at counters. A device never moves to another service point: it is revoked and added
    -- anew. Settings and heartbeat are JSON: read as a whole, never searched.
    id BLOB NOT NULL PRIMARY KEY CONSTRAINT devices_id CHECK (length(id) = 16),
    wave TEXT NOT NULL,
    point TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL CONSTRAINT devices_settings CHECK (json_valid(settings)),
    created_at_ms INTEGER NOT NULL,
    -- The hash of the code that enrols the device, and when the code stops working. The hash is
    -- dropped then.
    code_sha256 BLOB UNIQUE CONSTRAINT devices_code_sha256 CHECK (length(code_sha256) = 32),
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

INSERT INTO devices_rebuilt
SELECT
    id, wave, point, name, settings, created_at_ms, code_sha256, code_expires_at_ms, key_kind, key,
    enrolled_at_ms, revoked_at_ms, heartbeat, heartbeat_at_ms, clock_skew_s
FROM devices;

CREATE TABLE device_marks (
    -- What heartbeats have proved: at this time the device had begun so many sessions, and its clock
    -- was so far off. Kept when one of the two has changed. A later heartbeat never has a lower
    -- sequence, unless the device has begun to number anew, because its memory was wiped.
    wave TEXT NOT NULL,
    device BLOB NOT NULL CONSTRAINT device_marks_device CHECK (length(device) = 16),
    received_at_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    clock_skew_s INTEGER NOT NULL,
    -- Whether it is the first after the numbering began anew.
    restarted INTEGER NOT NULL CONSTRAINT device_marks_restarted CHECK (restarted IN (0, 1)),
    PRIMARY KEY (wave, device, sequence, received_at_ms)
) STRICT, WITHOUT ROWID;

INSERT INTO device_marks
SELECT
    wave, id, heartbeat_at_ms, CAST(json_extract(heartbeat, '$.sequence') AS INTEGER), clock_skew_s, 0
FROM devices WHERE heartbeat IS NOT NULL;

DROP TABLE devices;

ALTER TABLE devices_rebuilt RENAME TO devices;

CREATE TRIGGER devices_never_go BEFORE DELETE ON devices
BEGIN SELECT RAISE(ABORT, 'a device is revoked, never removed'); END;

CREATE TABLE break_offs_rebuilt (
    -- Forms that were begun and not sent, append-only. The id is that which the submission would
    -- have had, unique in its wave.
    wave TEXT NOT NULL REFERENCES waves (id),
    id BLOB NOT NULL CONSTRAINT break_offs_id CHECK (length(id) = 16),
    received_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL CONSTRAINT break_offs_reason CHECK (reason IN ('idle', 'cancelled')),
    -- The question that was answered or shown last; null: on the first screen.
    last_item TEXT,
    -- The whole as JSON, and the hash of exactly this text.
    content TEXT NOT NULL,
    content_sha256 BLOB NOT NULL CONSTRAINT break_offs_sha256 CHECK (length(content_sha256) = 32),
    PRIMARY KEY (wave, id)
) STRICT, WITHOUT ROWID;

INSERT INTO break_offs_rebuilt SELECT * FROM break_offs;

DROP TABLE break_offs;

ALTER TABLE break_offs_rebuilt RENAME TO break_offs;

CREATE INDEX break_offs_of_session ON break_offs (
    wave, json_extract(content, '$.paradata.device'), json_extract(content, '$.paradata.sequence')
);

CREATE TRIGGER break_offs_never_change BEFORE UPDATE ON break_offs
BEGIN SELECT RAISE(ABORT, 'a recorded break-off never changes'); END;

CREATE TRIGGER break_offs_never_go BEFORE DELETE ON break_offs
BEGIN SELECT RAISE(ABORT, 'a recorded break-off is never removed'); END;
