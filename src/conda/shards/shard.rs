//! A shard: all records of one package.

use std::ops::Range;

use super::{NameBudget, ShardIndex, check_record_bytes, invalid, record_value};
use crate::archive;
use crate::by_name::{ByName, Names};
use crate::conda::file_name::FileName;
use crate::conda::listed_record::ListedRecord;
use crate::conda::record::Record;
use crate::digest::{Md5Digest, Sha256Digest};
use crate::error::{Error, Fault, Quoted};
use crate::json::{CanonicalForm, Msgpack, Value};
use crate::limits::{Budget, Limits};

/// The records of one package, authenticated against an index of shards.
///
/// A record is trusted as far as the index is, which nothing signs: see
/// [`ShardIndex`]. Records are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Shard {
    name: String,
    subdir: String,
    bytes: Vec<u8>,
    records: ByName<Place>,
    removed: Vec<String>,
    limits: Limits,
}

/// Where the records of a file are.
#[derive(Clone, Debug)]
struct Place {
    span: Range<usize>,
    is_v3: bool,
    /// The second record, where one is in `v3` and one is not.
    twin: Option<Range<usize>>,
}

impl Shard {
    /// Opens the shard of the package `name`, whose file is `compressed`. Nothing is
    /// decoded unless its SHA-256 is the one of the index.
    ///
    /// # Errors
    /// [`Fault::ShardMissing`]; [`Fault::ShardDigestMismatch`]; the `Zstd…` errors;
    /// [`Fault::MsgpackInvalid`] where it is not strict MessagePack;
    /// [`Fault::RepodataInvalid`] where none of `packages`, `packages.conda` and `v3`
    /// is there, or a file occurs twice; [`Fault::LimitExceeded`] for `shardBytes`,
    /// `ratio`, `records`, `recordBytes`, `nameBytes`, `pathBytes`, `entries` and
    /// `jsonDepth`.
    pub fn open(
        index: &ShardIndex,
        name: &str,
        compressed: &[u8],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let (expected, actual) = (index.digest(name)?, Sha256Digest::of(compressed));
        if expected != actual {
            return Err(Error::new(Fault::ShardDigestMismatch {
                name: name.to_owned(),
                expected: expected.to_string(),
                actual: actual.to_string(),
            }));
        }
        let budget = Budget::new("shardBytes", limits.shard_bytes);
        let bytes = archive::read_document(&mut &*compressed, &document(name), budget, limits)?;
        let (records, removed) = Sections::read(name, &bytes, limits)?;
        Ok(Self {
            name: name.to_owned(),
            subdir: index.info().subdir.clone(),
            bytes,
            records,
            removed,
            limits: limits.clone(),
        })
    }

    /// The package's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file names that have a record, sorted.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.records.names()
    }

    /// The file names that were removed from the channel, as they stand in the shard.
    #[must_use]
    pub fn removed(&self) -> &[String] {
        &self.removed
    }

    /// The record of that file. One that names no subdir gets that of the index.
    ///
    /// # Errors
    /// [`Fault::RecordMissing`]; [`Fault::FileNameInvalid`] where the file is no conda
    /// package; [`Fault::RecordConflict`] where it has a record in `v3` and another one
    /// beside it; what [`Record::of_value`] fails with;
    /// [`Fault::RecordNameMismatch`] where the record's name is not the shard's, or its
    /// name, version and build are not the file's; [`Fault::RecordSubdirMismatch`].
    pub fn find(&self, file_name: &str) -> Result<Record, Error> {
        self.read(file_name).map(|(record, _)| record)
    }

    /// The same record as JSON text, its digests in hex.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn record_json(&self, file_name: &str) -> Result<String, Error> {
        let (_, value) = self.read(file_name)?;
        let text = CanonicalForm::Python.write(&value).unwrap_or_default();
        Ok(String::from_utf8(text).unwrap_or_default())
    }

    /// The row of that file's record, with the errors of [`Self::find`].
    #[must_use]
    pub fn row<'a>(&self, file_name: &'a str) -> ListedRecord<'a> {
        let json = self.record_json(file_name);
        ListedRecord::read(file_name, json.as_deref().map_err(Clone::clone), &self.limits)
    }

    fn read(&self, file_name: &str) -> Result<(Record, Value), Error> {
        let missing = || Error::new(Fault::RecordMissing { file_name: file_name.to_owned() });
        let place = self.records.get(file_name).ok_or_else(missing)?;
        // What is no conda package has a record of another shape.
        FileName::parse(file_name)?;
        let value = self.value(&place.span)?;
        if let Some(twin) = &place.twin
            && self.value(twin)? != value
        {
            return Err(Error::new(Fault::RecordConflict { file_name: file_name.to_owned() }));
        }
        let mut record = Record::of_value(file_name, &value)?;
        check_legacy_md5(file_name, &value)?;
        record.check_name()?;
        if record.name != self.name {
            return Err(Error::new(Fault::RecordNameMismatch {
                file_name: file_name.to_owned(),
                member: "name",
                expected: self.name.clone(),
                actual: record.name,
            }));
        }
        let subdir = record.subdir.get_or_insert_with(|| self.subdir.clone());
        if *subdir != self.subdir {
            return Err(Error::new(Fault::RecordSubdirMismatch {
                file_name: file_name.to_owned(),
                against: "the index",
                expected: self.subdir.clone(),
                actual: subdir.clone(),
            }));
        }
        Ok((record, value))
    }

    fn value(&self, span: &Range<usize>) -> Result<Value, Error> {
        let document = document(&self.name);
        let reader = Msgpack::new(&self.bytes, &document, &self.limits);
        record_value(&reader, span.clone(), &self.limits)
    }
}

/// The digest of the `.tar.bz2` that a `.conda` was made of, which nothing here
/// compares.
fn check_legacy_md5(file_name: &str, record: &Value) -> Result<(), Error> {
    let Some(md5) = record.member("legacy_bz2_md5") else { return Ok(()) };
    let parsed = md5.as_str().map(Md5Digest::parse);
    parsed.and_then(Result::ok).map(|_| ()).ok_or_else(|| {
        Error::new(Fault::RecordInvalid {
            file_name: file_name.to_owned(),
            reason: "legacy_bz2_md5 is no digest of its length".to_owned(),
        })
    })
}

/// How messages name the shard of a package.
fn document(name: &str) -> String {
    format!("the shard of {name}")
}

/// The walk over the members of a shard.
struct Sections<'a> {
    reader: Msgpack<'a>,
    records: ByName<Place>,
    names: NameBudget,
    limits: &'a Limits,
}

impl Sections<'_> {
    fn read(
        name: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<(ByName<Place>, Vec<String>), Error> {
        let document = document(name);
        let mut sections = Sections {
            reader: Msgpack::new(bytes, &document, limits),
            records: ByName::new(),
            names: NameBudget::new(limits),
            limits,
        };
        let (mut removed, mut seen, mut has_section) = (Vec::new(), Names::default(), false);
        for _ in 0..sections.reader.map()? {
            let key = sections.reader.key(&mut seen)?;
            if sections.reader.is_nil() {
                continue;
            }
            match key {
                "packages" | "packages.conda" => sections.section("", false)?,
                "v3" => sections.buckets()?,
                "removed" => removed = sections.removed()?,
                _ => {
                    sections.reader.skip()?;
                }
            }
            has_section |= matches!(key, "packages" | "packages.conda" | "v3");
        }
        sections.reader.end()?;
        if !has_section {
            return Err(invalid("a shard has none of packages, packages.conda and v3"));
        }
        Ok((sections.records, removed))
    }

    /// CEP 48: records by extension, their keys without it.
    fn buckets(&mut self) -> Result<(), Error> {
        let mut seen = Names::default();
        for _ in 0..self.reader.map()? {
            let extension = self.reader.key(&mut seen)?;
            self.section(&format!(".{extension}"), true)?;
        }
        Ok(())
    }

    fn section(&mut self, suffix: &str, is_v3: bool) -> Result<(), Error> {
        let count = self.reader.map()?;
        self.names.records.spend(count)?;
        for _ in 0..count {
            let file_name = [self.reader.text()?, suffix].concat();
            self.names.spend(&file_name)?;
            let span = self.reader.skip()?;
            check_record_bytes(&span, self.limits)?;
            match self.records.get_mut(&file_name) {
                None => {
                    self.records.insert(file_name, Place { span, is_v3, twin: None });
                }
                Some(place) if place.is_v3 != is_v3 && place.twin.is_none() => {
                    place.twin = Some(span);
                }
                Some(_) => {
                    let file_name = Quoted::new(&file_name);
                    return Err(invalid(&format!("a shard has {file_name} twice")));
                }
            }
        }
        Ok(())
    }

    fn removed(&mut self) -> Result<Vec<String>, Error> {
        let count = self.reader.array()?;
        self.names.records.spend(count)?;
        let mut removed = Vec::new();
        for _ in 0..count {
            let file_name = self.reader.text()?;
            self.names.spend(file_name)?;
            removed.push(file_name.to_owned());
        }
        Ok(removed)
    }
}
