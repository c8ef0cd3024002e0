//! Pages of the package's types, beside those of the guide.

use std::path::Path;

use anyhow::Result;

use crate::folder::copy;
use crate::invocation::Invocation;
use crate::log::Log;
use crate::{node_packages, npm_package};

/// What makes them, with a package.json of its own: TypeDoc has to have a TypeScript older than
/// ours.
const SOURCE: &str = "docs/api";

/// Where it is installed. Below the root, so that types of Node.js are found further up.
const FOLDER: &str = "target/typedoc";

/// Installs what the lock file says, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    node_packages::ensure_apart(log, Path::new(SOURCE), Path::new(FOLDER))
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
