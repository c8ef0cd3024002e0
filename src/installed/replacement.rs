//! What clients put in the place of the placeholder for the environment's path.
//!
//! conda (`core/portability.py`), libmamba (`core/link.cpp`) and rattler
//! (`install/link.rs`, `prefix_replacement`) do the same where the path is short, has no
//! spaces, and the strings in a binary file end in a NUL. Elsewhere they differ, so each of
//! them is told apart here.

use std::borrow::Cow;

use super::encoding::Encoding;
use super::growth::Growth;
use super::launcher;
use super::needle::Needle;
use super::shebang::{Shebang, first_line};
use super::system::System;
use crate::conda::FileMode;
use crate::error::Error;

/// A client whose rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// conda.
    Conda,
    /// libmamba: mamba and micromamba.
    Libmamba,
    /// rattler: pixi, py-rattler.
    Rattler,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Conda, Self::Libmamba, Self::Rattler];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conda => "conda",
            Self::Libmamba => "libmamba",
            Self::Rattler => "rattler",
        }
    }
}

/// What a client makes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// These bytes, or what is kept of them.
    Made(T),
    /// It can't be installed with this client.
    Fails,
    /// It is not known.
    Unknown(&'static str),
}

type Bytes<'a> = Cow<'a, [u8]>;

/// A placeholder, and the path that takes its place.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// `prefix_placeholder`; not empty.
    pub placeholder: &'a str,
    /// `file_mode`; CEP 34 takes its absence for text.
    pub file_mode: Option<FileMode>,
    /// The environment's path, without a slash at its end.
    pub prefix: &'a str,
    /// The system of the environment.
    pub system: System,
}

impl Replacement<'_> {
    /// What each client makes of a file with these bytes; `keep` says what of it is kept: one
    /// is made after the other, and together they can be much longer than the file. libmamba
    /// is there twice where it does something else to large files.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) where files grow by too much.
    pub fn outcomes<T: PartialEq>(
        &self,
        original: &[u8],
        growth: &mut Growth,
        keep: impl Fn(&[u8]) -> T,
    ) -> Result<Vec<(Tool, Outcome<T>)>, Error> {
        let kept = |outcome| match outcome {
            Outcome::Made(bytes) => {
                let bytes: Bytes<'_> = bytes;
                Outcome::Made(keep(&bytes))
            }
            Outcome::Fails => Outcome::Fails,
            Outcome::Unknown(reason) => Outcome::Unknown(reason),
        };
        let mut outcomes = vec![
            (Tool::Conda, kept(self.conda(original, growth)?)),
            (Tool::Libmamba, kept(self.libmamba(original, growth)?)),
            (Tool::Rattler, kept(self.rattler(original, growth)?)),
        ];
        if self.file_mode == Some(FileMode::Binary)
            && self.system != System::Windows
            && let Some(needle) = self.needle()
        {
            let by = self.prefix.as_bytes();
            let large = kept(strings(original, &needle, by, Rule::LargeFile, growth)?);
            if outcomes.iter().all(|(_, outcome)| *outcome != large) {
                outcomes.push((Tool::Libmamba, large));
            }
        }
        Ok(outcomes)
    }

    fn needle(&self) -> Option<Needle> {
        Needle::new(self.placeholder.as_bytes().to_vec())
    }

    /// The path as it stands in text on Windows.
    fn slashed(&self) -> String {
        if self.system == System::Windows {
            self.prefix.replace('\\', "/")
        } else {
            self.prefix.to_owned()
        }
    }

    /// conda replaces in five encodings, one after the other.
    fn conda<'a>(
        &self,
        original: &'a [u8],
        growth: &mut Growth,
    ) -> Result<Outcome<Bytes<'a>>, Error> {
        let is_binary = self.file_mode == Some(FileMode::Binary);
        let prefix = if is_binary { self.prefix.to_owned() } else { self.slashed() };
        let mut data = Bytes::from(original);
        for encoding in Encoding::ALL {
            let Some(needle) = Needle::new(encoding.encode(self.placeholder)) else { continue };
            if needle.find(&data, 0).is_none() {
                continue;
            }
            let by = encoding.encode(&prefix);
            let replaced = match (is_binary, self.system) {
                (true, System::Windows) => launcher::replace(&data, &needle, &by, growth)?,
                (true, _) => {
                    let rule = Rule::Conda { zeros: encoding.unit() };
                    match strings(&data, &needle, &by, rule, growth)? {
                        Outcome::Made(replaced) => Some(replaced),
                        _ => None,
                    }
                }
                (false, System::Windows) => Some(needle.replace(&data, &by, growth)?.into()),
                (false, _) => {
                    let placeholder = self.placeholder;
                    let escaped = escape_spaces(&data, encoding, placeholder, &prefix, growth)?;
                    Some(needle.replace(&escaped, &by, growth)?.into())
                }
            };
            match replaced {
                Some(Cow::Owned(replaced)) => data = replaced.into(),
                Some(Cow::Borrowed(_)) => {}
                None => return Ok(Outcome::Fails),
            }
        }
        if is_binary || self.system == System::Windows {
            return Ok(Outcome::Made(data));
        }
        let line = first_line(&data);
        let Some(shebang) = Shebang::parse(line) else { return Ok(Outcome::Made(data)) };
        // It decodes what it takes apart.
        if str::from_utf8(shebang.path).is_err() {
            return Ok(Outcome::Fails);
        }
        let has_space = shebang.folder().windows(2).any(|pair| pair == b"\\ ");
        if line.len() <= self.system.longest_shebang() && !has_space {
            return Ok(Outcome::Made(data));
        }
        if str::from_utf8(shebang.options).is_err() {
            return Ok(Outcome::Fails);
        }
        if line.len() == data.len() {
            return Ok(Outcome::Made(shebang.through_env().into()));
        }
        growth.spend(line.len().saturating_mul(Needle::BYTES_OF_EACH))?;
        // By value: wherever else the line occurs in the file too.
        Ok(Outcome::Made(match Needle::new(line.to_vec()) {
            Some(line) => line.replace(&data, &shebang.through_env(), growth)?.into(),
            None => data,
        }))
    }

    fn libmamba<'a>(
        &self,
        original: &'a [u8],
        growth: &mut Growth,
    ) -> Result<Outcome<Bytes<'a>>, Error> {
        let Some(needle) = self.needle() else { return Ok(Outcome::Made(original.into())) };
        let prefix = self.slashed();
        if self.file_mode == Some(FileMode::Binary) {
            return if self.system != System::Windows {
                strings(original, &needle, prefix.as_bytes(), Rule::Libmamba, growth)
            } else if launcher::has_archive(original) {
                Ok(Outcome::Unknown(
                    "libmamba does not rewrite launchers of Windows in a way that can be told",
                ))
            } else {
                Ok(Outcome::Made(original.into()))
            };
        }
        let data = needle.replace(original, prefix.as_bytes(), growth)?;
        let line = first_line(&data);
        if self.system != System::Windows
            && line.len() > self.system.longest_shebang()
            && let Some(shebang) = Shebang::parse(line)
            // Its regular expression ends a line there.
            && !shebang.options.contains(&b'\r')
        {
            growth.spend(line.len())?;
            let rest = data.get(line.len()..).unwrap_or_default();
            let line = shebang.through_env();
            let mut whole = growth.room(rest.len(), line.len())?;
            whole.extend(line);
            whole.extend_from_slice(rest);
            return Ok(Outcome::Made(whole.into()));
        }
        Ok(Outcome::Made(data.into()))
    }

    fn rattler<'a>(
        &self,
        original: &'a [u8],
        growth: &mut Growth,
    ) -> Result<Outcome<Bytes<'a>>, Error> {
        let as_it_was = Ok(Outcome::Made(original.into()));
        // A placeholder without a mode is none.
        let (Some(file_mode), Some(needle)) = (self.file_mode, self.needle()) else {
            return as_it_was;
        };
        let prefix = self.slashed();
        let by = prefix.as_bytes();
        match (file_mode, self.system) {
            (FileMode::Binary, System::Windows) => as_it_was,
            (FileMode::Binary, _) => strings(original, &needle, by, Rule::Rattler, growth),
            (FileMode::Text, system) => {
                let head = match system {
                    System::Windows => None,
                    _ => original.starts_with(b"#!").then(|| first_line(original)),
                };
                let Some(line) = head else {
                    return Ok(Outcome::Made(needle.replace(original, by, growth)?.into()));
                };
                let head = self.shebang_of_rattler(line, &needle, growth)?;
                let rest = original.get(line.len()..).unwrap_or_default();
                let longer = by.len().saturating_sub(needle.len());
                let longer = longer.saturating_mul(needle.count(rest));
                let mut data = growth.room(rest.len().saturating_add(head.len()), longer)?;
                data.extend(head);
                needle.replace_into(rest, by, &mut data);
                Ok(Outcome::Made(data.into()))
            }
        }
    }

    fn shebang_of_rattler(
        &self,
        line: &[u8],
        needle: &Needle,
        growth: &mut Growth,
    ) -> Result<Vec<u8>, Error> {
        let converted = |line: &[u8]| match Shebang::parse(line) {
            Some(shebang) if shebang.is_python() => shebang.through_sh(),
            Some(shebang) => shebang.through_env(),
            None => line.to_vec(),
        };
        // Each byte that is no text becomes three, and the line is written twice.
        growth.spend(line.len().saturating_mul(3))?;
        // It reads the line as text, whatever it is.
        let line = String::from_utf8_lossy(line);
        let (line, by) = (line.as_bytes(), self.prefix.as_bytes());
        if self.prefix.contains(' ') {
            return match needle.find(line, 0) {
                Some(_) => needle.replace(&converted(line), by, growth),
                None => Ok(line.to_vec()),
            };
        }
        let replaced = needle.replace(line, by, growth)?;
        if replaced.len() > self.system.longest_shebang_of_rattler() {
            return Ok(converted(&replaced));
        }
        Ok(replaced)
    }
}

/// conda, before it replaces anything else: a path with spaces in the first line gets
/// backslashes before them, which is what makes it take the line apart later.
fn escape_spaces<'a>(
    data: &'a [u8],
    encoding: Encoding,
    placeholder: &str,
    prefix: &str,
    growth: &mut Growth,
) -> Result<Bytes<'a>, Error> {
    let line = first_line(data);
    let needle = Needle::new(encoding.encode(&format!("#!{placeholder}")));
    let (Some(needle), true) = (needle, line.len() < data.len()) else { return Ok(data.into()) };
    let escaped = encoding.encode(&format!("#!{}", prefix.replace(' ', "\\ ")));
    if needle.find(line, 0).is_none() {
        return Ok(data.into());
    }
    Ok(needle.replace_within(data, 0..line.len(), &escaped, growth)?.into())
}

/// How a client replaces within strings that end in a NUL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// A string without an end stays as it is. The zeros of the encoding end one.
    Conda { zeros: usize },
    /// A string without an end goes to the file's; a longer path fails.
    Rattler,
    /// The same, but the file grows.
    Libmamba,
    /// Only the first occurrence in a string.
    LargeFile,
}

/// Replaces within strings, each of which keeps its length: from the placeholder to the next
/// NUL everything moves forward, and NULs fill up what is left.
fn strings<'a>(
    data: &'a [u8],
    needle: &Needle,
    by: &[u8],
    rule: Rule,
    growth: &mut Growth,
) -> Result<Outcome<Bytes<'a>>, Error> {
    let Some(mut start) = needle.find(data, 0) else { return Ok(Outcome::Made(data.into())) };
    let zeros = if let Rule::Conda { zeros } = rule { zeros } else { 1 };
    let padding = match (needle.len().checked_sub(by.len()), rule) {
        (None, Rule::Libmamba | Rule::LargeFile) => Some(0),
        (padding, _) => padding,
    };
    // Whoever does not make files longer fails at the first that would be.
    let longer = match padding {
        Some(_) => by.len().saturating_sub(needle.len()).saturating_mul(needle.count(data)),
        None => 0,
    };
    let mut replaced = growth.room(data.len(), longer)?;
    let mut from = 0;
    loop {
        let behind = start.saturating_add(needle.len());
        let end = data.get(behind..).and_then(|rest| zeros_in(rest, zeros));
        let end = match (end, rule) {
            (Some(length), Rule::Conda { .. }) => {
                behind.saturating_add(length).saturating_add(zeros)
            }
            (Some(length), _) => behind.saturating_add(length),
            (None, Rule::Conda { .. }) => break,
            (None, _) => data.len(),
        };
        let Some(padding) = padding else { return Ok(Outcome::Fails) };
        replaced.extend_from_slice(data.get(from..start).unwrap_or_default());
        let count = if rule == Rule::LargeFile {
            replaced.extend_from_slice(by);
            replaced.extend_from_slice(data.get(behind..end).unwrap_or_default());
            1
        } else {
            needle.replace_into(data.get(start..end).unwrap_or_default(), by, &mut replaced)
        };
        let length = replaced.len().saturating_add(padding.saturating_mul(count));
        replaced.resize(length, 0);
        from = end;
        match needle.find(data, from) {
            Some(next) => start = next,
            None => break,
        }
    }
    replaced.extend_from_slice(data.get(from..).unwrap_or_default());
    Ok(Outcome::Made(replaced.into()))
}

/// Where so many zeros begin.
fn zeros_in(bytes: &[u8], zeros: usize) -> Option<usize> {
    let mut from = 0_usize;
    loop {
        let rest = bytes.get(from..)?;
        let start = from.checked_add(rest.iter().position(|byte| *byte == 0)?)?;
        let run = bytes.get(start..)?.iter().take(zeros).take_while(|byte| **byte == 0).count();
        if run == zeros {
            return Some(start);
        }
        from = start.checked_add(run)?;
    }
}
