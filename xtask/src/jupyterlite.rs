//! JupyterLite out of PyPI, which a test builds a site with. Not every run of the tests has it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::invocation::Invocation;
use crate::log::Log;
use crate::python;

/// Its tests, and the name of the folder where these run.
pub(crate) const SOURCE: &str = "tests/jupyterlite";
pub(crate) const COPY: &str = "jupyterlite";

/// Where it is installed, with the wheels for the site in a folder below.
pub(crate) const FOLDER: &str = "target/python-jupyterlite";
const WHEELS: &str = "target/python-jupyterlite/wheels";

/// Says where that is.
pub(crate) const VARIABLE: &str = "CONDA_VERIFIER_JUPYTERLITE";

/// What is installed, and what the kernel loads in the browser, by versions and hashes.
const REQUIREMENTS: &str = "fixtures/python/jupyterlite-requirements.txt";
const KERNEL: &str = "fixtures/python/jupyterlite-wheels.txt";

/// A copy of both as of the last installation.
const STAMP: &str = "target/python-jupyterlite/.installed-requirements.txt";

/// Installs what the lists say, unless that is what is there.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    let mut lists = Vec::new();
    for file in [REQUIREMENTS, KERNEL] {
        lists.extend(fs::read(file).with_context(|| format!("can't read {file}"))?);
    }
    if fs::read(STAMP).is_ok_and(|installed| installed == lists) {
        return Ok("already there".to_owned());
    }
    python::install(log, Path::new(FOLDER), REQUIREMENTS)?;
    // For the kernel's Python, not for the one that asks.
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"];
    let kernel = ["--only-binary=:all:", "--python-version=3.14", "--dest", WHEELS];
    let python = Path::new(FOLDER).join("bin/python");
    log.run(&Invocation::new(python).args(pip).args(kernel).args(["--requirement", KERNEL]))?;
    fs::write(STAMP, lists).with_context(|| format!("can't write {STAMP}"))?;
    Ok("installed".to_owned())
}
