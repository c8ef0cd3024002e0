//! What another person's machine is like, as far as a build could notice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::folder::{copy, fresh, write};
use crate::invocation::Invocation;
use crate::rust_target::{Compiler, LIBRARY_SOURCE};

/// All of it.
const TOP: &str = "target/xtask/reproducible";

/// Another depth, and a name that has to be quoted.
const FOLDER: &str = "somebody's own/deeper";

/// What stays: what is built or installed, and the history.
const BUILT: [&str; 7] = [".git", "target", "pkg", "dist", "node_modules", "artifacts", "coverage"];

/// Another folder with the sources, another place of the crates, another toolchain's folder
/// that has the source of the standard library too. The bytes of the tools are the same.
pub(crate) struct Elsewhere(PathBuf);

impl Elsewhere {
    /// Makes it anew.
    pub(crate) fn make() -> Result<Self> {
        fresh(Path::new(TOP))?;
        let it = Self(absolute(&Path::new(TOP).join(FOLDER))?);
        copy_sources(Path::new("."), &it.source())?;
        link(Path::new("node_modules"), &it.source().join("node_modules"))?;
        link_all(&cargo_home()?, &it.cargo_home())?;
        it.make_toolchain()?;
        Ok(it)
    }

    /// The repository there.
    pub(crate) fn source(&self) -> PathBuf {
        self.0.join("source")
    }

    /// Packs there. Our own program does it, which need not be compiled again.
    pub(crate) fn pack(&self) -> Result<Invocation> {
        let program = std::env::current_exe().context("where is this program?")?;
        // Files that nobody else may read, and the compiler's other folder first in PATH.
        let script = r#"umask 077 && PATH="${RUSTC%/*}:$PATH" && exec "$0" pack"#;
        Ok(Invocation::new("sh")
            .args(["-c".as_ref(), script.as_ref(), program.as_os_str()])
            .env("CARGO_HOME", self.cargo_home())
            .env("CARGO_TARGET_DIR", self.0.join("cargo"))
            .env("RUSTC", self.rustc())
            .env("RUSTFLAGS", "--cfg elsewhere")
            .env("TZ", "Pacific/Chatham")
            .within(self.source()))
    }

    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_dir_all(TOP).with_context(|| format!("can't remove {TOP}"))
    }

    fn cargo_home(&self) -> PathBuf {
        self.0.join("home")
    }

    fn rustc(&self) -> PathBuf {
        self.0.join("bin/rustc")
    }

    /// The compiler with another sysroot, in which rustc finds the source of the standard
    /// library: it looks for one file and never reads it.
    fn make_toolchain(&self) -> Result<()> {
        let theirs = Compiler::ask()?.sysroot;
        let ours = self.0.join("toolchain");
        write(&ours.join(LIBRARY_SOURCE).join("library/std/src/lib.rs"), b"")?;
        link_all(&theirs.join("lib"), &ours.join("lib"))?;
        link_all(&theirs.join("lib/rustlib"), &ours.join("lib/rustlib"))?;
        let script = r#"#!/bin/sh
exec "$(dirname "$0")/../real-rustc" --sysroot "$(dirname "$0")/../toolchain" "$@"
"#;
        write(&self.rustc(), script.as_bytes())?;
        make_executable(&self.rustc())?;
        link(&theirs.join("bin/rustc"), &self.0.join("real-rustc"))
    }
}

/// Copies what is not built.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if BUILT.iter().any(|built| name == *built) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_sources(&entry.path(), &to.join(name))?;
        } else {
            copy(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// Where cargo keeps what it downloaded.
fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::home_dir().context("there is no home folder; set CARGO_HOME")?;
    Ok(home.join(".cargo"))
}

/// A folder with a link to everything in another, but to what it has itself.
fn link_all(folder: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("can't read {}", folder.display()))? {
        let entry = entry?;
        let own = to.join(entry.file_name());
        if !own.exists() {
            link(&entry.path(), &own)?;
        }
    }
    Ok(())
}

fn link(target: &Path, link: &Path) -> Result<()> {
    let target = absolute(target)?;
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(&target, link);
    #[cfg(not(unix))]
    let made: std::io::Result<()> = Err(std::io::ErrorKind::Unsupported.into());
    made.with_context(|| format!("can't link {} to {}", link.display(), target.display()))
}

fn make_executable(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("can't make {} executable", file.display()))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("where is {}?", path.display()))
}
