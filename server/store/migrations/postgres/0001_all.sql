-- What must survive: definitions, waves, the logs of submissions, imports, quarantine, acts, devices,
-- and what follows from them. Tables and columns have the names that they have in SQLite.
--
-- Times are milliseconds since 1970-01-01 UTC. Closed sets are words, the same as on the wire.
-- Hashes are SHA-256. JSON that is read as a whole, and compared to the letter, is TEXT: JSONB would
-- not keep the letters. Names are ordered by their bytes (COLLATE "C"), whatever the language of the
-- database, so that lists have the same order everywhere.
--
-- Every table that grows is keyed by the wave first, and the large ones are partitioned by it, so
-- that they can be distributed by it, and an old wave can be moved or detached as a whole. A large
-- table refers to no other table: that a row's wave exists is said by its partition. What is never
-- changed says so with a trigger.

CREATE FUNCTION thuocdo_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;

-- Published versions of instruments and methods. The texts are part of the program; the hash shows
-- when one was edited in place.
CREATE TABLE definitions (
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT definitions_kind CHECK (kind IN ('instrument', 'method')),
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CONSTRAINT definitions_version CHECK (version >= 0),
    sha256 BYTEA NOT NULL CONSTRAINT definitions_sha256 CHECK (octet_length(sha256) = 32),
    PRIMARY KEY (kind, id, version)
);

-- Survey waves, as JSON: read as a whole, compared as a whole, never searched. Whoever writes what
-- is numbered within a wave locks the row of the wave first, until the commit.
CREATE TABLE waves (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    content TEXT NOT NULL CONSTRAINT waves_content CHECK (content::json IS NOT NULL)
);

-- Service points of waves.
CREATE TABLE points (
    wave TEXT COLLATE "C" NOT NULL REFERENCES waves (id),
    id TEXT COLLATE "C" NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CONSTRAINT points_channel CHECK (
        channel IN ('kiosk', 'wall_qr', 'receipt_qr', 'link', 'interviewer', 'paper_entry')
    ),
    telephone TEXT,
    PRIMARY KEY (wave, id)
);

-- Where the log ends for one wave, and which of the two kinds of content the wave holds: the first
-- one that arrives, for ever. No row: nothing yet.
CREATE TABLE wave_logs (
    wave TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES waves (id),
    contents TEXT COLLATE "C" NOT NULL CONSTRAINT wave_logs_contents CHECK (
        contents IN ('submissions', 'level_counts')
    ),
    position BIGINT NOT NULL,
    submissions BIGINT NOT NULL CONSTRAINT wave_logs_submissions CHECK (submissions >= 0)
) WITH (fillfactor = 50);  -- Changed by every commit: room for the next version on the same page.

-- The logs of submissions, append-only, each numbered from 1 without gaps. An id is unique in its
-- wave for ever.
CREATE TABLE submissions (
    wave TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CONSTRAINT submissions_position CHECK (position > 0),
    id UUID NOT NULL,
    received_at_ms BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL CONSTRAINT submissions_source CHECK (
        source IN ('api', 'import', 'demo')
    ),
    unit TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CONSTRAINT submissions_channel CHECK (
        channel IN ('kiosk', 'wall_qr', 'receipt_qr', 'link', 'interviewer', 'paper_entry')
    ),
    respondent_type TEXT COLLATE "C" NOT NULL CONSTRAINT submissions_respondent_type CHECK (
        respondent_type IN ('household', 'individual', 'organisation')
    ),
    -- Null: not asked or not answered.
    staff_helped BOOLEAN,
    procedure_group TEXT COLLATE "C",
    -- What a sample plan says of a respondent; null for answers that came in by themselves.
    stratum TEXT COLLATE "C",
    psu TEXT COLLATE "C",
    weight DOUBLE PRECISION CONSTRAINT submissions_weight CHECK (weight > 0),
    fpc DOUBLE PRECISION CONSTRAINT submissions_fpc CHECK (fpc >= 1),
    -- The device that the draft names, and the number of the session there; null without one.
    device UUID,
    device_sequence BIGINT,
    -- The accepted draft as JSON, and the hash of the text as it was accepted: after a redaction it
    -- is still that of the original.
    draft TEXT NOT NULL,
    draft_sha256 BYTEA NOT NULL CONSTRAINT submissions_sha256 CHECK (octet_length(draft_sha256) = 32),
    PRIMARY KEY (wave, position),
    UNIQUE (wave, id)
) PARTITION BY LIST (wave);

CREATE INDEX submissions_by_device ON submissions (wave, device, device_sequence, received_at_ms)
WHERE device IS NOT NULL;

-- Submissions whose free text was taken out. The hash in `submissions` is that of the original; this
-- one is that of the text which is left.
CREATE TABLE redactions (
    wave TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    draft_sha256 BYTEA NOT NULL CONSTRAINT redactions_sha256 CHECK (octet_length(draft_sha256) = 32),
    PRIMARY KEY (wave, position)
);

-- Imported files. A file goes into a wave once. The submissions of a file are the `n_created`
-- positions that end at `position`; counts take one position for the whole file.
CREATE TABLE imports (
    wave TEXT COLLATE "C" NOT NULL REFERENCES waves (id),
    file_sha256 BYTEA NOT NULL CONSTRAINT imports_sha256 CHECK (octet_length(file_sha256) = 32),
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT imports_kind CHECK (kind IN ('microdata', 'level_counts')),
    n_rows BIGINT NOT NULL CONSTRAINT imports_n_rows CHECK (n_rows >= 0),
    n_created BIGINT NOT NULL CONSTRAINT imports_n_created CHECK (n_created BETWEEN 0 AND n_rows),
    position BIGINT NOT NULL,
    imported_at_ms BIGINT NOT NULL,
    PRIMARY KEY (wave, file_sha256)
);

-- Imported counts of the five levels. An empty unit or month means the whole wave; it is not null,
-- because nulls are never equal in a key. `position` is that of the import.
CREATE TABLE level_counts (
    wave TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL CONSTRAINT level_counts_month CHECK (
        month = '' OR month ~ '^[0-9]{4}-[01][0-9]-01$'
    ),
    item TEXT COLLATE "C" NOT NULL,
    level_1 BIGINT NOT NULL CONSTRAINT level_counts_level_1 CHECK (level_1 >= 0),
    level_2 BIGINT NOT NULL CONSTRAINT level_counts_level_2 CHECK (level_2 >= 0),
    level_3 BIGINT NOT NULL CONSTRAINT level_counts_level_3 CHECK (level_3 >= 0),
    level_4 BIGINT NOT NULL CONSTRAINT level_counts_level_4 CHECK (level_4 >= 0),
    level_5 BIGINT NOT NULL CONSTRAINT level_counts_level_5 CHECK (level_5 >= 0),
    not_applicable BIGINT NOT NULL CONSTRAINT level_counts_not_applicable CHECK (not_applicable >= 0),
    no_answer BIGINT NOT NULL CONSTRAINT level_counts_no_answer CHECK (no_answer >= 0),
    position BIGINT NOT NULL,
    PRIMARY KEY (wave, unit, month, item)
) PARTITION BY LIST (wave);

-- Published versions of the dossier counts of a wave, one per file. A correction is the next version.
CREATE TABLE dossier_files (
    wave TEXT COLLATE "C" NOT NULL REFERENCES waves (id),
    version BIGINT NOT NULL CONSTRAINT dossier_files_version CHECK (version >= 1),
    file_sha256 BYTEA NOT NULL CONSTRAINT dossier_files_sha256 CHECK (octet_length(file_sha256) = 32),
    imported_at_ms BIGINT NOT NULL,
    PRIMARY KEY (wave, version)
);

-- Dossiers that a unit handled. An empty procedure group means all of them; it is not null, because
-- nulls are never equal in a key.
CREATE TABLE dossier_counts (
    wave TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    procedure_group TEXT COLLATE "C" NOT NULL,
    dossiers BIGINT NOT NULL CONSTRAINT dossier_counts_dossiers CHECK (dossiers >= 0),
    PRIMARY KEY (wave, version, unit, procedure_group),
    FOREIGN KEY (wave, version) REFERENCES dossier_files (wave, version)
);

-- Files of the columnar mirror, which follows the log and can be made from it again: a segment holds
-- every submission of its wave from one position to another.
CREATE TABLE segments (
    wave TEXT COLLATE "C" NOT NULL REFERENCES waves (id),
    name TEXT COLLATE "C" NOT NULL,
    first_position BIGINT NOT NULL CONSTRAINT segments_first_position CHECK (first_position > 0),
    last_position BIGINT NOT NULL,
    n_rows BIGINT NOT NULL CONSTRAINT segments_n_rows CHECK (n_rows >= 0),
    sha256 BYTEA NOT NULL CONSTRAINT segments_sha256 CHECK (octet_length(sha256) = 32),
    PRIMARY KEY (wave, name),
    CONSTRAINT segments_range CHECK (last_position >= first_position)
);

-- Submissions that are kept but do not count, as they arrived, numbered from 1 in each wave. The wave
-- need not exist, so there are neither partitions nor a reference: what is kept here never hinders a
-- change of waves, and there is little of it.
CREATE TABLE quarantine (
    wave TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CONSTRAINT quarantine_number CHECK (number > 0),
    submission UUID NOT NULL,
    reason TEXT COLLATE "C" NOT NULL CONSTRAINT quarantine_reason CHECK (
        reason IN (
            'window_closed', 'instrument_version', 'point_unknown', 'device_revoked', 'device_unproven'
        )
    ),
    state TEXT COLLATE "C" NOT NULL CONSTRAINT quarantine_state CHECK (
        state IN ('waiting', 'released', 'rejected')
    ),
    received_at_ms BIGINT NOT NULL,
    -- When it was released or rejected; null while it waits.
    decided_at_ms BIGINT,
    -- The device that has proved to have sent it, and the number of the session there. May come
    -- later, when the same text is sent again with proof.
    device UUID,
    device_sequence BIGINT,
    -- Null: dropped, because it is in the log or was rejected long ago. The hash stays.
    body TEXT,
    body_sha256 BYTEA NOT NULL CONSTRAINT quarantine_sha256 CHECK (octet_length(body_sha256) = 32),
    PRIMARY KEY (wave, number),
    UNIQUE (wave, submission, body_sha256),
    CONSTRAINT quarantine_body CHECK (body IS NOT NULL OR state <> 'waiting')
);

CREATE INDEX quarantine_by_state ON quarantine (wave, state, reason);

-- Asked for at every append, and nearly always empty.
CREATE INDEX quarantine_rejected ON quarantine (wave, submission) WHERE state = 'rejected';

CREATE INDEX quarantine_of_session ON quarantine (wave, device, device_sequence)
WHERE device IS NOT NULL;

CREATE INDEX quarantine_waiting_of_device ON quarantine (wave, device, number)
WHERE state = 'waiting' AND device IS NOT NULL;

-- What people, evidence and time have done to records, append-only, numbered from 1 in each wave.
CREATE TABLE acts (
    wave TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CONSTRAINT acts_number CHECK (number > 0),
    at_ms BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL CONSTRAINT acts_actor CHECK (
        actor IN ('staff', 'evidence', 'retention')
    ),
    reason TEXT NOT NULL,
    -- What was done, as JSON.
    content TEXT NOT NULL CONSTRAINT acts_content CHECK (content::json IS NOT NULL),
    PRIMARY KEY (wave, number)
);

-- Devices at counters. A device never moves to another service point: it is revoked and added anew.
-- Settings and heartbeat are JSON: read as a whole, never searched.
CREATE TABLE devices (
    id UUID NOT NULL PRIMARY KEY,
    wave TEXT COLLATE "C" NOT NULL,
    point TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL CONSTRAINT devices_settings CHECK (settings::json IS NOT NULL),
    created_at_ms BIGINT NOT NULL,
    -- The hash of the code that enrols the device, and when the code stops working. The hash is
    -- dropped then.
    code_sha256 BYTEA UNIQUE CONSTRAINT devices_code_sha256 CHECK (octet_length(code_sha256) = 32),
    code_expires_at_ms BIGINT NOT NULL,
    -- What an enrolled device proves itself with: the point of its public key, or the hash of its
    -- token. Null before it is enrolled.
    key_kind TEXT COLLATE "C" CONSTRAINT devices_key_kind CHECK (key_kind IN ('public_key', 'token')),
    key BYTEA,
    enrolled_at_ms BIGINT,
    revoked_at_ms BIGINT,
    -- The last heartbeat. Null before the first.
    heartbeat TEXT CONSTRAINT devices_heartbeat CHECK (heartbeat IS NULL OR heartbeat::json IS NOT NULL),
    heartbeat_at_ms BIGINT,
    clock_skew_s BIGINT,
    FOREIGN KEY (wave, point) REFERENCES points (wave, id),
    CONSTRAINT devices_key CHECK (
        (key_kind IS NULL AND key IS NULL AND enrolled_at_ms IS NULL)
        OR (
            key_kind IS NOT NULL
            AND key IS NOT NULL
            AND octet_length(key) = CASE key_kind WHEN 'public_key' THEN 65 ELSE 32 END
            AND enrolled_at_ms IS NOT NULL
        )
    ),
    CONSTRAINT devices_last_heartbeat CHECK (
        (heartbeat IS NULL) = (heartbeat_at_ms IS NULL)
        AND (heartbeat IS NULL) = (clock_skew_s IS NULL)
    )
);

-- What heartbeats have proved: at this time the device had begun so many sessions, and its clock was
-- so far off. Kept when one of the two has changed. A later heartbeat never has a lower sequence.
CREATE TABLE device_marks (
    wave TEXT COLLATE "C" NOT NULL,
    device UUID NOT NULL,
    received_at_ms BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    clock_skew_s BIGINT NOT NULL,
    -- Whether it is the first after the numbering began anew, because the device's memory was wiped.
    restarted BOOLEAN NOT NULL,
    PRIMARY KEY (wave, device, sequence, received_at_ms)
) PARTITION BY LIST (wave);

-- Forms that were begun and not sent, append-only. The id is that which the submission would have
-- had, unique in its wave.
CREATE TABLE break_offs (
    wave TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    received_at_ms BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL CONSTRAINT break_offs_reason CHECK (reason IN ('idle', 'cancelled')),
    -- The question that was answered or shown last; null: on the first screen.
    last_item TEXT COLLATE "C",
    -- The whole as JSON, and the hash of exactly this text.
    content TEXT NOT NULL,
    content_sha256 BYTEA NOT NULL CONSTRAINT break_offs_sha256 CHECK (octet_length(content_sha256) = 32),
    PRIMARY KEY (wave, id)
) PARTITION BY LIST (wave);

CREATE INDEX break_offs_of_session ON break_offs (
    wave, (content::json #>> '{paradata,device}'), (content::json #>> '{paradata,sequence}')
);

-- Large texts are compressed. lz4 costs a fraction of the time; a server that was built without it
-- keeps what it has.
DO $$
BEGIN
    ALTER TABLE submissions ALTER COLUMN draft SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END
$$;

-- Partitions are named by a number of their own: the id of a wave may be longer than a name, and
-- nothing is to be read from a name.
CREATE SEQUENCE wave_partitions;

-- Every wave has a partition of each large table, by whatever way it came into `waves`. A partition is
-- made beside its table and then attached, which waits for nobody who reads or writes other waves:
-- `PARTITION OF` would lock the whole table.
CREATE FUNCTION thuocdo_add_partitions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT := nextval('wave_partitions');
    parent TEXT;
    partition TEXT;
BEGIN
    FOREACH parent IN ARRAY ARRAY['submissions', 'level_counts', 'device_marks', 'break_offs'] LOOP
        partition := format('%s_%s', parent, number);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)', partition, parent);
        EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%L)', parent, partition, NEW.id
        );
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER waves_add_partitions AFTER INSERT ON waves
FOR EACH ROW EXECUTE FUNCTION thuocdo_add_partitions();

CREATE TRIGGER definitions_never_change BEFORE UPDATE ON definitions
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version never changes');

CREATE TRIGGER definitions_never_go BEFORE DELETE ON definitions
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version is never removed');

CREATE TRIGGER submissions_never_go BEFORE DELETE ON submissions
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a recorded submission is never removed');

CREATE TRIGGER level_counts_never_change BEFORE UPDATE ON level_counts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an imported count never changes');

CREATE TRIGGER level_counts_never_go BEFORE DELETE ON level_counts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an imported count is never removed');

CREATE TRIGGER dossier_files_never_change BEFORE UPDATE ON dossier_files
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version never changes');

CREATE TRIGGER dossier_files_never_go BEFORE DELETE ON dossier_files
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version is never removed');

CREATE TRIGGER dossier_counts_never_change BEFORE UPDATE ON dossier_counts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version never changes');

CREATE TRIGGER dossier_counts_never_go BEFORE DELETE ON dossier_counts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a published version is never removed');

CREATE TRIGGER redactions_never_go BEFORE DELETE ON redactions
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a redaction is never taken back');

CREATE TRIGGER redactions_never_move BEFORE UPDATE OF wave, position ON redactions
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a redaction stays with its submission');

CREATE TRIGGER quarantine_never_goes BEFORE DELETE ON quarantine
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('what is in quarantine is decided, never removed');

CREATE TRIGGER acts_never_change BEFORE UPDATE ON acts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an act never changes');

CREATE TRIGGER acts_never_go BEFORE DELETE ON acts
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an act is never removed');

CREATE TRIGGER devices_never_go BEFORE DELETE ON devices
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a device is revoked, never removed');

CREATE TRIGGER break_offs_never_change BEFORE UPDATE ON break_offs
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a recorded break-off never changes');

CREATE TRIGGER break_offs_never_go BEFORE DELETE ON break_offs
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a recorded break-off is never removed');

-- The text of a submission may lose answers, when a redaction has the hash of what is left; nothing
-- else of it changes.
CREATE FUNCTION thuocdo_guard_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    redacted RECORD := NEW;
BEGIN
    redacted.draft := OLD.draft;
    IF redacted IS DISTINCT FROM OLD OR NOT EXISTS (
        SELECT 1 FROM redactions
        WHERE redactions.wave = OLD.wave AND redactions.position = OLD.position
        AND redactions.draft_sha256 = sha256(convert_to(NEW.draft, 'UTF8'))
    ) THEN
        RAISE EXCEPTION 'a recorded submission never changes, but for a redaction'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER submissions_never_change BEFORE UPDATE ON submissions
FOR EACH ROW EXECUTE FUNCTION thuocdo_guard_submission();

-- What is in quarantine is decided once, its text may be dropped, and while it waits its session may
-- be proved; nothing else of it changes.
CREATE FUNCTION thuocdo_guard_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided RECORD := NEW;
BEGIN
    decided.state := OLD.state;
    decided.body := OLD.body;
    IF OLD.state = 'waiting' AND NEW.state <> 'waiting' THEN
        decided.decided_at_ms := OLD.decided_at_ms;
    END IF;
    -- Proved since.
    IF OLD.device IS NULL AND OLD.device_sequence IS NULL
        AND OLD.state = 'waiting' AND NEW.state = 'waiting'
    THEN
        decided.device := OLD.device;
        decided.device_sequence := OLD.device_sequence;
    END IF;
    IF decided IS DISTINCT FROM OLD
        OR (NEW.state <> OLD.state AND OLD.state <> 'waiting')
        OR (NEW.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body)
    THEN
        RAISE EXCEPTION 'what is in quarantine is decided once and never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER quarantine_is_decided_once BEFORE UPDATE ON quarantine
FOR EACH ROW EXECUTE FUNCTION thuocdo_guard_quarantine();
