//! Options of JavaScript callers.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use wasm_bindgen::JsValue;

use crate::conda::Record;
use crate::digest::Sha256Digest;
use crate::error::{Code, Error};
use crate::limits::Limits;
use crate::package::Expectation;
use crate::policy::{Level, Policy};
use crate::proof::PinnedDigest;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    #[serde(deserialize_with = "some")]
    file_name: Option<String>,
    #[serde(deserialize_with = "some")]
    sha256: Option<String>,
    #[serde(deserialize_with = "some")]
    size: Option<u64>,
    #[serde(deserialize_with = "some")]
    record: Option<RecordOption>,
    policy: PolicyOption,
    limits: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordOption {
    file_name: String,
    /// Absent where repodata has no record for the file.
    #[serde(default, deserialize_with = "some")]
    json: Option<String>,
    /// `info.subdir` of the repodata, for records that say none.
    #[serde(default, deserialize_with = "some")]
    subdir: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PolicyOption {
    #[serde(rename = "default", deserialize_with = "some")]
    level: Option<String>,
    codes: BTreeMap<String, String>,
}

/// A member that may be absent but not null: that is what JSON makes of NaN.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Options as the core has them.
pub(super) struct Read {
    pub(super) expectation: Expectation,
    pub(super) policy: Policy,
    pub(super) limits: Limits,
}

/// Reads the options of an examination.
pub(super) fn read(value: &JsValue) -> Result<Read, Error> {
    let options: Options = from_js("options", value)?;
    let limits = limits(options.limits)?;
    let mut expectation = Expectation::nothing();
    expectation.file_name = options.file_name;
    expectation.size = options.size;
    expectation.pinned =
        options.sha256.map(|text| Sha256Digest::parse(&text).map(PinnedDigest::new)).transpose()?;
    expectation.record = options.record.map(|option| record(option, &limits));
    Ok(Read { expectation, policy: policy(options.policy)?, limits })
}

fn record(option: RecordOption, limits: &Limits) -> Result<Record, Error> {
    let RecordOption { file_name, json, subdir } = option;
    let Some(json) = json else { return Err(Error::RecordMissing { file_name }) };
    let record = Record::parse(&file_name, json.as_bytes(), limits)?;
    Ok(Record { subdir: record.subdir.or(subdir), ..record })
}

/// Reads limits alone.
pub(super) fn read_limits(value: &JsValue) -> Result<Limits, Error> {
    limits(from_js("limits", value)?)
}

/// A plain object as a Rust value; `undefined` as the default one.
fn from_js<T: DeserializeOwned + Default>(argument: &str, value: &JsValue) -> Result<T, Error> {
    if value.is_undefined() {
        return Ok(T::default());
    }
    let invalid = |reason| Error::ArgumentInvalid { argument: argument.to_owned(), reason };
    let json = js_sys::JSON::stringify(value)
        .map_err(|_| invalid("it can't be written as JSON".to_owned()))?;
    serde_json::from_str(&String::from(json)).map_err(|error| invalid(error.to_string()))
}

fn limits(values: BTreeMap<String, u64>) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for (name, value) in values {
        limits.set(&name, value)?;
    }
    Ok(limits)
}

fn policy(option: PolicyOption) -> Result<Policy, Error> {
    let level = option.level.as_deref().map(Level::parse).transpose()?;
    let mut policy = Policy::new(level.unwrap_or_default());
    for (name, level) in option.codes {
        let code = Code::parse(&name).ok_or_else(|| Error::ArgumentInvalid {
            argument: format!("policy.{name}"),
            reason: "there is no such code".into(),
        })?;
        policy.set(code, Level::parse(&level)?)?;
    }
    Ok(policy)
}
