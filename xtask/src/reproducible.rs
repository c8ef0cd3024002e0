//! The package, built a second time on what could be another machine: the same bytes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::artifacts::Artifacts;
use crate::digest::sha256;
use crate::elsewhere::Elsewhere;
use crate::folder::files;
use crate::log::Log;
use crate::npm_package::FOLDER;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::{build, pack};

/// Packs twice.
pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let mut plan = pack::plan(project, &artifacts);
    add_steps(&mut plan, &artifacts);
    pack::finish(plan, &artifacts)
}

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
    let elsewhere = Elsewhere::make()?;
    log.run(&elsewhere.pack()?)?;
    let source = elsewhere.source();
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
    elsewhere.remove()?;
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
