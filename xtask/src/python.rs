//! Python with the packages that sign channels for the tests, and with those that make packages
//! for benchmarks.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use conda_verifier_fixtures::trust::Python;
use conda_verifier_fixtures::tuf::TufPython;

use crate::debian;
use crate::invocation::Invocation;
use crate::log::Log;

/// The packages that make repositories of TUF, by versions and hashes.
const REQUIREMENTS: &str = "fixtures/python/requirements.txt";

/// py-rattler, by its version and hashes.
const RATTLER_REQUIREMENTS: &str = "fixtures/python/rattler-requirements.txt";

/// Where it is installed, for tests/installed.
const RATTLER: &str = "target/python-rattler";

/// The packages that write and read conda packages, by versions and hashes.
const BENCH_REQUIREMENTS: &str = "benches/python/requirements.txt";

/// Where those are installed, and the Python that has them.
const BENCH_ENVIRONMENT: &str = "target/python-bench";
pub(crate) const BENCH_PYTHON: &str = "target/python-bench/bin/python";

/// A copy of the requirements as of the last installation.
const BENCH_STAMP: &str = "target/python-bench/.installed-requirements.txt";

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
    let installed = install(log, &TufPython::environment(), REQUIREMENTS).and_then(|()| {
        ensure!(
            TufPython::start().is_some(),
            "pip installed {REQUIREMENTS}, and Python can't import it"
        );
        Ok(())
    });
    match installed {
        Ok(()) => Ok("installed".to_owned()),
        Err(error) if std::env::var_os("CI").is_some() => Err(error),
        Err(error) => Ok(format!("left out: {error}")),
    }
}

/// Finds py-rattler, which installs packages for a test, and installs it from PyPI in an
/// environment of its own, below target/. Where that can't be done, the test says so; not so
/// where `CI` is set, which must have it.
pub(crate) fn ensure_rattler(log: &mut Log) -> Result<String> {
    let python = Path::new(RATTLER).join("bin/python");
    let is_there = || Invocation::new(python.clone()).args(["-c", "import rattler"]).succeeds();
    if is_there() {
        return Ok("already there".to_owned());
    }
    let installed = install(log, Path::new(RATTLER), RATTLER_REQUIREMENTS).and_then(|()| {
        ensure!(is_there(), "pip installed {RATTLER_REQUIREMENTS}, and Python can't import it");
        Ok(())
    });
    match installed {
        Ok(()) => Ok("installed".to_owned()),
        Err(error) if std::env::var_os("CI").is_some() => Err(error),
        Err(error) => Ok(format!("left out: {error}")),
    }
}

/// Installs what benchmarks need of PyPI in an environment of their own, below target/.
pub(crate) fn ensure_bench(log: &mut Log) -> Result<String> {
    let requirements =
        fs::read(BENCH_REQUIREMENTS).with_context(|| format!("can't read {BENCH_REQUIREMENTS}"))?;
    if fs::read(BENCH_STAMP).is_ok_and(|installed| installed == requirements) {
        return Ok("already there".to_owned());
    }
    install(log, Path::new(BENCH_ENVIRONMENT), BENCH_REQUIREMENTS)?;
    fs::write(BENCH_STAMP, requirements).with_context(|| format!("can't write {BENCH_STAMP}"))?;
    Ok("installed".to_owned())
}

/// Installs the tools that unpack the same packages as we: those of benchmarks, and libarchive.
/// Where that can't be done, the tests say what they leave out; but for libarchive not so
/// where `CI` is set.
pub(crate) fn ensure_unpackers(log: &mut Log) -> Result<String> {
    let installed = ensure_bench(log).map(|note| {
        let question = "import ctypes.util as c, sys; sys.exit(not c.find_library('archive'))";
        if Invocation::new(BENCH_PYTHON).args(["-c", question]).succeeds() {
            return note;
        }
        let instead = "Install libarchive, which Python's ctypes has to find";
        // One of four tools: without it the others are still compared.
        match debian::install(log, &["libarchive-tools"], instead) {
            Ok(()) => "installed".to_owned(),
            Err(error) => format!("without libarchive: {error}"),
        }
    });
    match installed {
        Err(error) if std::env::var_os("CI").is_none() => Ok(format!("left out: {error}")),
        done => done,
    }
}

/// Makes an environment anew with the packages of a file.
pub(crate) fn install(log: &mut Log, folder: &Path, requirements: &str) -> Result<()> {
    let environment = |python: &str| {
        let words = ["-m", "venv", "--clear"];
        Invocation::new(python).args(words).args([folder])
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
    log.run(&Invocation::new(folder.join("bin/python")).args(pip).args([requirements]))
}
