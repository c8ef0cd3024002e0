//! Errors as plain objects.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::{Details, Error};

#[derive(Serialize)]
struct Thrown<'a> {
    code: &'static str,
    message: String,
    hint: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Details::is_empty")]
    details: Details<'a>,
}

/// The object that JavaScript catches.
pub(super) fn thrown(error: &Error) -> JsValue {
    to_js(&Thrown {
        code: error.code().as_str(),
        message: error.to_string(),
        hint: error.hint(),
        path: error.path(),
        expected: error.expected().as_deref(),
        actual: error.actual().as_deref(),
        details: error.details(),
    })
}

/// A plain object, through JSON text: smaller than a serialiser that builds it
/// member by member, and untrusted names stay values.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let text = serde_json::to_string(value).unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)
}
