//! Where shared storage is.

use std::fmt::{self, Display};
use std::path::{self, PathBuf};
use std::str::FromStr;

/// Where shared storage is. Its text carries no secret: those of a bucket are in the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder that all servers see, as an absolute path.
    Folder(PathBuf),
    /// A bucket that is spoken to in the S3 protocol.
    Bucket {
        /// Its name.
        name: String,
        /// What the names of all objects begin with; never empty, because whatever is below it and not
        /// listed is removed, and a whole bucket is rarely ours.
        prefix: String,
    },
}

/// Why a text is no location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    /// Something else than folders and S3.
    #[error("segments are kept at file:///folder, at a plain path or at s3://bucket/prefix")]
    Scheme,
    /// A bucket without a name or prefix, or with more than these.
    #[error(
        "a bucket is given as s3://bucket/prefix, with a prefix that nobody else uses; keys, region \
         and endpoint are in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, \
         AWS_ENDPOINT)"
    )]
    Bucket,
    /// A folder whose place is not known.
    #[error("file:// is followed by an absolute path, as in file:///folder")]
    Folder,
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        if let Some(path) = text.strip_prefix("file://") {
            let is_absolute = path.starts_with('/');
            return is_absolute.then(|| Self::Folder(path.into())).ok_or(InvalidLocation::Folder);
        }
        if let Some(place) = text.strip_prefix("s3://") {
            let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_name) || prefix.contains(['?', '#']) {
                return Err(InvalidLocation::Bucket);
            }
            let prefix = prefix.trim_matches('/').to_owned();
            if prefix.is_empty() {
                return Err(InvalidLocation::Bucket);
            }
            return Ok(Self::Bucket { name: name.to_owned(), prefix });
        }
        if text.contains("://") {
            return Err(InvalidLocation::Scheme);
        }
        path::absolute(text).map(Self::Folder).map_err(|_| InvalidLocation::Folder)
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Bucket { name, prefix } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_read_and_shown() {
        for (text, shown) in [
            ("file:///mnt/segments", Ok("file:///mnt/segments")),
            ("/mnt/segments", Ok("file:///mnt/segments")),
            ("s3://thuocdo/a", Ok("s3://thuocdo/a")),
            ("s3://thuocdo", Err(InvalidLocation::Bucket)),
            ("s3://thuocdo//", Err(InvalidLocation::Bucket)),
            ("s3://thuocdo/hanoi/2026/", Ok("s3://thuocdo/hanoi/2026")),
            ("file://folder", Err(InvalidLocation::Folder)),
            ("", Err(InvalidLocation::Folder)),
            ("s3://", Err(InvalidLocation::Bucket)),
            ("s3://key:secret@thuocdo/prefix", Err(InvalidLocation::Bucket)),
            ("s3://thuocdo?region=x", Err(InvalidLocation::Bucket)),
            ("gs://thuocdo", Err(InvalidLocation::Scheme)),
        ] {
            let location: Result<Location, _> = text.parse();
            assert_eq!(location.map(|one| one.to_string()), shown.map(str::to_owned), "{text}");
        }
        assert!("segments".parse::<Location>().unwrap().to_string().starts_with("file:///"));
    }
}
