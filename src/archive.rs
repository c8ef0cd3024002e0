//! Containers as untrusted bytes: zip, zstd, bzip2, tar.
//!
//! Each reader is a small state that is handed its input at every call, so a
//! host can stop between two calls. All of them refuse what two installers
//! could read differently.

mod bzip2;
mod document;
mod entries;
mod frames;
mod meter;
mod path;
mod pinned;
mod source;
mod sparse;
mod tar;
mod zip;
mod zstd;

pub use path::EntryPath;
pub use source::ReadAt;

#[cfg(feature = "fuzz")]
pub use document::decode_zstd;
pub(crate) use document::{Document, read_document};
pub(crate) use entries::{Doubt, Entries};
pub(crate) use meter::Meter;
pub(crate) use pinned::{Pinned, Pinning};
pub(crate) use sparse::Sparse;
pub(crate) use tar::{Entry, EntryKind};
pub(crate) use zip::{Listed, Member, MemberReader, list_members, read_directory};

use crate::error::{Error, Fault};

/// The two package formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.conda`, a zip of zstd-compressed tars (CEP 35).
    Conda,
    /// `.tar.bz2`.
    TarBz2,
}

impl Format {
    /// The file name extension, without its leading dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Conda => "conda",
            Self::TarBz2 => "tar.bz2",
        }
    }

    /// The format that the first bytes show.
    ///
    /// # Errors
    /// [`Fault::NotAnArchive`] where it is neither; what `source` fails with.
    pub fn detect(source: &mut dyn ReadAt) -> Result<Self, Error> {
        let mut first_bytes = vec![0; usize::try_from(source.size().min(8)).unwrap_or(8)];
        source.read_at(0, &mut first_bytes)?;
        // A zip begins with a local header, or with the end record if it is
        // empty; bzip2 with its magic and the block size.
        match first_bytes.as_slice() {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Ok(Self::Conda),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Ok(Self::TarBz2),
            _ => Err(Error::new(Fault::NotAnArchive { first_bytes })),
        }
    }
}
