//! What the host gets of an examination, and what it may contribute.

use super::{Examination, State};
use crate::archive::ReadAt;
use crate::digest::Sha256Digest;
use crate::package::unpacked::{Fate, FilePart, UnpackedNode};
use crate::proof::HashedBy;

impl<S: ReadAt> Examination<S> {
    /// Lets the host find digests: of the archive, where [`Self::wants_archive_digest`] says
    /// so, and of files of at least so many bytes. To be called before the first step.
    ///
    /// Files of more than 64 MiB are hashed here all the same: the host would have to hold
    /// them.
    pub const fn let_host_hash(&mut self, from: u64) {
        self.host_hashes_from = Some(from);
        self.verdict.hashed_by = HashedBy::Host;
    }

    /// Whether [`Self::supply_archive_digest`] would spare a pass over the archive: where
    /// nobody can change the bytes meanwhile, and the pass has not begun.
    #[must_use]
    pub fn wants_archive_digest(&self) -> bool {
        match &self.state {
            State::Authenticating(pinning) => {
                self.host_hashes_from.is_some() && pinning.wants_sha256()
            }
            _ => false,
        }
    }

    /// Takes the SHA-256 of all bytes of the source, which the host found. What is expected
    /// is compared with it as with one that is found here.
    pub fn supply_archive_digest(&mut self, sha256: Sha256Digest) {
        if let State::Authenticating(pinning) = &mut self.state {
            pinning.supply_sha256(sha256);
        }
    }

    /// The files, or pieces of large ones, that the last step came to, in the order of the
    /// archive: none after most steps. They are gone with the next step.
    ///
    /// Nothing is handed out before the archive's digest matched, where one is expected.
    pub fn parts(&self) -> impl Iterator<Item = FilePart<'_>> {
        let unpacking = match &self.state {
            State::Unpacking(unpacking) | State::Comparing(unpacking, _) => Some(unpacking),
            _ => None,
        };
        unpacking.into_iter().flat_map(|unpacking| unpacking.parts())
    }

    /// The bytes that all of [`Self::parts`] are pieces of.
    #[must_use]
    pub fn block(&self) -> &[u8] {
        match &self.state {
            State::Unpacking(unpacking) | State::Comparing(unpacking, _) => unpacking.block(),
            _ => &[],
        }
    }

    /// Takes the digest of a file that was handed out with [`Fate::DigestWanted`], and says
    /// what becomes of the file; `None` where no digest was wanted for that number.
    pub fn supply_digest(&mut self, number: u32, sha256: Sha256Digest) -> Option<Fate> {
        match &mut self.state {
            State::Unpacking(unpacking) | State::Comparing(unpacking, _) => {
                unpacking.contents.supply_digest(number, sha256, &mut self.report)
            }
            _ => None,
        }
    }

    /// The links and directories that are as they are listed, in the order of their paths.
    /// Known at the end: only then is it known where links lead, and nothing is to be written
    /// through them.
    #[must_use]
    pub fn links(&self) -> &[UnpackedNode] {
        &self.links
    }
}
