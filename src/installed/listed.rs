//! What is there, as whoever has the files says it.

/// What something that is there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedKind<'a> {
    /// A regular file.
    File,
    /// A symbolic link, and the text of its target.
    Symlink(&'a str),
    /// A directory.
    Directory,
    /// A device, a pipe, a socket: never opened.
    Other,
}

/// Something that is there.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Relative to the folder, with `/`.
    pub path: &'a str,
    /// What it is; links are not followed.
    pub kind: ListedKind<'a>,
    /// Length in bytes.
    pub size: u64,
    /// Its permissions as POSIX has them, where they are known: set-user-ID, set-group-ID and
    /// what others may do are looked at.
    pub mode: Option<u32>,
}
