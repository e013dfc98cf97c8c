-- What must survive: definitions, waves, the log of submissions, imports, quarantine.
--
-- Times are milliseconds since 1970-01-01 UTC. Closed sets are words, the same as on the wire.
-- Hashes are SHA-256. Keys of large tables begin with the wave, so that they can be distributed by
-- it. What is never changed says so with a trigger. Comments inside a table stay in the database.

CREATE TABLE definitions (
    -- Published versions of instruments and methods. The texts are part of the program; the hash
    -- shows when one was edited in place.
    kind TEXT NOT NULL CONSTRAINT definitions_kind CHECK (kind IN ('instrument', 'method')),
    id TEXT NOT NULL,
    version INTEGER NOT NULL CONSTRAINT definitions_version CHECK (version >= 0),
    sha256 BLOB NOT NULL CONSTRAINT definitions_sha256 CHECK (length(sha256) = 32),
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE waves (
    -- Survey waves, as JSON: read as a whole, compared as a whole, never searched.
    id TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL CONSTRAINT waves_content CHECK (json_valid(content))
) STRICT, WITHOUT ROWID;

CREATE TABLE points (
    -- Service points of waves.
    wave TEXT NOT NULL REFERENCES waves (id),
    id TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit TEXT NOT NULL,
    channel TEXT NOT NULL CONSTRAINT points_channel CHECK (
        channel IN ('kiosk', 'wall_qr', 'receipt_qr', 'link', 'interviewer', 'paper_entry')
    ),
    PRIMARY KEY (wave, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_head (
    -- One row: the last position of the log. Whoever appends takes the next numbers from here, in
    -- the transaction that appends, so positions have no gaps and are committed in order.
    only INTEGER NOT NULL PRIMARY KEY CONSTRAINT log_head_one_row CHECK (only = 1),
    position INTEGER NOT NULL CONSTRAINT log_head_position CHECK (position >= 0)
) STRICT;

INSERT INTO log_head (only, position) VALUES (1, 0);

CREATE TABLE wave_logs (
    -- Where the log ends for one wave, and which of the two kinds of content the wave holds: the
    -- first one that arrives, for ever. No row: nothing yet.
    wave TEXT NOT NULL PRIMARY KEY REFERENCES waves (id),
    contents TEXT NOT NULL CONSTRAINT wave_logs_contents CHECK (
        contents IN ('submissions', 'level_counts')
    ),
    position INTEGER NOT NULL,
    submissions INTEGER NOT NULL CONSTRAINT wave_logs_submissions CHECK (submissions >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    -- The log of submissions, append-only. The id is unique for ever, in all waves.
    position INTEGER NOT NULL PRIMARY KEY CONSTRAINT submissions_position CHECK (position > 0),
    id BLOB NOT NULL UNIQUE CONSTRAINT submissions_id CHECK (length(id) = 16),
    wave TEXT NOT NULL REFERENCES waves (id),
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
    -- The accepted draft as JSON, and the hash of exactly this text.
    draft TEXT NOT NULL,
    draft_sha256 BLOB NOT NULL CONSTRAINT submissions_sha256 CHECK (length(draft_sha256) = 32)
) STRICT;

CREATE INDEX submissions_by_wave ON submissions (wave, position);

CREATE TABLE imports (
    -- Imported files. A file goes into a wave once. The submissions of a file are the `created`
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

CREATE TABLE level_counts (
    -- Imported counts of the five levels. An empty unit or month means the whole wave; it is not
    -- null, because nulls are never equal in a key. `position` is that of the import.
    wave TEXT NOT NULL REFERENCES waves (id),
    unit TEXT NOT NULL,
    month TEXT NOT NULL CONSTRAINT level_counts_month CHECK (
        month = '' OR month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-01'
    ),
    item TEXT NOT NULL,
    level_1 INTEGER NOT NULL CONSTRAINT level_counts_level_1 CHECK (level_1 >= 0),
    level_2 INTEGER NOT NULL CONSTRAINT level_counts_level_2 CHECK (level_2 >= 0),
    level_3 INTEGER NOT NULL CONSTRAINT level_counts_level_3 CHECK (level_3 >= 0),
    level_4 INTEGER NOT NULL CONSTRAINT level_counts_level_4 CHECK (level_4 >= 0),
    level_5 INTEGER NOT NULL CONSTRAINT level_counts_level_5 CHECK (level_5 >= 0),
    not_applicable INTEGER NOT NULL CONSTRAINT level_counts_not_applicable CHECK (not_applicable >= 0),
    no_answer INTEGER NOT NULL CONSTRAINT level_counts_no_answer CHECK (no_answer >= 0),
    position INTEGER NOT NULL,
    PRIMARY KEY (wave, unit, month, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    -- Submissions that are kept but do not count, as they arrived. The wave is not a foreign key, so
    -- that what is kept here never hinders a change of waves.
    sequence INTEGER NOT NULL PRIMARY KEY,
    submission BLOB NOT NULL CONSTRAINT quarantine_submission CHECK (length(submission) = 16),
    wave TEXT NOT NULL,
    reason TEXT NOT NULL CONSTRAINT quarantine_reason CHECK (
        reason IN ('window_closed', 'instrument_version', 'point_unknown')
    ),
    received_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    body_sha256 BLOB NOT NULL CONSTRAINT quarantine_sha256 CHECK (length(body_sha256) = 32),
    UNIQUE (submission, body_sha256)
) STRICT;

CREATE INDEX quarantine_by_wave ON quarantine (wave, reason);

CREATE TRIGGER definitions_never_change BEFORE UPDATE ON definitions
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END;

CREATE TRIGGER definitions_never_go BEFORE DELETE ON definitions
BEGIN SELECT RAISE(ABORT, 'a published version is never removed'); END;

CREATE TRIGGER submissions_never_change BEFORE UPDATE ON submissions
BEGIN SELECT RAISE(ABORT, 'a recorded submission never changes'); END;

CREATE TRIGGER submissions_never_go BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'a recorded submission is never removed'); END;

CREATE TRIGGER level_counts_never_change BEFORE UPDATE ON level_counts
BEGIN SELECT RAISE(ABORT, 'an imported count never changes'); END;

CREATE TRIGGER level_counts_never_go BEFORE DELETE ON level_counts
BEGIN SELECT RAISE(ABORT, 'an imported count is never removed'); END;
