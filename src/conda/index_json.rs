//! `info/index.json`: which package this is (CEP 34).

use serde::Deserialize;

use crate::error::Error;
use crate::json;
use crate::limits::Limits;

/// The members that identify a package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
}

impl IndexJson {
    /// Reads `info/index.json`.
    ///
    /// # Errors
    /// [`Error::JsonInvalid`]; [`Error::IndexJsonInvalid`] where a member is
    /// missing or has another type.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        json::check(bytes, "info/index.json", limits)?;
        serde_json::from_slice(bytes)
            .map_err(|error| Error::IndexJsonInvalid { reason: error.to_string() })
    }
}
