//! Which file it was, and which package it is.

use crate::conda::IndexJson;
use serde::Serialize;

/// Size and digests of the archive that was examined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArchiveDigests {
    /// Length in bytes.
    pub size: u64,
    /// Lower-case hex; absent where the archive was not read to its end.
    pub sha256: Option<String>,
    /// Lower-case hex; absent where nothing asked for it.
    pub md5: Option<String>,
}

/// Which package this is, by its own `info/index.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageId {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The build string.
    pub build: String,
    /// The build number.
    pub build_number: u64,
    /// The platform's folder in the channel.
    pub subdir: Option<String>,
}

impl From<IndexJson> for PackageId {
    fn from(index: IndexJson) -> Self {
        let IndexJson { name, version, build, build_number, subdir, .. } = index;
        Self { name, version, build, build_number, subdir }
    }
}

/// Who found digests. What they were compared with came from the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HashedBy {
    /// The verifier itself.
    Core,
    /// The platform that it runs on: WebCrypto.
    Host,
}
