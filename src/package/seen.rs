//! What became of an entry.

use crate::digest::Sha256Digest;

/// What an entry turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    File {
        size: u64,
        sha256: Sha256Digest,
    },
    Symlink {
        target: String,
    },
    Directory,
    /// A hard link that names nothing; reported when it was met.
    Broken,
}
