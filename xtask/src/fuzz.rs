//! `cargo xtask fuzz`: every fuzz target for a while, and what that came to.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use conda_verifier_fixtures::seeds::{Maker, TARGETS};

use crate::build;
use crate::folder::{fresh, write};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::rust_target;

/// The crate of the targets, and where it is built.
const CRATE: &str = "fuzz";
const BUILT: &str = "target/fuzz";

/// Inputs that the engine found worth keeping; it goes on from them the next time.
const CORPUS: &str = "target/fuzz/corpus";

/// Inputs of the generator, made anew each time.
const SEEDS: &str = "target/fuzz/seeds";

/// What the targets failed on, as cargo-fuzz keeps it, and where it is checked in.
const ARTIFACTS: &str = "fuzz/artifacts";
const FINDS: &str = "fuzz/finds";

// The steps that others wait for.
const TOOLCHAIN: &str = "nightly toolchain and cargo-fuzz";
const SEEDED: &str = "seeds";
const TARGETS_BUILT: &str = "fuzz targets";

/// What to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How long each target runs.
    seconds: u64,
    /// Which ones.
    targets: Vec<&'static str>,
}

impl Options {
    /// Reads what follows `cargo xtask fuzz`; `None` where only a list is wanted.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Option<Self>> {
        let known = TARGETS.map(|(name, _)| name);
        let mut options = Self { seconds: 60, targets: Vec::new() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--list" => return Ok(None),
                "--seconds" => {
                    let seconds = rest.next().and_then(|text| text.parse().ok());
                    options.seconds = seconds
                        .filter(|seconds| *seconds > 0)
                        .context("--seconds takes a number: for how long each target runs")?;
                }
                name => match known.iter().find(|known| **known == name) {
                    Some(target) => options.targets.push(target),
                    None => bail!("there is no fuzz target {name}; --list shows what there is"),
                },
            }
        }
        if options.targets.is_empty() {
            options.targets = known.to_vec();
        }
        Ok(Some(options))
    }
}

/// What became of a target.
struct Outcome {
    target: &'static str,
    time: Duration,
    figures: Figures,
    finds: Vec<PathBuf>,
}

pub(crate) fn run(project: &Project, options: Option<&Options>) -> Result<ExitCode> {
    let Some(options) = options else {
        TARGETS.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(ExitCode::SUCCESS);
    };
    let outcomes = Mutex::new(Vec::new());
    let mut plan = Plan::default();
    plan.add(Step::new(TOOLCHAIN, rust_target::ensure_fuzzing));
    plan.add(Step::new(SEEDED, |_| write_seeds(&options.targets)));
    plan.add(
        Step::new(TARGETS_BUILT, |log| {
            log.run(&cargo_fuzz("build"))?;
            Ok(String::new())
        })
        .after(&[TOOLCHAIN]),
    );
    for target in &options.targets {
        let outcomes = &outcomes;
        plan.add(
            Step::new(target, move |log| {
                let outcome = fuzz(log, target, options.seconds)?;
                let note = outcome.note();
                if let Ok(mut outcomes) = outcomes.lock() {
                    outcomes.push(outcome);
                }
                Ok(note)
            })
            .after(&[TARGETS_BUILT, SEEDED]),
        );
    }
    let has_run = plan.run(&project.path(build::LOGS))?;
    let mut outcomes =
        outcomes.into_inner().ok().context("a step panicked while it told its outcome")?;
    outcomes.sort_by_key(|outcome| outcome.target);
    print_table(&outcomes);
    let finds: Vec<_> = outcomes
        .iter()
        .flat_map(|outcome| outcome.finds.iter().map(|at| (outcome.target, at)))
        .collect();
    for (target, at) in &finds {
        let at = at.display();
        println!(
            "\n{target} failed on {at}
  what it says: {logs}/{target}.log
  minimise it:  cargo +nightly fuzz tmin --target-dir {BUILT} {target} {at}
  check it in:  {FINDS}/{target}/NAME, named after what was wrong; then mend it",
            logs = build::LOGS,
        );
    }
    Ok(if has_run && finds.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cargo_fuzz(command: &str) -> Invocation {
    let folders = ["--fuzz-dir", CRATE, "--target-dir", BUILT];
    Invocation::new("cargo").args(["+nightly", "fuzz", command]).args(folders)
}

/// Writes what the targets start from.
fn write_seeds(targets: &[&str]) -> Result<String> {
    let mut count = 0;
    let wanted = |(name, _): &&(&str, Maker)| targets.contains(name);
    for (target, seeds) in TARGETS.iter().filter(wanted) {
        let folder = Path::new(SEEDS).join(target);
        fresh(&folder)?;
        for (name, bytes) in seeds() {
            write(&folder.join(name), &bytes)?;
            count += 1;
        }
    }
    Ok(format!("{count} inputs"))
}

/// Runs a target; a find is an outcome, not a failure.
fn fuzz(log: &mut Log, target: &'static str, seconds: u64) -> Result<Outcome> {
    let corpus = Path::new(CORPUS).join(target);
    fs::create_dir_all(&corpus).with_context(|| format!("can't create {}", corpus.display()))?;
    let finds = Path::new(FINDS).join(target);
    let before = artifacts(target);
    let begin = Instant::now();
    let kept = Path::new(ARTIFACTS).join(target);
    fs::create_dir_all(&kept).with_context(|| format!("can't create {}", kept.display()))?;
    // Not by `cargo fuzz run`, which would look after the build each time, and build again what
    // somebody edits meanwhile. The sanitiser's option is its own.
    let program = Path::new(BUILT).join(host(log)?).join("release").join(target);
    let ran = log.run(
        &Invocation::new(program)
            .env("ASAN_OPTIONS", "detect_odr_violation=0")
            .args([format!("-artifact_prefix={}/", kept.display())])
            // The first input waits until the target has made its channel.
            .args(["-print_final_stats=1", "-timeout=120"])
            .args([format!("-max_total_time={seconds}")])
            .args([corpus, Path::new(SEEDS).join(target)])
            .args(finds.is_dir().then_some(finds)),
    );
    let time = begin.elapsed();
    let new: Vec<PathBuf> = artifacts(target).difference(&before).cloned().collect();
    let text = log.text()?;
    // Whatever it met again leaves no file that is new.
    let met = text.lines().filter_map(|line| line.split_once("Test unit written to "));
    let met = met.filter(|(_, path)| is_find(path));
    let met: Vec<PathBuf> = met.map(|(_, path)| PathBuf::from(path.trim())).collect();
    let finds = if new.is_empty() { met } else { new };
    // Where there is a find, that is why it failed.
    if finds.is_empty() {
        ran?;
    }
    Ok(Outcome { target, time, figures: Figures::of(&text), finds })
}

/// What cargo-fuzz builds for: the machine's own kind.
fn host(log: &mut Log) -> Result<String> {
    let said = log.read(&Invocation::new("rustc").args(["+nightly", "--version", "--verbose"]))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Whether what libFuzzer kept is a failure. A slow input is none: it is the first one as a
/// rule, which waits until the target has made its channel.
fn is_find(path: &str) -> bool {
    !path.contains("slow-unit-")
}

/// What is kept of a target's failures.
fn artifacts(target: &str) -> BTreeSet<PathBuf> {
    let Ok(entries) = fs::read_dir(Path::new(ARTIFACTS).join(target)) else {
        return BTreeSet::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| is_find(&path.to_string_lossy())).collect()
}

/// libFuzzer's own account.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    executions: u64,
    /// Edges of the program that were reached.
    coverage: u64,
    /// Inputs worth keeping, and their bytes as libFuzzer writes them.
    corpus: String,
}

impl Figures {
    /// Out of lines such as `#1234 DONE   cov: 567 ft: 890 corp: 12/3456b lim: 4096 …`.
    fn of(log: &str) -> Self {
        let mut figures = Self::default();
        for line in log.lines() {
            if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
                figures.executions = count.trim().parse().unwrap_or(figures.executions);
            }
            let Some((number, _)) =
                line.strip_prefix('#').and_then(|rest| rest.split_once(char::is_whitespace))
            else {
                continue;
            };
            figures.executions = number.parse().unwrap_or(figures.executions);
            let mut words = line.split_whitespace();
            while let Some(word) = words.next() {
                match word {
                    "cov:" => {
                        figures.coverage = words.next().and_then(|n| n.parse().ok()).unwrap_or(0)
                    }
                    "corp:" => figures.corpus = words.next().unwrap_or_default().to_owned(),
                    _ => {}
                }
            }
        }
        figures
    }
}

impl Outcome {
    fn note(&self) -> String {
        match self.finds.len() {
            0 => format!("{} executions", self.figures.executions),
            count => format!("{count} found"),
        }
    }

    fn per_second(&self) -> u64 {
        self.figures.executions / self.time.as_secs().max(1)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { executions, coverage, corpus } = &self.figures;
        let (target, seconds, finds) = (self.target, self.time.as_secs(), self.finds.len());
        let rate = self.per_second();
        write!(
            out,
            "{target:18} {seconds:7} {executions:11} {rate:8} {corpus:>14} {coverage:9} {finds:6}"
        )
    }
}

fn print_table(outcomes: &[Outcome]) {
    println!(
        "\n{:18} {:>7} {:>11} {:>8} {:>14} {:>9} {:>6}",
        "target", "seconds", "executions", "a second", "corpus", "coverage", "finds"
    );
    outcomes.iter().for_each(|outcome| println!("{outcome}"));
}

#[cfg(test)]
mod tests {
    use super::{Figures, Options};

    #[test]
    fn the_last_line_counts() {
        let log = "\
INFO: seed corpus: files: 3
#4	INITED cov: 10 ft: 12 corp: 2/10b exec/s: 0 rss: 30Mb
#1024	pulse  cov: 20 ft: 22 corp: 5/1Kb lim: 4 exec/s: 512 rss: 40Mb
#2048	DONE   cov: 21 ft: 23 corp: 6/2Kb lim: 4 exec/s: 512 rss: 40Mb
stat::number_of_executed_units: 2050
";
        let expected = Figures { executions: 2_050, coverage: 21, corpus: "6/2Kb".to_owned() };
        assert_eq!(Figures::of(log), expected);
    }

    #[test]
    fn targets_are_known_ones() -> anyhow::Result<()> {
        let options = Options::parse(&["--seconds", "5", "package"])?;
        assert_eq!(options, Some(Options { seconds: 5, targets: vec!["package"] }));
        assert_eq!(Options::parse(&["--list"])?, None);
        for wrong in [["--seconds"].as_slice(), &["--seconds", "0"], &["nobody"], &["--all"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
        Ok(())
    }
}
