//! The first line of a script, `#!`, where the environment's path makes it too long or puts a
//! space into it.

use super::needle::Needle;
use super::system::System;
use super::work::Work;

/// The first line of a file, without its end.
#[derive(Debug)]
pub(super) enum Head<'a> {
    /// It does not begin with `#!`.
    None,
    /// It does.
    Line(&'a [u8]),
    /// It does, and has no end within a MiB.
    TooLong,
}

impl<'a> Head<'a> {
    /// Bytes of the longest line that is taken apart. Linux reads 256.
    pub(super) const LONGEST: usize = 1 << 20;

    /// That of a file with these bytes.
    pub(super) async fn of(data: &'a [u8], work: &mut Work<'_>) -> Self {
        if !data.starts_with(b"#!") {
            return Self::None;
        }
        // With its end.
        let start = data.get(..=Self::LONGEST).unwrap_or(data);
        let end = match Needle::new(b"\n") {
            Some(end) => end.find(start, 0, work).await,
            None => None,
        };
        match end {
            Some(length) => Self::Line(start.get(..length).unwrap_or_default()),
            None if data.len() <= Self::LONGEST => Self::Line(data),
            None => Self::TooLong,
        }
    }
}

/// A line `#!PATH OPTIONS`, taken apart as all clients do: spaces before the path are allowed,
/// and a space behind a backslash belongs to it.
#[derive(Debug)]
pub(super) struct Shebang<'a> {
    /// From its first `/` on.
    pub(super) path: &'a [u8],
    /// With the space before them.
    pub(super) options: &'a [u8],
}

impl<'a> Shebang<'a> {
    /// The parts of a line without its end; `None` where no absolute path follows.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let mut rest = line.strip_prefix(b"#!")?;
        while let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
        }
        if rest.first() != Some(&b'/') {
            return None;
        }
        let mut length = 0_usize;
        loop {
            length = length.saturating_add(match rest.get(length..)? {
                [b'\\', b' ', ..] => 2,
                [] | [b' ' | b'\n' | b'\r' | b'\t', ..] => break,
                _ => 1,
            });
        }
        let (path, options) = rest.split_at_checked(length)?;
        Some(Self { path, options })
    }

    /// What follows the last `/` of the path.
    pub(super) fn name(&self) -> &'a [u8] {
        self.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }

    /// The path without its name.
    pub(super) fn folder(&self) -> &'a [u8] {
        let length = self.path.len().saturating_sub(self.name().len());
        self.path.get(..length).unwrap_or_default()
    }

    /// `#!/usr/bin/env NAME OPTIONS`.
    pub(super) fn through_env(&self) -> Vec<u8> {
        [b"#!/usr/bin/env ", self.name(), self.options].concat()
    }

    /// rattler's form for Python: two lines, which are a program to `sh` and to Python.
    pub(super) fn through_sh(&self) -> Vec<u8> {
        [b"#!/bin/sh\n'''exec' \"", self.path, b"\"", self.options, b" \"$0\" \"$@\" #'''"].concat()
    }

    /// Whether it is `python`, with a version of at most two parts.
    pub(super) fn is_python(&self) -> bool {
        let Some(version) = self.name().strip_prefix(b"python") else { return false };
        let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        version.is_empty()
            || (version.split(|byte| *byte == b'.').all(is_number)
                && version.split(|byte| *byte == b'.').count() <= 2)
    }
}

impl System {
    /// Bytes that conda and libmamba allow a first line to have: those of the system that they
    /// run on, which for a platform like emscripten is another one.
    pub(super) const fn longest_shebang(self) -> usize {
        match self {
            Self::Linux | Self::Other => 127,
            Self::MacOs | Self::Windows => 512,
        }
    }

    /// Bytes that rattler allows a first line to have.
    pub(super) const fn longest_shebang_of_rattler(self) -> usize {
        match self {
            Self::Linux => 127,
            Self::MacOs => 512,
            Self::Windows | Self::Other => usize::MAX,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Shebang;

    #[test]
    fn parts_of_a_line() {
        let parts = |line: &'static str| {
            Shebang::parse(line.as_bytes()).map(|it| (it.path.to_vec(), it.options.to_vec()))
        };
        let some = |path: &str, options: &str| Some((path.into(), options.into()));
        assert_eq!(parts("#!/a/b"), some("/a/b", ""));
        assert_eq!(parts("#!   /a/b -u x"), some("/a/b", " -u x"));
        assert_eq!(parts("#!/a\\ b/c -u"), some("/a\\ b/c", " -u"));
        assert_eq!(parts("#!/a/b\r"), some("/a/b", "\r"));
        for none in ["", "#!", "#!python", "#! a/b", "/a/b"] {
            assert_eq!(parts(none), None, "{none}");
        }
    }

    #[test]
    fn names_of_python() {
        for (name, is_python) in [
            ("python", true),
            ("python3", true),
            ("python3.13", true),
            ("python3.13.1", false),
            ("python3.", false),
            ("python3t", false),
            ("pythonw", false),
            ("perl", false),
        ] {
            let line = format!("#!/p/bin/{name}");
            assert_eq!(Shebang::parse(line.as_bytes()).unwrap().is_python(), is_python, "{name}");
        }
    }
}
