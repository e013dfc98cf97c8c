//! One frame.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::Damage;

/// How hard zstd tries: above this it takes far longer for a few percent.
const LEVEL: i32 = 3;

/// A frame that says it is longer is damaged.
const MAX_BYTES: u32 = 256 * 1024 * 1024;

/// The most that a frame of rows, and the trailer, unpack to. The writer closes a frame after a
/// megabyte; one row is some kilobytes. Only an audit entry can be long: it lists every record whose text
/// was dropped, some nine bytes each.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// The most that a header unpacks to.
const MAX_UNPACKED_HEADER: u64 = 1024 * 1024;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Header,
    Rows,
    Trailer,
}

impl FrameKind {
    fn byte(self) -> u8 {
        match self {
            Self::Header => b'h',
            Self::Rows => b'r',
            Self::Trailer => b't',
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Header, Self::Rows, Self::Trailer].into_iter().find(|kind| kind.byte() == byte)
    }

    fn max_unpacked(self) -> u64 {
        match self {
            Self::Header => MAX_UNPACKED_HEADER,
            Self::Rows | Self::Trailer => MAX_UNPACKED,
        }
    }
}

/// The hash of the frame before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chain([u8; 32]);

impl Chain {
    /// The link before the first frame.
    pub(super) fn begin(magic: &[u8]) -> Self {
        Self(Sha256::digest(magic).into())
    }

    fn next(self, kind: u8, length: [u8; 4], content: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update([kind]);
        hash.update(length);
        hash.update(content);
        Self(hash.finalize().into())
    }
}

/// Writes one frame and returns its hash.
pub(super) fn write(
    output: &mut impl Write,
    before: Chain,
    kind: FrameKind,
    content: &[u8],
) -> io::Result<Chain> {
    let too_long = || io::Error::new(io::ErrorKind::InvalidData, "a row is too long for a backup");
    if content.len() as u64 > kind.max_unpacked() {
        return Err(too_long());
    }
    let content = zstd::bulk::compress(content, LEVEL)?;
    let length = u32::try_from(content.len()).ok().filter(|length| *length <= MAX_BYTES);
    let length = length.ok_or_else(too_long)?.to_le_bytes();
    let chain = before.next(kind.byte(), length, &content);
    output.write_all(&[kind.byte()])?;
    output.write_all(&length)?;
    output.write_all(&chain.0)?;
    output.write_all(&content)?;
    Ok(chain)
}

/// A frame whose hash is right.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) content: Vec<u8>,
    pub(super) chain: Chain,
    /// Its length in the file.
    pub(super) bytes: u64,
}

/// Reads one frame.
pub(super) fn read(input: &mut impl Read, before: Chain) -> io::Result<Result<Frame, Damage>> {
    let mut start = [0; 37];
    if !fill(input, &mut start)? {
        return Ok(Err(Damage::CutOff));
    }
    let (kind, length, hash) = (start[0], &start[1..5], &start[5..]);
    let length: [u8; 4] = length.try_into().expect("four bytes");
    let n_bytes = u32::from_le_bytes(length);
    if n_bytes > MAX_BYTES {
        return Ok(Err(Damage::Checksum));
    }
    // Room is made as bytes arrive: a damaged length must not take memory.
    let mut content = Vec::new();
    input.by_ref().take(n_bytes.into()).read_to_end(&mut content)?;
    if content.len() as u64 != u64::from(n_bytes) {
        return Ok(Err(Damage::CutOff));
    }
    let chain = before.next(kind, length, &content);
    if chain.0 != hash {
        return Ok(Err(Damage::Checksum));
    }
    let Some(kind) = FrameKind::of(kind) else {
        return Ok(Err(Damage::Content));
    };
    let bytes = 37 + u64::from(n_bytes);
    Ok(unpacked(&content, kind.max_unpacked()).map(|content| Frame { kind, content, chain, bytes }))
}

/// The content of a frame. A few bytes can unpack to any length, so it is read up to a bound only.
fn unpacked(packed: &[u8], max: u64) -> Result<Vec<u8>, Damage> {
    let mut content = Vec::new();
    let decoder = zstd::stream::Decoder::with_buffer(packed).map_err(|_| Damage::Content)?;
    decoder.take(max + 1).read_to_end(&mut content).map_err(|_| Damage::Content)?;
    if content.len() as u64 <= max { Ok(content) } else { Err(Damage::TooLong) }
}

/// Fills a buffer; false if the input ends before.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
