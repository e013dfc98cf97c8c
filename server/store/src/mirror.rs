/// A file of the columnar mirror: every submission of a wave from one position to another.
///
/// The mirror is never the truth; all of it can be made from the log again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name, unique in the wave; the mirror knows where the files are.
    pub name: String,
    /// The first position that it covers, from 1.
    pub first_position: u64,
    /// The last position that it covers.
    pub last_position: u64,
    /// How many submissions it holds; fewer than positions where other waves have a part of them.
    pub rows: u64,
    /// The SHA-256 of its content.
    pub sha256: [u8; 32],
}
