//! A delegated role that was seen, and what makes it trusted: the word of the role that a
//! search came from (TUF 5.6.7).

use super::keys::Keys;
use super::meta_file::MetaFile;
use super::{Metadata, Targets};
use crate::error::{Document, Error};
use crate::limits::Limits;
use crate::time::Time;

/// Whose keys sign delegated roles, in messages.
const SIGNERS: &str = "the delegating role's keys for it";

/// What a file of delegated targets is, in messages.
const KIND: &str = "targets";

/// A delegated role that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delegated {
    pub(super) bytes: Vec<u8>,
    /// What they say, once somebody vouched for them.
    pub(super) role: Option<Targets>,
    /// The roles by whose delegation it was verified: one that is trusted through one
    /// role need not be through another.
    pub(super) delegators: Vec<String>,
}

impl Delegated {
    /// Bytes that nobody vouches for yet.
    pub(super) const fn kept(bytes: Vec<u8>) -> Self {
        Self { bytes, role: None, delegators: Vec::new() }
    }
}

/// A delegated role that a search needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) name: String,
    pub(crate) announced: MetaFile,
    pub(super) delegator: String,
    pub(super) keys: Keys,
}

impl Needed {
    /// The role, if it is the announced one, and signed as its delegator demands.
    ///
    /// # Errors
    /// As [`super::Roles::take_targets`].
    pub(super) fn verified(
        &self,
        file: &str,
        bytes: &[u8],
        now: Time,
        limits: &Limits,
    ) -> Result<Targets, Error> {
        self.announced.check(bytes, || Document::new(KIND, file))?;
        let role = Targets::parse(file, bytes, limits)?.verify(&self.keys, SIGNERS)?;
        let metadata: &Metadata = role.metadata();
        metadata.check_version(self.announced.version)?;
        metadata.check_fresh(now)?;
        Ok(role)
    }
}
