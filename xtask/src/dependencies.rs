//! What we depend on: licences, bans and sources, by cargo-deny and deny.toml.

use anyhow::Result;

use crate::invocation::Invocation;
use crate::log::Log;
use crate::plan::{Plan, Step};

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Where it is installed, if another version or none is in PATH.
const ROOT: &str = "target/cargo-deny";

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
    plan.add(Step::new(INSTALLED, ensure));
    plan.add(Step::new("licences, bans and sources", check).after(&[INSTALLED]));
}

/// Installs cargo-deny, unless it is there.
fn ensure(log: &mut Log) -> Result<String> {
    if deny().is_some() {
        return Ok("already there".to_owned());
    }
    // Without its features: they are for advisories.
    let options = ["--locked", "--version", VERSION, "--no-default-features", "--root", ROOT];
    log.run(&Invocation::new("cargo").args(["install", "cargo-deny"]).args(options))?;
    Ok("installed".to_owned())
}

fn check(log: &mut Log) -> Result<String> {
    for (manifest, unneeded) in WORKSPACES {
        let deny = deny().unwrap_or_else(|| Invocation::new("cargo-deny"));
        let graph = ["--workspace", "--all-features", "--locked", "--manifest-path", manifest];
        let deny = deny.args(["--config=deny.toml"]).args(graph).args(["check"]).args(unneeded);
        log.run(&deny.args(["licenses", "bans", "sources"]))?;
    }
    Ok(format!("{} workspaces", WORKSPACES.len()))
}

/// cargo-deny of this version, in PATH or installed by us.
fn deny() -> Option<Invocation> {
    let ours = format!("{ROOT}/bin/cargo-deny{}", std::env::consts::EXE_SUFFIX);
    ["cargo-deny".to_owned(), ours].into_iter().map(Invocation::new).find(|deny| {
        let version = deny.clone().args(["--version"]).read();
        version.is_ok_and(|version| version.split_whitespace().nth(1) == Some(VERSION))
    })
}
