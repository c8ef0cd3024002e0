//! What the files of all roles have in common (TUF 4.2 and 4.3).

use super::keys::Keys;
use super::signatures::Signatures;
use crate::envelope::Envelope;
use crate::error::{Document, Error, Fault};
use crate::time::Time;

/// A well-formed role file whose signatures are not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified<T> {
    content: T,
    signed: Signed,
}

/// What is signed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signed {
    document: Document,
    /// The forms of `signed` that a signature may be over.
    forms: Vec<Vec<u8>>,
    signatures: Signatures,
}

impl Signed {
    fn verify(self, keys: &Keys, signers: &'static str) -> Result<(), Error> {
        self.signatures.verify(&self.forms, keys, || self.document, signers)
    }
}

impl<T> Unverified<T> {
    pub(super) const fn new(
        content: T,
        document: Document,
        forms: Vec<Vec<u8>>,
        signatures: Signatures,
    ) -> Self {
        Self { content, signed: Signed { document, forms, signatures } }
    }

    /// The content and the forms, for tests of how they are read.
    #[cfg(test)]
    pub(super) fn unverified(self) -> (T, Vec<Vec<u8>>) {
        (self.content, self.signed.forms)
    }

    /// The content, if enough of those keys have signed it. `signers` says in messages
    /// whose keys they are.
    ///
    /// # Errors
    /// [`Fault::ThresholdNotMet`]; [`Fault::SignatureEncoding`] where entries are
    /// malformed that could have made up for it; [`Fault::KeyTypeUnsupported`] where
    /// keys are of no use here that could have.
    pub fn verify(self, keys: &Keys, signers: &'static str) -> Result<T, Error> {
        self.signed.verify(keys, signers)?;
        Ok(self.content)
    }
}

/// What every role says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The file, for messages.
    pub document: Document,
    /// Its version, from 1.
    pub version: u64,
    /// From when on it does not count any more.
    pub expires: Time,
    /// `spec_version`, one of 1.
    pub spec_version: String,
}

impl Metadata {
    /// Reads what is common to all roles; `kind` is what `_type` has to be.
    ///
    /// # Errors
    /// [`Fault::RoleTypeMismatch`]; [`Fault::RoleSpecUnsupported`];
    /// [`Fault::RoleMalformed`].
    pub(super) fn read(kind: &'static str, envelope: &Envelope) -> Result<Self, Error> {
        let document = envelope.document().clone();
        let actual = envelope.text("_type")?;
        if actual != kind {
            let actual = actual.to_owned();
            return Err(Error::new(Fault::RoleTypeMismatch { document, actual }));
        }
        let spec_version = envelope.text("spec_version")?.to_owned();
        if !is_known(&spec_version) {
            let actual = spec_version;
            return Err(Error::new(Fault::RoleSpecUnsupported { document, actual }));
        }
        let (version, expires) = (envelope.version()?, envelope.time("expires")?);
        Ok(Self { document, version, expires, spec_version })
    }

    /// Refuses a role that has expired by `now`.
    ///
    /// # Errors
    /// [`Fault::Expired`].
    pub fn check_fresh(&self, now: Time) -> Result<(), Error> {
        if !self.expires.has_passed(now) {
            return Ok(());
        }
        Err(Error::new(Fault::Expired {
            document: self.document.clone(),
            expiration: self.expires.to_string(),
            now: now.to_string(),
        }))
    }

    /// Whether it has not expired by `now`, and is no older than the caller accepts.
    pub(super) fn counts(&self, now: Time, least: u64) -> bool {
        self.check_fresh(now).is_ok() && self.version >= least
    }

    /// Refuses a role that is older than one that was trusted before (TUF 5.4.3.1).
    ///
    /// # Errors
    /// [`Fault::RoleRollback`].
    pub(super) fn check_not_before(&self, trusted: u64) -> Result<(), Error> {
        if self.version >= trusted {
            return Ok(());
        }
        let (document, offered) = (self.document.clone(), self.version);
        Err(Error::new(Fault::RoleRollback { document, trusted, offered }))
    }

    /// Refuses a role of another version than the one that was asked for (TUF 5.5.4,
    /// 5.6.4).
    ///
    /// # Errors
    /// [`Fault::RoleVersionMismatch`].
    pub(super) fn check_version(&self, expected: u64) -> Result<(), Error> {
        if self.version == expected {
            return Ok(());
        }
        let (document, actual) = (self.document.clone(), self.version);
        Err(Error::new(Fault::RoleVersionMismatch { document, expected, actual }))
    }
}

/// Whether a version of the specification is 1.x or 1.x.y, in digits.
fn is_known(version: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.strip_prefix("1.").is_some_and(|rest| match rest.split_once('.') {
        Some((minor, patch)) => is_number(minor) && is_number(patch),
        None => is_number(rest),
    })
}
