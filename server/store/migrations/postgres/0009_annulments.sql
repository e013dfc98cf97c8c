-- Cases: records of a wave that somebody doubts, and what becomes of them. Records that a case annuls
-- stay in the log and count nowhere, until another act undoes it.

CREATE TABLE cases (
    wave TEXT COLLATE "C" NOT NULL REFERENCES waves (id),
    number BIGINT NOT NULL CONSTRAINT cases_number CHECK (number > 0),
    -- Which records it is about, as JSON: where and when they came in, and from which devices.
    rule TEXT NOT NULL CONSTRAINT cases_rule CHECK (rule::json IS NOT NULL),
    PRIMARY KEY (wave, number)
);

CREATE TABLE case_events (
    -- What was done to a case, numbered from 1 in each case. Who did it, when and why stands in the
    -- audit entry.
    wave TEXT COLLATE "C" NOT NULL,
    case_number BIGINT NOT NULL,
    number BIGINT NOT NULL CONSTRAINT case_events_number CHECK (number > 0),
    -- Where the case stands then.
    state TEXT COLLATE "C" NOT NULL CONSTRAINT case_events_state CHECK (
        state IN ('found', 'examined', 'concluded', 'annulled', 'kept')
    ),
    audit_number BIGINT NOT NULL,
    PRIMARY KEY (wave, case_number, number),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number),
    FOREIGN KEY (wave, audit_number) REFERENCES audit_log (wave, number)
);

CREATE TABLE case_records (
    -- The records of a case, settled when it was examined: closed ranges of positions of the log.
    wave TEXT COLLATE "C" NOT NULL,
    case_number BIGINT NOT NULL,
    first_position BIGINT NOT NULL CONSTRAINT case_records_first CHECK (first_position > 0),
    last_position BIGINT NOT NULL,
    PRIMARY KEY (wave, case_number, first_position),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number),
    CONSTRAINT case_records_range CHECK (last_position >= first_position)
);

CREATE TABLE annulments (
    -- The acts by which the records of a case stop counting, or count again, numbered from 1 in each
    -- wave. The last one about a case holds.
    wave TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CONSTRAINT annulments_number CHECK (number > 0),
    case_number BIGINT NOT NULL,
    act TEXT COLLATE "C" NOT NULL CONSTRAINT annulments_act CHECK (act IN ('annul', 'undo')),
    PRIMARY KEY (wave, number),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number)
);

CREATE TRIGGER cases_never_change BEFORE UPDATE ON cases
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a case never changes, but by what is done to it');

CREATE TRIGGER cases_never_go BEFORE DELETE ON cases
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a case is never removed');

CREATE TRIGGER cases_never_emptied BEFORE TRUNCATE ON cases
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('a case is never removed');

CREATE TRIGGER case_events_never_change BEFORE UPDATE ON case_events
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('what was done to a case never changes');

CREATE TRIGGER case_events_never_go BEFORE DELETE ON case_events
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('what was done to a case is never removed');

CREATE TRIGGER case_events_never_emptied BEFORE TRUNCATE ON case_events
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('what was done to a case is never removed');

CREATE TRIGGER case_records_never_change BEFORE UPDATE ON case_records
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('the records of a case never change');

CREATE TRIGGER case_records_never_go BEFORE DELETE ON case_records
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('the records of a case are never removed');

CREATE TRIGGER case_records_never_emptied BEFORE TRUNCATE ON case_records
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('the records of a case are never removed');

CREATE TRIGGER annulments_never_change BEFORE UPDATE ON annulments
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an annulment is undone, never changed');

CREATE TRIGGER annulments_never_go BEFORE DELETE ON annulments
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('an annulment is undone, never removed');

CREATE TRIGGER annulments_never_emptied BEFORE TRUNCATE ON annulments
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('an annulment is undone, never removed');
