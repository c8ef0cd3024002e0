//! Repodata of which the text is not kept.

use std::borrow::Cow;
use std::ops::Range;

use super::builder::{Builder, Indexed};
use super::entry::RepodataEntry;
use super::index::Place;
use super::info::RepodataInfo;
use super::missing;
use super::text::check_length;
use crate::archive::ReadAt;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// Indexes a text of repodata that comes chunk by chunk, in memory for the names.
#[derive(Debug)]
pub struct RepodataIndexer {
    builder: Builder,
    limits: Limits,
}

impl RepodataIndexer {
    /// An indexer that has been given nothing yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { builder: Builder::new(&limits, true), limits }
    }

    /// Reads the next bytes of the text, as many as come.
    ///
    /// # Errors
    /// As [`super::Repodata::parse`]. An indexer that failed fails ever after.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.builder.push(chunk)
    }

    /// The index, once all bytes have been pushed.
    ///
    /// # Errors
    /// As [`super::Repodata::parse`].
    pub fn finish(self) -> Result<RepodataIndex, Error> {
        Ok(RepodataIndex { indexed: self.builder.finish()?, limits: self.limits })
    }
}

/// Where in a text of repodata each record and its signatures are, with the
/// digests of both: the host keeps the text, and what it gives back is compared.
#[derive(Clone, Debug)]
pub struct RepodataIndex {
    indexed: Indexed,
    limits: Limits,
}

/// Where a file's record and signatures are: offsets in bytes into the whole
/// text, unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The record.
    pub record: Range<u64>,
    /// A second record of the file, where one is in `v3` and one is not. It has to
    /// say the same.
    pub twin: Option<Range<u64>>,
    /// The file's member of `signatures`.
    pub signatures: Option<Range<u64>>,
}

/// The texts at a [`Location`].
#[derive(Clone, Copy, Debug, Default)]
pub struct RepodataTexts<'a> {
    /// The text at [`Location::record`].
    pub record: &'a [u8],
    /// The text at [`Location::twin`].
    pub twin: Option<&'a [u8]>,
    /// The text at [`Location::signatures`].
    pub signatures: Option<&'a [u8]>,
}

impl RepodataIndex {
    /// Reads and indexes a `repodata.json`, `.json.zst` or `.json.bz2` from its
    /// beginning to its end, one block at a time.
    ///
    /// # Errors
    /// As [`super::Repodata::read`].
    pub fn read(source: &mut dyn ReadAt, limits: &Limits) -> Result<Self, Error> {
        let mut document = super::open(source, limits)?;
        let indexed = Builder::new(limits, true).read(&mut document, source)?;
        Ok(Self { indexed, limits: limits.clone() })
    }

    /// Where a file's record and signatures are; `None` where it has no record.
    #[must_use]
    pub fn locate(&self, file_name: &str) -> Option<Location> {
        let found = self.indexed.index.find(file_name)?;
        Some(Location {
            record: found.record.span.range(),
            twin: found.twin.map(|place| place.span.range()),
            signatures: found.signatures.map(|place| place.span.range()),
        })
    }

    /// What the repodata has on a file, from the texts at its location.
    ///
    /// # Errors
    /// [`Fault::RecordMissing`]; [`Fault::LimitExceeded`] for `recordBytes`;
    /// [`Fault::SourceChanged`] where a text is not the
    /// one that was indexed; [`Fault::RecordConflict`] and what reading two records
    /// fails with.
    pub fn open<'a>(
        &'a self,
        file_name: &str,
        texts: RepodataTexts<'a>,
    ) -> Result<RepodataEntry<'a>, Error> {
        let found = self.indexed.index.find(file_name).ok_or_else(|| missing(file_name))?;
        let authentic = |place, text| authentic(place, text, &self.limits).map(Cow::Borrowed);
        let record_json = authentic(found.record, Some(texts.record))?;
        let signatures_json =
            found.signatures.map(|place| authentic(place, texts.signatures)).transpose()?;
        let subdir = self.indexed.info.subdir.as_deref();
        let entry =
            RepodataEntry { file_name: found.file_name, record_json, signatures_json, subdir };
        if let Some(twin) = found.twin {
            entry.agree(&authentic(twin, texts.twin)?, &self.limits)?;
        }
        Ok(entry)
    }

    /// What the repodata says about itself.
    #[must_use]
    pub const fn info(&self) -> &RepodataInfo {
        &self.indexed.info
    }

    /// Whether there is a member `signatures`, be it empty.
    #[must_use]
    pub const fn has_signatures(&self) -> bool {
        self.indexed.has_signatures
    }

    /// The number of signature entries that name no record.
    #[must_use]
    pub const fn orphans(&self) -> u64 {
        self.indexed.index.orphans()
    }

    /// The number of file names that have a record.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.indexed.index.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file names that have a record, sorted.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.indexed.index.file_names()
    }
}

/// The text, if it is the one that was indexed at that place.
fn authentic<'a>(place: Place, text: Option<&'a [u8]>, limits: &Limits) -> Result<&'a str, Error> {
    check_length(place.span, limits)?;
    let changed = Error::new(Fault::SourceChanged { offset: place.span.range().start });
    let text = text.ok_or_else(|| changed.clone())?;
    if place.digest != Some(Sha256Digest::of(text)) {
        return Err(changed);
    }
    std::str::from_utf8(text).map_err(|_| changed)
}
