-- Heartbeats carry a rising counter, so that one that is sent again changes nothing.

CREATE TABLE heartbeat_counters (
    device UUID NOT NULL PRIMARY KEY,
    -- To which the counter belongs: a random number of this database. It is in no backup, so a
    -- restored database has another one, and no heartbeat of before is taken by it.
    nonce UUID NOT NULL,
    -- That of the last heartbeat that was taken.
    counter BIGINT NOT NULL CONSTRAINT heartbeat_counters_counter CHECK (counter >= 0)
);
