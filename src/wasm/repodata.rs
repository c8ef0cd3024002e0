//! [`Repodata`] for JavaScript.

use std::borrow::Cow;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::options;
use super::row::Rows;
use super::source::{HostSource, JsSource};
use super::thrown::thrown;
use crate::conda::Repodata;
use crate::error::Error;

/// Bytes of records and signatures that are enough for a call: hostile ones take longer
/// than their number tells.
pub(super) const PIECE: usize = 1 << 20;

/// The records of a repodata file.
#[wasm_bindgen(js_name = Repodata)]
pub struct JsRepodata(pub(super) Repodata<JsSource>);

#[wasm_bindgen(js_class = Repodata)]
impl JsRepodata {
    /// Reads and indexes repodata, plain or compressed; throws where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "Record<string, number> | undefined")]
        limits: JsValue,
    ) -> Result<Self, JsValue> {
        let read = || -> Result<Self, Error> {
            let limits = options::read_limits(&limits)?;
            Ok(Self(Repodata::open(JsSource::new(source)?, &limits)?))
        };
        read().map_err(|error| thrown(&error))
    }

    /// The JSON text of a file's record; throws where there is none, or where
    /// it is malformed.
    pub fn record(&self, file_name: &str) -> Result<String, JsValue> {
        let record = || {
            self.0.find(file_name)?;
            Ok(self.0.entry(file_name)?.record_json.into_owned())
        };
        record().map_err(|error: Error| thrown(&error))
    }

    /// The JSON text of a file's record as it stands there, for an examination
    /// to judge; `undefined` where there is none. Throws where there are two that
    /// differ.
    #[wasm_bindgen(js_name = recordText)]
    pub fn record_text(&self, file_name: &str) -> Result<Option<String>, JsValue> {
        let json = self.0.record_json(file_name).map_err(|error| thrown(&error))?;
        Ok(json.map(Cow::into_owned))
    }

    /// The JSON text of a file's signatures; `undefined` where it has none.
    #[wasm_bindgen(js_name = signaturesText)]
    pub fn signatures_text(&self, file_name: &str) -> Result<Option<String>, JsValue> {
        let json = self.0.signatures_json(file_name).map_err(|error| thrown(&error))?;
        Ok(json.map(Cow::into_owned))
    }

    /// The rows of so many records from that place on, in the order of the file names, or
    /// fewer if they are long; and the place to go on with.
    #[wasm_bindgen(unchecked_return_type = "[...rows: RecordRow[], next: number]")]
    pub fn list(&self, first: u32, count: u32) -> JsValue {
        let (mut next, mut bytes, mut rows) = (first, 0_usize, Rows::default());
        rows.open();
        while next < first.saturating_add(count).min(self.0.records()) && bytes < PIECE {
            for (record, length) in self.0.rows_from(next, 1) {
                bytes = bytes.saturating_add(length);
                rows.record(&record);
            }
            next = next.saturating_add(1);
        }
        rows.number(Some(next.into()));
        rows.close();
        rows.into_js()
    }

    /// `info.subdir`, or `undefined`.
    #[wasm_bindgen(getter)]
    pub fn subdir(&self) -> Option<String> {
        self.0.subdir().map(str::to_owned)
    }

    /// `info.base_url` (CEP 15), or `undefined`.
    #[wasm_bindgen(getter, js_name = baseUrl)]
    pub fn base_url(&self) -> Option<String> {
        self.0.info().base_url.clone()
    }

    /// Whether a file has a record in `v3`, and none beside it.
    #[wasm_bindgen(js_name = isV3)]
    pub fn is_v3(&self, file_name: &str) -> bool {
        self.0.is_v3(file_name)
    }

    /// The number of records: a file may have two.
    #[wasm_bindgen(getter)]
    pub fn records(&self) -> u32 {
        self.0.records()
    }

    /// The number of files that have a record.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// The file names that have a record, sorted.
    #[wasm_bindgen(js_name = fileNames)]
    pub fn file_names(&self) -> Vec<String> {
        self.0.file_names().map(str::to_owned).collect()
    }
}
