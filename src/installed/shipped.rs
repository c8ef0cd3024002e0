//! What an archive has at a path, and where that goes.

use super::expected::FromArchive;
use super::system::System;
use crate::conda::FileMode;

/// A placeholder, and how it is replaced.
pub(super) type Marked = (String, Option<FileMode>);

/// A path of the archive.
#[derive(Clone, Debug)]
pub(super) struct Shipped {
    /// `None` where its digest is the one in `info/paths.json`.
    pub(super) what: Option<FromArchive>,
    pub(super) size: u64,
    /// Whether its bytes were left out for their number.
    pub(super) is_too_large: bool,
    /// The placeholder that was replaced, and how.
    pub(super) placeholder: Option<Marked>,
    /// What it became, on each system that it may be for.
    pub(super) replaced: Vec<(System, FromArchive)>,
}

/// Where an environment's files lie, and of which system it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) prefix: Option<String>,
    /// The one that the caller names.
    pub(super) system: Option<System>,
    /// The one that the installed record names, which anybody may have written.
    pub(super) recorded: Option<System>,
}
