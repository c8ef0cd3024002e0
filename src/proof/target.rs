//! Proofs about a package's file that need no record.

use crate::digest::{Digests, Sha256Digest, Sha512Digest};

/// A package's file as the roles of TUF vouch for it: a target of its own.
///
/// Only a search through verified roles makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTarget {
    path: String,
    length: u64,
    sha256: Option<Sha256Digest>,
    sha512: Option<Sha512Digest>,
    anchor: Sha256Digest,
}

impl VerifiedTarget {
    /// The proof, once there is one; `None` without a hash.
    pub(crate) fn new(
        path: String,
        length: u64,
        sha256: Option<Sha256Digest>,
        sha512: Option<Sha512Digest>,
        anchor: Sha256Digest,
    ) -> Option<Self> {
        (sha256.is_some() || sha512.is_some()).then_some(Self {
            path,
            length,
            sha256,
            sha512,
            anchor,
        })
    }

    /// Its path, relative to the channel.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// In bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Where the roles give it.
    #[must_use]
    pub const fn sha256(&self) -> Option<Sha256Digest> {
        self.sha256
    }

    /// Where the roles give it.
    #[must_use]
    pub const fn sha512(&self) -> Option<Sha512Digest> {
        self.sha512
    }

    /// SHA-256 of the root that the caller pinned: what all of it rests on.
    #[must_use]
    pub const fn anchor(&self) -> Sha256Digest {
        self.anchor
    }

    /// Compares a file with it: what it should be and what it is, where they differ.
    pub(crate) fn compare(&self, digests: &Digests) -> Result<(), (String, String)> {
        if self.length != digests.size {
            let text = |length: u64| format!("{length} bytes long");
            return Err((text(self.length), text(digests.size)));
        }
        if let Some(expected) = self.sha256
            && expected != digests.sha256
        {
            let text = |digest: Sha256Digest| format!("sha256:{digest}");
            return Err((text(expected), text(digests.sha256)));
        }
        if self.sha512.is_some() && self.sha512 != digests.sha512 {
            let text = |digest: Option<Sha512Digest>| {
                digest.map_or_else(String::new, |digest| format!("sha512:{digest}"))
            };
            return Err((text(self.sha512), text(digests.sha512)));
        }
        Ok(())
    }
}
