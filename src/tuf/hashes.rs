//! What a file has to be, by its length and its hashes (TUF 4.4).

use std::fmt::Display;

use crate::digest::{Sha256Digest, Sha512Digest};
use crate::json::Value;

/// The hashes that metadata gives for a file. All that are known have to be right, and
/// one at least has to be known: what can't be compared binds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashes {
    /// Where it is given.
    pub sha256: Option<Sha256Digest>,
    /// Where it is given.
    pub sha512: Option<Sha512Digest>,
    /// Names of algorithms that are given and not known.
    pub unknown: Vec<String>,
}

/// What is wrong with a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// No hash of it is known; the names of those that are given.
    Unknown(Vec<String>),
    /// The hash that it should have, and the one that it has: `sha256:…`.
    Hash {
        /// Of the metadata.
        expected: String,
        /// Of the bytes.
        actual: String,
    },
}

impl Hashes {
    /// Reads `hashes`: a map of algorithms to hex, not an empty one. `None` where it is
    /// none, or where a known algorithm's hash is not of its length.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let given = value.as_object().filter(|members| !members.is_empty())?;
        let mut hashes = Self::default();
        for (name, hash) in given {
            let hash = hash.as_str()?;
            match name.as_str() {
                "sha256" => hashes.sha256 = Some(Sha256Digest::parse(hash).ok()?),
                "sha512" => hashes.sha512 = Some(Sha512Digest::parse(hash).ok()?),
                _ => hashes.unknown.push(name.clone()),
            }
        }
        Some(hashes)
    }

    /// Whether no hash can be compared.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.sha256.is_none() && self.sha512.is_none()
    }

    /// The known hashes in hex, in the order of their names.
    pub fn known(&self) -> impl Iterator<Item = (&'static str, String)> {
        let sha256 = self.sha256.map(|hash| ("sha256", hash.to_string()));
        let sha512 = self.sha512.map(|hash| ("sha512", hash.to_string()));
        sha256.into_iter().chain(sha512)
    }

    /// Compares bytes that are there as a whole.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<(), Difference> {
        self.compare_with(|| Some(Sha256Digest::of(bytes)), || Some(Sha512Digest::of(bytes)))
    }

    /// Compares the digests of a file. One that was not found differs.
    pub(crate) fn compare(
        &self,
        sha256: Sha256Digest,
        sha512: Option<Sha512Digest>,
    ) -> Result<(), Difference> {
        self.compare_with(|| Some(sha256), || sha512)
    }

    /// Finds those digests only that are given.
    fn compare_with(
        &self,
        sha256: impl FnOnce() -> Option<Sha256Digest>,
        sha512: impl FnOnce() -> Option<Sha512Digest>,
    ) -> Result<(), Difference> {
        if self.is_unknown() {
            return Err(Difference::Unknown(self.unknown.clone()));
        }
        if let Some(expected) = self.sha256 {
            compare("sha256", &expected, sha256().as_ref())?;
        }
        if let Some(expected) = self.sha512 {
            compare("sha512", &expected, sha512().as_ref())?;
        }
        Ok(())
    }
}

fn compare<T: PartialEq + Display>(
    name: &str,
    expected: &T,
    actual: Option<&T>,
) -> Result<(), Difference> {
    if actual == Some(expected) {
        return Ok(());
    }
    let text = |digest: &T| format!("{name}:{digest}");
    Err(Difference::Hash {
        expected: text(expected),
        actual: actual.map_or_else(|| "not known".to_owned(), text),
    })
}
