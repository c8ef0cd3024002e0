//! A repodata record: what a channel says about one package file (CEP 36).

use serde::Deserialize;

use crate::digest::{Md5Digest, Sha256Digest};
use crate::error::Error;
use crate::json;
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
}

/// The members as repodata spells them.
#[derive(Deserialize)]
struct Members {
    name: String,
    version: String,
    build: String,
    build_number: Option<u64>,
    subdir: Option<String>,
    size: Option<u64>,
    sha256: Option<String>,
    md5: Option<String>,
}

impl Record {
    /// Reads the record of `file_name` from its JSON text.
    ///
    /// # Errors
    /// [`Error::JsonInvalid`]; [`Error::RecordInvalid`] where a member is
    /// missing, has another type, or a digest is no hex of its length.
    pub fn parse(file_name: &str, json: &[u8], limits: &Limits) -> Result<Self, Error> {
        json::check(json, "the repodata record", limits)?;
        let invalid =
            |reason: String| Error::RecordInvalid { file_name: file_name.to_owned(), reason };
        let members: Members =
            serde_json::from_slice(json).map_err(|error| invalid(error.to_string()))?;
        let digest_error = |member: &str, error: Error| match error {
            Error::ArgumentInvalid { reason, .. } => invalid(format!("{member}: {reason}")),
            other => other,
        };
        Ok(Self {
            file_name: file_name.to_owned(),
            name: members.name,
            version: members.version,
            build: members.build,
            build_number: members.build_number,
            subdir: members.subdir,
            size: members.size,
            sha256: members
                .sha256
                .map(|text| Sha256Digest::parse(&text))
                .transpose()
                .map_err(|error| digest_error("sha256", error))?,
            md5: members
                .md5
                .map(|text| Md5Digest::parse(&text))
                .transpose()
                .map_err(|error| digest_error("md5", error))?,
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
