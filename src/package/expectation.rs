//! What a caller expects of an archive.

use crate::conda::Record;
use crate::error::{Error, Voucher};
use crate::proof::{PinnedDigest, RecordRoles, VerifiedRecord, VerifiedTarget};

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
    /// What looking the file up in repodata that nobody signed came to: a
    /// record, or the error that rejects the package for want of one.
    pub record: Option<Result<Record, Error>>,
    /// A record that the channel's roles vouch for. It takes the place of `record`.
    pub verified: Option<Box<VerifiedRecord>>,
    /// What the roles of TUF say of the package's file itself, or why they were not asked.
    pub target: Option<Result<Box<VerifiedTarget>, &'static str>>,
    /// Whether the record had to be signed: then it is found that it is not.
    pub wants_signature: bool,
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

    /// Expects what an unsigned record says, as [`crate::Repodata::find`] or
    /// [`Record::parse`] gives it. An error rejects the package: who asks for a
    /// comparison and can't have it must not be told that nothing was wrong.
    #[must_use]
    pub fn record(mut self, lookup: Result<Record, Error>) -> Self {
        self.record = Some(lookup);
        self
    }

    /// Expects what a record says that had to be signed and is not:
    /// [`Fault::RecordUnsigned`](crate::Fault::RecordUnsigned) is found, which rejects unless the policy says otherwise.
    /// An error rejects the package, as with [`Self::record`].
    #[must_use]
    pub fn unsigned(mut self, lookup: Result<Record, Error>) -> Self {
        self.wants_signature = true;
        self.record(lookup)
    }

    /// Expects what a signed record says.
    #[must_use]
    pub fn verified(mut self, record: VerifiedRecord) -> Self {
        self.verified = Some(Box::new(record));
        self
    }

    /// Expects what the roles of TUF say of the file itself; or tells why they say nothing.
    #[must_use]
    pub fn target(mut self, target: Result<VerifiedTarget, &'static str>) -> Self {
        self.target = Some(target.map(Box::new));
        self
    }

    /// Whether the record is vouched for by TUF.
    pub(super) fn has_tuf_record(&self) -> bool {
        let verified = self.verified.as_deref();
        verified.is_some_and(|record| matches!(record.trust().roles, RecordRoles::Tuf { .. }))
    }

    /// The file as a target.
    pub(super) fn found_target(&self) -> Option<&VerifiedTarget> {
        self.target.as_ref()?.as_deref().ok()
    }

    /// The record, if there is one, signed or not.
    pub(super) fn found_record(&self) -> Option<&Record> {
        match &self.verified {
            Some(verified) => Some(verified.record()),
            None => self.record.as_ref()?.as_ref().ok(),
        }
    }

    /// The subdir that the record says, or the folder that the target is in.
    pub(super) fn subdir(&self) -> Option<&str> {
        let record = self.found_record().and_then(|record| record.subdir.as_deref());
        let folder = || self.found_target()?.path().rsplit('/').nth(1);
        record.or_else(folder)
    }

    /// Whose the values of the record are.
    pub(super) const fn record_voucher(&self) -> Voucher {
        if self.verified.is_some() { Voucher::SignedRecord } else { Voucher::Record }
    }
}
