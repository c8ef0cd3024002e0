//! A repodata record: what a channel says about one package file (CEP 36).

use super::file_name::FileName;
use crate::digest::{Md5Digest, Sha256Digest};
use crate::error::{Error, Fault};
use crate::json::Value;
use crate::limits::Limits;

/// The members of a record that bind a file: the rest is for solvers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The file that the record is about, its key in repodata.
    pub file_name: String,
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The build string.
    pub build: String,
    /// The build number, where the record says it.
    pub build_number: Option<u64>,
    /// The platform's folder in the channel, where the record says it.
    pub subdir: Option<String>,
    /// The file's length in bytes.
    pub size: Option<u64>,
    /// The file's SHA-256.
    pub sha256: Option<Sha256Digest>,
    /// The file's MD5.
    pub md5: Option<Md5Digest>,
    /// What the package depends on, where the record has a list of texts.
    pub depends: Option<Vec<String>>,
}

impl Record {
    /// Holds the record to the name of its file: name, version and build have to be
    /// the parts of it (CEP 26). Two ways to cut a name are none: neither a version nor
    /// a build has a dash.
    ///
    /// # Errors
    /// [`Fault::FileNameInvalid`] where the file is no conda package;
    /// [`Fault::RecordNameMismatch`].
    pub fn check_name(&self) -> Result<(), Error> {
        let file = FileName::parse(&self.file_name)?;
        for (member, expected, actual) in [
            ("name", file.name(), &self.name),
            ("version", file.version(), &self.version),
            ("build", file.build(), &self.build),
        ] {
            if expected != actual {
                return Err(Error::new(Fault::RecordNameMismatch {
                    file_name: self.file_name.clone(),
                    member,
                    expected: expected.to_owned(),
                    actual: actual.clone(),
                }));
            }
        }
        Ok(())
    }

    /// Reads the record of `file_name` from its JSON text.
    ///
    /// # Errors
    /// As [`Value::parse`] and [`Self::of_value`].
    pub fn parse(file_name: &str, json: &[u8], limits: &Limits) -> Result<Self, Error> {
        Self::of_value(file_name, &Value::parse(json, "the repodata record", limits)?)
    }

    /// Reads the record of `file_name` from a value, whatever the value was read
    /// from: what a signature was found good over, for one.
    ///
    /// # Errors
    /// [`Fault::RecordInvalid`] where it is no object, a member is missing or has
    /// another type, or a digest is no hex of its length.
    pub fn of_value(file_name: &str, record: &Value) -> Result<Self, Error> {
        Members { file_name, record }.read()
    }
}

/// The members of a record; `null` is as good as absent.
struct Members<'a> {
    file_name: &'a str,
    record: &'a Value,
}

impl Members<'_> {
    fn read(&self) -> Result<Record, Error> {
        if self.record.as_object().is_none() {
            return Err(self.invalid("it is no object"));
        }
        Ok(Record {
            file_name: self.file_name.to_owned(),
            name: self.required("name")?,
            version: self.required("version")?,
            build: self.required("build")?,
            build_number: self.number("build_number")?,
            subdir: self.text("subdir")?.map(str::to_owned),
            size: self.number("size")?,
            sha256: self.digest("sha256", Sha256Digest::parse)?,
            md5: self.digest("md5", Md5Digest::parse)?,
            depends: self.record.member("depends").and_then(Value::as_texts),
        })
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        let Some(value) = self.record.member(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.invalid(&format!("{name} is no string")))
    }

    fn required(&self, name: &str) -> Result<String, Error> {
        let missing = || self.invalid(&format!("{name} is missing"));
        Ok(self.text(name)?.ok_or_else(missing)?.to_owned())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        let Some(value) = self.record.member(name) else { return Ok(None) };
        let invalid = || self.invalid(&format!("{name} is no whole number from 0 to 2^64 - 1"));
        value.as_u64().map(Some).ok_or_else(invalid)
    }

    fn digest<T>(
        &self,
        name: &str,
        parse: fn(&str) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.text(name)?
            .map(parse)
            .transpose()
            .map_err(|_| self.invalid(&format!("{name} is no digest in hex of its length")))
    }

    fn invalid(&self, reason: &str) -> Error {
        Error::new(Fault::RecordInvalid {
            file_name: self.file_name.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Record;
    use crate::error::Code;
    use crate::limits::Limits;

    fn code(json: &str) -> Code {
        Record::parse("a-1-0.conda", json.as_bytes(), &Limits::default()).unwrap_err().code()
    }

    #[test]
    fn null_digests_are_absent_digests() {
        let json = br#"{"name":"a","version":"1","build":"0","sha256":null,"md5":null}"#;
        let record = Record::parse("a-1-0.conda", json, &Limits::default()).unwrap();
        assert_eq!((record.sha256, record.md5, record.size), (None, None, None));
    }

    #[test]
    fn wrong_types_are_refused() {
        for json in [
            r#"{}"#,
            r#"[]"#,
            r#"{"name":"a","version":1,"build":"0"}"#,
            r#"{"name":"a","version":"1","build":"0","size":-1}"#,
            r#"{"name":"a","version":"1","build":"0","size":1.5}"#,
            r#"{"name":"a","version":"1","build":"0","size":true}"#,
            r#"{"name":"a","version":"1","build":"0","sha256":"abc"}"#,
            r#"{"name":"a","version":"1","build":"0","md5":""}"#,
        ] {
            assert_eq!(code(json), Code::RecordInvalid, "{json}");
        }
        assert_eq!(code(r#"{"name":"a","name":"b"}"#), Code::JsonInvalid);
    }
}
