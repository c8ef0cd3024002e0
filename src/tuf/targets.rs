//! Stub.
use std::borrow::Cow;

use super::Hashes;
use super::keys::Keys;
use super::metadata::{Metadata, Unverified};
use super::timestamp::unverified;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::json::Value;
use crate::limits::Limits;

/// What metadata says of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFile {
    /// In bytes.
    pub length: u64,
    /// All that are known have to match.
    pub hashes: Hashes,
    /// JSON text.
    pub custom: Option<String>,
}

/// Stub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    metadata: Metadata,
    targets: Value,
}

/// Stub.
pub struct DelegatedRole<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) keys: &'a Keys,
    pub(crate) terminating: bool,
}

impl Targets {
    /// Stub.
    pub fn parse(file: &str, bytes: &[u8], limits: &Limits) -> Result<Unverified<Self>, Error> {
        let envelope = Envelope::read("targets", file, bytes, limits)?;
        let metadata = Metadata::read("targets", &envelope)?;
        let targets = envelope.member("targets").cloned().unwrap_or_default();
        unverified(&envelope, Self { metadata, targets })
    }

    /// Stub.
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Stub.
    pub fn find(&self, path: &str) -> Result<Option<TargetFile>, Error> {
        let Some(entry) = self.targets.member(path) else { return Ok(None) };
        let length = entry.member("length").and_then(Value::as_u64).unwrap_or_default();
        let hashes = entry.member("hashes").and_then(Hashes::parse).unwrap_or_default();
        Ok(Some(TargetFile { length, hashes, custom: None }))
    }

    /// Stub.
    pub fn delegated(&self, _path: &str) -> Vec<DelegatedRole<'_>> {
        Vec::new()
    }
}
