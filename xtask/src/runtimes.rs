//! Runtimes and bundlers out of npm that the package is tested with. They are large, so not
//! every run of the tests has them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::log::Log;

/// Their tests, with a package.json that lists them, and the name of the folder where these run.
pub(crate) const SOURCE: &str = "tests/runtimes";
pub(crate) const COPY: &str = "runtimes";

/// Where they are installed.
pub(crate) const FOLDER: &str = "target/runtimes";

/// Says where that is.
pub(crate) const VARIABLE: &str = "CONDA_VERIFIER_RUNTIMES";

/// A copy of the lock file as of the last installation.
const STAMP: &str = "target/runtimes/node_modules/.installed-package-lock.json";

/// Installs what the lock file says, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    let lock = Path::new(SOURCE).join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("can't read {}", lock.display()))?;
    if fs::read(STAMP).is_ok_and(|installed| installed == lock) {
        return Ok("already there".to_owned());
    }
    let folder = Path::new(FOLDER);
    fresh(folder)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        copy(&Path::new(SOURCE).join(name), &folder.join(name))?;
    }
    // The programs lie in packages of their own, one for each kind of machine: no install script
    // has to run, and scripts of strangers don't.
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    log.run(&Invocation::new("npm").args(npm).within(folder))?;
    fs::write(STAMP, lock).with_context(|| format!("can't write {STAMP}"))?;
    Ok("installed".to_owned())
}
