//! What should be at a path, and what is.

use super::replacement::Tool;
use crate::conda::{InstalledEntry, LinkedAs};
use crate::digest::Sha256Digest;
use crate::error::NotRecomputable;

/// What the package's archive has for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FromArchive {
    /// A file whose bytes stay as they are.
    File { size: u64, sha256: Sha256Digest },
    /// A file in which a client put the environment's path.
    Replaced {
        candidates: Vec<Candidate>,
        /// Why it can't be told what one of the clients makes of it.
        unknown: Option<NotRecomputable>,
        /// Whether a client may have signed it anew.
        may_be_signed: bool,
    },
    /// A file of which it can't be told what it becomes.
    Unknown(NotRecomputable),
    /// A symbolic link.
    Symlink(String),
    /// A directory.
    Directory,
}

/// What a client makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) tool: Tool,
    pub(super) size: u64,
    pub(super) sha256: Sha256Digest,
}

/// What is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: FoundKind,
    pub(super) size: u64,
    pub(super) sha256: Option<Sha256Digest>,
    /// Whether it begins as programs of macOS do; `None` where nobody looked.
    pub(super) is_mach_o: Option<bool>,
}

/// What kind of thing is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FoundKind {
    File,
    Symlink(String),
    Directory,
    /// A device, a pipe, a socket.
    Other,
}

impl FoundKind {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Symlink(_) => "a symbolic link",
            Self::Directory => "a directory",
            Self::Other => "none of file, link and directory",
        }
    }
}

/// One path: what the manifest, the archive and the host say of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) listed: Option<InstalledEntry>,
    pub(super) from_archive: Option<FromArchive>,
    pub(super) found: Option<Found>,
    /// Whether the package has a placeholder there; without an archive, whether the manifest has.
    pub(super) has_placeholder: bool,
}

impl Place {
    /// Whether a client made what is there.
    pub(super) fn is_generated(&self) -> bool {
        self.from_archive.is_none()
            && self.listed.as_ref().is_some_and(|it| it.linked_as == LinkedAs::Generated)
    }

    /// What should be there, in words; `None` where anything may be.
    pub(super) fn expected_word(&self) -> Option<&'static str> {
        let linked_as = match (&self.from_archive, &self.listed) {
            (Some(FromArchive::Symlink(_)), _) => LinkedAs::Symlink,
            (Some(FromArchive::Directory), _) => LinkedAs::Directory,
            (Some(_), _) => LinkedAs::File,
            (None, Some(listed)) => listed.linked_as,
            (None, None) => return None,
        };
        Some(match linked_as {
            LinkedAs::File | LinkedAs::Generated => "a file",
            LinkedAs::Symlink => "a symbolic link",
            LinkedAs::Directory => "a directory",
        })
    }
}
