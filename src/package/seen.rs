//! What became of an entry.

use crate::digest::Sha256Digest;

/// What an entry turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    File {
        size: u64,
        /// Known once the content went by.
        sha256: Option<Sha256Digest>,
        /// Whether it was handed out.
        is_sound: bool,
    },
    Symlink {
        target: String,
        /// Whether it is listed as one, and in its place.
        is_welcome: bool,
    },
    /// Of a file that came before.
    HardLink { target: String, is_welcome: bool },
    Directory {
        /// Whether it is listed, and in its place.
        is_welcome: bool,
    },
    /// A link that leads nowhere or outside; reported when it was met.
    Broken,
}
