//! Proofs about what a channel says of a package.

use crate::conda::Record;
use crate::digest::Sha256Digest;
use crate::time::Time;

/// Who vouches for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTrust {
    /// SHA-256 of the root that the caller pinned: what all of it rests on.
    pub anchor: Sha256Digest,
    /// The version of the root in force.
    pub root_version: u64,
    /// The roles below it.
    pub roles: RecordRoles,
    /// When the first of these roles expires: from then on they vouch for nothing.
    pub expires: Time,
    /// The channel that the root is trusted for, where the caller named it.
    pub channel: Option<String>,
}

/// The roles by which a record is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordRoles {
    /// Content trust: the record itself is signed.
    ContentTrust {
        /// The version of `key_mgr`, which names the keys that sign records.
        key_mgr_version: u64,
        /// The version of `pkg_mgr.json`; `None` where the channel has no such file,
        /// as conda's have none.
        pkg_mgr_version: Option<u64>,
    },
    /// TUF: the repodata is a target, with everything that is in it.
    Tuf {
        /// The path of the repodata.
        repodata: String,
    },
}

/// A record that a channel's roles vouch for, bound to its file name and subdir: enough of
/// those who may have signed it, or the repodata that it stands in is a target of TUF.
///
/// It was true at the time of its verification, until [`RecordTrust::expires`]: whoever keeps
/// one verifies anew before using it, or asks [`crate::ChannelTrust::expect`] for each package.
///
/// Only a strict verification of every signature that counts makes one. The record
/// was read from the very bytes that were verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRecord {
    record: Record,
    trust: RecordTrust,
}

impl VerifiedRecord {
    /// The proof, once there is one.
    pub(crate) const fn new(record: Record, trust: RecordTrust) -> Self {
        Self { record, trust }
    }

    /// What was signed, as far as it binds a file.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Who vouches for it.
    #[must_use]
    pub const fn trust(&self) -> &RecordTrust {
        &self.trust
    }
}
