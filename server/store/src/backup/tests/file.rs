//! Files, whole and damaged.

use std::io::Cursor;

use sha2::{Digest, Sha256};

use super::fixture;
use crate::backup::{
    Backend, BackupError, BackupReader, BackupWriter, Damage, DumpedRow, Header, Summary,
};

fn written(rows: &[DumpedRow]) -> Vec<u8> {
    let created_at = "2026-03-02T01:02:03Z".parse().unwrap();
    let header = Header::new("0.1.0".to_owned(), created_at, Backend::Sqlite);
    let mut writer = BackupWriter::new(Vec::new(), &header).unwrap();
    rows.iter().try_for_each(|row| writer.row(row)).unwrap();
    writer.finish().unwrap().0
}

/// Reads all of it.
fn read(bytes: &[u8]) -> Result<(Vec<DumpedRow>, Summary), BackupError> {
    let mut reader = BackupReader::open(Cursor::new(bytes))?;
    let rows = reader.by_ref().collect::<Result<_, _>>()?;
    Ok((rows, reader.summary().unwrap().clone()))
}

/// Where each frame begins, and where the last one ends.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![b"thuocdo backup 1\n".len()];
    while *starts.last().unwrap() < bytes.len() {
        let start = *starts.last().unwrap();
        let length = u32::from_le_bytes(bytes[start + 1..start + 5].try_into().unwrap());
        starts.push(start + 37 + usize::try_from(length).unwrap());
    }
    starts
}

#[test]
fn what_is_read_is_what_was_written() {
    let rows = fixture::rows(2_000);
    let bytes = written(&rows);
    assert!(frames(&bytes).len() > 18, "a table may have many frames");
    let (again, summary) = read(&bytes).unwrap();
    assert!(again == rows);
    assert_eq!(summary.total(), rows.len() as u64);
    assert_eq!(summary.waves[1].position, 2_000);
    let (none, summary) = read(&written(&[])).unwrap();
    assert_eq!((none.len(), summary.total()), (0, 0));
}

#[test]
fn every_flipped_byte_is_found() {
    let bytes = written(&fixture::rows(5));
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        assert!(read(&damaged).is_err(), "byte {place}");
    }
}

#[test]
fn every_cut_is_found() {
    let bytes = written(&fixture::rows(5));
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "{length} bytes");
    }
    let longer = [bytes.as_slice(), b"\n"].concat();
    let error = read(&longer).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { damage: Damage::Surplus, .. }), "{error}");
}

#[test]
fn frames_that_are_moved_left_out_or_of_another_backup_are_found() {
    let bytes = written(&fixture::rows(5));
    let starts = frames(&bytes);
    let frame = |n: usize| &bytes[starts[n]..starts[n + 1]];
    let head = &bytes[..starts[3]];
    let swapped = [head, frame(4), frame(3), &bytes[starts[5]..]].concat();
    let left_out = [head, &bytes[starts[4]..]].concat();
    let twice = [head, frame(2), &bytes[starts[3]..]].concat();
    let other = written(&fixture::rows(6));
    // The ends of the logs are in the fifth frame, where the two backups part.
    let spliced = [&bytes[..starts[5]], &other[frames(&other)[5]..]].concat();
    for (damaged, place) in [(swapped, 4), (left_out, 4), (twice, 4), (spliced, 6)] {
        let error = read(&damaged).unwrap_err();
        let found = matches!(error, BackupError::Damaged { frame, damage: Damage::Checksum, .. } if frame == place);
        assert!(found, "{error}");
    }
}

#[test]
fn the_error_says_what_is_wrong_where() {
    let bytes = written(&fixture::rows(5));
    let start = frames(&bytes)[6];
    let mut damaged = bytes.clone();
    damaged[start + 40] ^= 1;
    let expected = format!(
        "the backup is damaged in frame 7, which begins at byte {start}: the checksum does not match"
    );
    assert_eq!(read(&damaged).unwrap_err().to_string(), expected);
    let cut = read(&bytes[..start]).unwrap_err().to_string();
    let expected = format!(
        "the backup is damaged in frame 7, which begins at byte {start}: the file ends before the \
         frame does"
    );
    assert_eq!(cut, expected);
}

#[test]
fn foreign_files_are_refused() {
    for foreign in [b"".as_slice(), b"SQLite format 3\0 and so on, for longer than a magic"] {
        assert!(matches!(read(foreign).unwrap_err(), BackupError::Foreign));
    }
    let mut newer = written(&fixture::rows(5));
    newer[15] = b'2';
    assert!(matches!(read(&newer).unwrap_err(), BackupError::Version { .. }));
}

/// A frame with a right hash whose few bytes unpack to far more.
fn bomb(kind: u8, unpacked: usize) -> Vec<u8> {
    let magic = b"thuocdo backup 1\n";
    let content = zstd::bulk::compress(&vec![b' '; unpacked], 3).unwrap();
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    let mut hash = Sha256::new();
    for part in [&Sha256::digest(magic)[..], &[kind], &length, &content] {
        hash.update(part);
    }
    let hash = hash.finalize();
    [&magic[..], &[kind], &length, &hash, &content].concat()
}

#[test]
fn a_frame_is_not_unpacked_without_a_bound() {
    for (kind, unpacked) in [(b'h', 1 << 20), (b'r', 256 << 20), (b't', 256 << 20)] {
        let damage = |bytes: &[u8]| match read(bytes).unwrap_err() {
            BackupError::Damaged { frame: 1, damage, .. } => damage,
            other => panic!("{other}"),
        };
        let bytes = bomb(kind, unpacked + 1);
        assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
        assert_eq!(damage(&bytes), Damage::TooLong, "{kind}");
        assert_eq!(damage(&bomb(kind, unpacked)), Damage::Content, "{kind}");
    }
}

#[test]
fn a_backup_with_other_columns_is_left_to_its_program() {
    let created_at = "2026-03-02T01:02:03Z".parse().unwrap();
    let header = Header::new("0.9.0".to_owned(), created_at, Backend::Postgres);
    let json = serde_json::to_string(&header).unwrap().replace("psu", "cluster");
    let header: Header = serde_json::from_str(&json).unwrap();
    let bytes = BackupWriter::new(Vec::new(), &header).unwrap().finish().unwrap().0;
    assert_eq!(
        read(&bytes).unwrap_err().to_string(),
        "the backup was made by version 0.9.0 of the program: its table submissions has other columns"
    );
}

#[test]
fn debug_texts_do_not_quote_rows() {
    for row in fixture::rows(5) {
        let told = format!("{row:?} {:?}", row.values());
        assert!(!told.contains("Nguyễn") && !told.contains("Quầy"), "{told}");
    }
}
