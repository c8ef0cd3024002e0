//! What repodata has on one file.

use std::borrow::Cow;

use crate::conda::record::Record;
use crate::error::{Error, Fault};
use crate::json::Value;
use crate::limits::Limits;

/// A file's record and its signatures as texts: nothing of them has been read yet,
/// but that they are JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepodataEntry<'a> {
    /// The file.
    pub file_name: &'a str,
    /// Its record.
    pub record_json: Cow<'a, str>,
    /// Its member of `signatures`, which content trust makes an object by public
    /// key.
    pub signatures_json: Option<Cow<'a, str>>,
    /// `info.subdir`, which holds for records that do not say it.
    pub subdir: Option<&'a str>,
}

impl RepodataEntry<'_> {
    /// Reads the record. One that names no subdir gets that of the repodata.
    ///
    /// # Errors
    /// What [`Record::parse`] fails with.
    pub fn record(&self, limits: &Limits) -> Result<Record, Error> {
        let mut record = Record::parse(self.file_name, self.record_json.as_bytes(), limits)?;
        if record.subdir.is_none() {
            record.subdir = self.subdir.map(str::to_owned);
        }
        Ok(record)
    }

    /// Binds a record that somebody vouches for to what it stands under: its file's name,
    /// and the subdir that the repodata was asked for in (content trust 7, rules 9 and 14).
    /// `inherits`: whether `info.subdir` is vouched for too, and says what the record does
    /// not.
    ///
    /// # Errors
    /// What [`Record::of_value`] and [`Record::check_name`] fail with;
    /// [`Fault::RecordSubdirMismatch`]; [`Fault::RecordInvalid`] where it has no digest.
    pub fn bind(&self, record: &Value, requested: &str, inherits: bool) -> Result<Record, Error> {
        let file_name = self.file_name;
        let mut record = Record::of_value(file_name, record)?;
        record.check_name()?;
        if inherits && record.subdir.is_none() {
            record.subdir = Some(self.subdir.unwrap_or(requested).to_owned());
        }
        let subdir = record.subdir.as_deref().unwrap_or_default();
        let expected = [
            ("the subdir that was asked for", Some(requested)),
            ("info.subdir of the repodata", self.subdir),
        ];
        for (against, expected) in expected {
            // A record that names none is bound to none.
            if expected.is_some_and(|expected| expected != subdir || subdir.is_empty()) {
                return Err(Error::new(Fault::RecordSubdirMismatch {
                    file_name: file_name.to_owned(),
                    against,
                    expected: expected.unwrap_or_default().to_owned(),
                    actual: subdir.to_owned(),
                }));
            }
        }
        if record.sha256.is_none() && record.md5.is_none() {
            return Err(Error::new(Fault::RecordInvalid {
                file_name: file_name.to_owned(),
                reason: "it has neither sha256 nor md5, so it binds no file".to_owned(),
            }));
        }
        Ok(record)
    }

    /// A file may have a record in `v3` and one beside it, if they say the same: if
    /// one signature would do for both. Values are equal where their canonical bytes
    /// are.
    pub(super) fn agree(&self, twin: &str, limits: &Limits) -> Result<(), Error> {
        let parse = |text: &str| Value::parse(text.as_bytes(), "the repodata record", limits);
        if twin == self.record_json || parse(&self.record_json)? == parse(twin)? {
            return Ok(());
        }
        Err(Error::new(Fault::RecordConflict { file_name: self.file_name.to_owned() }))
    }
}
