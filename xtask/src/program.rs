//! A program of the system that tests need.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;

use anyhow::{Result, ensure};

/// A program, and where it comes from.
pub(crate) struct Program {
    /// The environment variable that says where it is, if there is one.
    pub(crate) variable: Option<&'static str>,
    /// What it may be called in PATH.
    pub(crate) names: &'static [&'static str],
    /// Debian's package.
    pub(crate) debian: &'static str,
}

impl Program {
    /// Where the variable points; else the first in PATH.
    pub(crate) fn find(&self) -> Result<Option<PathBuf>> {
        if let Some(variable) = self.variable
            && let Some(path) = env::var_os(variable)
        {
            let path = PathBuf::from(path);
            ensure!(
                path.is_file(),
                "{variable} is {}, where no file is; set it to the path of {} or unset it",
                path.display(),
                self.debian
            );
            return Ok(Some(path));
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        let candidates = self.names.iter().map(OsStr::new);
        Ok(candidates
            .flat_map(|name| env::split_paths(&folders).map(move |folder| folder.join(name)))
            .find(|path| path.is_file()))
    }
}
