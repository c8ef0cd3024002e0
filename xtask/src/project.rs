//! The repository: where it is and what it is called.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::invocation::Invocation;

/// The crate that is published, on both registries under one name.
pub(crate) const PACKAGE: &str = "conda-verifier";

/// The repository, which is also the current folder from `open` on.
pub(crate) struct Project {
    /// The folder of the workspace's Cargo.toml, absolute.
    pub(crate) root: PathBuf,
    /// The version in that Cargo.toml.
    pub(crate) version: String,
}

impl Project {
    /// Asks cargo where the workspace is, and makes it the current folder: commands can then
    /// be printed with short paths, as a person would type them.
    pub(crate) fn open() -> Result<Self> {
        let metadata =
            Invocation::new("cargo").args(["metadata", "--no-deps", "--format-version=1"]);
        let metadata: Value = serde_json::from_str(&metadata.read()?)
            .with_context(|| format!("the output of `{metadata}` is not JSON"))?;
        let root = metadata.get("workspace_root").and_then(Value::as_str);
        let root = PathBuf::from(root.context("cargo metadata names no workspace root")?);
        let version = metadata
            .get("packages")
            .and_then(Value::as_array)
            .and_then(|all| all.iter().find(|package| text(package, "name") == Some(PACKAGE)))
            .and_then(|package| text(package, "version"))
            .with_context(|| format!("the workspace has no package {PACKAGE}"))?
            .to_owned();
        std::env::set_current_dir(&root)
            .with_context(|| format!("can't enter {}", root.display()))?;
        Ok(Self { root, version })
    }

    /// A path below the root, absolute: for what runs in another folder.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }
}

fn text<'a>(object: &'a Value, member: &str) -> Option<&'a str> {
    object.get(member).and_then(Value::as_str)
}
