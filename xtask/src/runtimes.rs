//! Runtimes and bundlers out of npm that the package is tested with. They are large, so not
//! every run of the tests has them.

use std::path::Path;

use anyhow::Result;

use crate::log::Log;
use crate::node_packages;

/// Their tests, with a package.json that lists them, and the name of the folder where these run.
pub(crate) const SOURCE: &str = "tests/runtimes";
pub(crate) const COPY: &str = "runtimes";

/// Where they are installed.
pub(crate) const FOLDER: &str = "target/runtimes";

/// Says where that is.
pub(crate) const VARIABLE: &str = "CONDA_VERIFIER_RUNTIMES";

/// Installs what the lock file says, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    // The programs lie in packages of their own, one for each kind of machine: no install script
    // has to run.
    node_packages::ensure_apart(log, Path::new(SOURCE), Path::new(FOLDER))
}
