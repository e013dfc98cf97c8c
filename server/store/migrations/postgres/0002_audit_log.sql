-- The table of acts becomes the audit log, which tells by value who has done something.

DROP TRIGGER acts_never_change ON acts;

DROP TRIGGER acts_never_go ON acts;

ALTER TABLE acts RENAME TO audit_log;

ALTER TABLE audit_log RENAME CONSTRAINT acts_pkey TO audit_log_pkey;

ALTER TABLE audit_log RENAME CONSTRAINT acts_number TO audit_log_number;

ALTER TABLE audit_log RENAME CONSTRAINT acts_content TO audit_log_content;

-- Who has done it, by value: the kind of actor, and what is known of this kind. The program knows the
-- words; a new one needs no change of the table.
ALTER TABLE audit_log
    DROP CONSTRAINT acts_actor,
    -- A person with an account, what they were called, and in which role they acted.
    ADD COLUMN person UUID,
    ADD COLUMN name TEXT,
    ADD COLUMN role TEXT COLLATE "C",
    -- A local operator: the user of the operating system, the machine, and the name that they gave
    -- themselves.
    ADD COLUMN system_user TEXT,
    ADD COLUMN host TEXT,
    ADD COLUMN claimed_name TEXT,
    -- What the program was doing by itself.
    ADD COLUMN task TEXT COLLATE "C",
    -- How they came in.
    ADD COLUMN door TEXT COLLATE "C";

-- Until now nobody was asked for a name, staff decided at the command line only, and what was done is
-- told by JSON that begins with the key `deed`.
UPDATE audit_log SET
    actor = CASE actor WHEN 'staff' THEN 'unnamed_staff' ELSE 'system' END,
    task = CASE actor WHEN 'evidence' THEN 'timeliness' WHEN 'retention' THEN 'retention' END,
    door = CASE actor WHEN 'staff' THEN 'command_line' ELSE 'job' END,
    content = replace(content, '{"deed":', '{"action":');

ALTER TABLE audit_log ALTER COLUMN door SET NOT NULL;

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an audit entry never changes');

CREATE TRIGGER audit_log_never_goes BEFORE DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an audit entry is never removed');

CREATE TRIGGER audit_log_never_emptied BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('an audit entry is never removed');
