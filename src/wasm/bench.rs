//! What `cargo xtask bench` times, with the feature `bench` only: parts of the
//! core that no caller reaches alone.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::thrown::thrown;
use crate::conda::Repodata;
use crate::crypto::{Batch, PublicKey, Signature};
use crate::error::Error;
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;
use crate::tuf::Targets;

/// Signatures by one key, over messages.
#[wasm_bindgen]
pub struct BenchSignatures {
    key: PublicKey,
    signed: Vec<(Signature, Vec<u8>)>,
}

#[wasm_bindgen]
impl BenchSignatures {
    /// None yet; the key is 64 hex digits.
    #[wasm_bindgen(constructor)]
    pub fn new(key: &str) -> Result<Self, JsValue> {
        Ok(Self { key: parse_key(key)?, signed: Vec::new() })
    }

    /// Adds one of 128 hex digits.
    pub fn push(&mut self, signature: &str, message: &[u8]) -> Result<(), JsValue> {
        let signature = Signature::parse(signature, None).ok_or("no signature")?;
        self.signed.push((signature, message.to_vec()));
        Ok(())
    }

    /// How many verify, each alone.
    #[wasm_bindgen(js_name = verifyStrict)]
    pub fn verify_strict(&self) -> usize {
        self.signed
            .iter()
            .filter(|(signature, message)| signature.is_by(&self.key, message))
            .count()
    }

    /// How many are in batches that verify.
    #[wasm_bindgen(js_name = verifyBatch)]
    pub fn verify_batch(&self, size: usize) -> usize {
        let batches = self.signed.chunks(size.max(1));
        batches
            .map(|signed| {
                let mut batch = Batch::new();
                for (signature, message) in signed {
                    batch.push(&self.key, signature, message);
                }
                finish(batch)
            })
            .sum()
    }
}

/// Records of a repodata text.
#[wasm_bindgen]
pub struct BenchRecords {
    repodata: Repodata,
}

#[wasm_bindgen]
impl BenchRecords {
    /// Indexes the records.
    #[wasm_bindgen(constructor)]
    pub fn new(text: Vec<u8>) -> Result<Self, JsValue> {
        let repodata = Repodata::parse(text, &Limits::default()).map_err(|error| thrown(&error))?;
        Ok(Self { repodata })
    }

    /// Reads every record strictly and writes its canonical bytes; the number of
    /// bytes.
    pub fn canonicalise(&self) -> Result<usize, JsValue> {
        let mut length = 0_usize;
        for name in self.repodata.file_names() {
            length = length.saturating_add(self.canonical(name)?.len());
        }
        Ok(length)
    }

    fn canonical(&self, name: &str) -> Result<Vec<u8>, JsValue> {
        let read = || -> Result<Value, Error> {
            let json = self.repodata.record_json(name)?.unwrap_or_default();
            Value::parse(json.as_bytes(), name, &Limits::default())
        };
        let value = read().map_err(|error| thrown(&error))?;
        Ok(CanonicalForm::Python.write(&value).unwrap_or_default())
    }
}

/// A targets file of TUF.
#[wasm_bindgen]
pub struct BenchTargets;

#[wasm_bindgen]
impl BenchTargets {
    /// Reads it, and writes what its signatures are over.
    pub fn read(text: &[u8]) -> Result<(), JsValue> {
        let read = Targets::parse("targets.json", text, &Limits::default());
        read.map(drop).map_err(|error| thrown(&error))
    }
}

/// How many a batch holds, if they verify.
fn finish(batch: Batch) -> usize {
    let length = batch.len();
    if batch.verify() { length } else { 0 }
}

fn parse_key(key: &str) -> Result<PublicKey, JsValue> {
    Ok(PublicKey::parse(key).ok_or("no key")?)
}
