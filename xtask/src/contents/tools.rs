//! What the package was built with: what a second build needs to give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::invocation::Invocation;
use crate::rust_target::{Compiler, WASM};

use super::crates::Crates;

/// Names and versions.
pub(super) struct Tools {
    /// Cargo hashes what it runs on into the names of symbols.
    pub(super) compiler: Compiler,
    pub(super) wasm_bindgen: String,
    pub(super) binaryen: String,
    pub(super) typescript: String,
    /// Of these the tarball depends alone, by npm's order and by zlib.
    node: String,
    npm: String,
}

impl Tools {
    pub(super) fn read(crates: &Crates) -> Result<Self> {
        let said = |program: &str| -> Result<String> {
            let version = Invocation::new(program).args(["--version"]).read()?;
            Ok(version.trim().trim_start_matches('v').to_owned())
        };
        Ok(Self {
            compiler: Compiler::ask()?,
            wasm_bindgen: crates.wasm_bindgen_cli.clone(),
            binaryen: installed("binaryen")?,
            typescript: installed("typescript")?,
            node: said("node")?,
            npm: said("npm")?,
        })
    }

    /// build.json.
    pub(super) fn record(&self, files: &BTreeMap<&str, String>) -> Value {
        json!({
            "target": WASM,
            "host": self.compiler.host,
            "rustc": format!("{} ({})", self.compiler.release, self.compiler.commit),
            "wasm-bindgen": self.wasm_bindgen,
            "binaryen": self.binaryen,
            "typescript": self.typescript,
            "node": self.node,
            "npm": self.npm,
            "sha256": files,
        })
    }
}

/// The version of a package in node_modules.
fn installed(name: &str) -> Result<String> {
    let file = Path::new("node_modules").join(name).join("package.json");
    let text = fs::read_to_string(&file);
    let text = text.with_context(|| format!("can't read {}", file.display()))?;
    let manifest: Value = serde_json::from_str(&text)?;
    let version = manifest.get("version").and_then(Value::as_str);
    Ok(version.with_context(|| format!("{} names no version", file.display()))?.to_owned())
}
