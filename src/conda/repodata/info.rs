//! The member `info` of repodata (CEP 36, CEP 15, CEP 48).

use crate::error::{Error, Fault};
use crate::json::Value;
use crate::limits::Limits;

/// What repodata says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepodataInfo {
    /// The platform's folder in the channel.
    pub subdir: Option<String>,
    /// Where the packages are, if not beside the repodata (CEP 15).
    pub base_url: Option<String>,
    /// 1, or 2 where there may be a `base_url`.
    pub repodata_version: Option<u64>,
    /// All members of `info`, or `null` where there is none.
    pub members: Value,
}

impl RepodataInfo {
    /// Reads the text of `info`.
    pub(super) fn parse(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        let members = Value::parse(text, "info of the repodata", limits)?;
        let invalid =
            |what: &str| Error::new(Fault::RepodataInvalid { reason: format!("info{what}") });
        if members.as_object().is_none() && members != Value::Null {
            return Err(invalid(" is no object"));
        }
        let text = |name| match members.member(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(invalid(&format!(".{name} is no string"))),
        };
        let repodata_version = match members.member("repodata_version") {
            None => None,
            Some(version) => Some(
                version.as_u64().ok_or_else(|| invalid(".repodata_version is no whole number"))?,
            ),
        };
        Ok(Self { subdir: text("subdir")?, base_url: text("base_url")?, repodata_version, members })
    }
}
