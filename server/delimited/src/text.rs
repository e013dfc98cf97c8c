//! From the bytes of a file to its text: encodings, and files that are something else.

use std::borrow::Cow;

use survey_defs::text::nfc;

use crate::fault::{Fault, FaultKind};
use crate::lines::count_breaks;

/// How other files begin that people take for CSV.
const FORMATS: [(&[u8], &str); 12] = [
    (b"PK\x03\x04", "an Excel or OpenDocument workbook, or another archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an older Excel (XLS)"),
    (b"PAR1", "Parquet"),
    (b"$FL2", "a file of SPSS (SAV)"),
    (b"$FL3", "a file of SPSS (ZSAV)"),
    (b"<stata_dta>", "a file of Stata (DTA)"),
    (b"\x1f\x8b", "a compressed file (gzip), as RDS is"),
    (b"RDX", "a file of R (RData)"),
    (b"%PDF", "a PDF document"),
    (b"ARROW1", "Arrow (Feather)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "a compressed file (bzip2)"),
];

/// The text of a file in Unicode NFC, without its byte order mark.
pub(crate) fn of(bytes: &[u8]) -> Result<String, Fault> {
    if let Some((_, name)) = FORMATS.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        return Err(FaultKind::Format(name).into());
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        _ => Cow::Borrowed(utf8(bytes)?),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if let Some(place) = memchr::memchr(0, text.as_bytes()) {
        return Err(FaultKind::Nul.at(1 + count_breaks(&text[..place])));
    }
    // What separates fields and rows composes with nothing, so it stays where it is.
    Ok(nfc(text).into_owned())
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        FaultKind::Encoding.at(1 + count_breaks(before))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&pair| unit(pair)).collect();
    let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty());
    text.ok_or_else(|| FaultKind::BrokenUtf16.into())
}
