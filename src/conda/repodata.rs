//! Repodata: which record belongs to which file (CEP 36, CEP 48).

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::record::Record;
use crate::archive::{self, ReadAt};
use crate::error::Error;
use crate::json;
use crate::limits::Limits;

/// A repodata text and the byte range of each record in it, found in one pass
/// that builds no tree. A record is read when it is asked for.
#[derive(Clone, Debug)]
pub struct Repodata {
    text: Vec<u8>,
    subdir: Option<String>,
    records: BTreeMap<String, Range<usize>>,
    limits: Limits,
}

impl Repodata {
    /// Indexes the text of a `repodata.json`.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] for `repodataBytes` and `records`; [`Error::JsonInvalid`]
    /// where it is not JSON; [`Error::RepodataInvalid`] where it is not an object
    /// with at least one of `packages`, `packages.conda` and `v3`, where a
    /// top-level member or a file name occurs twice, or where a section is
    /// malformed.
    pub fn parse(text: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        if u64::try_from(text.len()).is_ok_and(|length| length > limits.repodata_bytes) {
            return Err(Error::LimitExceeded {
                limit: "repodataBytes",
                max: limits.repodata_bytes,
            });
        }
        let mut index = Index { max_records: limits.records, ..Index::default() };
        // An empty file is an empty subdir to conda.
        let text = if text.is_empty() { b"{}".to_vec() } else { text };
        let mut deserializer = serde_json::Deserializer::from_slice(&text);
        deserializer
            .deserialize_map(TopLevel { text: &text, index: &mut index })
            .and_then(|()| deserializer.end())
            .map_err(|error| match error.classify() {
                _ if index.exceeded.get() => {
                    Error::LimitExceeded { limit: "records", max: limits.records }
                }
                serde_json::error::Category::Data => {
                    Error::RepodataInvalid { reason: error.to_string() }
                }
                _ => json::invalid("repodata", &error),
            })?;
        if index.has_members && !index.has_section {
            return Err(Error::RepodataInvalid {
                reason: "it has none of the members packages, packages.conda and v3".into(),
            });
        }
        Ok(Self { text, subdir: index.subdir, records: index.records, limits: limits.clone() })
    }

    /// Reads and indexes a `repodata.json`, `.json.zst` or `.json.bz2`, told
    /// apart by their first bytes.
    ///
    /// # Errors
    /// As [`Self::parse`]; the `Zstd…` and `Bzip2…` errors; what `source` fails with.
    pub fn read(source: &mut dyn ReadAt, limits: &Limits) -> Result<Self, Error> {
        let text = archive::read_document(source, "repodata", limits.repodata_bytes, limits)?;
        Self::parse(text, limits)
    }

    /// The JSON text of a file's record, as it stands in the repodata.
    #[must_use]
    pub fn record_json(&self, file_name: &str) -> Option<&str> {
        let json = self.text.get(self.records.get(file_name)?.clone())?;
        std::str::from_utf8(json).ok()
    }

    /// The record of that file.
    ///
    /// # Errors
    /// [`Error::RecordMissing`]; what [`Record::parse`] fails with.
    pub fn find(&self, file_name: &str) -> Result<Record, Error> {
        let json = self
            .record_json(file_name)
            .ok_or_else(|| Error::RecordMissing { file_name: file_name.to_owned() })?;
        let mut record = Record::parse(file_name, json.as_bytes(), &self.limits)?;
        if record.subdir.is_none() {
            record.subdir.clone_from(&self.subdir);
        }
        Ok(record)
    }

    /// `info.subdir`.
    #[must_use]
    pub fn subdir(&self) -> Option<&str> {
        self.subdir.as_deref()
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The file names that have a record, sorted.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.records.keys().map(String::as_str)
    }
}

#[derive(Default)]
struct Index {
    subdir: Option<String>,
    records: BTreeMap<String, Range<usize>>,
    max_records: u64,
    exceeded: Cell<bool>,
    has_members: bool,
    has_section: bool,
}

#[derive(Deserialize)]
struct Info {
    subdir: Option<String>,
}

/// Visits the top-level members.
struct TopLevel<'a> {
    text: &'a [u8],
    index: &'a mut Index,
}

impl<'de> Visitor<'de> for TopLevel<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("repodata, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = std::collections::BTreeSet::new();
        while let Some(member) = members.next_key::<Cow<'de, str>>()? {
            self.index.has_members = true;
            match member.as_ref() {
                "info" => {
                    self.index.subdir =
                        members.next_value::<Option<Info>>()?.and_then(|i| i.subdir);
                }
                "packages" | "packages.conda" => {
                    self.index.has_section = true;
                    members.next_value_seed(Section {
                        text: self.text,
                        records: &mut self.index.records,
                        suffix: "",
                        max_records: self.index.max_records,
                        exceeded: &self.index.exceeded,
                    })?;
                }
                "v3" => {
                    self.index.has_section = true;
                    members.next_value_seed(Buckets { text: self.text, index: self.index })?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if let Some(member) = seen.replace(member) {
                return Err(A::Error::custom(format!("the member {member:?} occurs twice")));
            }
        }
        Ok(())
    }
}

/// CEP 48: records by extension, their keys without it.
struct Buckets<'a, 'b> {
    text: &'a [u8],
    index: &'b mut Index,
}

impl<'de> DeserializeSeed<'de> for Buckets<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Buckets<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v3, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut buckets: A) -> Result<(), A::Error> {
        let mut seen = std::collections::BTreeSet::new();
        while let Some(extension) = buckets.next_key::<String>()? {
            buckets.next_value_seed(Section {
                text: self.text,
                records: &mut self.index.records,
                suffix: &format!(".{extension}"),
                max_records: self.index.max_records,
                exceeded: &self.index.exceeded,
            })?;
            if let Some(extension) = seen.replace(extension) {
                return Err(A::Error::custom(format!("v3 has {extension:?} twice")));
            }
        }
        Ok(())
    }
}

/// Records by file name; `suffix` completes the name.
struct Section<'a, 'b> {
    text: &'a [u8],
    records: &'b mut BTreeMap<String, Range<usize>>,
    suffix: &'b str,
    max_records: u64,
    /// Set where the bound was reached: serde can only carry a text.
    exceeded: &'b Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Section<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Section<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records by file name, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            let record = members.next_value::<&'de RawValue>()?.get().as_bytes();
            if u64::try_from(self.records.len()).is_ok_and(|length| length >= self.max_records) {
                self.exceeded.set(true);
                return Err(A::Error::custom("records"));
            }
            let file_name = format!("{key}{}", self.suffix);
            let range = range_within(self.text, record)
                .ok_or_else(|| A::Error::custom("a record lies outside of the text"))?;
            if let Some(_first) = self.records.insert(file_name.clone(), range) {
                return Err(A::Error::custom(format!("{file_name:?} has two records")));
            }
        }
        Ok(())
    }
}

/// Where the borrowed `part` lies in `whole`.
fn range_within(whole: &[u8], part: &[u8]) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len()).filter(|end| *end <= whole.len())?;
    Some(start..end)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Repodata;
    use crate::error::{Code, Error};
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
        assert_eq!(refused, Error::LimitExceeded { limit: "records", max: 1 });
    }

    #[test]
    fn the_size_is_bounded() {
        let limits = Limits { repodata_bytes: 10, ..Limits::default() };
        let refused = Repodata::parse(br#"{"packages":{}}"#.to_vec(), &limits).unwrap_err();
        assert_eq!(refused, Error::LimitExceeded { limit: "repodataBytes", max: 10 });
    }
}
