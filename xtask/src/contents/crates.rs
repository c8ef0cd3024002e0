//! The crates that the WebAssembly files are built from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::artifacts::Artifacts;
use crate::invocation::Invocation;
use crate::wasm_file::Exports;

use super::lock::checksums;
use super::tree::{Key, Tree};

/// One crate.
pub(super) struct Crate {
    /// The SPDX expression.
    pub(super) licence: String,
    pub(super) repository: Option<String>,
    /// Where its source is.
    pub(super) folder: PathBuf,
    /// SHA-256 of the file it was unpacked from; nothing for ours.
    pub(super) checksum: Option<String>,
    /// Whether its code is in a WebAssembly file. If not, it ran while one was built.
    pub(super) is_compiled_in: bool,
    pub(super) needs: BTreeSet<Key>,
}

/// All of them.
pub(super) struct Crates {
    pub(super) all: BTreeMap<Key, Crate>,
    /// The version of the tool beside the crate wasm-bindgen.
    pub(super) wasm_bindgen_cli: String,
}

impl Crates {
    /// Asks `cargo tree`, and compares its answer with what the compiler was called for.
    pub(super) fn read(artifacts: &Artifacts) -> Result<Self> {
        let mut tree = Tree::default();
        tree.add(Exports::Shipped)?;
        tree.add(Exports::Installed)?;
        let metadata =
            Invocation::new("cargo").args(["metadata", "--format-version=1", "--locked"]);
        let metadata: Value = serde_json::from_str(&metadata.read()?)?;
        let packages = metadata.get("packages").and_then(Value::as_array);
        let packages = packages.context("cargo metadata names no packages")?;
        let lock = fs::read_to_string("Cargo.lock").context("can't read Cargo.lock")?;
        let checksums = checksums(&lock);

        let compiled = artifacts.compiled.get()?.union(artifacts.installed_compiled.get()?);
        let compiled: BTreeSet<&str> = compiled.map(String::as_str).collect();
        let (mut all, mut built, mut wasm_bindgen_cli) = (BTreeMap::new(), BTreeSet::new(), None);
        for package in packages {
            let text = |member: &str| package.get(member).and_then(Value::as_str);
            let stated = |member: &str| text(member).with_context(|| format!("no {member}"));
            let key: Key = (stated("name")?.to_owned(), stated("version")?.to_owned());
            if compiled.contains(stated("id")?) {
                built.insert(key.clone());
            }
            if key.0 == "wasm-bindgen-cli" {
                wasm_bindgen_cli = Some(key.1.clone());
            }
            let Some(needs) = tree.needs.get(&key) else { continue };
            let (name, version) = &key;
            let licence = text("license")
                .with_context(|| format!("{name} {version} states no licence"))?
                // An older way to write it.
                .replace('/', " OR ");
            let manifest = PathBuf::from(stated("manifest_path")?);
            let described = Crate {
                licence,
                repository: text("repository").map(str::to_owned),
                folder: manifest.parent().context("a file has a folder")?.to_owned(),
                checksum: checksums.get(&key).cloned(),
                is_compiled_in: tree.compiled_in.contains(&key),
                needs: needs.clone(),
            };
            ensure!(
                described.checksum.is_some() || text("source").is_none(),
                "Cargo.lock has no checksum of {name} {version}"
            );
            all.insert(key, described);
        }
        agree(&tree.compiled_in, &built)?;
        ensure!(all.len() == tree.needs.len(), "cargo tree and cargo metadata differ");
        let wasm_bindgen_cli = wasm_bindgen_cli.context("Cargo.lock has no wasm-bindgen-cli")?;
        Ok(Self { all, wasm_bindgen_cli })
    }

    /// Those whose code is in a WebAssembly file.
    pub(super) fn compiled_in(&self) -> impl Iterator<Item = (&Key, &Crate)> {
        self.all.iter().filter(|(_, described)| described.is_compiled_in)
    }
}

/// What is listed is what was compiled: neither more nor less.
fn agree(listed: &BTreeSet<Key>, compiled: &BTreeSet<Key>) -> Result<()> {
    let names = |keys: Vec<&Key>| {
        let names: Vec<_> =
            keys.iter().map(|(name, version)| format!("{name} {version}")).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    ensure!(
        listed == compiled,
        "cargo tree and the compiler disagree on what is in the WebAssembly files: {} only \
         listed, {} only compiled",
        names(listed.difference(compiled).collect()),
        names(compiled.difference(listed).collect()),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::agree;

    #[test]
    fn what_is_listed_is_what_was_compiled() {
        let crates = |names: &[&str]| {
            names.iter().map(|name| ((*name).to_owned(), "1.0.0".to_owned())).collect()
        };
        assert!(agree(&crates(&["a", "b"]), &crates(&["b", "a"])).is_ok());
        let said = agree(&crates(&["a", "b"]), &crates(&["b", "c"])).map_err(|e| e.to_string());
        assert!(
            said.is_err_and(|said| said.ends_with("a 1.0.0 only listed, c 1.0.0 only compiled"))
        );
        let said = agree(&crates(&[]), &crates(&["c"])).map_err(|e| e.to_string());
        assert!(said.is_err_and(|said| said.contains("nothing only listed")));
    }
}
