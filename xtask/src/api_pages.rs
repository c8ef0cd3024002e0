//! Pages of the package's types, beside those of the guide.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::npm_package;

/// What makes them, with a package.json of its own: TypeDoc has to have a TypeScript older than
/// ours.
const SOURCE: &str = "docs/api";

/// Where it is installed. Below the root, so that types of Node.js are found further up.
const FOLDER: &str = "target/typedoc";

/// A copy of the lock file as of the last installation.
const STAMP: &str = "target/typedoc/node_modules/.installed-package-lock.json";

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
    // None of them needs its install script; scripts of strangers don't run.
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    log.run(&Invocation::new("npm").args(npm).within(folder))?;
    fs::write(STAMP, lock).with_context(|| format!("can't write {STAMP}"))?;
    Ok("installed".to_owned())
}

/// Makes them, out of the built package, in a folder of the guide's pages. Fails with a word of
/// complaint, with an entry that has no page, and with a link that leads nowhere.
pub(crate) fn make(log: &mut Log, guide: &str) -> Result<String> {
    let script = Path::new(FOLDER).join("pages.mjs");
    // Beside what it imports.
    for name in ["pages.mjs", "links.mjs"] {
        copy(&Path::new(SOURCE).join(name), &Path::new(FOLDER).join(name))?;
    }
    let node = Invocation::new("node").args([script]);
    Ok(log.read(&node.args([npm_package::FOLDER, guide]))?.trim().to_owned())
}
