//! `cargo xtask pack`: the tarball that would be published, and its sizes.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::artifacts::Artifacts;
use crate::build;
use crate::contents::WASM_FILES;
use crate::digest::sha256;
use crate::folder::fresh;
use crate::invocation::Invocation;
use crate::log::Log;
use crate::npm_package::FOLDER;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::sizes::{self, CEILING, comma};

/// Where tarballs go; git ignores it.
const DIST: &str = "dist";

/// What becomes of a WebAssembly file that is larger than it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// The step fails.
    Binds,
    /// The step's note says how large it is.
    IsTold,
}

impl Ceiling {
    fn allows(self, brotli: usize) -> bool {
        self == Self::IsTold || brotli <= CEILING
    }
}

/// The step that others wait for.
pub(crate) const TARBALL: &str = "npm pack";

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    finish(plan(project, &artifacts), &artifacts)
}

/// All that packing takes.
pub(crate) fn plan<'a>(project: &'a Project, artifacts: &'a Artifacts) -> Plan<'a> {
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    build::add_steps(&mut plan, project, artifacts);
    add_steps(&mut plan, artifacts, Ceiling::Binds);
    plan
}

/// Carries a plan out, and tells what was packed.
pub(crate) fn finish(plan: Plan<'_>, artifacts: &Artifacts) -> Result<ExitCode> {
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\n{}\n\n{}", artifacts.sizes.get()?, artifacts.digests.get()?);
    Ok(ExitCode::SUCCESS)
}

/// Packs; needs the steps of `build::add_steps`.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts, ceiling: Ceiling) {
    plan.add(Step::new(TARBALL, move |log| pack(log, artifacts, ceiling)).after(&[build::PACKAGE]));
}

fn pack(log: &mut Log, artifacts: &Artifacts, ceiling: Ceiling) -> Result<String> {
    fresh(Path::new(DIST))?;
    let npm = Invocation::new("npm").args([
        "pack",
        "./pkg",
        "--json",
        "--ignore-scripts",
        "--pack-destination",
        DIST,
    ]);
    let said: Value = serde_json::from_str(&log.read(&npm)?)
        .with_context(|| format!("the output of `{npm}` is not JSON"))?;
    // One object a package: in an array, or in newer versions below the package's name.
    let packed = match &said {
        Value::Array(all) => all.first(),
        Value::Object(all) => all.values().next(),
        _ => None,
    };
    let name = packed
        .and_then(|packed| packed.get("filename"))
        .and_then(Value::as_str)
        .with_context(|| format!("the output of `{npm}` names no file"))?;
    let tarball = Path::new(DIST).join(name);
    let (table, brotli) = sizes::table(Path::new(FOLDER), &tarball)?;
    ensure!(
        ceiling.allows(brotli),
        "the WebAssembly file is {} bytes after brotli; the ceiling is {}. `cargo bloat` or \
         `twiggy top` on the file of `cargo xtask build` shows what grew\n\n{table}",
        comma(brotli),
        comma(CEILING),
    );
    artifacts.digests.set(digests(&tarball)?);
    artifacts.tarball.set(tarball);
    artifacts.sizes.set(table);
    Ok(format!("WebAssembly {} of {} bytes brotli", comma(brotli), comma(CEILING)))
}

/// What somebody else compares who builds the same sources, as `sha256sum` writes it.
pub(crate) fn digests(tarball: &Path) -> Result<String> {
    let wasm = WASM_FILES.iter().map(|name| Path::new(FOLDER).join(name));
    let lines = wasm
        .chain([tarball.to_owned()])
        .map(|file| Ok(format!("{}  {}", sha256(&file)?, file.display())));
    Ok(lines.collect::<Result<Vec<_>>>()?.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{CEILING, Ceiling};

    #[test]
    fn the_ceiling_binds_where_it_should() {
        let above = CEILING.saturating_add(1);
        assert!(Ceiling::Binds.allows(CEILING) && !Ceiling::Binds.allows(above));
        assert!(Ceiling::IsTold.allows(above));
    }
}
