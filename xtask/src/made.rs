//! A thing that one step makes and a later one needs.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

/// A place for one thing that a step makes.
pub(crate) struct Made<T>(OnceLock<T>);

// Not derived: that would ask for a `Default` of what is made.
impl<T> Default for Made<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Made<T> {
    pub(crate) fn set(&self, made: T) {
        // A step runs once; a second value would be the same.
        let _ = self.0.set(made);
    }

    pub(crate) fn get(&self) -> Result<&T> {
        self.0.get().context("a step ran before the one that makes what it needs")
    }
}

impl Made<PathBuf> {
    pub(crate) fn path(&self) -> Result<&Path> {
        self.get().map(PathBuf::as_path)
    }
}
