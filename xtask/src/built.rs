//! What a cargo built: cargo knows best where that is, since the target folder is configurable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::invocation::Invocation;
use crate::log::Log;

/// Cargo's messages, one for each thing that was built or was there already.
pub(crate) struct Built {
    cargo: Invocation,
    messages: Vec<Value>,
}

impl Built {
    /// Runs a cargo that builds.
    pub(crate) fn by(log: &mut Log, cargo: &Invocation) -> Result<Self> {
        log.run(cargo)?;
        // A second time, now with nothing to do, so that a failure above is for people to read.
        let said = log.read(&cargo.clone().args(["--message-format=json"]))?;
        let messages = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok(Self { cargo: cargo.clone(), messages })
    }

    /// The last file that is wanted.
    pub(crate) fn file(&self, wanted: impl Fn(&Path) -> bool) -> Result<PathBuf> {
        self.messages
            .iter()
            .flat_map(files)
            .rfind(|file| wanted(file))
            .with_context(|| format!("cargo names no file that it built: {}", self.cargo))
    }

    /// The packages, by cargo's ids, that were compiled for a target: their files lie in a
    /// folder with its name. What runs while building lies elsewhere.
    pub(crate) fn packages_for(&self, target: &str) -> BTreeSet<String> {
        self.messages
            .iter()
            .filter(|message| files(message).any(|file| file.iter().any(|part| part == target)))
            .filter_map(|message| message.get("package_id")?.as_str().map(str::to_owned))
            .collect()
    }
}

fn files(message: &Value) -> impl DoubleEndedIterator<Item = PathBuf> {
    let names = message.get("filenames").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(|file| file.as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::Built;
    use crate::invocation::Invocation;

    #[test]
    fn what_ran_while_building_is_not_in_the_file() -> anyhow::Result<()> {
        let message = |id: &str, file: &str| json!({ "package_id": id, "filenames": [file] });
        let built = Built {
            cargo: Invocation::new("cargo"),
            messages: vec![
                message("a macro", "/target/wasm/deps/liba.so"),
                message("maths", "/target/wasm32-unknown-unknown/wasm/deps/libmaths.rmeta"),
                message("ours", "/target/wasm32-unknown-unknown/wasm/ours.wasm"),
                json!({ "reason": "build-finished" }),
            ],
        };
        let packages: Vec<_> = built.packages_for("wasm32-unknown-unknown").into_iter().collect();
        assert_eq!(packages, ["maths", "ours"]);
        let file = built.file(|file| file.extension().is_some_and(|end| end == "wasm"))?;
        assert_eq!(file, Path::new("/target/wasm32-unknown-unknown/wasm/ours.wasm"));
        assert!(built.file(|_| false).is_err());
        Ok(())
    }
}
