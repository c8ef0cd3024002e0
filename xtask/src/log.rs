//! What one step said: kept in a file, shown when the step fails.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::invocation::Invocation;

/// The output of one step. A file and not a pipe: a browser that outlives its test keeps the
/// pipe open, and a reader would wait for it for ever.
pub(crate) struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("can't write {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Runs a command; its output goes here.
    pub(crate) fn run(&mut self, invocation: &Invocation) -> Result<()> {
        writeln!(self.file, "$ {invocation}")?;
        let mut command = invocation.command();
        command.stdin(Stdio::null()).stdout(self.file.try_clone()?).stderr(self.file.try_clone()?);
        let status = invocation.start(&mut command)?;
        if !status.success() {
            bail!("{}", invocation.failure(status));
        }
        Ok(())
    }

    /// Runs a command for its standard output; what it says on standard error goes here.
    pub(crate) fn read(&mut self, invocation: &Invocation) -> Result<String> {
        writeln!(self.file, "$ {invocation}")?;
        let path = self.path.with_extension("stdout");
        let mut command = invocation.command();
        command.stdin(Stdio::null()).stdout(File::create(&path)?).stderr(self.file.try_clone()?);
        let status = invocation.start(&mut command)?;
        let said = std::fs::read_to_string(&path)
            .with_context(|| format!("the output of `{invocation}`"))?;
        if !status.success() {
            self.file.write_all(said.as_bytes())?;
            bail!("{}", invocation.failure(status));
        }
        Ok(said)
    }

    /// Everything that was said up to now.
    pub(crate) fn text(&self) -> Result<String> {
        let bytes = std::fs::read(&self.path)
            .with_context(|| format!("can't read {}", self.path.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
