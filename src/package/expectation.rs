//! What a caller expects of an archive.

use crate::conda::Record;
use crate::proof::PinnedDigest;

/// What to compare an archive with. All that is given has to agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// The file's name in its channel, without folders.
    pub file_name: Option<String>,
    /// A SHA-256 that the caller vouches for. With it a package can be
    /// verified, without it only be found unverified.
    pub pinned: Option<PinnedDigest>,
    /// The archive's length in bytes, as the caller knows it.
    pub size: Option<u64>,
    /// A repodata record that nobody signed.
    pub record: Option<Record>,
}

impl Expectation {
    /// Expects nothing: the archive is looked at and stays unverified.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Expects a file name.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Expects the SHA-256 that the caller vouches for.
    #[must_use]
    pub const fn pinned(mut self, pinned: PinnedDigest) -> Self {
        self.pinned = Some(pinned);
        self
    }

    /// Expects a length in bytes.
    #[must_use]
    pub const fn size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Expects what an unsigned record says.
    #[must_use]
    pub fn record(mut self, record: Record) -> Self {
        self.record = Some(record);
        self
    }
}
