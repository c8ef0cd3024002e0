//! Errors as plain objects.

use std::borrow::Cow;

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::{Details, Error};

/// What JavaScript knows of an error.
#[derive(Serialize)]
pub(super) struct Thrown<'a> {
    code: &'static str,
    message: String,
    hint: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Details::is_empty")]
    details: Details<'a>,
}

impl<'a> Thrown<'a> {
    pub(super) fn of(error: &'a Error) -> Self {
        Self {
            code: error.code().as_str(),
            message: error.to_string(),
            hint: error.hint(),
            path: error.path(),
            expected: error.expected(),
            actual: error.actual(),
            details: error.details(),
        }
    }
}

/// The object that JavaScript catches.
pub(super) fn thrown(error: &Error) -> JsValue {
    to_js(&Thrown::of(error))
}

/// A plain object, through JSON text: smaller than a serialiser that builds it
/// member by member, and untrusted names stay values.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let text = serde_json::to_string(value).unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)
}
