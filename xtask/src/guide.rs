//! `cargo xtask docs`: the guide and the package's API as pages.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::artifacts::Artifacts;
use crate::cargo_tool::CargoTool;
use crate::folder::fresh;
use crate::log::Log;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::{api_pages, build};

/// What makes pages of Markdown. Its search is a script of its own: nothing is fetched from
/// elsewhere.
const MDBOOK: CargoTool = CargoTool { name: "mdbook", version: "0.5.4", features: "search" };

/// Where docs/book.toml has them made.
const PAGES: &str = "target/docs";

const INSTALLED: &str = "mdBook";
const TYPEDOC: &str = "TypeDoc";
const GUIDE: &str = "the guide as pages";

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    build::add_steps(&mut plan, project, &artifacts);
    add_steps(&mut plan);
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\n{PAGES}/index.html is the guide, {PAGES}/api/index.html the API.");
    Ok(ExitCode::SUCCESS)
}

/// Sets mdBook and TypeDoc up and runs them; needs the steps of `build`.
pub(crate) fn add_steps(plan: &mut Plan<'_>) {
    plan.add(Step::new(INSTALLED, |log| MDBOOK.ensure(log)));
    plan.add(Step::new(GUIDE, pages).after(&[INSTALLED]));
    // After the other npm: both would write to its cache.
    plan.add(Step::new(TYPEDOC, api_pages::ensure).after(&[build::NODE_PACKAGES]));
    let api = Step::new("the API as pages", |log| api_pages::make(log, PAGES));
    plan.add(api.after(&[GUIDE, TYPEDOC, build::PACKAGE]));
}

fn pages(log: &mut Log) -> Result<String> {
    fresh(Path::new(PAGES))?;
    log.run(&MDBOOK.command()?.args(["build", "docs"]))?;
    // It warns of what it leaves out, and ends well.
    let text = log.text()?;
    ensure!(!text.contains("WARN") && !text.contains("ERROR"), "mdBook complains:\n{text}");
    let chapters = std::fs::read_to_string("docs/SUMMARY.md")?.matches("](").count();
    Ok(format!("{chapters} chapters"))
}
