-- The table of acts becomes the audit log, which tells by value who has done something. SQLite cannot
-- drop a rule of a column, so the table is made anew.

CREATE TABLE audit_log (
    -- What was done to records, append-only, numbered from 1 in each wave.
    wave TEXT NOT NULL,
    number INTEGER NOT NULL CONSTRAINT audit_log_number CHECK (number > 0),
    at_ms INTEGER NOT NULL,
    -- Who has done it, by value: the kind of actor, and what is known of this kind. The program knows
    -- the words; a new one needs no change of the table.
    actor TEXT NOT NULL,
    -- A person with an account, what they were called, and in which role they acted.
    person BLOB CONSTRAINT audit_log_person CHECK (length(person) = 16),
    name TEXT,
    role TEXT,
    -- A local operator: the user of the operating system, the machine, and the name that they gave
    -- themselves.
    system_user TEXT,
    host TEXT,
    claimed_name TEXT,
    -- What the program was doing by itself.
    task TEXT,
    -- How they came in.
    door TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- What was done, as JSON.
    content TEXT NOT NULL CONSTRAINT audit_log_content CHECK (json_valid(content)),
    PRIMARY KEY (wave, number)
) STRICT, WITHOUT ROWID;

-- Until now nobody was asked for a name, staff decided at the command line only, and what was done is
-- told by JSON that begins with the key `deed`.
INSERT INTO audit_log (wave, number, at_ms, actor, task, door, reason, content)
SELECT
    wave,
    number,
    at_ms,
    CASE actor WHEN 'staff' THEN 'unnamed_staff' ELSE 'system' END,
    CASE actor WHEN 'evidence' THEN 'timeliness' WHEN 'retention' THEN 'retention' END,
    CASE actor WHEN 'staff' THEN 'command_line' ELSE 'job' END,
    reason,
    replace(content, '{"deed":', '{"action":')
FROM acts;

DROP TABLE acts;

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'an audit entry never changes'); END;

CREATE TRIGGER audit_log_never_goes BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'an audit entry is never removed'); END;

-- `INSERT OR REPLACE` removes a row without asking the trigger above.
CREATE TRIGGER audit_log_never_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE wave = NEW.wave AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'an audit entry never changes'); END;
