//! `info/paths.json`: every file of the package (CEP 34), and `info/files`,
//! which packages before 2017 have in its place.

use crate::archive::EntryPath;
use crate::by_name::ByName;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, Quoted};
use crate::json::{Reader, Value};
use crate::limits::Limits;

/// How a file is to be linked into an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathType {
    /// A regular file; the default (CEP 34).
    #[default]
    HardLink,
    /// A symbolic link. Its digest is that of the file it leads to.
    SoftLink,
    /// An empty directory; installers refuse them.
    Directory,
}

impl PathType {
    /// As `paths.json` has it.
    fn parse(word: &str) -> Option<Self> {
        match word {
            "hardlink" => Some(Self::HardLink),
            "softlink" => Some(Self::SoftLink),
            "directory" => Some(Self::Directory),
            _ => None,
        }
    }

    /// The word for it in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::HardLink => "a file",
            Self::SoftLink => "a symbolic link",
            Self::Directory => "a directory",
        }
    }
}

/// How a placeholder is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileMode {
    /// The file may change its length; the default (CEP 34).
    #[default]
    Text,
    /// The file keeps its length.
    Binary,
}

/// The path that stands in a file for the environment's, which installers put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The path; never empty, which is as good as none.
    pub prefix: String,
    /// How it is replaced.
    pub mode: FileMode,
}

/// What the manifest says of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathEntry {
    /// Its type.
    pub path_type: PathType,
    /// SHA-256 of the file as shipped.
    pub sha256: Option<Sha256Digest>,
    /// Length in bytes as shipped; unreliable for symbolic links.
    pub size: Option<u64>,
    /// What is to be replaced in the file.
    pub placeholder: Option<Placeholder>,
}

/// The manifest of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathsJson {
    /// The entries by their paths.
    pub entries: ByName<PathEntry>,
    /// Paths of `info/` that are listed: nothing looks at them (CEP 34 has none).
    pub listed_info: Vec<EntryPath>,
}

/// An entry before its path and digest are looked at.
#[derive(Default)]
struct Item {
    path: String,
    path_type: PathType,
    sha256: Option<String>,
    size: Option<u64>,
    prefix: Option<String>,
    file_mode: FileMode,
}

impl Item {
    /// Reads the members of an item; the reason, where one is missing or of another type.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mistyped = |name: &str| {
            Error::new(Fault::PathsJsonInvalid {
                reason: format!("{name} of an entry is missing or has another type"),
            })
        };
        if !reader.is_object() {
            return Err(Error::new(Fault::PathsJsonInvalid {
                reason: "an entry is no object".into(),
            }));
        }
        let (mut item, mut has_path) = (Self::default(), false);
        reader.object(&mut |reader, name| {
            let is_read = matches!(
                name,
                "_path"
                    | "path_type"
                    | "sha256"
                    | "size_in_bytes"
                    | "prefix_placeholder"
                    | "file_mode"
            );
            if !is_read {
                return reader.skip();
            }
            match (name, reader.scalar()?) {
                ("_path", Value::String(path)) => {
                    item.path = path;
                    has_path = true;
                }
                ("path_type", Value::String(word)) => {
                    item.path_type = PathType::parse(&word).ok_or_else(|| mistyped(name))?;
                }
                ("sha256" | "size_in_bytes" | "prefix_placeholder" | "file_mode", Value::Null) => {}
                ("prefix_placeholder", Value::String(prefix)) => item.prefix = Some(prefix),
                ("file_mode", Value::String(word)) => {
                    item.file_mode = match word.as_str() {
                        "text" => FileMode::Text,
                        "binary" => FileMode::Binary,
                        _ => return Err(mistyped(name)),
                    };
                }
                ("sha256", Value::String(sha256)) => item.sha256 = Some(sha256),
                ("size_in_bytes", value) => {
                    item.size = Some(value.as_u64().ok_or_else(|| mistyped(name))?);
                }
                _ => return Err(mistyped(name)),
            }
            Ok(())
        })?;
        if has_path { Ok(item) } else { Err(mistyped("_path")) }
    }
}

impl PathsJson {
    /// Reads `info/paths.json`.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; [`Fault::PathsVersionUnsupported`];
    /// [`Fault::PathsJsonInvalid`] where a member is missing, has another type
    /// or a path is listed twice; [`Fault::PathUnsafe`];
    /// [`Fault::LimitExceeded`] for `entries`.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let invalid = |reason: String| Error::new(Fault::PathsJsonInvalid { reason });
        // All of it is checked before anything is kept. A later version may have
        // another shape, so its number comes first.
        let (mut version, mut has_paths) = (None, false);
        let mut reader = Reader::new(bytes, "info/paths.json", limits)?;
        if reader.is_object() {
            reader.object(&mut |reader, name| match name {
                "paths_version" => {
                    version = reader.scalar()?.as_u64();
                    Ok(())
                }
                "paths" => {
                    has_paths = reader.is_array();
                    reader.skip()
                }
                _ => reader.skip(),
            })?;
        } else {
            reader.skip()?;
        }
        reader.end()?;
        let version = version
            .ok_or_else(|| invalid("its paths_version is missing or has another type".into()))?;
        if version != 1 {
            return Err(Error::new(Fault::PathsVersionUnsupported { version }));
        }
        if !has_paths {
            return Err(invalid("its paths are missing or no array".into()));
        }
        let mut manifest = Self::default();
        let mut reader = Reader::new(bytes, "info/paths.json", limits)?;
        reader.object(&mut |reader, name| match name {
            "paths" => reader.array(&mut |reader| manifest.list(Item::read(reader)?, limits)),
            _ => reader.skip(),
        })?;
        Ok(manifest)
    }

    /// Looks at the path and the digest of an item, and keeps it.
    fn list(&mut self, item: Item, limits: &Limits) -> Result<(), Error> {
        let invalid = |reason: String| Err(Error::new(Fault::PathsJsonInvalid { reason }));
        let path = EntryPath::parse(item.path.as_bytes(), limits)?;
        let Ok(sha256) = item.sha256.as_deref().map(Sha256Digest::parse).transpose() else {
            return invalid(format!("the sha256 of {} is not one", Quoted::new(&item.path)));
        };
        let prefix = item.prefix.filter(|prefix| !prefix.is_empty());
        let placeholder = prefix.map(|prefix| Placeholder { prefix, mode: item.file_mode });
        let (path_type, size) = (item.path_type, item.size);
        if path.is_info() {
            self.listed_info.push(path);
            return Ok(());
        }
        let entry = PathEntry { path_type, sha256, size, placeholder };
        if self.entries.insert(item.path, entry) {
            return Ok(());
        }
        invalid(format!("{} is listed twice", Quoted::new(path.as_str())))
    }
}

/// Reads `info/files`: a path a line, nothing else is known of them.
///
/// # Errors
/// [`Fault::PathUnsafe`]; [`Fault::LimitExceeded`] for `entries`.
pub(crate) fn legacy_files(bytes: &[u8], limits: &Limits) -> Result<Vec<EntryPath>, Error> {
    lines(bytes, limits, |line| Some(line))
}

/// What a line without a placeholder of its own in `info/has_prefix` stands for: conda's
/// `PREFIX_PLACEHOLDER`, put together so that no tool takes this one for it.
const DEFAULT_PLACEHOLDER: &str = concat!("/opt/anaconda1anaconda2", "anaconda3");

/// Reads `info/has_prefix` or `info/no_link`: the path is the line or, behind a placeholder
/// and its mode, the last of three words, any of which may stand in quotes.
///
/// # Errors
/// As [`legacy_files`].
pub(crate) fn legacy_paths(bytes: &[u8], limits: &Limits) -> Result<Vec<EntryPath>, Error> {
    lines(bytes, limits, |line| (!is_passed_over(line)).then(|| words(line).1))
}

/// The files of `info/has_prefix` and their placeholders (conda's `read_has_prefix`).
///
/// # Errors
/// As [`legacy_files`]; [`Fault::LimitExceeded`] for `pathBytes`, [`Fault::PathListedOddly`]
/// where a placeholder is no text.
pub(crate) fn legacy_placeholders(
    bytes: &[u8],
    limits: &Limits,
) -> Result<ByName<Placeholder>, Error> {
    let mut placeholders = ByName::new();
    for_each_line(bytes, limits, |line| {
        if is_passed_over(line) {
            return Ok(());
        }
        let (own, path) = words(line);
        let path = EntryPath::parse(path, limits)?;
        let (prefix, mode) = own.unwrap_or((DEFAULT_PLACEHOLDER.as_bytes(), FileMode::Text));
        if u64::try_from(prefix.len()).is_ok_and(|length| length > limits.path_bytes) {
            let max = limits.path_bytes;
            return Err(Error::new(Fault::LimitExceeded { limit: "pathBytes", max }));
        }
        let Ok(prefix) = str::from_utf8(prefix) else {
            return Err(Error::new(Fault::PathListedOddly {
                path: path.as_str().to_owned(),
                reason: "with a placeholder that is no text",
            }));
        };
        placeholders.insert(path.as_str().to_owned(), Placeholder { prefix: prefix.into(), mode });
        Ok(())
    })?;
    Ok(placeholders)
}

/// Whether conda takes nothing from a line of `info/has_prefix` or `info/no_link`.
fn is_passed_over(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"#")
}

/// A line of `info/has_prefix`: the placeholder and its mode, where it has them, and the path.
fn words(line: &[u8]) -> (Option<(&[u8], FileMode)>, &[u8]) {
    let line = line.trim_ascii();
    let (Some((prefix, rest)), true) = (word(line), !line.is_empty()) else { return (None, line) };
    let Some((mode, rest)) = word(rest) else {
        // One word alone, which may stand in quotes.
        return (None, if rest.trim_ascii().is_empty() { prefix } else { line });
    };
    let mode = match mode {
        b"text" => FileMode::Text,
        b"binary" => FileMode::Binary,
        _ => return (None, line),
    };
    match word(rest) {
        Some((path, rest)) if rest.trim_ascii().is_empty() && !prefix.is_empty() => {
            (Some((prefix, mode)), path)
        }
        _ => (None, line),
    }
}

/// The first word of a line, without its quotes, and what follows it.
fn word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii_start();
    let quote = *line.first()?;
    if matches!(quote, b'"' | b'\'')
        && let Some(rest) = line.get(1..)
        && let Some(end) = rest.iter().position(|byte| *byte == quote)
    {
        return Some((rest.get(..end)?, rest.get(end.checked_add(1)?..)?));
    }
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    line.split_at_checked(end)
}

fn lines(
    bytes: &[u8],
    limits: &Limits,
    path_of: impl Fn(&[u8]) -> Option<&[u8]>,
) -> Result<Vec<EntryPath>, Error> {
    let mut paths = Vec::new();
    for_each_line(bytes, limits, |line| {
        let Some(path) = path_of(line) else { return Ok(()) };
        let path = EntryPath::parse(path, limits)?;
        if !path.is_info() {
            paths.push(path);
        }
        Ok(())
    })?;
    Ok(paths)
}

/// Takes the lines that are not empty one by one.
fn for_each_line(
    bytes: &[u8],
    limits: &Limits,
    mut take: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut count = 0_u64;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        if count >= limits.entries {
            return Err(Error::new(Fault::LimitExceeded { limit: "entries", max: limits.entries }));
        }
        count = count.saturating_add(1);
        take(line)?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{
        DEFAULT_PLACEHOLDER, FileMode, PathType, PathsJson, legacy_files, legacy_paths,
        legacy_placeholders,
    };
    use crate::digest::Sha256Digest;
    use crate::error::Code;
    use crate::limits::Limits;

    fn code(paths: &str) -> Code {
        let json = format!(r#"{{"paths_version":1,"paths":[{paths}]}}"#);
        PathsJson::parse(json.as_bytes(), &Limits::default()).unwrap_err().code()
    }

    #[test]
    fn defaults_are_those_of_cep_34() {
        let json = format!(
            r#"{{"paths":[{{"_path":"a/b"}},{{"_path":"c","path_type":"softlink","sha256":"{}",
                "size_in_bytes":0,"new":{{}}}},{{"_path":"info/x"}}],"paths_version":1}}"#,
            Sha256Digest::EMPTY
        );
        let manifest = PathsJson::parse(json.as_bytes(), &Limits::default()).unwrap();
        let types: Vec<_> = manifest.entries.iter().map(|(_, entry)| entry.path_type).collect();
        assert_eq!(types, [PathType::HardLink, PathType::SoftLink]);
        assert_eq!(manifest.listed_info.len(), 1);
    }

    #[test]
    fn malformed_manifests_are_refused() {
        for paths in [
            r#"{}"#,
            r#"1"#,
            r#"{"_path":"a","path_type":"hologram"}"#,
            r#"{"_path":"a","sha256":"00"}"#,
            r#"{"_path":"a","size_in_bytes":-1}"#,
            r#"{"_path":"a"},{"_path":"a"}"#,
        ] {
            assert_eq!(code(paths), Code::PathsJsonInvalid, "{paths}");
        }
        for path in ["../x", "/x", "a\\\\b", "C:/x", ""] {
            assert_eq!(code(&format!(r#"{{"_path":"{path}"}}"#)), Code::PathUnsafe, "{path}");
        }
    }

    #[test]
    fn other_versions_are_named() {
        let json = br#"{"paths_version":2,"paths":{"new":"shape"}}"#;
        let refused = PathsJson::parse(json, &Limits::default()).unwrap_err();
        assert_eq!(refused.code(), Code::PathsVersionUnsupported);
    }

    #[test]
    fn info_files_lists_paths_alone() {
        let files = legacy_files(b"bin/a\r\nlib/b\n\ninfo/index.json\n", &Limits::default());
        assert_eq!(files.unwrap().len(), 2);
        assert!(legacy_files(b"../a\n", &Limits::default()).is_err());
    }

    #[test]
    fn info_has_prefix_lists_placeholders() {
        let default = Some((DEFAULT_PLACEHOLDER, FileMode::Text));
        for (line, path, placeholder) in [
            ("bin/a", "bin/a", default),
            ("\"bin/a b\"", "bin/a b", default),
            ("bin/a b", "bin/a b", default),
            ("/opt/p text bin/a", "bin/a", Some(("/opt/p", FileMode::Text))),
            ("/opt/p\tbinary  bin/a", "bin/a", Some(("/opt/p", FileMode::Binary))),
            ("\"/opt/p q\" binary \"bin/a b\"", "bin/a b", Some(("/opt/p q", FileMode::Binary))),
            ("'/opt/p' 'text' 'bin/a'", "bin/a", Some(("/opt/p", FileMode::Text))),
            ("/opt/p image bin/a", "/opt/p image bin/a", None),
            ("/opt/p text bin/a b", "/opt/p text bin/a b", None),
            ("\"\" text bin/a", "\"\" text bin/a", default),
        ] {
            let limits = Limits::default();
            match (legacy_paths(line.as_bytes(), &limits), placeholder) {
                (Ok(paths), Some(_)) => assert_eq!(paths.first().unwrap().as_str(), path, "{line}"),
                (found, _) => assert!(found.is_err() && placeholder.is_none(), "{line}"),
            }
            let read = legacy_placeholders(line.as_bytes(), &limits);
            let Some((prefix, mode)) = placeholder else {
                assert_eq!(read.unwrap_err().code(), Code::PathUnsafe, "{line}");
                continue;
            };
            let read = read.unwrap();
            let found = read.get(path).unwrap();
            assert_eq!((found.prefix.as_str(), found.mode), (prefix, mode), "{line}");
        }
        let long = format!("/{} text bin/a", "p".repeat(5_000));
        let refused = legacy_placeholders(long.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(refused.code(), Code::LimitExceeded);
    }
}
