//! Sets up the npm packages that building and testing need.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::log::Log;

/// The oldest Node.js that we are tested with; package.json says the same.
const OLDEST_NODE: u32 = 20;

/// A copy of the lock file as of the last installation. Inside node_modules, so that whoever
/// deletes that folder deletes this too.
const STAMP: &str = "node_modules/.installed-package-lock.json";

const LOCK: &str = "package-lock.json";

/// Installs what the repository's own lock file says, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    check_node()?;
    ensure_in(log, Path::new("."))
}

/// Installs what the lock file of a folder says there, unless that is what is there.
pub(crate) fn ensure_in(log: &mut Log, folder: &Path) -> Result<String> {
    let lock = lock_of(folder)?;
    if is_installed(folder, &lock) {
        return Ok("already there".to_owned());
    }
    install(log, folder, &lock)
}

/// The same in another folder than the one that has the lock file.
pub(crate) fn ensure_apart(log: &mut Log, source: &Path, folder: &Path) -> Result<String> {
    let lock = lock_of(source)?;
    if is_installed(folder, &lock) {
        return Ok("already there".to_owned());
    }
    fresh(folder)?;
    for name in ["package.json", LOCK, ".npmrc"] {
        copy(&source.join(name), &folder.join(name))?;
    }
    install(log, folder, &lock)
}

fn lock_of(folder: &Path) -> Result<Vec<u8>> {
    let lock = folder.join(LOCK);
    fs::read(&lock).with_context(|| format!("can't read {}", lock.display()))
}

fn is_installed(folder: &Path, lock: &[u8]) -> bool {
    fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == lock)
}

fn install(log: &mut Log, folder: &Path, lock: &[u8]) -> Result<String> {
    // None of these packages needs its install script; scripts of strangers don't run.
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    log.run(&Invocation::new("npm").args(npm).within(folder))?;
    let stamp = folder.join(STAMP);
    fs::write(&stamp, lock).with_context(|| format!("can't write {}", stamp.display()))?;
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
