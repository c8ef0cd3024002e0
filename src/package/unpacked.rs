//! What an examination hands out of a package: files while they are unpacked, links at the
//! end.
//!
//! All of it is provisional until there is a verdict: that a file is missing, or occurs a
//! second time, shows late.

use serde::Serialize;

/// What is known of a piece of content when it is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The file is complete, and it is as it is listed.
    Sound,
    /// More of it comes.
    Incomplete,
    /// The file is complete, and its digest is for the caller to find:
    /// [`crate::Examination::supply_digest`] says then what becomes of it.
    DigestWanted,
    /// It is not listed, or not as it is: nobody gets it.
    Refused,
}

/// A piece of a file's content, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePart<'a> {
    /// The file's number: each has one of its own, and they grow.
    pub number: u32,
    /// The file's path in the package.
    pub path: &'a str,
    /// Permission bits, without those that set the user or the group.
    pub mode: u32,
    /// Length of the whole file in bytes.
    pub size: u64,
    /// The bytes; those of the whole file where it is `is_first` and complete.
    pub bytes: &'a [u8],
    /// Where in [`crate::Examination::block`] they begin.
    pub start: usize,
    /// Whether the file begins with them.
    pub is_first: bool,
    /// Whether the file's digest is wanted once it is complete.
    pub is_for_host: bool,
    /// What becomes of the file.
    pub fate: Fate,
}

/// What an entry without content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// A symbolic link. Its target is the text that stands in the archive: relative to the
    /// link's folder, leading to something in the package, or dangling.
    Symlink,
    /// A hard link. Its target is the path of a file that came before.
    Hardlink,
    /// A directory, which is listed itself. It has no target.
    Directory,
}

/// A link or directory that is as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnpackedNode {
    /// Its path in the package.
    pub path: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where it leads.
    pub target: String,
}
