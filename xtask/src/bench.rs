//! `cargo xtask bench`: ours and peers side by side, under Node.js.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::browser::{self, CHROMIUM};
use crate::build;
use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::npm_package;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::python;
use crate::wasm_file::{self, Exports};

/// The script that runs all of them.
const SCRIPT: &str = "benches/main.mjs";

/// Where it finds the WebAssembly file and its glue.
const FOLDER: &str = "target/xtask/bench";

/// The script that shows where the time goes, and the package that it does so with.
const PROFILE: &str = "benches/profile.mjs";
const NAMED_PACKAGE: &str = "target/xtask/profile";

const LIBRARY: &str = "library for benchmarks";
const GLUE: &str = "glue for benchmarks";
const OPTIMISED: &str = "wasm-opt for benchmarks";
const NAMED: &str = "package with names";

// The steps that others wait for.
pub(crate) const BUILT: &str = "benchmarks";
pub(crate) const PYTHON: &str = "Python with conda tools";
const BROWSER: &str = "Chromium";

/// With how much data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Enough to measure: some minutes, 2 GB of memory, and 150 MB of packages that are kept.
    Full,
    /// Only enough to see that everything runs.
    Quick,
}

pub(crate) fn run(project: &Project, extent: Extent) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    plan.add(Step::new(BROWSER, |log| browser::ensure(log, &artifacts.browser)));
    // One apt-get after the other.
    plan.add(Step::new(PYTHON, python::ensure_bench).after(&[BROWSER]));
    build::add_steps(&mut plan, project, &artifacts);
    add_steps(&mut plan, &artifacts);
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!();
    let status = script(project, &artifacts, extent)?.show()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows where the main thread's time goes while a package is verified.
pub(crate) fn profile(project: &Project) -> Result<ExitCode> {
    const EXPORTS: Exports = Exports::Named;
    let artifacts = Artifacts::default();
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    plan.add(Step::new(PYTHON, python::ensure_bench));
    build::add_steps(&mut plan, project, &artifacts);
    plan.add(
        Step::new(NAMED, |log| {
            wasm_file::generate_glue(log, EXPORTS, &artifacts)?;
            wasm_file::optimise(log, EXPORTS)?;
            let folder = Path::new(NAMED_PACKAGE);
            fresh(folder)?;
            copy(Path::new(npm_package::FOLDER), folder)?;
            wasm_file::install(EXPORTS, &folder.join("dist/wasm"))?;
            Ok(String::new())
        })
        .after(&[build::PACKAGE]),
    );
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!();
    let status = Invocation::new("node")
        .args([PROFILE])
        .env("CONDA_VERIFIER_BENCH_PYTHON", project.path(python::BENCH_PYTHON))
        .env("CONDA_VERIFIER_PACKAGE", project.path(NAMED_PACKAGE))
        .show()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds what is measured beside the package; needs the steps of `build`.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts) {
    const EXPORTS: Exports = Exports::Benchmarks;
    plan.add(
        Step::new(LIBRARY, |log| wasm_file::compile(log, EXPORTS, artifacts))
            .after(&[build::RUST_TARGET]),
    );
    plan.add(
        Step::new(GLUE, |log| wasm_file::generate_glue(log, EXPORTS, artifacts))
            .after(&[LIBRARY, build::BINDGEN]),
    );
    plan.add(
        Step::new(OPTIMISED, |log| wasm_file::optimise(log, EXPORTS))
            .after(&[GLUE, build::NODE_PACKAGES]),
    );
    plan.add(
        Step::new(BUILT, |_| {
            fresh(Path::new(FOLDER))?;
            wasm_file::install(EXPORTS, Path::new(FOLDER))?;
            Ok(String::new())
        })
        .after(&[OPTIMISED]),
    );
}

/// Runs what was built; needs `PYTHON` and a browser, too.
pub(crate) fn script(
    project: &Project,
    artifacts: &Artifacts,
    extent: Extent,
) -> Result<Invocation> {
    let quick = (extent == Extent::Quick).then_some("--quick");
    Ok(Invocation::new("node")
        .args([SCRIPT])
        .args(quick)
        .env("CONDA_VERIFIER_BENCH", project.path(FOLDER))
        .env("CONDA_VERIFIER_BENCH_PYTHON", project.path(python::BENCH_PYTHON))
        .env(CHROMIUM, &artifacts.browser.get()?.chromium)
        // What is measured by its public API is what ships.
        .env("CONDA_VERIFIER_PACKAGE", project.path(npm_package::FOLDER)))
}
