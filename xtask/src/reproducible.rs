//! The package, built a second time in another folder, by another user's habits: the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::artifacts::Artifacts;
use crate::digest::sha256;
use crate::folder::{copy, files, fresh};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::npm_package::FOLDER;
use crate::plan::{Plan, Step};
use crate::{build, pack};

/// Where the second build is. Another depth, and a name that would have to be quoted.
const ELSEWHERE: &str = "target/xtask/reproducible/somebody's own/deeper";

/// What stays: what is built or installed, and the history.
const BUILT: [&str; 7] = [".git", "target", "pkg", "dist", "node_modules", "artifacts", "coverage"];

/// Builds again, and compares.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts) {
    plan.add(
        Step::new("the same from another folder", |log| again(log, artifacts))
            .after(&[pack::TARBALL, build::NODE_PACKAGES]),
    );
}

fn again(log: &mut Log, artifacts: &Artifacts) -> Result<String> {
    let tarball = artifacts.tarball.path()?;
    // Taken now: what stands in pkg/ and dist/ may be replaced before the second is there.
    let first = Package::take(Path::new(FOLDER), tarball)?;
    let top = Path::new(ELSEWHERE).ancestors().nth(2).context("it is two folders deep")?;
    fresh(top)?;
    let (source, home) = (Path::new(ELSEWHERE).join("source"), Path::new(ELSEWHERE).join("home"));
    copy_sources(Path::new("."), &source)?;
    link_all(&cargo_home()?, &home)?;
    link(Path::new("node_modules"), &source.join("node_modules"))?;
    // Another place of the crates' sources, another target folder, files that nobody else may
    // read, another time of day. Our own program, since it need not be compiled again to build.
    let program = std::env::current_exe().context("where is this program?")?;
    let build = Invocation::new("sh")
        .args(["-c".as_ref(), r#"umask 077 && exec "$0" pack"#.as_ref(), program.as_os_str()])
        .env("CARGO_HOME", absolute(&home)?)
        .env("CARGO_TARGET_DIR", absolute(&Path::new(ELSEWHERE).join("cargo"))?)
        .env("TZ", "Pacific/Chatham")
        .within(&source);
    log.run(&build)?;
    let name = tarball.file_name().context("a tarball has a name")?;
    let second = Package::take(&source.join(FOLDER), &source.join("dist").join(name))?;
    let different = first.different(&second);
    if !different.is_empty() {
        bail!(
            "two builds of the same sources differ in {}; the second one is in {}",
            different.join(", "),
            source.display(),
        );
    }
    // What is different is kept, to be looked at.
    fs::remove_dir_all(top).with_context(|| format!("can't remove {}", top.display()))?;
    let digest = first.tarball.get(..16).unwrap_or_default();
    Ok(format!("{} files and the tarball, {digest}…", first.files.len()))
}

/// The digests of a package.
struct Package {
    files: Vec<(PathBuf, String)>,
    tarball: String,
}

impl Package {
    fn take(folder: &Path, tarball: &Path) -> Result<Self> {
        let digests = files(folder)?
            .into_iter()
            .map(|file| Ok((file.strip_prefix(folder)?.to_owned(), sha256(&file)?)));
        Ok(Self { files: digests.collect::<Result<_>>()?, tarball: sha256(tarball)? })
    }

    /// The names of what is different: the files, or the tarball where it is that alone.
    fn different(&self, other: &Self) -> Vec<String> {
        let lone = |these: &Self, those: &Self| {
            let lone = these.files.iter().filter(|file| !those.files.contains(file));
            lone.map(|(name, _)| name.display().to_string()).collect::<Vec<_>>()
        };
        let mut names = [lone(self, other), lone(other, self)].concat();
        names.sort();
        names.dedup();
        if names.is_empty() && self.tarball != other.tarball {
            names.push("the tarball, by the order, modes or compression of the same files".into());
        }
        names
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

/// A folder with a link to everything in another.
fn link_all(folder: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("can't read {}", folder.display()))? {
        let entry = entry?;
        link(&entry.path(), &to.join(entry.file_name()))?;
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

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("where is {}?", path.display()))
}

#[cfg(test)]
mod tests {
    use super::Package;

    fn package(files: &[(&str, &str)], tarball: &str) -> Package {
        let files = files.iter().map(|(name, digest)| (name.into(), (*digest).to_owned()));
        Package { files: files.collect(), tarball: tarball.to_owned() }
    }

    #[test]
    fn what_differs_is_named() {
        let first = package(&[("a", "1"), ("b", "2")], "3");
        assert!(first.different(&package(&[("a", "1"), ("b", "2")], "3")).is_empty());
        assert_eq!(first.different(&package(&[("a", "1"), ("b", "9")], "8")), ["b"]);
        assert_eq!(first.different(&package(&[("a", "1"), ("c", "2")], "8")), ["b", "c"]);
        let tarball = first.different(&package(&[("a", "1"), ("b", "2")], "8"));
        assert!(tarball.first().is_some_and(|name| name.starts_with("the tarball")));
    }
}
