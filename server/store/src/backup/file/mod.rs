//! The file of a backup.
//!
//! It begins with a line of text ([`MAGIC`]), and goes on in frames:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the kind: `h` header, `r` rows, `t` trailer |
//! | 4 | length of the content, little-endian |
//! | 32 | SHA-256 of the 32 bytes of the frame before (of the magic, in the first one), kind, length and content |
//! | … | the content, compressed with zstd |
//!
//! The header is JSON ([`Header`]). A frame of rows is lines of text: the name of a table, then one
//! JSON array per row, with bytes in base64. The trailer is JSON ([`Summary`]), and nothing follows
//! it. Since each hash is made from the one before, that of the trailer is one over everything, and
//! a frame that is changed, cut off, left out, repeated or moved is found where it stands.

mod error;
mod header_trailer;
mod frame;
mod read;
mod write;

pub use error::{BackupError, Damage};
pub use header_trailer::{Header, Summary, WaveEnd};
pub use read::BackupReader;
pub use write::BackupWriter;

/// The first bytes of every backup. The number is that of the format.
const MAGIC: &[u8] = b"thuocdo backup 1\n";

/// The first bytes of a backup of any format.
const FAMILY: &[u8] = b"thuocdo backup ";
