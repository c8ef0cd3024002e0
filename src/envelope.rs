//! What signed metadata has in common, whichever format it is of: an object of
//! `signed` and `signatures`, and how members of `signed` are read.

use std::collections::BTreeMap;

use crate::error::{Document, Error, Fault};
use crate::json::{MAX_SAFE_INTEGER, Value};
use crate::limits::Limits;
use crate::time::Time;

/// A role file whose signatures are not verified yet.
pub(crate) struct Envelope {
    document: Document,
    members: BTreeMap<String, Value>,
}

impl Envelope {
    /// Reads the envelope of `role`'s file, whose path below the channel is `file`.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`]; [`Fault::JsonInvalid`]; [`Fault::RoleMalformed`] where
    /// one of those two is missing, or `signed` is no object.
    pub(crate) fn parse(
        role: &'static str,
        file: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Self, Error> {
        if u64::try_from(bytes.len()).is_ok_and(|length| length > limits.role_bytes) {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "roleBytes",
                max: limits.role_bytes,
            }));
        }
        Self::read(role, file, bytes, limits)
    }

    /// The same for a file whose length was looked at already.
    ///
    /// # Errors
    /// As [`Self::parse`], but for that.
    pub(crate) fn read(
        role: &'static str,
        file: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let document = Document::new(role, file);
        let malformed = |reason: &str| refusal(&document, reason);
        let Value::Object(members) = Value::parse(bytes, file, limits)? else {
            return Err(malformed("it is no object"));
        };
        if !["signed", "signatures"].iter().all(|m| members.contains_key(*m)) {
            return Err(malformed("it has not both signed and signatures"));
        }
        if !matches!(members.get("signed"), Some(Value::Object(_))) {
            return Err(malformed("signed is no object"));
        }
        Ok(Self { document, members })
    }

    /// Refuses other members than these two, which are covered by no signature. (TUF lets
    /// them be.)
    ///
    /// # Errors
    /// [`Fault::RoleMalformed`].
    pub(crate) fn check_members(&self) -> Result<(), Error> {
        if self.members.len() == 2 {
            return Ok(());
        }
        Err(self.refuse("it has other members than signed and signatures"))
    }

    /// An envelope of which `signed` was read elsewhere, as far as it is of interest.
    pub(crate) fn of_parts(
        document: Document,
        signed: BTreeMap<String, Value>,
        signatures: Value,
    ) -> Self {
        let members = [("signed", Value::Object(signed)), ("signatures", signatures)];
        let members = members.map(|(name, value)| (name.to_owned(), value)).into();
        Self { document, members }
    }

    /// The file, for messages.
    pub(crate) const fn document(&self) -> &Document {
        &self.document
    }

    /// What is signed, an object.
    pub(crate) fn signed(&self) -> &Value {
        self.members.get("signed").unwrap_or(&Value::Null)
    }

    /// The signatures, of any shape.
    pub(crate) fn signatures(&self) -> &Value {
        self.members.get("signatures").unwrap_or(&Value::Null)
    }

    /// A member of what is signed.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.signed().as_object()?.get(name)
    }

    /// A member that has to be a string.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Error> {
        let text = self.member(name).and_then(Value::as_str);
        text.ok_or_else(|| self.refuse(&format!("{name} is missing or no string")))
    }

    /// A member that has to be a time.
    pub(crate) fn time(&self, name: &str) -> Result<Time, Error> {
        Time::parse(self.text(name)?).map_err(|_| self.refuse(&format!("{name} is no time in UTC")))
    }

    /// `version`.
    pub(crate) fn version(&self) -> Result<u64, Error> {
        let version = self.member("version").and_then(positive);
        version.ok_or_else(|| self.refuse("version is no whole number from 1"))
    }

    /// Refuses the file.
    pub(crate) fn refuse(&self, reason: &str) -> Error {
        refusal(&self.document, reason)
    }
}

/// A whole number from 1 that every reader of JSON has exactly.
pub(crate) fn positive(value: &Value) -> Option<u64> {
    value.as_u64().filter(|number| (1..=MAX_SAFE_INTEGER).contains(number))
}

/// A file that is malformed.
pub(crate) fn refusal(document: &Document, reason: &str) -> Error {
    Error::new(Fault::RoleMalformed { document: document.clone(), reason: reason.to_owned() })
}
