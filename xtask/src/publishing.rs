//! All of publishing but the upload.

use std::path::Path;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::invocation::Invocation;
use crate::log::Log;
use crate::pack;
use crate::plan::{Plan, Step};

/// Tries both registries.
pub(crate) fn add_steps<'a>(plan: &mut Plan<'a>, artifacts: &'a Artifacts) {
    plan.add(Step::new("cargo publish, dry run", to_crates));
    plan.add(
        Step::new("npm publish, dry run", |log| to_npm(log, artifacts)).after(&[pack::TARBALL]),
    );
}

/// Packs the crates, and compiles them from what was packed.
fn to_crates(log: &mut Log) -> Result<String> {
    // Those that are not to be published are left out by cargo. Work in progress is tried too;
    // a release is made of what is committed: docs/releasing.md.
    let options = ["--workspace", "--dry-run", "--allow-dirty", "--locked"];
    let publish = Invocation::new("cargo").args(["publish"]).args(options);
    // A folder of its own: no other cargo has to wait for it.
    log.run(&publish.args(["--target-dir", "target/publish"]))?;
    Ok(String::new())
}

fn to_npm(log: &mut Log, artifacts: &Artifacts) -> Result<String> {
    // `--force`: else it fails from the day on which this version is published, and with it
    // every test of a commit that was good.
    let publish =
        Invocation::new("npm").args(["publish", "--dry-run", "--force", "--ignore-scripts"]);
    // Without a dot in front, npm takes it for a repository.
    log.run(&publish.args([Path::new(".").join(artifacts.tarball.path()?)]))?;
    Ok(String::new())
}
