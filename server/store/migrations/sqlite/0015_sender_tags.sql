-- Which records of one day came from one network, for a short time and apart from the log.

CREATE TABLE sender_keys (
    -- The key of a day of Hanoi (days since 1970-01-01), which all servers share. Destroyed at 02:00 of the
    -- next day; then nobody can tell any more which network a tag is of.
    day INTEGER NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL CONSTRAINT sender_keys_secret CHECK (length(secret) = 32)
) STRICT;

CREATE TABLE sender_tags (
    -- The first 8 bytes of HMAC-SHA-256(key of the day, network of the sender) of a record. Kept for 30
    -- days.
    wave TEXT NOT NULL,
    position INTEGER NOT NULL,
    day INTEGER NOT NULL,
    tag BLOB NOT NULL CONSTRAINT sender_tags_tag CHECK (length(tag) = 8),
    PRIMARY KEY (wave, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX sender_tags_of_day ON sender_tags (day, tag, wave);
