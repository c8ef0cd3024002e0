//! `info/index.json`: which package this is (CEP 34).

use super::file_name::is_plain;
use crate::error::{Error, Fault};
use crate::json::{MAX_SAFE_INTEGER, Value};
use crate::limits::Limits;

/// The members that identify a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexJson {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The build string.
    pub build: String,
    /// The build number.
    pub build_number: u64,
    /// The platform it was built for; old packages do not say.
    pub subdir: Option<String>,
    /// What it depends on, where that is a list of texts.
    pub depends: Option<Vec<String>>,
}

impl IndexJson {
    /// Reads `info/index.json`.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; [`Fault::IndexJsonInvalid`] where a member is
    /// missing, has another type, or characters that CEP 26 does not allow.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let value = Value::parse(bytes, "info/index.json", limits)?;
        let invalid = |reason: String| Error::new(Fault::IndexJsonInvalid { reason });
        let mistyped = |name: &str| invalid(format!("its {name} is missing or has another type"));
        let text = |name| {
            let text = value.member(name).and_then(Value::as_str);
            text.map(str::to_owned).ok_or_else(|| mistyped(name))
        };
        let index = Self {
            name: text("name")?,
            version: text("version")?,
            build: text("build")?,
            build_number: value
                .member("build_number")
                .and_then(Value::as_u64)
                .ok_or_else(|| mistyped("build_number"))?,
            subdir: value.member("subdir").map(|_| text("subdir")).transpose()?,
            depends: value.member("depends").and_then(Value::as_texts),
        };
        for (member, text) in
            [("name", &index.name), ("version", &index.version), ("build", &index.build)]
        {
            if text.is_empty() || !is_plain(text) {
                return Err(invalid(format!(
                    "its {member} has other characters than CEP 26 allows"
                )));
            }
        }
        if index.build_number > MAX_SAFE_INTEGER {
            return Err(invalid("its build_number is above 2^53 - 1".into()));
        }
        Ok(index)
    }
}
