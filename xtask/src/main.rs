//! Everything a person runs: `cargo xtask help` lists it.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a tool for developers: it counts steps, bytes and seconds of its own"
)]

mod api_pages;
mod artifacts;
mod bench;
mod browser;
mod build;
mod built;
mod cargo_tool;
mod contents;
mod debian;
mod demo;
mod dependencies;
mod digest;
mod elsewhere;
mod engines;
mod fixtures;
mod folder;
mod fuzz;
mod guide;
mod help;
mod installation;
mod invocation;
mod jupyterlite;
mod log;
mod made;
mod node_packages;
mod npm_package;
mod pack;
mod plan;
mod program;
mod progress;
mod project;
mod publishing;
mod python;
mod reproducible;
mod runtimes;
mod rust_target;
mod sample;
mod seconds;
mod shells;
mod sign;
mod sizes;
mod tally;
mod test;
mod wasm_file;
mod www;

use std::process::ExitCode;

use anyhow::{Result, bail};

use project::Project;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    match arguments {
        ["build"] => build::run(&Project::open()?),
        ["pack"] => pack::run(&Project::open()?),
        ["pack", "--twice"] => reproducible::run(&Project::open()?),
        ["demo"] => demo::run(&Project::open()?),
        ["test"] => test::run(&Project::open()?, test::Extent::Daily),
        ["test", "--all"] => test::run(&Project::open()?, test::Extent::All),
        ["bench"] => bench::run(&Project::open()?, bench::Extent::Full),
        ["bench", "--quick"] => bench::run(&Project::open()?, bench::Extent::Quick),
        ["bench", "--profile"] => bench::profile(&Project::open()?),
        ["fuzz", options @ ..] => {
            let options = fuzz::Options::parse(options)?;
            fuzz::run(&Project::open()?, options.as_ref())
        }
        // Something that was meant as an option would become a folder's name.
        ["fixtures", folder] if !folder.starts_with('-') => fixtures::run(folder),
        ["docs"] => guide::run(&Project::open()?),
        ["sign", "--help" | "-h"] => {
            println!("{}", sign::HELP);
            Ok(ExitCode::SUCCESS)
        }
        ["www"] => www::run(&Project::open()?),
        ["serve"] => www::serve(&Project::open()?),
        ["sign", folder] if !folder.starts_with('-') => sign::run(folder),
        ["sign", ..] => {
            bail!("name one folder: cargo xtask sign DIR; its packages are in DIR/SUBDIR/")
        }
        ["fixtures", ..] => {
            bail!("name one folder: cargo xtask fixtures DIR; one that begins with - as ./-NAME")
        }
        [command @ ("build" | "demo" | "docs" | "www" | "serve"), ..] => {
            bail!("`cargo xtask {command}` takes no arguments")
        }
        ["pack", ..] => bail!("`cargo xtask pack` takes --twice or nothing"),
        ["test", ..] => bail!("`cargo xtask test` takes --all or nothing"),
        ["bench", ..] => bail!("`cargo xtask bench` takes --quick, --profile or nothing"),
        [] | ["help" | "--help" | "-h"] => Ok(help::print()),
        other => bail!(
            "there is no command `cargo xtask {}`; `cargo xtask help` lists what there is",
            other.join(" ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn an_option_is_no_folder() {
        for arguments in [["fixtures", "--help"].as_slice(), &["fixtures", "-h"], &["fixtures"]] {
            let error = run(arguments).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with("name one folder: cargo xtask fixtures DIR"), "{error}");
        }
        assert!(!std::path::Path::new("--help").exists());
    }
}
