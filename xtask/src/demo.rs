//! `cargo xtask demo`: sample channels, verified by the installed command line.

use std::path::Path;
use std::process::{ExitCode, ExitStatus, Stdio};

use anyhow::{Context as _, Result, ensure};
use conda_verifier_fixtures::digest;
use conda_verifier_fixtures::trust::{NOW, SignedChannel, TrustSpoil, signed_channel};
use conda_verifier_fixtures::tuf::{self, TufChannel, TufPlan, TufSpoil, tuf_channel};

use crate::artifacts::Artifacts;
use crate::folder::write;
use crate::invocation::Invocation;
use crate::made::Made;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::{build, fixtures, installation, pack};

/// Where the demonstration takes place.
const FOLDER: &str = "target/demo";

/// Below it, the sample channel, which nobody signed.
const CHANNEL: &str = "channel";

/// The signed one, attacks on it, the root to trust, and what is kept of it.
const SIGNED: &str = "signed";
const ATTACKS: &str = "attacks";
const ROOT: &str = "trusted/root.json";
const STATE: &str = "trusted/state.json";

/// The one that TUF protects, attacks on it, and the root to trust.
const TUF: &str = "tuf";
const TUF_ATTACKS: &str = "tuf-attacks";
const TUF_ROOT: &str = "trusted/tuf-root.json";
const TUF_STATE: &str = "trusted/tuf-state.json";

/// The channel that the signed ones are mirrors of, so that they share what is kept.
const IDENTITY: &str = "https://example.org/channel";

/// One call of the command line. It changes nothing that another one reads but the state, which
/// only grows: whoever repeats it sees the same.
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
    pack::add_steps(&mut plan, &artifacts, pack::Ceiling::IsTold);
    plan.add(
        Step::new("install the tarball", |log| {
            installation::install(log, artifacts.tarball.path()?, Path::new(FOLDER))?;
            Ok(String::new())
        })
        .after(&[pack::TARBALL]),
    );
    plan.add(
        Step::new("sample channels", |_| {
            scenes.set(write_scenes()?);
            Ok(String::new())
        })
        .after(&["install the tarball"]),
    );
    if !plan.run(Path::new(build::LOGS))? {
        return Ok(ExitCode::FAILURE);
    }
    println!("\nThe package is installed in {FOLDER}, beside sample channels.");
    for scene in scenes.get()? {
        play(scene)?;
    }
    for scene in scenes.get()? {
        repeat(scene)?;
    }
    println!(
        "\nAll verdicts are the expected ones, a second time too. To repeat them, and to see more:\n"
    );
    println!("  cd {FOLDER}");
    println!("  node node_modules/.bin/conda-verifier --help");
    println!("  node node_modules/.bin/conda-verifier package --json {CHANNEL}/noarch/*.conda");
    println!(
        "  node node_modules/.bin/conda-verifier channel {ATTACKS}/{} --root {ROOT} --now {NOW} \
         --json",
        TrustSpoil::RecordTampered
    );
    println!(
        "\n  cargo xtask serve          the page that shows channels and packages, these samples first"
    );
    println!("  cargo xtask fixtures DIR   every way to spoil a package or a channel, as files");
    println!("  cargo xtask test           every test");
    Ok(ExitCode::SUCCESS)
}

/// Writes the channels, and says what to show of them.
fn write_scenes() -> Result<Vec<Scene>> {
    let mut scenes = package_scenes()?;
    scenes.extend(channel_scenes()?);
    scenes.extend(tuf_scenes()?);
    Ok(scenes)
}

/// Packages of a channel that nobody signed.
fn package_scenes() -> Result<Vec<Scene>> {
    let channel = fixtures::write_channel(&Path::new(FOLDER).join(CHANNEL))?;
    let below = |path: &String| format!("{CHANNEL}/{path}");
    let against_repodata = |paths: &[String]| {
        let repodata = format!("{CHANNEL}/noarch/repodata.json");
        let package = std::iter::once("package".to_owned());
        package.chain(paths.iter().map(below)).chain(["--repodata".to_owned(), repodata]).collect()
    };
    let both_formats = channel.honest.get(..2).context("the sample channel lacks packages")?;
    let first = channel.honest.first().context("the sample channel has no honest package")?;
    let bytes = channel.files.get(first).context("the sample channel lacks a package")?;
    Ok(vec![
        Scene {
            title: "A package whose digest you know from somewhere you trust.",
            arguments: words(&["package", &below(first), "--sha256", &digest::sha256(bytes)]),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "Packages against repodata that nobody signed: all agree, but who says so? To \
                    get to verified, give a digest from somebody you trust (--sha256, as above) or \
                    a signed channel (--channel and --root, as below).",
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

/// A signed channel, attacks on it, and its packages.
fn channel_scenes() -> Result<Vec<Scene>> {
    let folder = Path::new(FOLDER);
    let honest = signed_channel();
    let write_all = |below: &Path, channel: &SignedChannel| {
        channel
            .files
            .iter()
            .try_for_each(|(path, bytes)| write(&folder.join(below).join(path), bytes))
    };
    write_all(Path::new(SIGNED), &honest)?;
    for way in [
        TrustSpoil::KeyMgrExpired,
        TrustSpoil::RecordTampered,
        TrustSpoil::PackageTampered,
        TrustSpoil::RootRolledBack,
        TrustSpoil::KeyMgrRolledBack,
    ] {
        write_all(&Path::new(ATTACKS).join(way.name()), &way.apply(&honest))?;
    }
    let file = |path: &str| honest.files.get(path).with_context(|| format!("there is no {path}"));
    write(&folder.join(ROOT), file(SignedChannel::PINNED)?)?;
    let attack = |way: TrustSpoil| format!("{ATTACKS}/{}", way.name());
    let trusting = ["--root", ROOT, "--now", NOW];
    let channel = |place: &str, more: &[&str]| {
        [words(&["channel", place]), words(&trusting), words(more)].concat()
    };
    let package = |place: &str| {
        let file = format!("{place}/{}", TrustSpoil::VICTIM);
        [words(&["package", &file, "--channel", SIGNED]), words(&trusting)].concat()
    };
    Ok(vec![
        Scene {
            title: "Roles: root says who may name signers; key_mgr names them; pkg_mgr's keys sign \
                    records.\n\nA signed channel, from a root that you trust: who signs, all \
                    records, all packages. What was seen is kept.",
            arguments: channel(SIGNED, &["--packages", "--mirror-of", IDENTITY, "--state", STATE]),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "A package that the channel vouches for: no other digest is needed.",
            arguments: package(SIGNED),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "The same package with one bit flipped.",
            arguments: package(&attack(TrustSpoil::PackageTampered)),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "The mirror that serves it, and a second one: nobody has to trust either. What \
                    one has wrong comes from the next, and it is told who failed.",
            arguments: channel(
                &attack(TrustSpoil::PackageTampered),
                &["--packages", "--mirror", SIGNED],
            ),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "A record in the repodata that was changed after it was signed.",
            arguments: channel(&attack(TrustSpoil::RecordTampered), &[]),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "A role that has expired: somebody may be withholding the newer one.",
            arguments: channel(&attack(TrustSpoil::KeyMgrExpired), &[]),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "A root that was rolled back: under the next one's name an old one is served.",
            arguments: channel(&attack(TrustSpoil::RootRolledBack), &[]),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "A mirror of the first channel that offers an older role than what was kept of \
                    it: good signatures, but somebody takes a change back.",
            arguments: channel(
                &attack(TrustSpoil::KeyMgrRolledBack),
                &["--mirror-of", IDENTITY, "--state", STATE],
            ),
            exit: 1,
            verdict: "rejected",
        },
    ])
}

/// A channel that TUF protects: its repodata and packages as files.
fn tuf_scenes() -> Result<Vec<Scene>> {
    let folder = Path::new(FOLDER);
    let honest = tuf_channel(&TufPlan::default());
    let write_all = |below: &Path, channel: &TufChannel| {
        channel
            .files
            .iter()
            .try_for_each(|(path, bytes)| write(&folder.join(below).join(path), bytes))
    };
    write_all(Path::new(TUF), &honest)?;
    let mixed = TufSpoil::SnapshotOfOtherTime;
    let mixed_channel = format!("{TUF_ATTACKS}/{}", mixed.name());
    write_all(Path::new(&mixed_channel), &mixed.apply(&honest))?;
    let root = honest.files.get(TufChannel::PINNED).context("there is no root")?;
    write(&folder.join(TUF_ROOT), root)?;
    let channel = |place: &str, now: &str, more: &[&str]| {
        let words = |them: &[&str]| words(them);
        [words(&["channel", place, "--root", TUF_ROOT, "--now", now]), words(more)].concat()
    };
    let kept = ["--mirror-of", IDENTITY, "--state", TUF_STATE];
    Ok(vec![
        Scene {
            title: "TUF: timestamp and snapshot say what is the newest, targets what files have to \
                    be. With its repodata as a target a channel can't withhold or replay records.",
            arguments: channel(TUF, NOW, &[&["--packages"], &kept[..]].concat()),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "A file of any kind that the channel vouches for, by its path.",
            arguments: words(&[
                "target",
                TufSpoil::VICTIM,
                "--channel",
                TUF,
                "--root",
                TUF_ROOT,
                "--now",
                NOW,
            ]),
            exit: 0,
            verdict: "verified",
        },
        Scene {
            title: "The same files a few days later: a channel that is frozen is noticed when its \
                    timestamp expires, though nothing in it was changed.",
            arguments: channel(TUF, tuf::TIMESTAMP_EXPIRES, &kept),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "A snapshot of another time beside today's timestamp: every signature is good, \
                    and the files do not belong together.",
            arguments: channel(&mixed_channel, NOW, &[]),
            exit: 1,
            verdict: "rejected",
        },
        Scene {
            title: "The same with a second mirror: the first is passed over, and told of.",
            arguments: channel(&mixed_channel, NOW, &["--mirror", TUF]),
            exit: 0,
            verdict: "verified",
        },
    ])
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().copied().map(str::to_owned).collect()
}

/// Runs one scene on the screen, and checks how it ends.
fn play(scene: &Scene) -> Result<()> {
    let command = command_of(scene);
    println!("\n{}\n$ {command}", scene.title);
    let command = command.within(FOLDER);
    let status = command.show()?;
    check(scene, &command, status)?;
    println!("(exit status {}: {})", scene.exit, scene.verdict);
    Ok(())
}

/// Runs one scene again, silently: it has to end as before.
fn repeat(scene: &Scene) -> Result<()> {
    let command = command_of(scene).within(FOLDER);
    let mut silent = command.command();
    let status = command.start(silent.stdout(Stdio::null()).stderr(Stdio::null()))?;
    check(scene, &command, status)
}

fn command_of(scene: &Scene) -> Invocation {
    Invocation::new("node").args(["node_modules/.bin/conda-verifier"]).args(&scene.arguments)
}

fn check(scene: &Scene, command: &Invocation, status: ExitStatus) -> Result<()> {
    ensure!(
        status.code() == Some(scene.exit),
        "this should have been {:?}, with exit status {}, but {}",
        scene.verdict,
        scene.exit,
        command.failure(status)
    );
    Ok(())
}
