-- What a sample plan says of a respondent; null for answers that came in by themselves.
ALTER TABLE submissions ADD COLUMN stratum TEXT;
ALTER TABLE submissions ADD COLUMN psu TEXT;
ALTER TABLE submissions ADD COLUMN weight REAL CONSTRAINT submissions_weight CHECK (weight > 0);
ALTER TABLE submissions ADD COLUMN fpc REAL CONSTRAINT submissions_fpc CHECK (fpc >= 1);

CREATE TABLE dossier_files (
    -- Published versions of the dossier counts of a wave, one per file. A correction is the next
    -- version.
    wave TEXT NOT NULL REFERENCES waves (id),
    version INTEGER NOT NULL CONSTRAINT dossier_files_version CHECK (version >= 1),
    file_sha256 BLOB NOT NULL CONSTRAINT dossier_files_sha256 CHECK (length(file_sha256) = 32),
    imported_at_ms INTEGER NOT NULL,
    PRIMARY KEY (wave, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE dossier_counts (
    -- Dossiers that a unit handled. An empty procedure group means all of them; it is not null,
    -- because nulls are never equal in a key.
    wave TEXT NOT NULL,
    version INTEGER NOT NULL,
    unit TEXT NOT NULL,
    procedure_group TEXT NOT NULL,
    dossiers INTEGER NOT NULL CONSTRAINT dossier_counts_dossiers CHECK (dossiers >= 0),
    PRIMARY KEY (wave, version, unit, procedure_group),
    FOREIGN KEY (wave, version) REFERENCES dossier_files (wave, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE segments (
    -- Files of the columnar mirror, which follows the log and can be made from it again: a segment
    -- holds every submission of its wave from one position to another.
    wave TEXT NOT NULL REFERENCES waves (id),
    name TEXT NOT NULL,
    first_position INTEGER NOT NULL CONSTRAINT segments_first_position CHECK (first_position > 0),
    last_position INTEGER NOT NULL,
    n_rows INTEGER NOT NULL CONSTRAINT segments_n_rows CHECK (n_rows >= 0),
    sha256 BLOB NOT NULL CONSTRAINT segments_sha256 CHECK (length(sha256) = 32),
    PRIMARY KEY (wave, name),
    CONSTRAINT segments_range CHECK (last_position >= first_position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER dossier_files_never_change BEFORE UPDATE ON dossier_files
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END;

CREATE TRIGGER dossier_files_never_go BEFORE DELETE ON dossier_files
BEGIN SELECT RAISE(ABORT, 'a published version is never removed'); END;

CREATE TRIGGER dossier_counts_never_change BEFORE UPDATE ON dossier_counts
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END;

CREATE TRIGGER dossier_counts_never_go BEFORE DELETE ON dossier_counts
BEGIN SELECT RAISE(ABORT, 'a published version is never removed'); END;
