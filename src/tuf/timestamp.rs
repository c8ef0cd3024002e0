//! The timestamp: which snapshot is the newest (TUF 4.6).

use super::meta_file::MetaFile;
use super::metadata::{Metadata, Unverified};
use super::root::forms_of;
use super::signatures::Signatures;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::json::CanonicalForm;
use crate::limits::Limits;

/// The one file of the snapshot in `meta`.
const SNAPSHOT: &str = "snapshot.json";

/// What a timestamp says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    metadata: Metadata,
    snapshot: MetaFile,
}

impl Timestamp {
    /// Reads a timestamp. `file` is its path, for messages.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`](crate::Fault::JsonInvalid);
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded);
    /// [`Fault::RoleMalformed`](crate::Fault::RoleMalformed);
    /// [`Fault::RoleTypeMismatch`](crate::Fault::RoleTypeMismatch);
    /// [`Fault::RoleSpecUnsupported`](crate::Fault::RoleSpecUnsupported).
    pub fn parse(file: &str, bytes: &[u8], limits: &Limits) -> Result<Unverified<Self>, Error> {
        let envelope = Envelope::read("timestamp", file, bytes, limits)?;
        let metadata = Metadata::read("timestamp", &envelope)?;
        let entry = envelope.member("meta").and_then(|meta| meta.as_object()?.get(SNAPSHOT));
        let snapshot = entry.and_then(MetaFile::parse).ok_or_else(|| {
            envelope.refuse("meta has no snapshot.json of a version, length and hashes")
        })?;
        unverified(&envelope, Self { metadata, snapshot }, limits)
    }

    /// What it says of itself.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The snapshot that it names.
    #[must_use]
    pub const fn snapshot(&self) -> &MetaFile {
        &self.snapshot
    }
}

/// What was read from an envelope, with what its signatures have to be over.
pub(super) fn unverified<T>(
    envelope: &Envelope,
    content: T,
    limits: &Limits,
) -> Result<Unverified<T>, Error> {
    let refuse = |reason: &str| envelope.refuse(reason);
    let forms = forms_of(envelope, &[CanonicalForm::Olpc])?;
    let signatures = Signatures::parse(envelope.signatures(), &refuse, limits)?;
    Ok(Unverified::new(content, envelope.document().clone(), forms, signatures))
}
