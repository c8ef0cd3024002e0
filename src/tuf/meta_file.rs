//! What one role says of another one's file (TUF 4.4 and 4.5).

use super::hashes::{Difference, Hashes};
use crate::envelope::positive;
use crate::error::{Document, Error, Fault};
use crate::json::Value;

/// The version that a role's file has to be of, and its length and hashes where they are
/// given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaFile {
    /// From 1.
    pub version: u64,
    /// In bytes.
    pub length: Option<u64>,
    /// Of the file's bytes.
    pub hashes: Option<Hashes>,
}

impl MetaFile {
    /// Reads an entry of `meta`; `None` where it is malformed.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        let length = match members.get("length") {
            Some(length) => Some(length.as_u64()?),
            None => None,
        };
        let hashes = match members.get("hashes") {
            Some(hashes) => Some(Hashes::parse(hashes)?),
            None => None,
        };
        Some(Self { version: positive(members.get("version")?)?, length, hashes })
    }

    /// How many bytes the file may have, of `max` that are allowed at all.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for that limit, where more are announced.
    pub(crate) fn max_length(&self, limit: &'static str, max: u64) -> Result<u64, Error> {
        match self.length {
            Some(length) if length > max => Err(Error::new(Fault::LimitExceeded { limit, max })),
            Some(length) => Ok(length),
            None => Ok(max),
        }
    }

    /// Compares a file's bytes with its length and hashes, as far as they are given (TUF
    /// 5.5.2, 5.6.2).
    ///
    /// # Errors
    /// [`Fault::RoleDigestMismatch`]; [`Fault::HashUnsupported`].
    pub(crate) fn check(
        &self,
        bytes: &[u8],
        document: impl FnOnce() -> Document,
    ) -> Result<(), Error> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if let Some(expected) = self.length
            && expected != length
        {
            let (expected, actual) = (format!("{expected} bytes long"), format!("{length}"));
            return Err(Error::new(Fault::RoleDigestMismatch {
                document: document(),
                expected,
                actual: actual + " bytes long",
            }));
        }
        match self.hashes.as_ref().map_or(Ok(()), |hashes| hashes.check(bytes)) {
            Ok(()) => Ok(()),
            Err(Difference::Unknown(algorithms)) => {
                let file = document().file;
                Err(Error::new(Fault::HashUnsupported { file, algorithms }))
            }
            Err(Difference::Hash { expected, actual }) => {
                let document = document();
                Err(Error::new(Fault::RoleDigestMismatch { document, expected, actual }))
            }
        }
    }
}
