-- Which records of one day came from one network, for a short time and apart from the log.

-- The key of a day of Hanoi (days since 1970-01-01), which all servers share. Destroyed at 02:00 of the next
-- day; then nobody can tell any more which network a tag is of.
CREATE TABLE sender_keys (
    day BIGINT NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL CONSTRAINT sender_keys_secret CHECK (octet_length(secret) = 32)
);

-- The first 8 bytes of HMAC-SHA-256(key of the day, network of the sender) of a record. Kept for 30 days.
CREATE TABLE sender_tags (
    wave TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    day BIGINT NOT NULL,
    tag BYTEA NOT NULL CONSTRAINT sender_tags_tag CHECK (octet_length(tag) = 8),
    PRIMARY KEY (wave, position)
);

CREATE INDEX sender_tags_of_day ON sender_tags (day, tag, wave);
