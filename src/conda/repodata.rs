//! Repodata: which record belongs to which file (CEP 36, CEP 48), and who signed it.
//!
//! A pass over the text finds where each record and each signature entry is and
//! builds no tree. A record is read when it is asked for. [`Repodata`] has the text
//! or a source of it; [`RepodataIndex`] does without, for hosts of little memory.

mod builder;
mod entry;
mod index;
mod indexer;
mod info;
mod names;
mod pages;
mod text;

use std::borrow::Cow;
use std::convert::Infallible;

pub use entry::RepodataEntry;
pub use indexer::{Location, RepodataIndex, RepodataIndexer, RepodataTexts};
pub use info::RepodataInfo;

use self::builder::{Builder, Indexed, PIECE};
use self::index::{Found, Place};
use self::text::Text;
use super::listed_record::ListedRecord;
use super::record::Record;
use crate::archive::{Document, ReadAt};
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};

/// A repodata text, and where in it each record and its signatures are.
///
/// By default it holds the text. With [`Self::open`] the text may stay where it is,
/// with a source of the type `S`, and records are copied when they are asked for.
#[derive(Clone, Debug)]
pub struct Repodata<S = Infallible> {
    text: Text<S>,
    indexed: Indexed,
    limits: Limits,
}

impl Repodata {
    /// Indexes the text of a `repodata.json`. One of no bytes has no records.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `repodataBytes`, `records`, `nameBytes`,
    /// `pathBytes` (of a file name) and `jsonDepth`; [`Fault::JsonInvalid`] where
    /// it is not JSON; [`Fault::RepodataInvalid`] where it is not an object with at
    /// least one of `packages`, `packages.conda` and `v3`, where a section is
    /// malformed, or where a top-level member, a file name or the name of a
    /// signature entry occurs twice. One name in `v3` and in `packages` or
    /// `packages.conda` is no error here: see [`Self::entry`].
    pub fn parse(text: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        let mut builder = Builder::new(limits, false);
        text.chunks(PIECE).try_for_each(|piece| builder.push(piece))?;
        let indexed = builder.finish()?;
        Ok(Self { text: Text::Held(text), indexed, limits: limits.clone() })
    }

    /// Reads and indexes a `repodata.json`, `.json.zst` or `.json.bz2`, told
    /// apart by their first bytes.
    ///
    /// # Errors
    /// As [`Self::parse`]; the `Zstd…` and `Bzip2…` errors; what `source` fails with.
    pub fn read(source: &mut dyn ReadAt, limits: &Limits) -> Result<Self, Error> {
        let text = open(source, limits)?.read_to_end(source)?;
        Self::parse(text, limits)
    }
}

impl<S: ReadAt + Clone> Repodata<S> {
    /// Indexes a `repodata.json`, `.json.zst` or `.json.bz2`, and copies its text only
    /// where it has to: where the source is compressed, or can change. The memory that
    /// the index takes is about a tenth of the text.
    ///
    /// The source is kept, and read through clones of it, which have to have the same
    /// bytes.
    ///
    /// # Errors
    /// As [`Repodata::read`].
    pub fn open(mut source: S, limits: &Limits) -> Result<Self, Error> {
        let mut document = open(&mut source, limits)?;
        let limits = limits.clone();
        if source.is_fixed() && document.is_plain() {
            let indexed = Builder::new(&limits, false).read(&mut document, &mut source)?;
            return Ok(Self { text: Text::Source(source), indexed, limits });
        }
        let text = document.read_to_end(&mut source)?;
        let Repodata { text: Text::Held(text), indexed, limits } = Repodata::parse(text, &limits)?;
        Ok(Self { text: Text::Held(text), indexed, limits })
    }

    /// The JSON texts of a file's record and of its signatures.
    ///
    /// # Errors
    /// [`Fault::RecordMissing`]; [`Fault::RecordConflict`] where the file has a
    /// record in `v3` and another one beside it; what reading those two fails with;
    /// [`Fault::LimitExceeded`] for `recordBytes`. Where the text stayed with a source,
    /// what that fails with, and [`Fault::SourceChanged`] where it gives no text.
    pub fn entry(&self, file_name: &str) -> Result<RepodataEntry<'_>, Error> {
        let found = self.indexed.index.find(file_name);
        self.checked(found.ok_or_else(|| missing(file_name))?)
    }

    /// All entries, in the order of the text, with the errors of [`Self::entry`].
    pub fn entries(&self) -> impl Iterator<Item = Result<RepodataEntry<'_>, Error>> {
        self.entries_from(0, u32::MAX)
    }

    /// The entries of that many records from the one of the number `first` on, in the
    /// order of the text: to go through all of them piece by piece. Of two records of
    /// one file the first stands for both, so a piece may have fewer entries; the one
    /// that begins at [`Self::records`] has none.
    pub fn entries_from(
        &self,
        first: u32,
        count: u32,
    ) -> impl Iterator<Item = Result<RepodataEntry<'_>, Error>> {
        let numbers = first..first.saturating_add(count).min(self.records());
        self.indexed.index.entries(numbers).map(|found| self.checked(found))
    }

    /// The rows of that many records from the place `first` on, in the order of the file
    /// names: to list all of them piece by piece. Of two records of one file the first stands
    /// for both, as in [`Self::entries_from`]. A row has the errors of [`Self::find`].
    ///
    /// Each comes with the length of its text, in bytes.
    pub fn rows_from(
        &self,
        first: u32,
        count: u32,
    ) -> impl Iterator<Item = (ListedRecord<'_>, usize)> {
        let places = first..first.saturating_add(count).min(self.records());
        self.indexed.index.by_name(places).map(|found| {
            // Nobody asks for the signatures.
            let entry = self.checked(Found { signatures: None, ..found });
            let json = entry.as_ref().map(|entry| &*entry.record_json).map_err(Clone::clone);
            let length = json.as_ref().map_or(0, |json| json.len());
            (ListedRecord::read(found.file_name, json, &self.limits), length)
        })
    }

    /// The number of records: as many as files, but for those that have two.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.indexed.index.records()
    }

    /// The JSON text of a file's record, as it stands in the repodata; `None`
    /// where it has none.
    ///
    /// # Errors
    /// As [`Self::entry`], but for [`Fault::RecordMissing`].
    pub fn record_json(&self, file_name: &str) -> Result<Option<Cow<'_, str>>, Error> {
        match self.indexed.index.find(file_name) {
            Some(found) => self.checked(found).map(|entry| Some(entry.record_json)),
            None => Ok(None),
        }
    }

    /// The JSON text of a file's signatures: an object by public key. `None` where
    /// the file has no record or no signatures.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `recordBytes`; what a source fails with, as
    /// [`Self::entry`].
    pub fn signatures_json(&self, file_name: &str) -> Result<Option<Cow<'_, str>>, Error> {
        let place = self.indexed.index.find(file_name).and_then(|found| found.signatures);
        place.map(|place| self.text.value(place.span, &self.limits)).transpose()
    }

    /// The record of that file.
    ///
    /// # Errors
    /// As [`Self::entry`]; what [`Record::parse`] fails with.
    pub fn find(&self, file_name: &str) -> Result<Record, Error> {
        self.entry(file_name)?.record(&self.limits)
    }

    /// Whether a file has a record in `v3` (CEP 48), and none beside it.
    #[must_use]
    pub fn is_v3(&self, file_name: &str) -> bool {
        self.indexed.index.is_v3(file_name)
    }

    /// What the repodata says about itself.
    #[must_use]
    pub const fn info(&self) -> &RepodataInfo {
        &self.indexed.info
    }

    /// `info.subdir`.
    #[must_use]
    pub fn subdir(&self) -> Option<&str> {
        self.info().subdir.as_deref()
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

    fn checked<'a>(&'a self, found: Found<'a>) -> Result<RepodataEntry<'a>, Error> {
        let value = |place: Place| self.text.value(place.span, &self.limits);
        let entry = RepodataEntry {
            file_name: found.file_name,
            record_json: value(found.record)?,
            signatures_json: found.signatures.map(value).transpose()?,
            subdir: self.subdir(),
        };
        if let Some(twin) = found.twin {
            entry.agree(&value(twin)?, &self.limits)?;
        }
        Ok(entry)
    }
}

fn open(source: &mut dyn ReadAt, limits: &Limits) -> Result<Document, Error> {
    let budget = Budget::new("repodataBytes", limits.repodata_bytes);
    Document::open(source, "repodata", budget, limits)
}

fn missing(file_name: &str) -> Error {
    Error::new(Fault::RecordMissing { file_name: file_name.to_owned() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Repodata;
    use crate::error::{Code, Error, Fault};
    use crate::limits::Limits;

    const RECORD: &str = r#"{"name":"a","version":"1","build":"0","size":3}"#;

    fn parse(text: &str) -> Result<Repodata, Error> {
        Repodata::parse(text.into(), &Limits::default())
    }

    #[test]
    fn records_of_all_sections_are_found_by_their_file_names() {
        let repodata = parse(&format!(
            r#"{{"info":{{"subdir":"noarch"}}, "packages":{{"a-1-0.tar.bz2":{RECORD}}},
                "packages.conda":{{"\u0062-1-0.conda": {RECORD} }}, "removed":[],
                "v3":{{"conda":{{"c-1-0":{RECORD}}},"whl":{{}}}}, "repodata_version":1}}"#
        ))
        .unwrap();
        let names: Vec<_> = repodata.file_names().collect();
        assert_eq!(names, ["a-1-0.tar.bz2", "b-1-0.conda", "c-1-0.conda"]);
        for name in names {
            let record = repodata.find(name).unwrap();
            assert_eq!((record.size, record.subdir.as_deref()), (Some(3), Some("noarch")));
        }
        assert_eq!(repodata.find("d-1-0.conda").unwrap_err().code(), Code::RecordMissing);
        let v3 = ["a-1-0.tar.bz2", "b-1-0.conda", "c-1-0.conda", "d-1-0.conda"];
        assert_eq!(v3.map(|name| repodata.is_v3(name)), [false, false, true, false]);
        assert_eq!((repodata.len(), repodata.is_empty()), (3, false));
    }

    #[test]
    fn what_is_no_repodata_says_so() {
        for text in ["[]", r#"{"info":{}}"#, r#"{"packages":[]}"#, r#"{"v3":{"conda":1}}"#] {
            assert_eq!(parse(text).unwrap_err().code(), Code::RepodataInvalid, "{text}");
        }
        for text in [" ", "<!DOCTYPE html>", r#"{"packages":{}"#, r#"{"packages":{}} x"#] {
            assert_eq!(parse(text).unwrap_err().code(), Code::JsonInvalid, "{text}");
        }
    }

    #[test]
    fn names_that_occur_twice_are_refused_however_they_are_spelled() {
        for text in [
            format!(r#"{{"packages":{{"a-1-0.conda":{RECORD},"\u0061-1-0.conda":{RECORD}}}}}"#),
            format!(
                r#"{{"packages":{{"a-1-0.conda":{RECORD}}},"packages.conda":{{"a-1-0.conda":{RECORD}}}}}"#
            ),
            r#"{"packages":{},"packages":{}}"#.to_owned(),
            r#"{"packages":{},"x":1,"\u0078":2}"#.to_owned(),
            r#"{"v3":{"conda":{},"conda":{}}}"#.to_owned(),
        ] {
            assert_eq!(parse(&text).unwrap_err().code(), Code::RepodataInvalid, "{text}");
        }
    }

    /// In whichever order the sections come: a third record would be seen by nobody here,
    /// and be the one that somebody else goes by.
    #[test]
    fn a_file_has_no_third_record() {
        let sections = [
            format!(r#""packages":{{"a-1-0.conda":{RECORD}}}"#),
            format!(r#""packages.conda":{{"a-1-0.conda":{RECORD}}}"#),
            format!(r#""v3":{{"conda":{{"a-1-0":{RECORD}}}}}"#),
        ];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let text: Vec<_> = order.iter().filter_map(|at| sections.get(*at).cloned()).collect();
            let found = parse(&format!("{{{}}}", text.join(",")));
            assert_eq!(found.unwrap_err().code(), Code::RepodataInvalid, "{order:?}");
        }
    }

    #[test]
    fn an_empty_file_is_an_empty_subdir() {
        for text in ["", "{}"] {
            assert!(parse(text).unwrap().is_empty());
        }
    }

    #[test]
    fn records_are_bounded() {
        let limits = Limits { records: 1, ..Limits::default() };
        let text = format!(r#"{{"packages":{{"a-1-0.conda":{RECORD},"b-1-0.conda":{RECORD}}}}}"#);
        let refused = Repodata::parse(text.into(), &limits).unwrap_err();
        assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "records", max: 1 }));
    }

    #[test]
    fn the_size_is_bounded() {
        let limits = Limits { repodata_bytes: 10, ..Limits::default() };
        let refused = Repodata::parse(br#"{"packages":{}}"#.to_vec(), &limits).unwrap_err();
        assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "repodataBytes", max: 10 }));
    }
}
