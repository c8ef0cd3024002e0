//! Lists for JavaScript without the names of members, of which there would be thousands.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::conda::ListedRecord;

/// Arrays in arrays as a JSON text: untrusted names stay values.
#[derive(Default)]
pub(super) struct Rows(String);

impl Rows {
    pub(super) fn open(&mut self) {
        self.next("[");
    }

    pub(super) fn close(&mut self) {
        self.0.push(']');
    }

    /// A text, or null.
    pub(super) fn text(&mut self, text: Option<&str>) {
        self.value(&text);
    }

    /// A whole number, or null.
    pub(super) fn number(&mut self, number: Option<u64>) {
        self.value(&number);
    }

    /// A record in a list.
    pub(super) fn record(&mut self, record: &ListedRecord<'_>) {
        self.open();
        self.text(Some(record.file_name));
        self.text(record.text("name"));
        self.text(record.text("version"));
        self.text(record.text("build"));
        self.number(record.number("build_number"));
        self.number(record.number("size"));
        self.number(record.timestamp());
        self.text(record.text("license"));
        if let Some(fault) = &record.fault {
            self.text(Some(fault.code().as_str()));
            self.text(Some(&fault.to_string()));
        }
        self.close();
    }

    /// What JavaScript makes of them.
    pub(super) fn into_js(self) -> JsValue {
        js_sys::JSON::parse(&self.0).unwrap_or(JsValue::NULL)
    }

    fn value(&mut self, value: &impl Serialize) {
        self.next(&serde_json::to_string(value).unwrap_or_default());
    }

    fn next(&mut self, text: &str) {
        // No text ends so: it has a quotation mark behind it.
        if !self.0.is_empty() && !self.0.ends_with('[') {
            self.0.push(',');
        }
        self.0.push_str(text);
    }
}
