//! What we depend on: licences, bans and sources, by cargo-deny and deny.toml.

use anyhow::Result;

use crate::cargo_tool::CargoTool;
use crate::log::Log;
use crate::plan::{Plan, Step};

/// Of the version that deny.toml is written for. Without its features: they are for advisories.
const DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2", features: "" };

const INSTALLED: &str = "cargo-deny";

/// The workspaces, and what cargo-deny is to think of entries of deny.toml that it did not
/// need there: all but one are for the first. Advisories would be asked of a server, and change
/// without us.
const WORKSPACES: [(&str, &[&str]); 2] = [
    ("Cargo.toml", &["--deny=unmatched-skip", "--allow=license-exception-not-encountered"]),
    ("fuzz/Cargo.toml", &["--allow=unmatched-skip", "--deny=license-exception-not-encountered"]),
];

/// Sets cargo-deny up and runs it.
pub(crate) fn add_steps(plan: &mut Plan<'_>) {
    plan.add(Step::new(INSTALLED, |log| DENY.ensure(log)));
    plan.add(Step::new("licences, bans and sources", check).after(&[INSTALLED]));
}

fn check(log: &mut Log) -> Result<String> {
    for (manifest, unneeded) in WORKSPACES {
        let graph = ["--workspace", "--all-features", "--locked", "--manifest-path", manifest];
        let deny = DENY.command()?.args(["--config=deny.toml"]).args(graph).args(["check"]);
        log.run(&deny.args(unneeded).args(["licenses", "bans", "sources"]))?;
    }
    Ok(format!("{} workspaces", WORKSPACES.len()))
}
