//! A record as a row of a list: the few members that people look for.

use std::collections::BTreeMap;

use super::record::Record;
use crate::error::Error;
use crate::json::{Reader, Value};
use crate::limits::Limits;

/// What [`Record`] is read from, but for what a package depends on, and what a list shows
/// beside it.
const READ: [&str; 10] = [
    "name",
    "version",
    "build",
    "build_number",
    "subdir",
    "size",
    "sha256",
    "md5",
    "license",
    "timestamp",
];

/// The latest time in seconds, 9999-12-31T23:59:59Z. conda takes greater numbers for
/// milliseconds, and so does whoever writes them today.
const LAST_SECOND: u64 = 253_402_300_799;

/// A record of which a few members were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRecord<'a> {
    /// The file that the record is about.
    pub file_name: &'a str,
    /// What is wrong with it: the same as for whoever asks for this record alone.
    pub fault: Option<Error>,
    members: Value,
}

impl<'a> ListedRecord<'a> {
    /// Reads the record of `file_name` from its JSON text, or from what asking for that has
    /// failed with.
    pub(crate) fn read(file_name: &'a str, json: Result<&str, Error>, limits: &Limits) -> Self {
        match json.and_then(|json| members(json, limits)) {
            Ok(members) => {
                let fault = Record::of_value(file_name, &members).err();
                Self { file_name, fault, members }
            }
            Err(fault) => Self { file_name, fault: Some(fault), members: Value::Null },
        }
    }

    /// A member that is a text, if it is one: `name`, `version`, `build` or `license`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.member(name)?.as_str()
    }

    /// A member that is a whole number from 0, if it is one: `build_number`, or `size` in
    /// bytes.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        self.members.member(name)?.as_u64()
    }

    /// When the package was built, in milliseconds since 1970 began. Old records have seconds.
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        let number = self.number("timestamp")?;
        Some(if number > LAST_SECOND { number } else { number.saturating_mul(1_000) })
    }
}

/// The members that are listed. The others are held to the same rules, and are not kept.
fn members(json: &str, limits: &Limits) -> Result<Value, Error> {
    let mut reader = Reader::new(json.as_bytes(), "the repodata record", limits)?;
    let mut members = BTreeMap::new();
    if !reader.is_object() {
        reader.skip()?;
        reader.end()?;
        return Ok(Value::Null);
    }
    reader.object(&mut |reader, name| {
        if READ.contains(&name) {
            members.insert(name.to_owned(), reader.scalar()?);
        } else {
            reader.skip()?;
        }
        Ok(())
    })?;
    reader.end()?;
    Ok(Value::Object(members))
}

#[cfg(test)]
mod tests {
    use super::{ListedRecord, Record};
    use crate::limits::Limits;

    fn read(json: &str) -> ListedRecord<'static> {
        ListedRecord::read("a-1-0.conda", Ok(json), &Limits::default())
    }

    #[test]
    fn the_members_of_a_list_are_read() {
        let row = read(
            r#"{"build":"0","build_number":2,"depends":["b >=1"],"license":"MIT","name":"a",
                "size":3,"timestamp":1700000000000,"version":"1"}"#,
        );
        let texts = ["name", "version", "build", "license"].map(|name| row.text(name));
        assert_eq!(texts, [Some("a"), Some("1"), Some("0"), Some("MIT")]);
        assert_eq!((row.number("build_number"), row.number("size")), (Some(2), Some(3)));
        assert_eq!((row.timestamp(), row.fault), (Some(1_700_000_000_000), None));
    }

    #[test]
    fn seconds_become_milliseconds() {
        for (timestamp, expected) in [
            ("1500000000", Some(1_500_000_000_000)),
            ("253402300799", Some(253_402_300_799_000)),
            ("253402300800", Some(253_402_300_800)),
            ("0", Some(0)),
            ("1.5", None),
            ("-1", None),
            ("null", None),
            ("\"1\"", None),
        ] {
            let json =
                format!(r#"{{"build":"0","name":"a","version":"1","timestamp":{timestamp}}}"#);
            let row = read(&json);
            assert_eq!((row.timestamp(), row.fault), (expected, None), "{timestamp}");
        }
    }

    /// A row has the fault that reading the record by itself has, and what could be read.
    #[test]
    fn faults_are_those_of_the_record() {
        for json in [
            "[]",
            "1",
            "{}",
            r#"{"name":"a","version":1,"build":"0"}"#,
            r#"{"name":"a","version":"1","build":[]}"#,
            r#"{"name":"a","version":"1","build":"0","size":-1}"#,
            r#"{"name":"a","version":"1","build":"0","build_number":{"x":1}}"#,
            r#"{"name":"a","version":"1","build":"0","subdir":7}"#,
            r#"{"name":"a","version":"1","build":"0","sha256":"abc"}"#,
            r#"{"name":"a","version":"1","build":"0","md5":"abc"}"#,
            r#"{"name":"a","name":"a","version":"1","build":"0"}"#,
            r#"{"name":"a","version":"1","build":"0","depends":[{"x":1,"x":1}]}"#,
            r#"{"name":"a","version":"1","build":"0","depends":["\ud800"]}"#,
            r#"{"name":"a","version":"1","build":"0"} x"#,
            r#"{"name":"a","version":"1","build":"0","depends":1,"license":7}"#,
        ] {
            let expected = Record::parse("a-1-0.conda", json.as_bytes(), &Limits::default());
            let row = read(json);
            assert_eq!(row.fault, expected.err(), "{json}");
            assert_eq!(row.text("license"), None, "{json}");
        }
        assert_eq!(read(r#"{"name":"a","version":1,"build":"0"}"#).text("name"), Some("a"));
    }
}
