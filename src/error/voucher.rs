//! Whose values an archive is compared with.

use std::fmt;

/// Who said what the archive's size and digests have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// The caller, with a digest of their own.
    Caller,
    /// A repodata record.
    Record,
    /// A repodata record that is signed.
    SignedRecord,
    /// The roles, as a target.
    Target,
    /// What a client noted when it linked the package.
    InstalledRecord,
}

impl fmt::Display for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Caller => "that you gave",
            Self::Record => "of the repodata record",
            Self::SignedRecord => "of the signed record",
            Self::Target => "that the roles give",
            Self::InstalledRecord => "that the installed record gives",
        })
    }
}
