//! The library as a WebAssembly file with its glue: compiled, bound, optimised.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::artifacts::Artifacts;
use crate::built::Built;
use crate::folder::{copy, fresh};
use crate::invocation::Invocation;
use crate::log::Log;
use crate::made::Made;
use crate::node_packages;
use crate::project::PACKAGE;
use crate::rust_target::{self, Compiler, WASM};

/// What the file exports. Nothing that is made for one is used for the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exports {
    /// What ships, but for what is installed.
    Shipped,
    /// What is installed: a file of its own, which few callers load.
    Installed,
    /// That, and what benchmarks call beside it.
    Benchmarks,
    /// What ships, with the names of its functions, for profiles.
    Named,
}

impl Exports {
    /// The stem of what wasm-bindgen writes.
    const fn stem(self) -> &'static str {
        match self {
            Self::Installed => "conda_verifier_installed",
            _ => "conda_verifier",
        }
    }

    /// The features of the build, as an argument of cargo.
    pub(crate) const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Shipped | Self::Named => &["--features=wasm"],
            Self::Installed => &["--features=wasm-installed"],
            Self::Benchmarks => &["--features=bench"],
        }
    }

    /// Where cargo builds, if elsewhere than always.
    const fn target_folder(self) -> &'static [&'static str] {
        match self {
            Self::Benchmarks => &["--target-dir=target/bench"],
            _ => &[],
        }
    }

    /// Where the library is kept as rustc linked it.
    fn kept(self) -> PathBuf {
        let folder = match self {
            Self::Benchmarks => "target/xtask/bench-library",
            _ => "target/xtask/library",
        };
        Path::new(folder).join(self.stem()).with_extension("wasm")
    }

    /// Where wasm-bindgen writes.
    fn bound(self) -> &'static Path {
        Path::new(match self {
            Self::Shipped => "target/xtask/glue",
            Self::Installed => "target/xtask/installed-glue",
            Self::Benchmarks => "target/xtask/bench-glue",
            Self::Named => "target/xtask/named-glue",
        })
    }

    /// Where wasm-opt writes, and what its input was then.
    fn optimised(self) -> &'static Path {
        Path::new(match self {
            Self::Shipped => "target/xtask/optimised",
            Self::Installed => "target/xtask/installed-optimised",
            Self::Benchmarks => "target/xtask/bench-optimised",
            Self::Named => "target/xtask/named-optimised",
        })
    }

    /// The library as rustc linked it.
    const fn library(self, artifacts: &Artifacts) -> &Made<PathBuf> {
        match self {
            Self::Shipped | Self::Named => &artifacts.library,
            Self::Installed => &artifacts.installed_library,
            Self::Benchmarks => &artifacts.bench_library,
        }
    }

    /// What was compiled into it, of what ships.
    const fn compiled(self, artifacts: &Artifacts) -> Option<&Made<BTreeSet<String>>> {
        match self {
            Self::Shipped => Some(&artifacts.compiled),
            Self::Installed => Some(&artifacts.installed_compiled),
            Self::Benchmarks | Self::Named => None,
        }
    }
}

/// Compiles the library, with the bindings, as what ships is compiled.
pub(crate) fn compile(log: &mut Log, exports: Exports, artifacts: &Artifacts) -> Result<String> {
    // The crate itself is a plain library: a Rust program that depends on it has no use for
    // a cdylib, so only this call asks for one.
    let cargo = Invocation::new("cargo").args([
        "rustc",
        "--package",
        PACKAGE,
        "--lib",
        "--crate-type=cdylib",
        "--target",
        WASM,
        "--profile=wasm",
    ]);
    let cargo = cargo.args(exports.features()).args(exports.target_folder());
    let cargo = cargo.args(["--config".to_owned(), remapped_paths()?]);
    // These would take the place of all flags in .cargo/config.toml, and of the one above.
    let cargo = cargo.without("RUSTFLAGS").without("CARGO_ENCODED_RUSTFLAGS");
    let built = Built::by(log, &cargo)?;
    let library = built.file(|file| file.extension().is_some_and(|end| end == "wasm"))?;
    // Cargo has one place for what it builds with other features.
    let kept = exports.kept();
    fs::create_dir_all(kept.parent().context("a file has a folder")?)?;
    copy(&library, &kept)?;
    if let Some(compiled) = exports.compiled(artifacts) {
        compiled.set(built.packages_for(WASM));
    }
    exports.library(artifacts).set(kept);
    Ok(String::new())
}

/// The setting that takes the folders of this machine out of panic messages: whoever builds
/// the same versions elsewhere gets the same file. It adds to the flags of .cargo/config.toml.
fn remapped_paths() -> Result<String> {
    let metadata = Invocation::new("cargo").args(["metadata", "--format-version=1", "--locked"]);
    let metadata: Value = serde_json::from_str(&metadata.read()?)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let folders: BTreeSet<&Path> = packages
        .context("cargo metadata names no packages")?
        .iter()
        // Those of the workspace are compiled by relative paths.
        .filter(|package| package.get("source").is_some_and(Value::is_string))
        .filter_map(|package| Path::new(package.get("manifest_path")?.as_str()?).parent()?.parent())
        .collect();
    let mut flags: Vec<_> = folders
        .iter()
        .map(|folder| format!("--remap-path-prefix={}=dependencies", folder.display()))
        .collect();
    // Where the standard library's source is installed too (rust-src), rustc names that in the
    // place of the folder that it names otherwise.
    let compiler = Compiler::ask()?;
    flags.push(format!(
        "--remap-path-prefix={}=/rustc/{}",
        compiler.sysroot.join(rust_target::LIBRARY_SOURCE).display(),
        compiler.commit,
    ));
    // An array of JSON is one of TOML too, whatever a folder's name has in it.
    Ok(format!("target.{WASM}.rustflags={}", serde_json::to_string(&flags)?))
}

/// Compiles wasm-bindgen's command, which the workspace pins.
pub(crate) fn compile_bindgen(log: &mut Log, artifacts: &Artifacts) -> Result<String> {
    // Both bins: tests need the second, and it costs a link.
    let cargo =
        Invocation::new("cargo").args(["build", "--package", "conda-verifier-bindgen", "--bins"]);
    let bindgen = Built::by(log, &cargo)?
        .file(|file| file.ends_with(format!("bindgen{}", std::env::consts::EXE_SUFFIX)))?;
    artifacts.bindgen.set(bindgen);
    Ok(String::new())
}

/// Makes the JavaScript and TypeScript around the WebAssembly file.
pub(crate) fn generate_glue(
    log: &mut Log,
    exports: Exports,
    artifacts: &Artifacts,
) -> Result<String> {
    fresh(exports.bound())?;
    let bindgen = Invocation::new(artifacts.bindgen.path()?).args([
        exports.library(artifacts).path()?.as_os_str(),
        // The one output that runs in browsers, workerd, Node, Deno and Bun.
        "--target=web".as_ref(),
        "--out-dir".as_ref(),
        exports.bound().as_ref(),
        "--out-name".as_ref(),
        exports.stem().as_ref(),
        // Else bundlers see `new URL("….wasm", import.meta.url)` and pack the file twice:
        // finding it is the work of the loaders around the glue.
        "--omit-default-module-path".as_ref(),
        // A trap poisons an instance; this lets a loader start again with a new one.
        "--experimental-reset-state-function".as_ref(),
        "--remove-producers-section".as_ref(),
    ]);
    let names = (exports != Exports::Named).then_some("--remove-name-section");
    log.run(&bindgen.args(names))?;
    Ok(String::new())
}

/// Runs wasm-opt, unless it ran on the same file in the same way.
pub(crate) fn optimise(log: &mut Log, exports: Exports) -> Result<String> {
    let name = format!("{}_bg.wasm", exports.stem());
    let input = exports.bound().join(&name);
    let output = exports.optimised().join(&name);
    // The features that rustc declares in the file are read from it; these are named so that
    // a file which lost that section still means the same.
    let optimise = node_packages::command("wasm-opt").args([
        "-O3".as_ref(),
        // Together 1.6 kB (brotli) smaller, and as fast: rustc has inlined what pays.
        "--converge".as_ref(),
        "--one-caller-inline-max-function-size=20".as_ref(),
        "--enable-bulk-memory".as_ref(),
        "--enable-multivalue".as_ref(),
        "--enable-mutable-globals".as_ref(),
        "--enable-nontrapping-float-to-int".as_ref(),
        "--enable-reference-types".as_ref(),
        "--enable-sign-ext".as_ref(),
        "--enable-simd".as_ref(),
        // Only tools read it, and this is the last one.
        "--strip-target-features".as_ref(),
        input.as_os_str(),
        "--output".as_ref(),
        output.as_os_str(),
    ]);
    let optimise = optimise.args((exports == Exports::Named).then_some("--debuginfo"));
    // What decides the output: the input, the options, and the version of wasm-opt.
    let version = fs::read_to_string("node_modules/binaryen/package.json")
        .context("can't read node_modules/binaryen/package.json")?;
    let way = format!("{optimise}\n{version}");
    let last_input = exports.optimised().join("input.wasm");
    let last_way = exports.optimised().join("way.txt");
    let bytes = fs::read(&input).with_context(|| format!("can't read {}", input.display()))?;
    if fs::read(&last_input).is_ok_and(|last| last == bytes)
        && fs::read_to_string(&last_way).is_ok_and(|last| last == way)
        && output.is_file()
    {
        return Ok("the input has not changed".to_owned());
    }
    fresh(exports.optimised())?;
    log.run(&optimise)?;
    validate(log, &output)?;
    // Last, so that a failure above leaves nothing that looks done.
    fs::write(last_input, bytes)?;
    fs::write(last_way, way)?;
    Ok(String::new())
}

/// Copies the glue and the optimised file to where they are wanted.
pub(crate) fn install(exports: Exports, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let stem = exports.stem();
    let wasm = format!("{stem}_bg.wasm");
    for name in [format!("{stem}.js"), format!("{stem}.d.ts"), format!("{wasm}.d.ts")] {
        copy(&exports.bound().join(&name), &folder.join(&name))?;
    }
    copy(&exports.optimised().join(&wasm), &folder.join(&wasm))
}

/// Asks an engine: the optimiser's own opinion of its output is worth little.
fn validate(log: &mut Log, file: &Path) -> Result<()> {
    let script = "const { readFileSync } = require('node:fs'); \
                  new WebAssembly.Module(readFileSync(process.argv[1]))";
    log.run(&Invocation::new("node").args(["--eval".as_ref(), script.as_ref(), file.as_os_str()]))
}
