//! The Rust toolchain: what it is, and what it lacks.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::invocation::Invocation;
use crate::log::Log;

/// What browsers and edge workers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Where the source of the standard library is below a sysroot, if it is installed.
pub(crate) const LIBRARY_SOURCE: &str = "lib/rustlib/src/rust";

/// The compiler that cargo calls.
pub(crate) struct Compiler {
    /// Such as 1.95.0.
    pub(crate) release: String,
    pub(crate) commit: String,
    /// What it runs on.
    pub(crate) host: String,
    pub(crate) sysroot: PathBuf,
}

impl Compiler {
    pub(crate) fn ask() -> Result<Self> {
        let said = Invocation::new("rustc").args(["--version", "--verbose"]).read()?;
        let line = |name: &str| {
            let found = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.map(str::to_owned).with_context(|| format!("rustc tells no {name}:\n{said}"))
        };
        let sysroot = Invocation::new("rustc").args(["--print=sysroot"]).read()?;
        Ok(Self {
            release: line("release")?,
            commit: line("commit-hash")?,
            host: line("host")?,
            sysroot: sysroot.trim().into(),
        })
    }
}

/// Adds the WebAssembly target where it is missing.
pub(crate) fn ensure(log: &mut Log) -> Result<String> {
    // Asks the compiler, not rustup: a toolchain from elsewhere may have the target too.
    let libraries = Invocation::new("rustc").args(["--print=target-libdir", "--target", WASM]);
    if Path::new(libraries.read()?.trim()).is_dir() {
        return Ok("already there".to_owned());
    }
    rustup(log, &["target", "add", WASM], "the Rust target wasm32-unknown-unknown")?;
    Ok("added".to_owned())
}

/// Adds rustfmt and clippy where they are missing.
pub(crate) fn ensure_components(log: &mut Log) -> Result<String> {
    let has = |tool: &str| Invocation::new("cargo").args([tool, "--version"]).succeeds();
    if has("fmt") && has("clippy") {
        return Ok("already there".to_owned());
    }
    rustup(log, &["component", "add", "rustfmt", "clippy"], "rustfmt or clippy")?;
    Ok("added".to_owned())
}

/// Adds a nightly toolchain, which the sanitisers of fuzzing need, and cargo-fuzz.
pub(crate) fn ensure_fuzzing(log: &mut Log) -> Result<String> {
    let has = |words: &[&str]| Invocation::new("cargo").args(words).succeeds();
    let (has_nightly, has_fuzz) = (has(&["+nightly", "--version"]), has(&["fuzz", "--version"]));
    if !has_nightly {
        let words = ["toolchain", "install", "nightly", "--profile=minimal"];
        rustup(log, &words, "a nightly toolchain")?;
    }
    if !has_fuzz {
        log.run(&Invocation::new("cargo").args(["install", "cargo-fuzz", "--locked"]))?;
    }
    Ok(if has_nightly && has_fuzz { "already there" } else { "added" }.to_owned())
}

fn rustup(log: &mut Log, arguments: &[&str], missing: &str) -> Result<()> {
    let add = Invocation::new("rustup").args(arguments);
    if !Invocation::new("rustup").args(["--version"]).succeeds() {
        bail!(
            "{missing} is missing, and so is rustup, which would add it. Install rustup and \
             run: {add}. With Rust from a distribution, install its package for that instead"
        );
    }
    log.run(&add)
}
