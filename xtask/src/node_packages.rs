//! Sets up the npm packages that building and testing need.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::invocation::Invocation;
use crate::log::Log;

/// The oldest Node.js that we are tested with; package.json says the same.
const OLDEST_NODE: u32 = 20;

/// A copy of the lock file as of the last installation. Inside node_modules, so that whoever
/// deletes that folder deletes this too.
const STAMP: &str = "node_modules/.installed-package-lock.json";

/// Installs what package-lock.json says, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    check_node()?;
    let lock = fs::read("package-lock.json").context("can't read package-lock.json")?;
    if fs::read(STAMP).is_ok_and(|installed| installed == lock) {
        return Ok("already there".to_owned());
    }
    // None of these packages needs its install script; scripts of strangers don't run.
    log.run(&Invocation::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    fs::write(STAMP, lock).with_context(|| format!("can't write {STAMP}"))?;
    Ok("installed".to_owned())
}

/// A command of an installed package.
pub(crate) fn command(name: &str) -> Invocation {
    Invocation::new(Path::new("node_modules/.bin").join(name))
}

fn check_node() -> Result<()> {
    let version = Invocation::new("node").args(["--version"]).read()?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    if major.parse::<u32>().is_ok_and(|major| major >= OLDEST_NODE) {
        return Ok(());
    }
    bail!(
        "the `node` in PATH is {}; install Node.js {OLDEST_NODE} or newer with npm",
        version.trim()
    );
}
