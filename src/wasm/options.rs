//! Options of JavaScript callers.

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;

use crate::conda::Record;
use crate::digest::Sha256Digest;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::limits::Limits;
use crate::package::Expectation;
use crate::policy::{Level, Policy};
use crate::proof::PinnedDigest;

/// Options as the core has them.
pub(super) struct Read {
    pub(super) expectation: Expectation,
    pub(super) policy: Policy,
    pub(super) limits: Limits,
}

/// Reads the options of an examination.
pub(super) fn read(value: &JsValue) -> Result<Read, Error> {
    let options = Members::from_js("options", value)?;
    options.allow(&["fileName", "sha256", "size", "record", "policy", "limits"])?;
    let limits = limits(&options.object("limits")?)?;
    let mut expectation = Expectation::nothing();
    expectation.file_name = options.text("fileName")?.map(str::to_owned);
    expectation.size = options.number("size")?;
    let sha256 = options.text("sha256")?.map(Sha256Digest::parse).transpose()?;
    expectation.pinned = sha256.map(PinnedDigest::new);
    if options.has("record") {
        expectation.record = Some(record(&options.object("record")?, &limits)?);
    }
    Ok(Read { expectation, policy: policy(&options.object("policy")?)?, limits })
}

/// The record, or the error that there is none.
fn record(option: &Members, limits: &Limits) -> Result<Result<Record, Error>, Error> {
    option.allow(&["fileName", "json", "subdir"])?;
    let Some(file_name) = option.text("fileName")? else {
        return Err(option.invalid("fileName is missing"));
    };
    let (json, subdir) = (option.text("json")?, option.text("subdir")?);
    // Absent where repodata has no record for the file.
    let Some(json) = json else {
        return Ok(Err(Error::RecordMissing { file_name: file_name.to_owned() }));
    };
    Ok(Record::parse(file_name, json.as_bytes(), limits).map(|record| Record {
        // `info.subdir` of the repodata, for records that say none.
        subdir: record.subdir.or_else(|| subdir.map(str::to_owned)),
        ..record
    }))
}

/// Reads limits alone.
pub(super) fn read_limits(value: &JsValue) -> Result<Limits, Error> {
    limits(&Members::from_js("limits", value)?)
}

fn limits(values: &Members) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for name in values.members.keys() {
        let value = values.number(name)?.unwrap_or_default();
        limits.set(name, value)?;
    }
    Ok(limits)
}

fn policy(option: &Members) -> Result<Policy, Error> {
    option.allow(&["default", "codes"])?;
    let level = option.text("default")?.map(Level::parse).transpose()?;
    let mut policy = Policy::new(level.unwrap_or_default());
    let codes = option.object("codes")?;
    for name in codes.members.keys() {
        let code = Code::parse(name).ok_or_else(|| Error::ArgumentInvalid {
            argument: format!("policy.{name}"),
            reason: "there is no such code".into(),
        })?;
        policy.set(code, Level::parse(codes.text(name)?.unwrap_or_default())?)?;
    }
    Ok(policy)
}

/// A plain object of JavaScript. A member may be absent but not null: that is what
/// JSON makes of NaN.
struct Members {
    /// The argument's name in messages.
    argument: &'static str,
    members: BTreeMap<String, Value>,
}

impl Members {
    /// `undefined` is as good as an empty object.
    fn from_js(argument: &'static str, value: &JsValue) -> Result<Self, Error> {
        let mut read = Self { argument, members: BTreeMap::new() };
        if value.is_undefined() {
            return Ok(read);
        }
        let json = js_sys::JSON::stringify(value)
            .map_err(|_| read.invalid("it can't be written as JSON"))?;
        let json = String::from(json);
        match Value::parse(json.as_bytes(), argument, &Limits::default()) {
            Ok(Value::Object(members)) => read.members = members,
            Ok(_) => return Err(read.invalid("it is no object")),
            Err(_) => return Err(read.invalid("its JSON can't be read")),
        }
        Ok(read)
    }

    fn invalid(&self, reason: &str) -> Error {
        Error::ArgumentInvalid { argument: self.argument.to_owned(), reason: reason.to_owned() }
    }

    /// Refuses other members than these.
    fn allow(&self, names: &[&str]) -> Result<(), Error> {
        match self.members.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(self.invalid(&format!("there is no option {name:?}"))),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A member of the type that `read` knows.
    fn member<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.members.get(name) else { return Ok(None) };
        let mistyped = || self.invalid(&format!("{name} has another type"));
        read(value).map(Some).ok_or_else(mistyped)
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        self.member(name, Value::as_str)
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        self.member(name, Value::as_u64)
    }

    /// An object, an empty one if it is absent.
    fn object(&self, name: &str) -> Result<Self, Error> {
        let members = self.member(name, Value::as_object)?.cloned().unwrap_or_default();
        Ok(Self { argument: self.argument, members })
    }
}
