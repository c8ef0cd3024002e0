//! Vectors of content trust, where they are at hand.

#[path = "left_out.rs"]
mod left_out;

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use left_out::left_out;

/// The folder of vectors; without it, standard error says that they were left out.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/trust");
    if !folder.is_dir() {
        left_out("no vectors at ../shared/vectors/trust");
        return None;
    }
    Some(folder)
}

/// All vectors of an operation.
pub(crate) fn vectors(folder: &Path, operation: &str) -> Vec<serde_json::Value> {
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let all = manifest["vectors"].as_array().unwrap();
    let found: Vec<_> =
        all.iter().filter(|vector| vector["operation"] == operation).cloned().collect();
    assert!(!found.is_empty(), "no vector of {operation}");
    found
}
