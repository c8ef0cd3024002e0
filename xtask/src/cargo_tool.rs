//! Programs that cargo installs, each of one version, below the target folder.

use anyhow::{Context as _, Result};

use crate::invocation::Invocation;
use crate::log::Log;

/// A program that cargo installs.
pub(crate) struct CargoTool {
    /// Of the crate and of the program.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// Those that we need, of the ones it has by default or not.
    pub(crate) features: &'static str,
}

impl CargoTool {
    /// Installs it, unless it is there.
    pub(crate) fn ensure(&self, log: &mut Log) -> Result<String> {
        if self.found().is_some() {
            return Ok("already there".to_owned());
        }
        let root = self.root();
        let options = ["--locked", "--version", self.version, "--root", &root];
        let features = ["--no-default-features", "--features", self.features];
        let install = Invocation::new("cargo").args(["install", self.name]);
        log.run(&install.args(options).args(features))?;
        Ok("installed".to_owned())
    }

    /// It, after [`Self::ensure`].
    pub(crate) fn command(&self) -> Result<Invocation> {
        self.found().with_context(|| format!("there is no {} {}", self.name, self.version))
    }

    /// That of this version, in PATH or installed by us.
    fn found(&self) -> Option<Invocation> {
        let ours = format!("{}/bin/{}{}", self.root(), self.name, std::env::consts::EXE_SUFFIX);
        [self.name.to_owned(), ours].into_iter().map(Invocation::new).find(|program| {
            let told = program.clone().args(["--version"]).read();
            let version = |told: &str| {
                let word = told.split_whitespace().nth(1)?;
                Some(word.strip_prefix('v').unwrap_or(word) == self.version)
            };
            told.is_ok_and(|told| version(&told) == Some(true))
        })
    }

    fn root(&self) -> String {
        format!("target/{}", self.name)
    }
}
