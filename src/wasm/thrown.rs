//! Errors as plain objects.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::Error;

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
    })
}

/// A plain object: absent values are null, numbers are numbers.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Numbers above 2^53 are the only values that can't cross, and every size
    // is below the limits that were given as JavaScript numbers.
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}
