-- What senders have put aside who have proved nothing has a quota. So a row says whether its sender had
-- proved itself and which service point it names, and a table counts what was put aside.

DROP TRIGGER quarantine_is_decided_once;

-- The service point that it names. Null where the text was gone before this column came.
ALTER TABLE quarantine ADD COLUMN point TEXT;

-- Whether a device that has signed it, or staff, had sent it. May come later, when the same text is sent
-- again with proof.
ALTER TABLE quarantine ADD COLUMN proven INTEGER NOT NULL DEFAULT 0
CONSTRAINT quarantine_proven CHECK (proven IN (0, 1));

UPDATE quarantine SET point = json_extract(body, '$.point'), proven = device IS NOT NULL;

CREATE TRIGGER quarantine_is_decided_once BEFORE UPDATE ON quarantine
WHEN NOT (
    NEW.wave = OLD.wave
    AND NEW.number = OLD.number
    AND NEW.submission = OLD.submission
    AND NEW.point IS OLD.point
    AND NEW.reason = OLD.reason
    AND NEW.received_at_ms = OLD.received_at_ms
    AND (
        (
            NEW.device IS OLD.device
            AND NEW.device_sequence IS OLD.device_sequence
            AND NEW.proven = OLD.proven
        )
        -- Proved since.
        OR (
            NEW.proven = 1 AND OLD.state = 'waiting' AND NEW.state = 'waiting'
            AND (
                (OLD.device IS NULL AND OLD.device_sequence IS NULL)
                OR (NEW.device IS OLD.device AND NEW.device_sequence IS OLD.device_sequence)
            )
        )
    )
    AND (NEW.decided_at_ms IS OLD.decided_at_ms OR (OLD.state = 'waiting' AND NEW.state <> 'waiting'))
    AND NEW.body_sha256 = OLD.body_sha256
    AND (NEW.body IS OLD.body OR NEW.body IS NULL)
    AND (NEW.state = OLD.state OR OLD.state = 'waiting')
)
BEGIN SELECT RAISE(ABORT, 'what is in quarantine is decided once and never changes'); END;

CREATE TABLE quarantine_usage (
    -- What senders who have proved nothing have put aside in a wave on a day of Hanoi (days since
    -- 1970-01-01), and how many bytes of it are kept. Triggers of the table of quarantine keep it right.
    wave TEXT NOT NULL,
    day INTEGER NOT NULL,
    n_rows INTEGER NOT NULL,
    n_bytes INTEGER NOT NULL,
    kept_bytes INTEGER NOT NULL,
    PRIMARY KEY (wave, day)
) STRICT, WITHOUT ROWID;

INSERT INTO quarantine_usage (wave, day, n_rows, n_bytes, kept_bytes)
SELECT
    wave, (received_at_ms + 25200000) / 86400000, count(*),
    sum(coalesce(octet_length(body), 0)), sum(coalesce(octet_length(body), 0))
FROM quarantine WHERE proven = 0 GROUP BY 1, 2;

CREATE TRIGGER quarantine_is_counted AFTER INSERT ON quarantine WHEN NEW.proven = 0
BEGIN
    INSERT INTO quarantine_usage (wave, day, n_rows, n_bytes, kept_bytes)
    VALUES (
        NEW.wave, (NEW.received_at_ms + 25200000) / 86400000, 1,
        coalesce(octet_length(NEW.body), 0), coalesce(octet_length(NEW.body), 0)
    )
    ON CONFLICT (wave, day) DO UPDATE SET
    n_rows = n_rows + 1,
    n_bytes = n_bytes + excluded.n_bytes,
    kept_bytes = kept_bytes + excluded.kept_bytes;
END;

CREATE TRIGGER quarantine_gives_back AFTER UPDATE OF body ON quarantine
WHEN OLD.proven = 0 AND OLD.body IS NOT NULL AND NEW.body IS NULL
BEGIN
    UPDATE quarantine_usage SET kept_bytes = kept_bytes - octet_length(OLD.body)
    WHERE wave = OLD.wave AND day = (OLD.received_at_ms + 25200000) / 86400000;
END;

CREATE TRIGGER quarantine_is_proved AFTER UPDATE OF proven ON quarantine
WHEN OLD.proven = 0 AND NEW.proven = 1
BEGIN
    UPDATE quarantine_usage SET
    n_rows = n_rows - 1,
    n_bytes = n_bytes - octet_length(OLD.body),
    kept_bytes = kept_bytes - octet_length(OLD.body)
    WHERE wave = OLD.wave AND day = (OLD.received_at_ms + 25200000) / 86400000;
END;
