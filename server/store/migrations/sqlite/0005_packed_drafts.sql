-- Drafts are kept packed, so that less is written and kept. What earlier versions wrote stays as it
-- is. SQLite cannot change the type of a column, so the table is made anew.

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
    -- The accepted draft as JSON, as text or as a Zstandard frame of it, and the hash of the text as
    -- it was accepted: after a redaction it is still that of the original.
    draft ANY NOT NULL CONSTRAINT submissions_draft CHECK (typeof(draft) IN ('text', 'blob')),
    draft_sha256 BLOB NOT NULL CONSTRAINT submissions_sha256 CHECK (length(draft_sha256) = 32),
    PRIMARY KEY (wave, position),
    UNIQUE (wave, id)
) STRICT;

INSERT INTO submissions_rebuilt
SELECT
    wave, position, id, received_at_ms, source, unit, channel, respondent_type, staff_helped,
    procedure_group, stratum, psu, weight, fpc, device, device_sequence, draft, draft_sha256
FROM submissions
ORDER BY wave, position;

DROP TABLE submissions;

ALTER TABLE submissions_rebuilt RENAME TO submissions;

CREATE INDEX submissions_by_device ON submissions (wave, device, device_sequence, received_at_ms)
WHERE device IS NOT NULL;

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
    -- SQLite can neither unpack nor hash; whether the text is that of the redaction is verified
    -- from outside.
    AND EXISTS (
        SELECT 1 FROM redactions
        WHERE redactions.wave = OLD.wave AND redactions.position = OLD.position
    )
)
BEGIN SELECT RAISE(ABORT, 'a recorded submission never changes, but for a redaction'); END;

CREATE TRIGGER submissions_never_go BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'a recorded submission is never removed'); END;
