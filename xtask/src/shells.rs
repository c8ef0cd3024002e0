//! Shells that completions are tried in.

use anyhow::Result;

use crate::debian;
use crate::invocation::Invocation;
use crate::log::Log;

/// bash is there wherever this is built.
const SHELLS: [&str; 2] = ["zsh", "fish"];

/// Installs Debian's where one is missing and we may. Without them the tests of completions leave
/// that shell out, and say so.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    let is_missing = |shell: &&str| !Invocation::new(*shell).args(["--version"]).succeeds();
    let missing: Vec<&str> = SHELLS.into_iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok("already there".to_owned());
    }
    match debian::install(log, &missing, "Or leave them out") {
        Ok(()) => Ok("installed".to_owned()),
        Err(error) => Ok(format!("not there, so completions for them are not tried: {error:#}")),
    }
}
