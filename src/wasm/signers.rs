//! Who signed what, for JavaScript: arrays without names, of which TypeScript makes objects.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use super::row::Rows;
use crate::proof::{RoleReport, SignedBy};
use crate::time::Time;

/// Key ids of signatures by others that are told: anyone can add some.
const FOREIGN: usize = 32;

/// Pairs of a role and the bytes of its file.
pub(super) fn roles(reports: &[RoleReport<'_>], now: Time) -> Array {
    let pairs = reports.iter().map(|report| {
        let mut rows = Rows::default();
        rows.open();
        rows.text(Some(report.role));
        rows.text(Some(report.path));
        rows.number(Some(report.version));
        rows.text(Some(&report.expires.to_string()));
        rows.number(Some(report.expires.has_passed(now).into()));
        signatures(&mut rows, &report.signed_by, &report.foreign());
        rows.close();
        Array::of2(&rows.into_js(), &Uint8Array::from(report.bytes))
    });
    pairs.collect()
}

/// Who signed a record; null where nobody is asked.
pub(super) fn record(signed_by: Option<SignedBy<'_>>) -> JsValue {
    let Some(signed_by) = signed_by else { return JsValue::NULL };
    let foreign: Vec<_> = signed_by.signers.foreign.iter().map(String::as_str).collect();
    let mut rows = Rows::default();
    rows.open();
    signatures(&mut rows, std::slice::from_ref(&signed_by), &foreign);
    rows.close();
    rows.into_js()
}

/// Who had to sign, and the first of those who did not have to, and how many they are.
fn signatures(rows: &mut Rows, signed_by: &[SignedBy<'_>], foreign: &[&str]) {
    rows.open();
    for SignedBy { role, version, signers } in signed_by {
        rows.open();
        rows.text(Some(role));
        rows.number(Some(*version));
        rows.number(Some(signers.threshold));
        rows.number(Some(signers.signed));
        rows.open();
        for key in &signers.keys {
            rows.open();
            rows.text(Some(&key.keyid));
            rows.text(key.key_type());
            rows.text(Some(key.state.as_str()));
            rows.close();
        }
        rows.close();
        rows.close();
    }
    rows.close();
    rows.open();
    for keyid in foreign.iter().take(FOREIGN) {
        rows.text(Some(keyid));
    }
    rows.close();
    rows.number(u64::try_from(foreign.len()).ok());
}
