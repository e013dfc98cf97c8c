-- A server of the release before, which may run on during a rolling restart, keeps a late record aside with
-- the device that has sent it, and does not say that it has proved itself: it names none otherwise.

CREATE FUNCTION thuocdo_prove_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.proven := true;
    RETURN NEW;
END
$$;

CREATE TRIGGER quarantine_names_who_has_proved BEFORE INSERT ON quarantine
FOR EACH ROW WHEN (NEW.device IS NOT NULL AND NOT NEW.proven)
EXECUTE FUNCTION thuocdo_prove_quarantine();

-- Such a server adds only the device later, so the statement does not name the column that changes.
DROP TRIGGER quarantine_is_proved ON quarantine;

CREATE TRIGGER quarantine_is_proved AFTER UPDATE ON quarantine
FOR EACH ROW WHEN (NOT OLD.proven AND NEW.proven) EXECUTE FUNCTION thuocdo_count_quarantine();

UPDATE quarantine SET proven = true
WHERE device IS NOT NULL AND NOT proven AND state = 'waiting';

UPDATE quarantine_usage AS usage SET kept_bytes = coalesce((
    SELECT sum(octet_length(body)) FROM quarantine
    WHERE NOT proven AND wave = usage.wave AND (received_at_ms + 25200000) / 86400000 = usage.day
), 0);
