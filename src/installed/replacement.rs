//! What clients put in the place of the placeholder for the environment's path.
//!
//! conda (`core/portability.py`), libmamba (`core/link.cpp`) and rattler
//! (`install/link.rs`, `prefix_replacement`) do the same where the path is short, has no
//! spaces, and the strings in a binary file end in a NUL. Elsewhere they differ, so each of
//! them is told apart here.

use super::encoding::Encoding;
use super::launcher;
use super::needle::{Needle, room};
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
pub enum Outcome {
    /// These bytes.
    Bytes(Vec<u8>),
    /// It can't be installed with this client.
    Fails,
    /// It is not known.
    Unknown(&'static str),
}

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
    /// What each client makes of a file with these bytes. libmamba is there twice where it does
    /// something else to large files.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) where a file grows without bounds.
    pub fn outcomes(&self, original: &[u8]) -> Result<Vec<(Tool, Outcome)>, Error> {
        let mut outcomes = vec![
            (Tool::Conda, self.conda(original)?),
            (Tool::Libmamba, self.libmamba(original)?),
            (Tool::Rattler, self.rattler(original)?),
        ];
        if self.file_mode == Some(FileMode::Binary)
            && self.system != System::Windows
            && let Some(needle) = self.needle()
        {
            let large = strings(original, &needle, self.prefix.as_bytes(), Rule::LargeFile)?;
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
    fn conda(&self, original: &[u8]) -> Result<Outcome, Error> {
        let is_binary = self.file_mode == Some(FileMode::Binary);
        let prefix = if is_binary { self.prefix.to_owned() } else { self.slashed() };
        let mut data = original.to_vec();
        for encoding in Encoding::ALL {
            let Some(needle) = Needle::new(encoding.encode(self.placeholder)) else { continue };
            if needle.find(&data, 0).is_none() {
                continue;
            }
            let by = encoding.encode(&prefix);
            data = match (is_binary, self.system) {
                (true, System::Windows) => match launcher::replace(&data, &needle, &by)? {
                    Some(replaced) => replaced,
                    None => return Ok(Outcome::Fails),
                },
                (true, _) => {
                    let rule = Rule::Conda { zeros: encoding.unit() };
                    match strings(&data, &needle, &by, rule)? {
                        Outcome::Bytes(replaced) => replaced,
                        other => return Ok(other),
                    }
                }
                (false, System::Windows) => needle.replace(&data, &by)?,
                (false, _) => {
                    let escaped = escape_spaces(&data, encoding, self.placeholder, &prefix)?;
                    needle.replace(&escaped, &by)?
                }
            };
        }
        if is_binary || self.system == System::Windows {
            return Ok(Outcome::Bytes(data));
        }
        let line = first_line(&data);
        let Some(shebang) = Shebang::parse(line) else { return Ok(Outcome::Bytes(data)) };
        // It decodes what it takes apart.
        if str::from_utf8(shebang.path).is_err() {
            return Ok(Outcome::Fails);
        }
        let has_space = shebang.folder().windows(2).any(|pair| pair == b"\\ ");
        if line.len() <= self.system.longest_shebang() && !has_space {
            return Ok(Outcome::Bytes(data));
        }
        if str::from_utf8(shebang.options).is_err() {
            return Ok(Outcome::Fails);
        }
        // By value: wherever else the line occurs in the file too.
        Ok(match Needle::new(line.to_vec()) {
            Some(line) => Outcome::Bytes(line.replace(&data, &shebang.through_env())?),
            None => Outcome::Bytes(data),
        })
    }

    fn libmamba(&self, original: &[u8]) -> Result<Outcome, Error> {
        let Some(needle) = self.needle() else { return Ok(Outcome::Bytes(original.to_vec())) };
        let prefix = self.slashed();
        if self.file_mode == Some(FileMode::Binary) {
            return if self.system != System::Windows {
                strings(original, &needle, prefix.as_bytes(), Rule::Libmamba)
            } else if launcher::has_archive(original) {
                Ok(Outcome::Unknown(
                    "libmamba does not rewrite launchers of Windows in a way that can be told",
                ))
            } else {
                Ok(Outcome::Bytes(original.to_vec()))
            };
        }
        let mut data = needle.replace(original, prefix.as_bytes())?;
        let line = first_line(&data);
        if self.system != System::Windows
            && line.len() > self.system.longest_shebang()
            && let Some(shebang) = Shebang::parse(line)
            // Its regular expression ends a line there.
            && !shebang.options.contains(&b'\r')
        {
            let rest = data.get(line.len()..).unwrap_or_default();
            data = [shebang.through_env().as_slice(), rest].concat();
        }
        Ok(Outcome::Bytes(data))
    }

    fn rattler(&self, original: &[u8]) -> Result<Outcome, Error> {
        let as_it_was = Ok(Outcome::Bytes(original.to_vec()));
        // A placeholder without a mode is none.
        let (Some(file_mode), Some(needle)) = (self.file_mode, self.needle()) else {
            return as_it_was;
        };
        let prefix = self.slashed();
        let by = prefix.as_bytes();
        match (file_mode, self.system) {
            (FileMode::Binary, System::Windows) => as_it_was,
            (FileMode::Binary, _) => strings(original, &needle, by, Rule::Rattler),
            (FileMode::Text, System::Windows) => Ok(Outcome::Bytes(needle.replace(original, by)?)),
            (FileMode::Text, _) if original.starts_with(b"#!") => {
                let line = first_line(original);
                let mut data = self.shebang_of_rattler(line, &needle)?;
                let rest = original.get(line.len()..).unwrap_or_default();
                data.extend(needle.replace(rest, by)?);
                Ok(Outcome::Bytes(data))
            }
            (FileMode::Text, _) => Ok(Outcome::Bytes(needle.replace(original, by)?)),
        }
    }

    fn shebang_of_rattler(&self, line: &[u8], needle: &Needle) -> Result<Vec<u8>, Error> {
        let converted = |line: &[u8]| match Shebang::parse(line) {
            Some(shebang) if shebang.is_python() => shebang.through_sh(),
            Some(shebang) => shebang.through_env(),
            None => line.to_vec(),
        };
        // It reads the line as text, whatever it is.
        let line = String::from_utf8_lossy(line);
        let (line, by) = (line.as_bytes(), self.prefix.as_bytes());
        if self.prefix.contains(' ') {
            return match needle.find(line, 0) {
                Some(_) => needle.replace(&converted(line), by),
                None => Ok(line.to_vec()),
            };
        }
        let replaced = needle.replace(line, by)?;
        if replaced.len() > self.system.longest_shebang_of_rattler() {
            return Ok(converted(&replaced));
        }
        Ok(replaced)
    }
}

/// conda, before it replaces anything else: a path with spaces in the first line gets
/// backslashes before them, which is what makes it take the line apart later.
fn escape_spaces(
    data: &[u8],
    encoding: Encoding,
    placeholder: &str,
    prefix: &str,
) -> Result<Vec<u8>, Error> {
    let line = first_line(data);
    let needle = Needle::new(encoding.encode(&format!("#!{placeholder}")));
    let (Some(needle), true) = (needle, line.len() < data.len()) else {
        return Ok(data.to_vec());
    };
    let escaped = encoding.encode(&format!("#!{}", prefix.replace(' ', "\\ ")));
    let mut replaced = needle.replace(line, &escaped)?;
    replaced.extend_from_slice(data.get(line.len()..).unwrap_or_default());
    Ok(replaced)
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
fn strings(data: &[u8], needle: &Needle, by: &[u8], rule: Rule) -> Result<Outcome, Error> {
    let zeros = if let Rule::Conda { zeros } = rule { zeros } else { 1 };
    let padding = needle.len().checked_sub(by.len());
    let growth = by.len().saturating_sub(needle.len()).saturating_mul(needle.count(data));
    let mut replaced = room(data.len(), growth)?;
    let mut from = 0;
    while let Some(start) = needle.find(data, from) {
        let behind = start.saturating_add(needle.len());
        let end = data.get(behind..).and_then(|rest| {
            rest.windows(zeros).position(|window| window.iter().all(|byte| *byte == 0))
        });
        let end = match (end, rule) {
            (Some(length), Rule::Conda { .. }) => {
                behind.saturating_add(length).saturating_add(zeros)
            }
            (Some(length), _) => behind.saturating_add(length),
            (None, Rule::Conda { .. }) => break,
            (None, _) => data.len(),
        };
        let padding = match (padding, rule) {
            (Some(padding), _) => padding,
            (None, Rule::Libmamba | Rule::LargeFile) => 0,
            (None, Rule::Conda { .. } | Rule::Rattler) => return Ok(Outcome::Fails),
        };
        let string = data.get(start..end).unwrap_or_default();
        replaced.extend_from_slice(data.get(from..start).unwrap_or_default());
        let count = if rule == Rule::LargeFile {
            replaced.extend_from_slice(by);
            replaced.extend_from_slice(data.get(behind..end).unwrap_or_default());
            1
        } else {
            replaced.extend(needle.replace(string, by)?);
            needle.count(string)
        };
        let length = replaced.len().saturating_add(padding.saturating_mul(count));
        replaced.resize(length, 0);
        from = end;
    }
    replaced.extend_from_slice(data.get(from..).unwrap_or_default());
    Ok(Outcome::Bytes(replaced))
}
