//! What clients put in the place of the placeholder for the environment's path.
//!
//! conda (`core/portability.py`), libmamba (`core/link.cpp`) and rattler
//! (`install/link.rs`, `prefix_replacement`) do the same where the path is short, has no
//! spaces, and the strings in a binary file end in a NUL. Elsewhere they differ, so each of
//! them is told apart here.

use std::borrow::Cow;

use super::encoding::Encoding;
use super::growth::Growth;
use super::launcher::{self, ByLibmamba};
use super::needle::Needle;
use super::shebang::{Head, Shebang};
use super::system::System;
use super::work::{Stop, Work, to_the_end};
use crate::conda::FileMode;
use crate::error::{Error, NotRecomputable};

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
    Unknown(NotRecomputable),
}

/// What becomes of a file.
pub(super) type Made<'a> = Outcome<Cow<'a, [u8]>>;

/// A way in which a client replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Of(Tool),
    /// libmamba does something else to large files, on some systems.
    OfLargeFile,
}

impl Way {
    pub(super) const fn tool(self) -> Tool {
        match self {
            Self::Of(tool) => tool,
            Self::OfLargeFile => Tool::Libmamba,
        }
    }
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
        let mut work = Work::new(growth);
        let mut outcomes: Vec<(Tool, Outcome<T>)> = Vec::new();
        for way in self.ways() {
            let outcome = match to_the_end(self.made(way, original, &mut work))? {
                Outcome::Made(bytes) => Outcome::Made(keep(&bytes)),
                Outcome::Fails => Outcome::Fails,
                Outcome::Unknown(reason) => Outcome::Unknown(reason),
            };
            if way != Way::OfLargeFile || outcomes.iter().all(|(_, other)| *other != outcome) {
                outcomes.push((way.tool(), outcome));
            }
        }
        Ok(outcomes)
    }

    /// The ways to make something of a file.
    pub(super) fn ways(&self) -> impl Iterator<Item = Way> + use<> {
        let has_strings =
            self.file_mode == Some(FileMode::Binary) && self.system != System::Windows;
        Tool::ALL.map(Way::Of).into_iter().chain(has_strings.then_some(Way::OfLargeFile))
    }

    /// What becomes of a file in one of the ways.
    pub(super) async fn made<'a>(
        &self,
        way: Way,
        original: &'a [u8],
        work: &mut Work<'_>,
    ) -> Result<Made<'a>, Error> {
        let made = match way {
            Way::Of(Tool::Conda) => self.conda(original, work).await,
            Way::Of(Tool::Libmamba) => self.libmamba(original, work).await,
            Way::Of(Tool::Rattler) => self.rattler(original, work).await,
            Way::OfLargeFile => self.strings(original, Rule::LargeFile, work).await,
        };
        match made {
            Ok(outcome) => Ok(outcome),
            Err(Stop::NoMemory) => Ok(Outcome::Unknown(NotRecomputable::NoMemory)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn needle(&self) -> Option<Needle> {
        Needle::new(self.placeholder.as_bytes())
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
    async fn conda<'a>(&self, original: &'a [u8], work: &mut Work<'_>) -> Result<Made<'a>, Stop> {
        let is_binary = self.file_mode == Some(FileMode::Binary);
        let prefix = if is_binary { self.prefix.to_owned() } else { self.slashed() };
        let mut data = Cow::from(original);
        for encoding in Encoding::ALL {
            let Some(needle) = Needle::new(&encoding.encode(self.placeholder)) else { continue };
            if needle.find(&data, 0, work).await.is_none() {
                continue;
            }
            let by = encoding.encode(&prefix);
            let replaced = match (is_binary, self.system) {
                (true, System::Windows) => launcher::replace(&data, &needle, &by, work).await?,
                (true, _) => {
                    let rule = Rule::Conda { zeros: encoding.unit() };
                    match strings(&data, &needle, &by, rule, work).await? {
                        Outcome::Made(replaced) => Some(replaced),
                        _ => None,
                    }
                }
                (false, System::Windows) => Some(needle.replace(&data, &by, work).await?.into()),
                (false, _) => {
                    let placeholder = self.placeholder;
                    let escaped =
                        escape_spaces(&data, encoding, placeholder, &prefix, work).await?;
                    Some(needle.replace(&escaped, &by, work).await?.into())
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
        let line = match Head::of(&data, work).await {
            Head::None => return Ok(Outcome::Made(data)),
            Head::TooLong => return Ok(Outcome::Unknown(NotRecomputable::LongLine)),
            Head::Line(line) => line,
        };
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
        // By value: wherever else the line occurs in the file too.
        Ok(Outcome::Made(match Needle::new(line) {
            Some(line) => line.replace(&data, &shebang.through_env(), work).await?.into(),
            None => data,
        }))
    }

    async fn libmamba<'a>(
        &self,
        original: &'a [u8],
        work: &mut Work<'_>,
    ) -> Result<Made<'a>, Stop> {
        let Some(needle) = self.needle() else { return Ok(Outcome::Made(original.into())) };
        if self.file_mode == Some(FileMode::Binary) {
            if self.system != System::Windows {
                return self.strings(original, Rule::Libmamba, work).await;
            }
            return Ok(match launcher::by_libmamba(original, work).await {
                ByLibmamba::AsItWas => Outcome::Made(original.into()),
                ByLibmamba::Fails => Outcome::Fails,
                ByLibmamba::Unknown => Outcome::Unknown(NotRecomputable::Launcher),
            });
        }
        let data = needle.replace(original, self.slashed().as_bytes(), work).await?;
        if self.system == System::Windows {
            return Ok(Outcome::Made(data.into()));
        }
        let line = match Head::of(&data, work).await {
            Head::None => return Ok(Outcome::Made(data.into())),
            Head::TooLong => return Ok(Outcome::Unknown(NotRecomputable::LongLine)),
            Head::Line(line) => line,
        };
        if line.len() > self.system.longest_shebang()
            && let Some(shebang) = Shebang::parse(line)
            // Its regular expression ends a line there.
            && !shebang.options.contains(&b'\r')
        {
            let rest = data.get(line.len()..).unwrap_or_default();
            let line = shebang.through_env();
            let mut whole = work.room(rest.len(), line.len())?;
            whole.extend(line);
            work.copy(rest, &mut whole).await;
            return Ok(Outcome::Made(whole.into()));
        }
        Ok(Outcome::Made(data.into()))
    }

    async fn rattler<'a>(&self, original: &'a [u8], work: &mut Work<'_>) -> Result<Made<'a>, Stop> {
        let as_it_was = Ok(Outcome::Made(original.into()));
        // A placeholder without a mode is none.
        let (Some(file_mode), Some(needle)) = (self.file_mode, self.needle()) else {
            return as_it_was;
        };
        let prefix = self.slashed();
        let by = prefix.as_bytes();
        let head = match (file_mode, self.system) {
            (FileMode::Binary, System::Windows) => return as_it_was,
            (FileMode::Binary, _) => return self.strings(original, Rule::Rattler, work).await,
            (FileMode::Text, System::Windows) => Head::None,
            (FileMode::Text, _) => Head::of(original, work).await,
        };
        let line = match head {
            Head::None => {
                return Ok(Outcome::Made(needle.replace(original, by, work).await?.into()));
            }
            Head::TooLong => return Ok(Outcome::Unknown(NotRecomputable::LongLine)),
            Head::Line(line) => line,
        };
        let Some(head) = self.shebang_of_rattler(line, &needle, work).await? else {
            return Ok(Outcome::Unknown(NotRecomputable::LongLine));
        };
        let rest = original.get(line.len()..).unwrap_or_default();
        let longer = needle.growth(rest, by.len(), work).await;
        let mut data = work.room(rest.len().saturating_add(head.len()), longer)?;
        data.extend(head);
        needle.replace_into(rest, by, &mut data, work).await;
        Ok(Outcome::Made(data.into()))
    }

    /// `None` where the line becomes longer than one that is taken apart.
    async fn shebang_of_rattler(
        &self,
        line: &[u8],
        needle: &Needle,
        work: &mut Work<'_>,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let converted = |line: &[u8]| match Shebang::parse(line) {
            Some(shebang) if shebang.is_python() => shebang.through_sh(),
            Some(shebang) => shebang.through_env(),
            None => line.to_vec(),
        };
        // It reads the line as text, whatever it is.
        let line = String::from_utf8_lossy(line);
        let (line, by) = (line.as_bytes(), self.prefix.as_bytes());
        if self.prefix.contains(' ') {
            return Ok(Some(match needle.find(line, 0, work).await {
                Some(_) => needle.replace(&converted(line), by, work).await?,
                None => line.to_vec(),
            }));
        }
        let replaced = needle.replace(line, by, work).await?;
        if replaced.len() <= self.system.longest_shebang_of_rattler() {
            return Ok(Some(replaced));
        }
        Ok((replaced.len() <= Head::LONGEST).then(|| converted(&replaced)))
    }

    /// The path as it is, in strings.
    async fn strings<'a>(
        &self,
        original: &'a [u8],
        rule: Rule,
        work: &mut Work<'_>,
    ) -> Result<Made<'a>, Stop> {
        match self.needle() {
            Some(needle) => strings(original, &needle, self.prefix.as_bytes(), rule, work).await,
            None => Ok(Outcome::Made(original.into())),
        }
    }
}

/// conda, before it replaces anything else: a path with spaces in the first line gets
/// backslashes before them, which is what makes it take the line apart later.
async fn escape_spaces<'a>(
    data: &'a [u8],
    encoding: Encoding,
    placeholder: &str,
    prefix: &str,
    work: &mut Work<'_>,
) -> Result<Cow<'a, [u8]>, Stop> {
    let as_it_was = Ok(data.into());
    let needle = Needle::new(&encoding.encode(&format!("#!{placeholder}")));
    let (Some(needle), Some(end)) = (needle, Needle::new(b"\n")) else { return as_it_was };
    let Some(length) = end.find(data, 0, work).await else { return as_it_was };
    let line = data.get(..length).unwrap_or_default();
    if needle.find(line, 0, work).await.is_none() {
        return as_it_was;
    }
    let escaped = encoding.encode(&format!("#!{}", prefix.replace(' ', "\\ ")));
    Ok(needle.replace_within(data, 0..length, &escaped, work).await?.into())
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
async fn strings<'a>(
    data: &'a [u8],
    needle: &Needle,
    by: &[u8],
    rule: Rule,
    work: &mut Work<'_>,
) -> Result<Made<'a>, Stop> {
    let as_it_was = Ok(Outcome::Made(data.into()));
    let Some(mut start) = needle.find(data, 0, work).await else { return as_it_was };
    let zeros = if let Rule::Conda { zeros } = rule { zeros } else { 1 };
    let Some(end_of_string) = Needle::new(&vec![0; zeros]) else { return as_it_was };
    let padding = match (needle.len().checked_sub(by.len()), rule) {
        (None, Rule::Libmamba | Rule::LargeFile) => Some(0),
        (padding, _) => padding,
    };
    // Whoever does not make files longer fails at the first that would be.
    let longer = match padding {
        Some(_) => needle.growth(data, by.len(), work).await,
        None => 0,
    };
    let mut replaced = work.room(data.len(), longer)?;
    let mut from = 0;
    loop {
        let behind = start.saturating_add(needle.len());
        let end = match (end_of_string.find(data, behind, work).await, rule) {
            (Some(end), Rule::Conda { .. }) => end.saturating_add(zeros),
            (Some(end), _) => end,
            (None, Rule::Conda { .. }) => break,
            (None, _) => data.len(),
        };
        let Some(padding) = padding else { return Ok(Outcome::Fails) };
        work.copy(data.get(from..start).unwrap_or_default(), &mut replaced).await;
        let count = if rule == Rule::LargeFile {
            replaced.extend_from_slice(by);
            work.copy(data.get(behind..end).unwrap_or_default(), &mut replaced).await;
            1
        } else {
            let string = data.get(start..end).unwrap_or_default();
            needle.replace_into(string, by, &mut replaced, work).await
        };
        let length = replaced.len().saturating_add(padding.saturating_mul(count));
        replaced.resize(length, 0);
        from = end;
        match needle.find(data, from, work).await {
            Some(next) => start = next,
            None => break,
        }
    }
    work.copy(data.get(from..).unwrap_or_default(), &mut replaced).await;
    Ok(Outcome::Made(replaced.into()))
}
