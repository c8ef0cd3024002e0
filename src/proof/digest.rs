//! Proofs about an archive's bytes.

use super::record::{RecordRoles, VerifiedRecord};
use super::target::VerifiedTarget;
use crate::digest::{Digests, Sha256Digest};

/// A SHA-256 that the caller vouches for.
///
/// Whoever makes one says: I got this digest from somebody I trust. That is
/// all that it proves, and a verdict resting on it says `caller-digest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinnedDigest(Sha256Digest);

impl PinnedDigest {
    /// Vouches for a digest.
    #[must_use]
    pub const fn new(sha256: Sha256Digest) -> Self {
        Self(sha256)
    }

    /// The digest.
    #[must_use]
    pub const fn sha256(&self) -> Sha256Digest {
        self.0
    }
}

/// On what a verdict rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// A record that a channel's roles vouch for; the root that the caller pinned, by
    /// its SHA-256.
    ContentTrust(Sha256Digest),
    /// A target that a channel's roles vouch for: the repodata with its records, or the
    /// package's file; the root that the caller pinned, by its SHA-256.
    Tuf(Sha256Digest),
    /// The caller's own digest.
    CallerDigest(PinnedDigest),
    /// Nobody vouched for the bytes.
    None,
}

/// An archive whose size and SHA-256 are those that somebody vouched for.
///
/// Only a comparison that succeeded makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedPackage {
    digests: Digests,
    trust: Trust,
}

impl AuthenticatedPackage {
    /// The proof, if these are the digests of the pinned bytes.
    pub(crate) fn from_pinned(pinned: PinnedDigest, digests: Digests) -> Option<Self> {
        (pinned.sha256() == digests.sha256)
            .then_some(Self { digests, trust: Trust::CallerDigest(pinned) })
    }

    /// The proof, if these are the digests in a signed record. One without a SHA-256
    /// proves nothing.
    pub(crate) fn from_record(record: &VerifiedRecord, digests: Digests) -> Option<Self> {
        let anchor = record.trust().anchor;
        let trust = match record.trust().roles {
            RecordRoles::ContentTrust { .. } => Trust::ContentTrust(anchor),
            RecordRoles::Tuf { .. } => Trust::Tuf(anchor),
        };
        (record.record().sha256? == digests.sha256).then_some(Self { digests, trust })
    }

    /// The proof, if the roles vouch for a file of these digests.
    pub(crate) fn from_target(target: &VerifiedTarget, digests: Digests) -> Option<Self> {
        let trust = Trust::Tuf(target.anchor());
        target.compare(&digests).is_ok().then_some(Self { digests, trust })
    }

    /// Size and digests of the archive.
    #[must_use]
    pub const fn digests(&self) -> &Digests {
        &self.digests
    }

    /// Who vouched for them.
    #[must_use]
    pub const fn trust(&self) -> Trust {
        self.trust
    }
}
