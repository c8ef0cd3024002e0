//! `cargo xtask test`: every test, from formatting to the packed package in a browser.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::{Context as _, Result, ensure};

use crate::artifacts::Artifacts;
use crate::browser::{self, CHROMIUM, DRIVER};
use crate::engines::{self, FIREFOX, WEBKIT_DRIVER};
use crate::folder::{copy, files, fresh};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::plan::{Plan, Step};
use crate::project::{PACKAGE, Project};
use crate::rust_target::{self, WASM};
use crate::tally::Tally;
use crate::{
    bench, build, dependencies, fixtures, guide, installation, jupyterlite, node_packages,
};
use crate::{pack, publishing, python, reproducible, runtimes, shells, sign, www};

/// Where the packed package is installed for its tests. Below the root, so that Node.js finds
/// our development packages further up.
const INSTALLED: &str = "target/npm-test";

/// The tests of the packed package, and where they run.
const SOURCE: &str = "tests/npm";
const COPY: &str = "tests";

/// The tests of the package as a TUF client, and where they run.
const CONFORMANCE: &str = "tests/tuf-conformance";
const CONFORMANCE_COPY: &str = "tuf-conformance";

/// The tests of the page. They import nothing of the package, and run where they are.
const PAGE_TESTS: &str = "tests/www";

/// Says to tests where the page is.
const PAGE_VARIABLE: &str = "CONDA_VERIFIER_PAGE";

/// Where they leave what they saw.
const PAGE_PICTURES: &str = "target/www-pictures";

/// The generator's packages as files.
const CHANNEL: &str = "target/xtask/channel";

/// Packages of public channels and vectors of other tools, which are not ours to ship.
const SHARED: &str = "../shared";

// Steps that others wait for.
const COMPONENTS: &str = "rustfmt and clippy";
const BROWSER: &str = "Chromium";
const PYTHON: &str = "Python with cryptography";
const PYTHON_TUF: &str = "Python with python-tuf";
const PYTHON_RATTLER: &str = "Python with py-rattler";
const SHELLS: &str = "zsh and fish";
const ENGINES: &str = "Firefox and WebKit";
const RUNTIMES: &str = "Deno, Bun and bundlers";
const JUPYTERLITE: &str = "JupyterLite";
const SAMPLES: &str = "sample packages";
const INSTALL: &str = "install the tarball";

/// Which tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Those for every change.
    Daily,
    /// Those that take long as well.
    All,
}

pub(crate) fn run(project: &Project, extent: Extent) -> Result<ExitCode> {
    if extent == Extent::All {
        println!(
            "--all also builds the package a second time in another folder, asks cargo-deny, tries \
             to publish, runs through the benchmarks, compiles the fuzz targets, which takes a \
             C++ compiler, and runs the package in Firefox, WebKit, Deno, Bun, a newer Node.js, \
             what bundlers make of it, which are 500 MB from npm, and a JupyterLite site\n"
        );
    }
    let artifacts = Artifacts::default();
    let tests = Tests { project, artifacts: &artifacts, tally: Mutex::new(Tally::default()) };
    let mut plan = Plan::with_table();
    build::add_set_up(&mut plan);
    // One rustup after the other: they would change the same toolchain.
    plan.add(Step::new(COMPONENTS, rust_target::ensure_components).after(&[build::RUST_TARGET]));
    plan.add(
        Step::new("formatting", |log| {
            log.run(&cargo(&["fmt", "--all", "--check", "--", "--color=never"]))?;
            Ok(String::new())
        })
        .after(&[COMPONENTS]),
    );
    plan.add(Step::new(BROWSER, |log| browser::ensure(log, &artifacts.browser)));
    // One apt-get after the other.
    plan.add(Step::new(PYTHON, python::ensure).after(&[BROWSER]));
    plan.add(Step::new(SHELLS, shells::ensure).after(&[PYTHON]));
    plan.add(Step::new(PYTHON_TUF, python::ensure_tuf).after(&[PYTHON]));
    plan.add(Step::new(PYTHON_RATTLER, python::ensure_rattler).after(&[PYTHON_TUF]));
    plan.add(Step::new(bench::PYTHON, python::ensure_unpackers).after(&[PYTHON_RATTLER]));
    tests.add_lints(&mut plan);
    build::add_steps(&mut plan, project, &artifacts);
    tests.add_rust(&mut plan);
    pack::add_steps(&mut plan, &artifacts, pack::Ceiling::Binds);
    tests.add_npm(&mut plan);
    www::add_steps(&mut plan, &artifacts);
    tests.add_page(&mut plan);
    if extent == Extent::All {
        // The longest of these first.
        reproducible::add_steps(&mut plan, &artifacts);
        dependencies::add_steps(&mut plan);
        guide::add_steps(&mut plan);
        publishing::add_steps(&mut plan, &artifacts);
        bench::add_steps(&mut plan, &artifacts);
        tests.add_benchmarks(&mut plan);
        tests.add_fuzz_targets(&mut plan);
        tests.add_runtimes(&mut plan);
    }

    let succeeded = plan.run(Path::new(build::LOGS))?;
    if succeeded {
        println!("\n{}\n\n{}", artifacts.sizes.get()?, artifacts.digests.get()?);
    }
    if extent == Extent::Daily {
        println!(
            "\nleft out: Firefox, WebKit, Deno, Bun, a newer Node.js, bundlers and JupyterLite, the \
             second build in another folder, licences of dependencies, dry runs of publishing, benchmarks and \
             fuzz targets: cargo xtask test --all"
        );
    }
    if !project.path(SHARED).is_dir() {
        println!(
            "\nleft out: real packages and vectors of other tools, since there is no {SHARED}"
        );
    }
    println!("\n{}", tests.tally()?);
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Tests<'a> {
    project: &'a Project,
    artifacts: &'a Artifacts,
    tally: Mutex<Tally>,
}

impl Tests<'_> {
    fn add_lints<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(
            Step::new("clippy", |log| {
                log.run(
                    &cargo(&["clippy", "--workspace", "--all-targets", "--all-features"])
                        .args(STRICT),
                )?;
                Ok(String::new())
            })
            .after(&[COMPONENTS])
            .locking_target(),
        );
        plan.add(
            Step::new("clippy for WebAssembly", |log| {
                // Not all targets: the other tests and the benchmarks are native programs.
                log.run(&wasm_cargo("clippy").args(["--lib"]).args(STRICT))?;
                Ok(String::new())
            })
            .after(&[COMPONENTS, build::RUST_TARGET])
            .locking_target(),
        );
    }

    fn add_rust<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(
            Step::new("Rust tests", |log| {
                // All failures at once: a person mends them in one go.
                self.count(log, &cargo(&["test", "--workspace", "--no-fail-fast"]))
            })
            .after(&[PYTHON_RATTLER, bench::PYTHON])
            .locking_target(),
        );
        plan.add(
            Step::new("without ECDSA and RSA", |log| {
                let slim = ["test", "--no-default-features", "--test", "tuf_keys"];
                self.count(log, &cargo(&slim))
            })
            .locking_target(),
        );
        plan.add(
            Step::new("bindings under Node.js", |log| self.count(log, &wasm_cargo("test")))
                .after(&[build::RUST_TARGET])
                .locking_target(),
        );
        plan.add(
            Step::new("bindings in Chromium", |log| {
                let browser = self.artifacts.browser.get()?;
                // The runner's own limits are for a machine that does nothing else.
                let test = wasm_cargo("test")
                    .env("WASM_BINDGEN_USE_BROWSER", "1")
                    .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
                    .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
                    .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &browser.capabilities)
                    .env(DRIVER, &browser.driver);
                self.count(log, &test)
            })
            .after(&[BROWSER, "bindings under Node.js"])
            .locking_target(),
        );
        plan.add(
            Step::new("documentation", |log| {
                let doc = cargo(&["doc", "--workspace", "--no-deps"]);
                log.run(&doc.env("RUSTDOCFLAGS", "-D warnings"))?;
                Ok(String::new())
            })
            .locking_target(),
        );
    }

    fn add_npm<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(Step::new(SAMPLES, |_| {
            fresh(Path::new(CHANNEL))?;
            Ok(format!("{} packages", fixtures::write_all(Path::new(CHANNEL))?))
        }));
        plan.add(
            Step::new(INSTALL, |log| {
                let folder = Path::new(INSTALLED);
                installation::install(log, self.artifacts.tarball.path()?, folder)?;
                // Beside the installed package, where its public name means it.
                copy(Path::new(SOURCE), &folder.join(COPY))?;
                // Whose repositories the tests of the package use too. Emptied, so that a test
                // that is gone does not run.
                let conformance = folder.join(CONFORMANCE_COPY);
                fresh(&conformance)?;
                copy(Path::new(CONFORMANCE), &conformance)?;
                Ok(String::new())
            })
            .after(&[pack::TARBALL]),
        );
        plan.add(
            Step::new("types as a user sees them", |log| {
                let config = Path::new(INSTALLED).join(COPY).join("tsconfig.json");
                if !config.exists() {
                    return Ok(format!("nothing: there is no {SOURCE}/tsconfig.json"));
                }
                let tsc = node_packages::command("tsc").args(["--noEmit", "--project"]);
                log.run(&tsc.args([config]))?;
                Ok(String::new())
            })
            .after(&[INSTALL]),
        );
        plan.add(
            Step::new("packed package", |log| self.npm_tests(log))
                .after(&[INSTALL, SAMPLES, BROWSER, SHELLS]),
        );
        plan.add(
            Step::new("a signed channel of one's own", |log| self.own_channel(log))
                .after(&[INSTALL, SAMPLES]),
        );
        plan.add(Step::new("TUF conformance", |log| self.conformance(log)).after(&[INSTALL]));
    }

    fn add_page<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(Step::new("the page in Chromium", |log| self.page_tests(log)).after(&[
            www::PAGE,
            SAMPLES,
            BROWSER,
        ]));
    }

    /// Uses the page as a visitor does.
    fn page_tests(&self, log: &mut Log) -> Result<String> {
        fresh(Path::new(PAGE_PICTURES))?;
        let tests = files(Path::new(PAGE_TESTS))?;
        let tests = tests.into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
        let node = Invocation::new("node")
            .args(["--test", "--test-reporter=spec", "--test-timeout=600000"])
            .args(tests)
            .env(PAGE_VARIABLE, self.project.path(www::DIST))
            .env("CONDA_VERIFIER_PICTURES", self.project.path(PAGE_PICTURES));
        self.count(log, &self.with_places(node)?)
    }

    /// Not for their figures: other steps run beside them.
    fn add_benchmarks<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(
            Step::new("benchmarks run", |log| {
                log.run(&bench::script(self.project, self.artifacts, bench::Extent::Quick)?)?;
                Ok(String::new())
            })
            .after(&[bench::BUILT, bench::PYTHON, BROWSER, build::PACKAGE]),
        );
    }

    /// A workspace of its own, which nothing else compiles.
    fn add_fuzz_targets<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(
            Step::new("fuzz targets", |log| {
                let fuzz =
                    ["--manifest-path=fuzz/Cargo.toml", "--target-dir=target/fuzz", "--locked"];
                log.run(&cargo(&["clippy"]).args(fuzz).args(STRICT))?;
                Ok(String::new())
            })
            .after(&[COMPONENTS]),
        );
    }

    /// The runtimes that are too large for every day.
    fn add_runtimes<'s>(&'s self, plan: &mut Plan<'s>) {
        plan.add(
            Step::new(ENGINES, |log| engines::ensure(log, &self.artifacts.engines))
                // One apt-get after the other.
                .after(&[SHELLS, bench::PYTHON]),
        );
        plan.add(Step::new(RUNTIMES, runtimes::ensure).after(&[build::NODE_PACKAGES]));
        plan.add(Step::new("packed package everywhere", |log| self.runtime_tests(log)).after(&[
            INSTALL,
            SAMPLES,
            BROWSER,
            ENGINES,
            RUNTIMES,
            www::PAGE,
        ]));
        plan.add(Step::new(JUPYTERLITE, jupyterlite::ensure).after(&[bench::PYTHON]));
        plan.add(
            Step::new("a JupyterLite site", |log| self.jupyterlite_tests(log))
                // A bundler comes with the runtimes.
                .after(&[INSTALL, SAMPLES, BROWSER, RUNTIMES, JUPYTERLITE]),
        );
    }

    /// Runs the installed package in every runtime, and compares what it says.
    fn runtime_tests(&self, log: &mut Log) -> Result<String> {
        let folder = Path::new(INSTALLED).join(runtimes::COPY);
        fresh(&folder)?;
        copy(Path::new(runtimes::SOURCE), &folder)?;
        let engines = self.artifacts.engines.get()?;
        let found = [(FIREFOX, &engines.firefox), (WEBKIT_DRIVER, &engines.webkit_driver)];
        let node = self
            .with_places(node_tests(runtimes::COPY)?)?
            .env(runtimes::VARIABLE, self.project.path(runtimes::FOLDER))
            .env(PAGE_VARIABLE, self.project.path(www::DIST));
        let node = found.into_iter().fold(node, |node, (variable, path)| match path {
            Some(path) => node.env(variable, path),
            None => node,
        });
        self.count(log, &node)
    }

    /// Builds a JupyterLite site as the guide says, and opens it in Chromium.
    fn jupyterlite_tests(&self, log: &mut Log) -> Result<String> {
        let folder = Path::new(INSTALLED).join(jupyterlite::COPY);
        fresh(&folder)?;
        copy(Path::new(jupyterlite::SOURCE), &folder)?;
        let tests = self
            .with_places(node_tests(jupyterlite::COPY)?)?
            .env(runtimes::VARIABLE, self.project.path(runtimes::FOLDER))
            .env(jupyterlite::VARIABLE, self.project.path(jupyterlite::FOLDER));
        self.count(log, &tests)
    }

    /// Runs the tests of the installed package, those in Chromium too.
    fn npm_tests(&self, log: &mut Log) -> Result<String> {
        self.count(log, &self.with_places(node_tests(COPY)?)?)
    }

    /// Tells tests where things are.
    fn with_places(&self, tests: Invocation) -> Result<Invocation> {
        Ok(tests
            .env("CONDA_VERIFIER_ROOT", &self.project.root)
            .env("CONDA_VERIFIER_INSTALL", self.project.path(INSTALLED))
            .env("CONDA_VERIFIER_CHANNEL", self.project.path(CHANNEL))
            .env(CHROMIUM, &self.artifacts.browser.get()?.chromium))
    }

    /// Signs packages as a person does who follows the guide, and verifies them.
    fn own_channel(&self, log: &mut Log) -> Result<String> {
        let own = self.project.path("target/xtask/own");
        fresh(&own)?;
        copy(&Path::new(CHANNEL).join("signed/noarch"), &own.join("noarch"))?;
        sign::sign(&own)?;
        let own = own.to_str().context("the path of the project is not text")?;
        let root = format!("{own}/root.json");
        log.run(
            &Invocation::new("node")
                .args(["node_modules/.bin/conda-verifier", "channel", own, "--root", &root])
                .args(["--packages"])
                .within(INSTALLED),
        )?;
        Ok(String::new())
    }

    /// Starts the installed package as a TUF client, some hundred times.
    fn conformance(&self, log: &mut Log) -> Result<String> {
        self.count(log, &node_tests(CONFORMANCE_COPY)?)
    }

    /// Runs tests and counts them. A runner that ran none has been called in a wrong way.
    fn count(&self, log: &mut Log, invocation: &Invocation) -> Result<String> {
        let outcome = log.run(invocation);
        let tally = Tally::of(&log.text()?);
        if let Ok(mut sum) = self.tally.lock() {
            *sum += tally;
        }
        outcome?;
        ensure!(!tally.is_empty(), "ran no tests: {invocation}");
        Ok(tally.to_string())
    }

    fn tally(&self) -> Result<Tally> {
        self.tally.lock().map(|tally| *tally).ok().context("a step panicked while it counted")
    }
}

/// The tests in a folder beside the installed package.
fn node_tests(folder: &str) -> Result<Invocation> {
    let installed = Path::new(INSTALLED);
    let tests: Vec<PathBuf> = files(&installed.join(folder))?
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .filter_map(|file| file.strip_prefix(installed).map(Path::to_owned).ok())
        .collect();
    ensure!(!tests.is_empty(), "there is no *.test.mjs in {INSTALLED}/{folder}");
    Ok(Invocation::new("node")
        // A test that hangs fails, and says which it is.
        .args(["--test", "--test-reporter=spec", "--test-timeout=600000"])
        .args(tests)
        .within(installed))
}

/// Every lint is an error here, and only here: while one works, a warning is enough.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

fn cargo(arguments: &[&str]) -> Invocation {
    Invocation::new("cargo").args(arguments)
}

/// A cargo on the bindings and their tests.
fn wasm_cargo(command: &str) -> Invocation {
    cargo(&[command, "--package", PACKAGE, "--features=wasm", "--target", WASM, "--test=wasm"])
}
