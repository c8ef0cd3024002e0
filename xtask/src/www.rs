//! `cargo xtask www`: builds the inspection page over the packed package; `cargo xtask serve`
//! shows it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::plan::{Plan, Step};
use crate::project::{PACKAGE, Project};
use crate::{build, installation, node_packages, pack, sample};

/// The page's sources, with a lock file of their own.
const FOLDER: &str = "www";

/// What is built.
pub(crate) const DIST: &str = "www/dist";

/// The sample channels, which the page's build takes in.
const SAMPLE: &str = "www/generated/sample.bin";

/// Where the package is installed before it goes to the page's other packages.
const INSTALLED: &str = "target/www-package";

/// The address that `serve` listens at; www/vite.config.ts says the same.
const ADDRESS: &str = "http://127.0.0.1:4173/";

// Steps that others wait for.
const PACKAGES: &str = "npm packages of the page";
const SAMPLES: &str = "the page's sample channels";
const INSTALL: &str = "the package for the page";
pub(crate) const PAGE: &str = "the page";

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    build::add_steps(&mut plan, project, &artifacts);
    pack::add_steps(&mut plan, &artifacts, pack::Ceiling::IsTold);
    add_steps(&mut plan, &artifacts);
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\n{DIST} is the page, for any server of files; `cargo xtask serve` shows it");
    Ok(ExitCode::SUCCESS)
}

/// Shows the page until somebody ends it; builds it first where it is not there.
pub(crate) fn serve(project: &Project) -> Result<ExitCode> {
    if !Path::new(DIST).join("index.html").is_file() && run(project)? != ExitCode::SUCCESS {
        return Ok(ExitCode::FAILURE);
    }
    println!("the page is at {ADDRESS}, until you end this with Ctrl+C");
    let status = vite("preview").show()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the page; needs the tarball.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts) {
    plan.add(
        Step::new(PACKAGES, |log| node_packages::ensure_in(log, Path::new(FOLDER)))
            .after(&[build::NODE_PACKAGES]),
    );
    plan.add(Step::new(SAMPLES, |_| sample::write_sample(Path::new(SAMPLE))));
    plan.add(
        Step::new(INSTALL, |log| {
            let installed = Path::new(INSTALLED);
            installation::install(log, artifacts.tarball.path()?, installed)?;
            let place = Path::new(FOLDER).join("node_modules").join(PACKAGE);
            fresh(&place)?;
            copy(&installed.join("node_modules").join(PACKAGE), &place)?;
            Ok(String::new())
        })
        .after(&[PACKAGES, pack::TARBALL]),
    );
    plan.add(Step::new(PAGE, page).after(&[INSTALL, SAMPLES]));
}

fn page(log: &mut Log) -> Result<String> {
    let types = ["node_modules/typescript/bin/tsc", "--noEmit"];
    log.run(&Invocation::new("node").args(types).within(FOLDER))?;
    log.run(&vite("build"))?;
    Ok(String::new())
}

fn vite(command: &str) -> Invocation {
    let vite = ["node_modules/vite/bin/vite.js", command, "--logLevel", "warn"];
    Invocation::new("node").args(vite).within(FOLDER)
}
