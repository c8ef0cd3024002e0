//! What the package says of itself: what is compiled into it, under which licences, by what.

mod bill;
mod crates;
mod lock;
mod notice;
mod serial;
mod tools;
mod tree;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::artifacts::Artifacts;
use crate::digest::sha256;
use crate::folder::write;

use crates::Crates;
use tools::Tools;

/// The names in the package.
pub(crate) const BILL: &str = "sbom.cdx.json";
const NOTICE: &str = "THIRD-PARTY.md";
const RECORD: &str = "build.json";

/// The WebAssembly files in the package.
pub(crate) const WASM_FILES: [&str; 2] =
    ["dist/wasm/conda_verifier_bg.wasm", "dist/wasm/conda_verifier_installed_bg.wasm"];

/// Writes it all into the folder of the package, which has its WebAssembly files. The same
/// sources and tools give the same bytes: no date, no folder, nothing random.
pub(crate) fn write_all(folder: &Path, manifest: &Value, artifacts: &Artifacts) -> Result<()> {
    no_dependencies(manifest)?;
    let crates = Crates::read(artifacts)?;
    let tools = Tools::read(&crates)?;
    let mut files = BTreeMap::new();
    for name in WASM_FILES {
        files.insert(name, sha256(&folder.join(name))?);
    }
    let bill = bill::bill(manifest, &crates, &tools, &files)?;
    write(&folder.join(BILL), pretty(&bill)?.as_bytes())?;
    write(&folder.join(NOTICE), notice::notice(&crates)?.as_bytes())?;
    write(&folder.join(RECORD), pretty(&tools.record(&files))?.as_bytes())
}

/// The bill lists crates and our own JavaScript: a package of npm's that is installed with ours
/// would be missing in it.
fn no_dependencies(manifest: &Value) -> Result<()> {
    for kind in ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"] {
        ensure!(
            manifest.get(kind).is_none(),
            "pkg-template/package.json has {kind}, of which {BILL} and {NOTICE} know nothing: \
             teach xtask/src/contents"
        );
    }
    Ok(())
}

fn pretty(value: &Value) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::no_dependencies;

    #[test]
    fn a_dependency_that_is_not_listed_is_noticed() {
        assert!(no_dependencies(&json!({ "devDependencies": {} })).is_ok());
        let said = no_dependencies(&json!({ "dependencies": { "left-pad": "1" } }));
        assert!(said.is_err_and(|error| error.to_string().contains("has dependencies, of which")));
    }
}
