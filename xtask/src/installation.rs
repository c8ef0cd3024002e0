//! The packed package, installed as a user would.

use std::path::Path;

use anyhow::Result;

use crate::folder::{fresh, write};
use crate::invocation::Invocation;
use crate::log::Log;

/// Installs a tarball into a folder that holds nothing else.
pub(crate) fn install(log: &mut Log, tarball: &Path, folder: &Path) -> Result<()> {
    fresh(folder)?;
    // Without one of its own, npm would take the repository's package.json, further up.
    let manifest = "{ \"private\": true, \"type\": \"module\" }\n";
    write(&folder.join("package.json"), manifest.as_bytes())?;
    // Offline: a dependency that slipped in must fail here, not at a user's.
    log.run(
        &Invocation::new("npm")
            .args(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args([std::path::absolute(tarball)?])
            .within(folder),
    )
}
