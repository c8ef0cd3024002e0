//! Plain objects of JavaScript, and what options of every kind have in common.

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;

use crate::error::{Code, Error, Fault, Quoted};
use crate::json::Value;
use crate::limits::Limits;
use crate::policy::{Level, Policy, Profile};

/// A plain object of JavaScript. A member may be absent but not null: that is what
/// JSON makes of NaN.
pub(super) struct Members {
    /// The argument's name in messages.
    argument: &'static str,
    members: BTreeMap<String, Value>,
}

impl Members {
    /// `undefined` is as good as an empty object.
    pub(super) fn from_js(argument: &'static str, value: &JsValue) -> Result<Self, Error> {
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

    pub(super) fn invalid(&self, reason: &str) -> Error {
        Error::new(Fault::ArgumentInvalid {
            argument: self.argument.to_owned(),
            reason: reason.to_owned(),
        })
    }

    /// Refuses other members than these.
    pub(super) fn allow(&self, names: &[&str]) -> Result<(), Error> {
        match self.members.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(self.invalid(&format!("there is no option {}", Quoted::new(name)))),
        }
    }

    #[cfg_attr(feature = "wasm-installed", expect(dead_code, reason = "for the others"))]
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    fn mistyped(&self, name: &str) -> Error {
        self.invalid(&format!("{name} has another type"))
    }

    /// A member of the type that `read` knows.
    pub(super) fn member<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.members.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.mistyped(name))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        self.member(name, Value::as_str)
    }

    #[cfg_attr(feature = "wasm-installed", expect(dead_code, reason = "for the others"))]
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        self.member(name, |value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        })
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        self.member(name, Value::as_u64)
    }

    /// Takes an object out, an empty one if it is absent.
    pub(super) fn object(&mut self, name: &str) -> Result<Self, Error> {
        let members = match self.members.get_mut(name) {
            Some(Value::Object(members)) => std::mem::take(members),
            Some(_) => return Err(self.mistyped(name)),
            None => BTreeMap::new(),
        };
        Ok(Self { argument: self.argument, members })
    }
}

/// A number of JavaScript, if it is a whole one from 0 to 2^53 - 1.
pub(super) fn whole(number: f64) -> Option<u64> {
    let is_whole = number >= 0.0 && number.trunc() == number && number <= 9_007_199_254_740_991.0;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number in range"
    )]
    is_whole.then_some(number as u64)
}

/// Reads limits.
pub(super) fn limits(values: &Members) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for name in values.members.keys() {
        let value = values.number(name)?.unwrap_or_default();
        limits.set(name, value)?;
    }
    Ok(limits)
}

/// Reads a policy.
pub(super) fn policy(option: &mut Members) -> Result<Policy, Error> {
    option.allow(&["profile", "default", "codes"])?;
    let profile = option.text("profile")?.map(Profile::parse).transpose()?;
    let level = option.text("default")?.map(Level::parse).transpose()?;
    let mut policy = Policy::of(profile.unwrap_or_default()).with_default(level);
    let codes = option.object("codes")?;
    for name in codes.members.keys() {
        let code = Code::parse(name).ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: format!("policy.codes.{name}"),
                reason: "there is no such code".into(),
            })
        })?;
        policy.set(code, Level::parse(codes.text(name)?.unwrap_or_default())?)?;
    }
    Ok(policy)
}
