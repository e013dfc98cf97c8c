-- An enrolment code has a public part, which selects the device, and a secret one, which may be entered
-- wrongly five times.

-- The public part of the code; null where there is no code any more.
ALTER TABLE devices ADD COLUMN code_public TEXT
CONSTRAINT devices_code_public CHECK (length(code_public) = 4);

-- How many wrong secrets were entered with it.
ALTER TABLE devices ADD COLUMN code_wrong_secrets INTEGER NOT NULL DEFAULT 0
CONSTRAINT devices_code_wrong_secrets CHECK (code_wrong_secrets BETWEEN 0 AND 5);

CREATE UNIQUE INDEX devices_by_code ON devices (code_public);

-- Codes of the former shape have no public part, so no device is enrolled with them any more.
UPDATE devices SET code_wrong_secrets = 5 WHERE key IS NULL;
