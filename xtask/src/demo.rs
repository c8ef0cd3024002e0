//! `cargo xtask demo`: a sample channel, verified by the installed command line.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use conda_verifier_fixtures::digest;

use crate::artifacts::Artifacts;
use crate::invocation::Invocation;
use crate::made::Made;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::{build, fixtures, installation, pack};

/// Where the demonstration takes place.
const FOLDER: &str = "target/demo";

/// Below it, the sample channel.
const CHANNEL: &str = "channel";

/// One call of the command line.
struct Scene {
    title: &'static str,
    arguments: Vec<String>,
    exit: i32,
    verdict: &'static str,
}

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let artifacts = Artifacts::default();
    let scenes = Made::default();
    let mut plan = Plan::default();
    build::add_set_up(&mut plan);
    build::add_steps(&mut plan, project, &artifacts);
    pack::add_steps(&mut plan, &artifacts);
    plan.add(
        Step::new("install the tarball", |log| {
            installation::install(log, artifacts.tarball.path()?, Path::new(FOLDER))?;
            Ok(String::new())
        })
        .after(&[pack::TARBALL]),
    );
    plan.add(
        Step::new("sample channel", |_| {
            scenes.set(write_scenes()?);
            Ok(String::new())
        })
        .after(&["install the tarball"]),
    );
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\nThe package is installed in {FOLDER}, beside a sample channel.");
    for scene in scenes.get()? {
        play(scene)?;
    }
    println!("\nAll verdicts are the expected ones. To see more:\n");
    println!("  cd {FOLDER}");
    println!("  node node_modules/.bin/conda-verifier --help");
    println!("  node node_modules/.bin/conda-verifier package --json {CHANNEL}/noarch/*.conda");
    println!("\n  cargo xtask fixtures DIR   every way to spoil a package, as files");
    println!("  cargo xtask test           every test");
    Ok(ExitCode::SUCCESS)
}

/// Writes the channel, and says what to show of it.
fn write_scenes() -> Result<Vec<Scene>> {
    let channel = fixtures::write_channel(&Path::new(FOLDER).join(CHANNEL))?;
    let below = |path: &String| format!("{CHANNEL}/{path}");
    let repodata = ["--repodata".to_owned(), format!("{CHANNEL}/noarch/repodata.json")];
    let against_repodata =
        |paths: &[String]| paths.iter().map(below).chain(repodata.clone()).collect();
    let both_formats = channel.honest.get(..2).context("the sample channel lacks packages")?;
    let first = channel.honest.first().context("the sample channel has no honest package")?;
    let bytes = channel.files.get(first).context("the sample channel lacks a package")?;
    Ok(vec![
        Scene {
            title: "A package whose digest you know from somewhere you trust.",
            arguments: vec![below(first), "--sha256".to_owned(), digest::sha256(bytes)],
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "Packages against repodata that nobody signed: all agree, but who says so?",
            arguments: against_repodata(both_formats),
            exit: 3,
            verdict: "unverified",
        },
        Scene {
            title: "A package that was tampered with.",
            arguments: against_repodata(&channel.tampered),
            exit: 1,
            verdict: "rejected",
        },
    ])
}

/// Runs one scene on the screen, and checks how it ends.
fn play(scene: &Scene) -> Result<()> {
    let command = Invocation::new("node")
        .args(["node_modules/.bin/conda-verifier", "package"])
        .args(&scene.arguments);
    println!("\n{}\n$ {command}", scene.title);
    let command = command.within(FOLDER);
    let status = command.show()?;
    ensure!(
        status.code() == Some(scene.exit),
        "this should have been {:?}, with exit status {}, but {}",
        scene.verdict,
        scene.exit,
        command.failure(status)
    );
    println!("(exit status {}: {})", scene.exit, scene.verdict);
    Ok(())
}
