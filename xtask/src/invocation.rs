//! A command with its arguments, which can be run and can be shown.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

/// A command line, its surplus environment and its folder.
///
/// Displayed, it is what a person would type to run the same.
#[derive(Clone)]
pub(crate) struct Invocation {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    without: Vec<&'static str>,
    folder: Option<PathBuf>,
}

impl Invocation {
    pub(crate) fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            without: Vec::new(),
            folder: None,
        }
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs it without a variable of our environment.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.without.push(name);
        self
    }

    /// Runs in this folder; the repository's root otherwise.
    pub(crate) fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Runs it with our own input and output.
    pub(crate) fn show(&self) -> Result<ExitStatus> {
        self.start(&mut self.command())
    }

    /// Runs it for its standard output; what it says on standard error is part of the failure.
    pub(crate) fn read(&self) -> Result<String> {
        let mut command = self.command();
        let output = command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| self.no_start(&error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{}\n{}", self.failure(output.status), said.trim_end());
        }
        String::from_utf8(output.stdout).with_context(|| format!("the output of `{self}`"))
    }

    /// Runs it silently and tells whether it succeeded: a question, never a step.
    pub(crate) fn succeeds(&self) -> bool {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// The command to start, for a caller that redirects it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        // `cargo run` describes the package xtask to us in these. A cargo that inherits them
        // hands them to build scripts, and those that watch them would be built twice.
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
            if ours.iter().any(|prefix| name_text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    /// Starts a command made by `command`, and waits for it.
    pub(crate) fn start(&self, command: &mut Command) -> Result<ExitStatus> {
        command.status().map_err(|error| self.no_start(&error))
    }

    /// The sentence for a command that ran and failed.
    pub(crate) fn failure(&self, status: ExitStatus) -> String {
        // Displayed, a status is "exit status: 1" or "signal: 9 (SIGKILL)".
        format!("failed with {}: {self}", status.to_string().replace("status: ", "status "))
    }

    fn no_start(&self, error: &std::io::Error) -> anyhow::Error {
        if error.kind() == ErrorKind::NotFound {
            let program = self.program.to_string_lossy();
            let mend = match program.as_ref() {
                "node" | "npm" => "install Node.js 20 or newer with npm and put it in PATH",
                "cargo" | "rustc" | "rustup" => "install Rust with rustup and put it in PATH",
                _ => "install it and put it in PATH",
            };
            return anyhow::anyhow!("{program} is missing: {mend}; it is needed for: {self}");
        }
        anyhow::anyhow!("could not be started ({error}): {self}")
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(folder) = &self.folder {
            write!(out, "cd {} && ", quoted(folder.as_os_str()))?;
        }
        let unset = self.without.iter().filter(|name| std::env::var_os(name).is_some());
        for (at, name) in unset.enumerate() {
            write!(out, "{}-u {name} ", if at == 0 { "env " } else { "" })?;
        }
        for (name, value) in &self.environment {
            write!(out, "{}={} ", name.to_string_lossy(), quoted(value))?;
        }
        write!(out, "{}", quoted(&self.program))?;
        for argument in &self.arguments {
            write!(out, " {}", quoted(argument))?;
        }
        Ok(())
    }
}

/// An argument as a shell wants it.
fn quoted(argument: &OsStr) -> String {
    let text = argument.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::Invocation;

    #[test]
    fn is_shown_as_it_would_be_typed() {
        let shown = Invocation::new("cargo")
            .args(["doc", "it's", ""])
            .env("RUSTDOCFLAGS", "-D warnings")
            .within("a b")
            .to_string();
        assert_eq!(shown, r"cd 'a b' && RUSTDOCFLAGS='-D warnings' cargo doc 'it'\''s' ''");
    }

    #[test]
    fn a_missing_program_says_what_to_do() {
        let error =
            Invocation::new("no-such-program").args(["x"]).read().map_err(|e| e.to_string());
        let error = error.err().unwrap_or_default();
        assert!(error.contains("no-such-program is missing: install it"), "{error}");
        assert!(error.ends_with("no-such-program x"), "{error}");
    }
}
