//! Options of JavaScript callers.

use std::collections::BTreeMap;

use serde::Deserialize;
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
    file_name: Option<String>,
    sha256: Option<String>,
    size: Option<f64>,
    record: Option<RecordOption>,
    policy: Option<PolicyOption>,
    limits: Option<BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordOption {
    file_name: String,
    /// Absent where repodata has no record for the file.
    json: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PolicyOption {
    #[serde(rename = "default")]
    level: Option<String>,
    codes: Option<BTreeMap<String, String>>,
}

/// Options as the core has them.
pub(super) struct Read {
    pub(super) expectation: Expectation,
    pub(super) policy: Policy,
    pub(super) limits: Limits,
}

/// Reads the options of an examination.
pub(super) fn read(value: JsValue) -> Result<Read, Error> {
    let options: Options = if value.is_undefined() {
        Options::default()
    } else {
        serde_wasm_bindgen::from_value(value).map_err(|error| invalid("options", &error))?
    };
    let limits = limits(options.limits.unwrap_or_default())?;
    let mut expectation = Expectation::nothing();
    expectation.file_name = options.file_name;
    expectation.size = options.size.map(|size| whole("size", size)).transpose()?;
    expectation.pinned = options
        .sha256
        .map(|text| Sha256Digest::parse(&text).map(PinnedDigest::new))
        .transpose()?;
    expectation.record = options.record.map(|record| match record.json {
        Some(json) => Record::parse(&record.file_name, json.as_bytes(), &limits),
        None => Err(Error::RecordMissing { file_name: record.file_name }),
    });
    Ok(Read { expectation, policy: policy(options.policy.unwrap_or_default())?, limits })
}

/// Reads limits alone.
pub(super) fn read_limits(value: JsValue) -> Result<Limits, Error> {
    if value.is_undefined() {
        return Ok(Limits::default());
    }
    limits(serde_wasm_bindgen::from_value(value).map_err(|error| invalid("limits", &error))?)
}

fn limits(values: BTreeMap<String, f64>) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for (name, value) in values {
        limits.set(&name, whole(&format!("limits.{name}"), value)?)?;
    }
    Ok(limits)
}

fn policy(option: PolicyOption) -> Result<Policy, Error> {
    let mut policy =
        Policy::new(option.level.as_deref().map(Level::parse).transpose()?.unwrap_or_default());
    for (name, level) in option.codes.unwrap_or_default() {
        let code = Code::parse(&name).ok_or_else(|| Error::ArgumentInvalid {
            argument: format!("policy.{name}"),
            reason: "there is no such code".into(),
        })?;
        policy.set(code, Level::parse(&level)?)?;
    }
    Ok(policy)
}

/// A number of JavaScript as a whole, non-negative one below 2^53.
pub(super) fn whole(argument: &str, value: f64) -> Result<u64, Error> {
    if value >= 0.0 && value.trunc() == value && value <= 9_007_199_254_740_991.0 {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number in range, as was just checked"
        )]
        return Ok(value as u64);
    }
    Err(Error::ArgumentInvalid {
        argument: argument.to_owned(),
        reason: format!("{value} is no whole number from 0 to 2^53 - 1"),
    })
}

fn invalid(argument: &str, error: &serde_wasm_bindgen::Error) -> Error {
    Error::ArgumentInvalid { argument: argument.to_owned(), reason: error.to_string() }
}
