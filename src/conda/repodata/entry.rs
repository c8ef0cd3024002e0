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
