//! Python with the packages that sign channels for the tests.

use anyhow::{Result, ensure};
use conda_verifier_fixtures::trust::Python;
use conda_verifier_fixtures::tuf::TufPython;

use crate::debian;
use crate::invocation::Invocation;
use crate::log::Log;

/// The packages that make repositories of TUF, by versions and hashes.
const REQUIREMENTS: &str = "fixtures/python/requirements.txt";

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

/// Finds python-tuf and securesystemslib, and installs them from PyPI in an environment of
/// their own, below target/. Where that can't be done, tests say what they leave out; not
/// so where `CI` is set, which must have them.
pub(crate) fn ensure_tuf(log: &mut Log) -> Result<String> {
    if TufPython::start().is_some() {
        return Ok("already there".to_owned());
    }
    match install(log) {
        Ok(()) => Ok("installed".to_owned()),
        Err(error) if std::env::var_os("CI").is_some() => Err(error),
        Err(error) => Ok(format!("left out: {error}")),
    }
}

fn install(log: &mut Log) -> Result<()> {
    let folder = TufPython::environment();
    let environment = |python: &str| {
        let words = ["-m", "venv", "--clear"];
        Invocation::new(python).args(words).args([folder.clone()])
    };
    // The second is Debian's, should the first be another one that has no venv.
    if log.run(&environment("python3")).is_err() {
        if !Invocation::new("/usr/bin/python3").args(["-c", "import ensurepip"]).succeeds() {
            let instead = "Install Python 3 with the modules venv and pip";
            debian::install(log, &["python3-venv"], instead)?;
        }
        log.run(&environment("/usr/bin/python3"))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "--requirement"];
    log.run(&Invocation::new(folder.join("bin/python")).args(pip).args([REQUIREMENTS]))?;
    ensure!(
        TufPython::start().is_some(),
        "pip installed {REQUIREMENTS}, and Python can't import it"
    );
    Ok(())
}
