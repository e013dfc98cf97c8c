//! Where lines end: LF, CRLF or CR, as Linux, Windows and older Macintosh programs write them.

/// How many lines end in a text.
pub(crate) fn count_breaks(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let breaks = memchr::memchr2_iter(b'\n', b'\r', bytes);
    breaks.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).count() as u64
}

/// How many bytes the end of a line takes that stands at the beginning of these bytes; none if it is not there.
pub(crate) fn break_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}
