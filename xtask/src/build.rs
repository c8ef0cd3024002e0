//! `cargo xtask build`: makes pkg/, the folder of the npm package.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::wasm_file::Exports;
use crate::{node_packages, npm_package, rust_target, wasm_file};

/// Where the steps' outputs are kept.
pub(crate) const LOGS: &str = "target/xtask/logs";

// The steps that others wait for.
pub(crate) const RUST_TARGET: &str = "WebAssembly target";
pub(crate) const NODE_PACKAGES: &str = "npm packages";
const LIBRARY: &str = "library for WebAssembly";
pub(crate) const BINDGEN: &str = "wasm-bindgen";
const GLUE: &str = "glue";
const OPTIMISED: &str = "wasm-opt";
const INSTALLED_LIBRARY: &str = "library for what is installed";
const INSTALLED_GLUE: &str = "its glue";
const INSTALLED_OPTIMISED: &str = "wasm-opt for it";
pub(crate) const PACKAGE: &str = "npm package in pkg";

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let mut plan = Plan::default();
    add_set_up(&mut plan);
    add_steps(&mut plan, project, &artifacts);
    if !plan.run(Path::new(LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\nbuilt pkg/; `cargo xtask pack` makes a tarball of it");
    Ok(ExitCode::SUCCESS)
}

/// Installs what building needs.
pub(crate) fn add_set_up(plan: &mut Plan<'_>) {
    plan.add(Step::new(RUST_TARGET, rust_target::ensure));
    plan.add(Step::new(NODE_PACKAGES, node_packages::ensure));
}

/// Builds; needs the steps of `add_set_up`.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, project: &'a Project, artifacts: &'a Artifacts) {
    // Links for long on one core and locks a folder of its own, so it may run beside a cargo
    // that locks target/debug.
    plan.add(
        Step::new(LIBRARY, |log| wasm_file::compile(log, Exports::Shipped, artifacts))
            .after(&[RUST_TARGET]),
    );
    add_bindgen(plan, artifacts);
    plan.add(
        Step::new(GLUE, |log| wasm_file::generate_glue(log, Exports::Shipped, artifacts))
            .after(&[LIBRARY, BINDGEN]),
    );
    plan.add(
        Step::new(OPTIMISED, |log| wasm_file::optimise(log, Exports::Shipped))
            .after(&[GLUE, NODE_PACKAGES]),
    );
    plan.add(
        Step::new(INSTALLED_LIBRARY, |log| wasm_file::compile(log, Exports::Installed, artifacts))
            // Cargo links both to one place, from which the first has to be taken.
            .after(&[LIBRARY]),
    );
    plan.add(
        Step::new(INSTALLED_GLUE, |log| {
            wasm_file::generate_glue(log, Exports::Installed, artifacts)
        })
        .after(&[INSTALLED_LIBRARY, BINDGEN]),
    );
    plan.add(
        Step::new(INSTALLED_OPTIMISED, |log| wasm_file::optimise(log, Exports::Installed))
            .after(&[INSTALLED_GLUE, NODE_PACKAGES]),
    );
    plan.add(
        Step::new(PACKAGE, |log| npm_package::assemble(log, project, artifacts))
            .after(&[OPTIMISED, INSTALLED_OPTIMISED]),
    );
}

/// Compiles wasm-bindgen.
pub(crate) fn add_bindgen<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts) {
    plan.add(Step::new(BINDGEN, |log| wasm_file::compile_bindgen(log, artifacts)).locking_target());
}
