-- Cases: records of a wave that somebody doubts, and what becomes of them. Records that a case annuls
-- stay in the log and count nowhere, until another act undoes it.

CREATE TABLE cases (
    wave TEXT NOT NULL REFERENCES waves (id),
    number INTEGER NOT NULL CONSTRAINT cases_number CHECK (number > 0),
    -- Which records it is about, as JSON: where and when they came in, and from which devices.
    rule TEXT NOT NULL CONSTRAINT cases_rule CHECK (json_valid(rule)),
    PRIMARY KEY (wave, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_events (
    -- What was done to a case, numbered from 1 in each case. Who did it, when and why stands in the
    -- audit entry.
    wave TEXT NOT NULL,
    case_number INTEGER NOT NULL,
    number INTEGER NOT NULL CONSTRAINT case_events_number CHECK (number > 0),
    -- Where the case stands then.
    state TEXT NOT NULL CONSTRAINT case_events_state CHECK (
        state IN ('found', 'examined', 'concluded', 'annulled', 'kept')
    ),
    audit_number INTEGER NOT NULL,
    PRIMARY KEY (wave, case_number, number),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number),
    FOREIGN KEY (wave, audit_number) REFERENCES audit_log (wave, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_records (
    -- The records of a case, settled when it was examined: closed ranges of positions of the log.
    wave TEXT NOT NULL,
    case_number INTEGER NOT NULL,
    first_position INTEGER NOT NULL CONSTRAINT case_records_first CHECK (first_position > 0),
    last_position INTEGER NOT NULL,
    PRIMARY KEY (wave, case_number, first_position),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number),
    CONSTRAINT case_records_range CHECK (last_position >= first_position)
) STRICT, WITHOUT ROWID;

CREATE TABLE annulments (
    -- The acts by which the records of a case stop counting, or count again, numbered from 1 in each
    -- wave. The last one about a case holds.
    wave TEXT NOT NULL,
    number INTEGER NOT NULL CONSTRAINT annulments_number CHECK (number > 0),
    case_number INTEGER NOT NULL,
    act TEXT NOT NULL CONSTRAINT annulments_act CHECK (act IN ('annul', 'undo')),
    PRIMARY KEY (wave, number),
    FOREIGN KEY (wave, case_number) REFERENCES cases (wave, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cases_never_change BEFORE UPDATE ON cases
BEGIN SELECT RAISE(ABORT, 'a case never changes, but by what is done to it'); END;

CREATE TRIGGER cases_never_go BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'a case is never removed'); END;

CREATE TRIGGER case_events_never_change BEFORE UPDATE ON case_events
BEGIN SELECT RAISE(ABORT, 'what was done to a case never changes'); END;

CREATE TRIGGER case_events_never_go BEFORE DELETE ON case_events
BEGIN SELECT RAISE(ABORT, 'what was done to a case is never removed'); END;

CREATE TRIGGER case_records_never_change BEFORE UPDATE ON case_records
BEGIN SELECT RAISE(ABORT, 'the records of a case never change'); END;

CREATE TRIGGER case_records_never_go BEFORE DELETE ON case_records
BEGIN SELECT RAISE(ABORT, 'the records of a case are never removed'); END;

CREATE TRIGGER annulments_never_change BEFORE UPDATE ON annulments
BEGIN SELECT RAISE(ABORT, 'an annulment is undone, never changed'); END;

CREATE TRIGGER annulments_never_go BEFORE DELETE ON annulments
BEGIN SELECT RAISE(ABORT, 'an annulment is undone, never removed'); END;

-- `INSERT OR REPLACE` removes a row without asking the triggers above.
CREATE TRIGGER cases_never_replaced BEFORE INSERT ON cases
WHEN EXISTS (SELECT 1 FROM cases WHERE wave = NEW.wave AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a case never changes, but by what is done to it'); END;

CREATE TRIGGER case_events_never_replaced BEFORE INSERT ON case_events
WHEN EXISTS (
    SELECT 1 FROM case_events
    WHERE wave = NEW.wave AND case_number = NEW.case_number AND number = NEW.number
)
BEGIN SELECT RAISE(ABORT, 'what was done to a case never changes'); END;

CREATE TRIGGER case_records_never_replaced BEFORE INSERT ON case_records
WHEN EXISTS (
    SELECT 1 FROM case_records
    WHERE wave = NEW.wave AND case_number = NEW.case_number
    AND first_position = NEW.first_position
)
BEGIN SELECT RAISE(ABORT, 'the records of a case never change'); END;

CREATE TRIGGER annulments_never_replaced BEFORE INSERT ON annulments
WHEN EXISTS (SELECT 1 FROM annulments WHERE wave = NEW.wave AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'an annulment is undone, never changed'); END;
