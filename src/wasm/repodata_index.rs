//! [`RepodataIndex`] for JavaScript.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::options;
use super::source::{HostSource, JsSource};
use super::thrown::{thrown, to_js};
use crate::conda::{RepodataIndex, RepodataIndexer, RepodataTexts};
use crate::error::Error;
use crate::limits::Limits;

/// Indexes a plain text of repodata that comes chunk by chunk.
#[wasm_bindgen(js_name = RepodataIndexer)]
pub struct JsRepodataIndexer {
    indexer: RepodataIndexer,
    limits: Limits,
}

/// The records of a repodata file of which the text is not kept.
#[wasm_bindgen(js_name = RepodataIndex)]
pub struct JsRepodataIndex {
    index: RepodataIndex,
    limits: Limits,
}

#[derive(Serialize)]
struct Location {
    record: [u64; 2],
    twin: Option<[u64; 2]>,
    signatures: Option<[u64; 2]>,
}

#[derive(Serialize)]
struct Texts<'a> {
    json: &'a str,
    signatures: Option<&'a str>,
}

#[wasm_bindgen(js_class = RepodataIndexer)]
impl JsRepodataIndexer {
    /// An indexer that has been given nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Record<string, number> | undefined")]
        limits: JsValue,
    ) -> Result<Self, JsValue> {
        let limits = options::read_limits(&limits).map_err(|error| thrown(&error))?;
        Ok(Self { indexer: RepodataIndexer::new(limits.clone()), limits })
    }

    /// Reads the next bytes; throws where they are none of repodata.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), JsValue> {
        self.indexer.push(chunk).map_err(|error| thrown(&error))
    }

    /// The index, once all bytes have been pushed. The indexer is gone then.
    pub fn finish(self) -> Result<JsRepodataIndex, JsValue> {
        let Self { indexer, limits } = self;
        let index = indexer.finish().map_err(|error| thrown(&error))?;
        Ok(JsRepodataIndex { index, limits })
    }
}

#[wasm_bindgen(js_class = RepodataIndex)]
impl JsRepodataIndex {
    /// Reads and indexes repodata, plain or compressed; throws where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "Record<string, number> | undefined")]
        limits: JsValue,
    ) -> Result<Self, JsValue> {
        let read = || -> Result<Self, Error> {
            let limits = options::read_limits(&limits)?;
            let index = RepodataIndex::read(&mut JsSource::new(source)?, &limits)?;
            Ok(Self { index, limits })
        };
        read().map_err(|error| thrown(&error))
    }

    /// Where in the unpacked text a file's record and signatures are, from a byte to
    /// the one behind the last; null where it has no record.
    #[wasm_bindgen(unchecked_return_type = "RecordLocation | null")]
    pub fn locate(&self, file_name: &str) -> JsValue {
        let pair = |range: std::ops::Range<u64>| [range.start, range.end];
        to_js(&self.index.locate(file_name).map(|location| Location {
            record: pair(location.record),
            twin: location.twin.map(pair),
            signatures: location.signatures.map(pair),
        }))
    }

    /// The texts of a file's record and signatures, if they are those that were
    /// indexed; throws where they are not, or where the record is malformed.
    #[wasm_bindgen(unchecked_return_type = "{ json: string; signatures: string | null }")]
    pub fn open(
        &self,
        file_name: &str,
        record: &[u8],
        twin: Option<Vec<u8>>,
        signatures: Option<Vec<u8>>,
    ) -> Result<JsValue, JsValue> {
        let texts =
            RepodataTexts { record, twin: twin.as_deref(), signatures: signatures.as_deref() };
        let open = || {
            let entry = self.index.open(file_name, texts)?;
            entry.record(&self.limits)?;
            Ok(entry)
        };
        let entry = open().map_err(|error: Error| thrown(&error))?;
        Ok(to_js(&Texts { json: &entry.record_json, signatures: entry.signatures_json.as_deref() }))
    }

    /// `info.subdir`, or `undefined`.
    #[wasm_bindgen(getter)]
    pub fn subdir(&self) -> Option<String> {
        self.index.info().subdir.clone()
    }

    /// `info.base_url` (CEP 15), or `undefined`.
    #[wasm_bindgen(getter, js_name = baseUrl)]
    pub fn base_url(&self) -> Option<String> {
        self.index.info().base_url.clone()
    }

    /// The number of files that have a record.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.index.len()
    }
}
