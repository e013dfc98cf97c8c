-- What senders have put aside who have proved nothing has a quota. So a row says whether its sender had
-- proved itself and which service point it names, and a table counts what was put aside.

ALTER TABLE quarantine DISABLE TRIGGER USER;

-- The service point that it names. Null where the text was gone before this column came.
ALTER TABLE quarantine ADD COLUMN point TEXT COLLATE "C";

-- Whether a device that has signed it, or staff, had sent it. May come later, when the same text is sent
-- again with proof.
ALTER TABLE quarantine ADD COLUMN proven BOOLEAN NOT NULL DEFAULT false;

-- A text may have been kept as it was sent, and PostgreSQL unescapes all of one that it looks into.
UPDATE quarantine SET
point = CASE WHEN strpos(body, '\u0000') = 0 THEN body::json ->> 'point' END,
proven = device IS NOT NULL;

ALTER TABLE quarantine ENABLE TRIGGER USER;

CREATE OR REPLACE FUNCTION thuocdo_guard_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided RECORD := NEW;
BEGIN
    -- A server of the release before adds the device alone.
    IF OLD.device IS NULL AND NEW.device IS NOT NULL THEN
        NEW.proven := true;
        decided.proven := true;
    END IF;
    decided.state := OLD.state;
    decided.body := OLD.body;
    IF OLD.state = 'waiting' AND NEW.state <> 'waiting' THEN
        decided.decided_at_ms := OLD.decided_at_ms;
    END IF;
    -- Proved since.
    IF NEW.proven AND OLD.state = 'waiting' AND NEW.state = 'waiting' THEN
        decided.proven := OLD.proven;
        IF OLD.device IS NULL AND OLD.device_sequence IS NULL THEN
            decided.device := OLD.device;
            decided.device_sequence := OLD.device_sequence;
        END IF;
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

-- What senders who have proved nothing have put aside in a wave on a day of Hanoi (days since
-- 1970-01-01), and how many bytes of it are kept. Triggers of the table of quarantine keep it right.
CREATE TABLE quarantine_usage (
    wave TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    n_rows BIGINT NOT NULL,
    n_bytes BIGINT NOT NULL,
    kept_bytes BIGINT NOT NULL,
    PRIMARY KEY (wave, day)
);

INSERT INTO quarantine_usage (wave, day, n_rows, n_bytes, kept_bytes)
SELECT
    wave, (received_at_ms + 25200000) / 86400000, count(*),
    sum(coalesce(octet_length(body), 0)), sum(coalesce(octet_length(body), 0))
FROM quarantine WHERE NOT proven GROUP BY 1, 2;

CREATE FUNCTION thuocdo_count_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO quarantine_usage AS usage (wave, day, n_rows, n_bytes, kept_bytes)
        VALUES (
            NEW.wave, (NEW.received_at_ms + 25200000) / 86400000, 1,
            coalesce(octet_length(NEW.body), 0), coalesce(octet_length(NEW.body), 0)
        )
        ON CONFLICT (wave, day) DO UPDATE SET
        n_rows = usage.n_rows + 1,
        n_bytes = usage.n_bytes + excluded.n_bytes,
        kept_bytes = usage.kept_bytes + excluded.kept_bytes;
    ELSIF NEW.proven THEN
        UPDATE quarantine_usage SET
        n_rows = n_rows - 1,
        n_bytes = n_bytes - octet_length(OLD.body),
        kept_bytes = kept_bytes - octet_length(OLD.body)
        WHERE wave = OLD.wave AND day = (OLD.received_at_ms + 25200000) / 86400000;
    ELSE
        UPDATE quarantine_usage SET kept_bytes = kept_bytes - octet_length(OLD.body)
        WHERE wave = OLD.wave AND day = (OLD.received_at_ms + 25200000) / 86400000;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER quarantine_is_counted AFTER INSERT ON quarantine
FOR EACH ROW WHEN (NOT NEW.proven) EXECUTE FUNCTION thuocdo_count_quarantine();

CREATE TRIGGER quarantine_gives_back AFTER UPDATE OF body ON quarantine
FOR EACH ROW WHEN (NOT OLD.proven AND NOT NEW.proven AND OLD.body IS NOT NULL AND NEW.body IS NULL)
EXECUTE FUNCTION thuocdo_count_quarantine();

CREATE TRIGGER quarantine_is_proved AFTER UPDATE OF proven ON quarantine
FOR EACH ROW WHEN (NOT OLD.proven AND NEW.proven) EXECUTE FUNCTION thuocdo_count_quarantine();
