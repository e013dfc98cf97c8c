//! Drafts as compressed JSON in a column.

use std::cell::RefCell;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Sqlite, Type, TypeInfo as _, ValueRef as _};
use zstd::bulk::Compressor;
use zstd::zstd_safe;

/// The fastest level: a higher one makes a form of 30 questions hardly smaller.
const LEVEL: i32 = 1;

/// What is longer is not compressed, so that a damaged frame that claims to be takes no memory. A posted
/// record is a thousandth of it at most.
const MAX_BYTES: usize = 64 * 1024 * 1024;

thread_local! {
    static COMPRESSOR: RefCell<Compressor<'static>> = RefCell::new(compressor());
}

/// Frames have a checksum: readers do not compare the hash of the text.
fn compressor() -> Compressor<'static> {
    let mut compressor = Compressor::new(LEVEL).expect("memory for a compressor");
    compressor.include_checksum(true).expect("a parameter that is always there");
    compressor
}

/// A JSON text as the file keeps it. A form of 30 questions takes a page of its own as text, and a
/// third of one compressed, and pages are what a commit waits for.
pub(super) enum CompressedJson {
    /// A Zstandard frame.
    Frame(Vec<u8>),
    /// As earlier versions of this program kept it.
    Text(String),
}

impl From<String> for CompressedJson {
    fn from(text: String) -> Self {
        if text.len() > MAX_BYTES {
            return Self::Text(text);
        }
        match COMPRESSOR.with_borrow_mut(|compressor| compressor.compress(text.as_bytes())) {
            Ok(mut frame) => {
                // Room for the worst case was taken, and rows wait in memory.
                frame.shrink_to_fit();
                Self::Frame(frame)
            }
            // For want of memory.
            Err(_) => Self::Text(text),
        }
    }
}

impl AsRef<[u8]> for CompressedJson {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Frame(frame) => frame,
            Self::Text(text) => text.as_bytes(),
        }
    }
}

impl TryFrom<CompressedJson> for String {
    type Error = Damaged;

    fn try_from(json: CompressedJson) -> Result<Self, Damaged> {
        match json {
            CompressedJson::Frame(frame) => {
                let length = zstd_safe::get_frame_content_size(&frame).ok().flatten();
                let length = length.and_then(|length| usize::try_from(length).ok());
                let length = length.filter(|length| *length <= MAX_BYTES).ok_or(Damaged)?;
                let text = zstd::bulk::decompress(&frame, length).map_err(|_| Damaged)?;
                Self::from_utf8(text).map_err(|_| Damaged)
            }
            CompressedJson::Text(text) => Ok(text),
        }
    }
}

/// A compressed text is not as it was written.
#[derive(Debug, thiserror::Error)]
#[error("a compressed text is damaged")]
pub(super) struct Damaged;

impl Type<Sqlite> for CompressedJson {
    fn type_info() -> SqliteTypeInfo {
        <Vec<u8> as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <Vec<u8> as Type<Sqlite>>::compatible(ty) || <String as Type<Sqlite>>::compatible(ty)
    }
}

impl Decode<'_, Sqlite> for CompressedJson {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        if value.type_info().name() == "BLOB" {
            <Vec<u8> as Decode<Sqlite>>::decode(value).map(Self::Frame)
        } else {
            <String as Decode<Sqlite>>::decode(value).map(Self::Text)
        }
    }
}

impl Encode<'_, Sqlite> for CompressedJson {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        match self {
            Self::Frame(frame) => <Vec<u8> as Encode<Sqlite>>::encode_by_ref(frame, buffer),
            Self::Text(text) => <String as Encode<Sqlite>>::encode_by_ref(text, buffer),
        }
    }
}
