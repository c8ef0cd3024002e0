//! Python with the package `cryptography`, which signs a channel for the tests.

use anyhow::{Result, ensure};
use conda_verifier_fixtures::trust::Python;

use crate::debian;
use crate::log::Log;

/// Finds it, and installs Debian's where it is missing and we may.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    if Python::start().is_some() {
        return Ok("already there".to_owned());
    }
    let instead = "Install Python 3 with the package cryptography, so that python3 in PATH has it";
    debian::install(log, &["python3-cryptography"], instead)?;
    ensure!(
        Python::start().is_some(),
        "apt-get installed python3-cryptography, but neither python3 in PATH nor /usr/bin/python3 \
         can import it"
    );
    Ok("installed".to_owned())
}
