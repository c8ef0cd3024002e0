//! `cargo xtask docs`: the guide as pages.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::build;
use crate::cargo_tool::CargoTool;
use crate::folder::fresh;
use crate::log::Log;
use crate::plan::{Plan, Step};

/// What makes pages of Markdown. Its search is a script of its own: nothing is fetched from
/// elsewhere.
const MDBOOK: CargoTool = CargoTool { name: "mdbook", version: "0.5.4", features: "search" };

/// Where docs/book.toml has them made.
const PAGES: &str = "target/docs";

const INSTALLED: &str = "mdBook";

pub(crate) fn run() -> Result<ExitCode> {
    let mut plan = Plan::default();
    add_steps(&mut plan);
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\n{PAGES}/index.html is the guide.");
    Ok(ExitCode::SUCCESS)
}

/// Sets mdBook up and runs it.
pub(crate) fn add_steps(plan: &mut Plan<'_>) {
    plan.add(Step::new(INSTALLED, |log| MDBOOK.ensure(log)));
    plan.add(Step::new("the guide as pages", pages).after(&[INSTALLED]));
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
