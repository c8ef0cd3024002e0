//! Crates and what each needs, as `cargo tree` has them: for one target, with the features of
//! one build. `cargo metadata` has those of the whole workspace, tests too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use crate::invocation::Invocation;
use crate::project::PACKAGE;
use crate::rust_target::WASM;
use crate::wasm_file::Exports;

/// A crate: its name and its version.
pub(super) type Key = (String, String);

/// What the build of a WebAssembly file takes.
#[derive(Default)]
pub(super) struct Tree {
    /// What each crate needs itself, to run and to be built.
    pub(super) needs: BTreeMap<Key, BTreeSet<Key>>,
    /// Those whose code is in the file. The others run while it is built.
    pub(super) compiled_in: BTreeSet<Key>,
}

impl Tree {
    /// Adds what the build of these exports takes.
    pub(super) fn add(&mut self, exports: Exports) -> Result<()> {
        for edges in ["normal", "normal,build"] {
            let tree = Invocation::new("cargo")
                .args(["tree", "--locked", "--package", PACKAGE, "--target", WASM])
                .args(["--edges", edges, "--prefix=depth", "--format=|{p}"])
                .args(exports.features());
            self.add_printed(&tree.read()?, edges == "normal")
                .with_context(|| format!("the output of `{tree}`"))?;
        }
        Ok(())
    }

    /// Reads lines such as `2|digest v0.11.3`. `is_linked`: they are no build dependencies.
    fn add_printed(&mut self, printed: &str, is_linked: bool) -> Result<()> {
        // From the root to the line before: crates, and whether they are in the file.
        let mut path: Vec<(Key, bool)> = Vec::new();
        for line in printed.lines().filter(|line| !line.is_empty()) {
            let (depth, package) = line.split_once('|').with_context(|| format!("{line:?}"))?;
            let mut words = package.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let version = words.next().and_then(|word| word.strip_prefix('v'));
            let key = (name, version.with_context(|| format!("{line:?}"))?.to_owned());
            path.truncate(depth.parse()?);
            let above = path.last();
            let is_in = is_linked
                && !words.any(|word| word == "(proc-macro)")
                && above.is_none_or(|(_, is_in)| *is_in);
            if let Some((above, _)) = above {
                self.needs.entry(above.clone()).or_default().insert(key.clone());
            }
            self.needs.entry(key.clone()).or_default();
            if is_in {
                self.compiled_in.insert(key.clone());
            }
            path.push((key, is_in));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn what_runs_while_building_is_told_apart() -> anyhow::Result<()> {
        let linked = "\
0|ours v1.0.0 (/a/folder of ours)
1|macro v2.0.0 (proc-macro)
2|parser v3.0.0
1|maths v4.0.0
2|parser v3.1.0
1|maths v4.0.0 (*)
";
        let mut tree = Tree::default();
        tree.add_printed(linked, true)?;
        tree.add_printed(&format!("{linked}2|probe v5.0.0\n"), false)?;
        let names = |keys: &std::collections::BTreeSet<super::Key>| {
            keys.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>()
        };
        assert_eq!(names(&tree.compiled_in), ["maths 4.0.0", "ours 1.0.0", "parser 3.1.0"]);
        let maths = ("maths".to_owned(), "4.0.0".to_owned());
        let needs = tree.needs.get(&maths).map(names);
        assert_eq!(needs, Some(vec!["parser 3.1.0".to_owned(), "probe 5.0.0".to_owned()]));
        assert_eq!(tree.needs.len(), 6);
        assert!(tree.add_printed("1|nothing", true).is_err());
        Ok(())
    }
}
