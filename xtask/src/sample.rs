//! The sample channels of the page as one file that it fetches.

use std::path::Path;

use anyhow::{Context as _, Result};
use conda_verifier_fixtures::page::{Files, samples};
use conda_verifier_fixtures::trust::NOW;
use serde_json::{Map, Value, json};

use crate::folder::write;

/// Writes it: the length of the index in four bytes, the least significant first; the index, which is JSON; and
/// contents, each once, whose places the index has as offset and length.
pub(crate) fn write_sample(file: &Path) -> Result<String> {
    let mut contents = Contents::default();
    let mut list = Vec::new();
    for sample in samples() {
        let files = contents.files(&sample.files);
        let attacks: Vec<Value> = sample
            .attacks
            .iter()
            .map(|attack| {
                let changed = attack.files.iter();
                let changed =
                    changed.filter(|(path, bytes)| sample.files.get(*path) != Some(bytes));
                let changed: Files =
                    changed.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
                let is_gone = |path: &&String| !attack.files.contains_key(*path);
                json!({
                    "name": attack.name,
                    "description": attack.description,
                    "expected": attack.expected,
                    "now": attack.now,
                    "victim": attack.victim,
                    "changed": contents.files(&changed),
                    "removed": sample.files.keys().filter(is_gone).collect::<Vec<_>>(),
                })
            })
            .collect();
        list.push(json!({
            "name": sample.name,
            "root": sample.root,
            "files": files,
            "attacks": attacks,
        }));
    }
    let index = json!({ "now": NOW, "samples": list }).to_string();
    let length = u32::try_from(index.len()).context("the index is too long")?;
    let bytes = [&length.to_le_bytes(), index.as_bytes(), &contents.bytes].concat();
    write(file, &bytes)?;
    Ok(format!("{} kB", bytes.len().div_ceil(1000)))
}

/// Contents one after the other, each once.
#[derive(Default)]
struct Contents {
    bytes: Vec<u8>,
    known: std::collections::BTreeMap<Vec<u8>, Value>,
}

impl Contents {
    /// The places of files by their paths.
    fn files(&mut self, files: &Files) -> Value {
        let places = files.iter().map(|(path, bytes)| (path.clone(), self.place(bytes)));
        Value::Object(places.collect::<Map<_, _>>())
    }

    fn place(&mut self, bytes: &[u8]) -> Value {
        if let Some(place) = self.known.get(bytes) {
            return place.clone();
        }
        let place = json!([self.bytes.len(), bytes.len()]);
        self.bytes.extend(bytes);
        self.known.insert(bytes.to_vec(), place.clone());
        place
    }
}
