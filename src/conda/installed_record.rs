//! `conda-meta/NAME.json`: what a client notes when it links a package into an environment.
//!
//! conda, libmamba and rattler write it with the members of a repodata record and
//! `paths_data` beside `files`; what they put into `paths_data` differs. Clients before 2017
//! wrote `files` alone.

use super::paths_json::FileMode;
use crate::archive::EntryPath;
use crate::by_name::ByName;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, InstalledFault, Quoted};
use crate::json::{Reader, Value};
use crate::limits::Limits;

/// What a client did with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkedAs {
    /// A regular file: the default (CEP 34).
    #[default]
    File,
    /// A symbolic link.
    Symlink,
    /// A directory.
    Directory,
    /// Made by the client: bytecode, an entry point.
    Generated,
}

/// What is noted of one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledEntry {
    /// What is there.
    pub linked_as: LinkedAs,
    /// SHA-256 of the file as shipped.
    pub sha256: Option<Sha256Digest>,
    /// SHA-256 of the file as linked. rattler leaves it out where it is the same, and gives
    /// that of a symbolic link's text.
    pub sha256_in_prefix: Option<Sha256Digest>,
    /// Length in bytes: rattler's as linked, the others' as shipped.
    pub size: Option<u64>,
    /// The text that stands in the shipped file for the environment's path.
    pub placeholder: Option<String>,
    /// How it is replaced, where that is said.
    pub file_mode: Option<FileMode>,
}

impl InstalledEntry {
    /// Whether the client put the environment's path into the file.
    #[must_use]
    pub const fn has_placeholder(&self) -> bool {
        self.placeholder.is_some()
    }
}

/// A package as it was linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledRecord {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The build string.
    pub build: String,
    /// The build number, where it is noted.
    pub build_number: Option<u64>,
    /// The platform's folder in the channel.
    pub subdir: Option<String>,
    /// Whether it is a package of Python code for every platform, whose files moved.
    pub is_noarch_python: bool,
    /// SHA-256 of the archive that it came from.
    pub sha256: Option<Sha256Digest>,
    /// Whether more is noted of paths than their names.
    pub has_details: bool,
    /// The paths in the environment, also those that only `files` lists.
    pub entries: ByName<InstalledEntry>,
}

fn invalid(reason: String) -> Error {
    Error::new(Fault::Installed(InstalledFault::InstalledRecordInvalid { reason }))
}

fn mistyped(name: &str) -> Error {
    invalid(format!("{} is missing or has another type", Quoted::new(name).plain()))
}

impl InstalledRecord {
    /// Reads a `conda-meta/NAME.json`.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; `INSTALLED_RECORD_INVALID` where a member is missing, has
    /// another type, or a path occurs twice; [`Fault::PathUnsafe`]; [`Fault::LimitExceeded`].
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut record = Self::default();
        let mut files = Vec::new();
        let mut is_listed = false;
        let mut reader = Reader::new(bytes, "the installed record", limits)?;
        if !reader.is_object() {
            return Err(invalid("it is no object".into()));
        }
        reader.object(&mut |reader, name| {
            match name {
                "name" => record.name = text(reader, name)?,
                "version" => record.version = text(reader, name)?,
                "build" => record.build = text(reader, name)?,
                "build_number" => {
                    let number = reader.scalar()?.as_u64();
                    record.build_number = Some(number.ok_or_else(|| mistyped(name))?);
                }
                "subdir" => record.subdir = optional(reader, name)?,
                // Records of old say true for what is now "generic".
                "noarch" => {
                    record.is_noarch_python = reader.scalar()?.as_str() == Some("python");
                }
                "sha256" => record.sha256 = digest(optional(reader, name)?, name)?,
                "files" if reader.is_array() => {
                    is_listed = true;
                    reader.array(&mut |reader| {
                        files.push(path(&text(reader, "files")?, limits)?);
                        Ok(())
                    })?;
                }
                "paths_data" if reader.is_object() => {
                    is_listed |= paths(reader, &mut record.entries, limits)?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.end()?;
        for (name, text) in
            [("name", &record.name), ("version", &record.version), ("build", &record.build)]
        {
            if text.is_empty() || !super::is_plain(text) {
                return Err(mistyped(name));
            }
        }
        if !is_listed {
            return Err(mistyped("files"));
        }
        record.has_details = record.entries.iter().next().is_some();
        for path in files {
            if record.entries.get(path.as_str()).is_none() {
                // What only `files` has, a client of today made itself.
                let linked_as =
                    if record.has_details { LinkedAs::Generated } else { LinkedAs::default() };
                let entry = InstalledEntry { linked_as, ..InstalledEntry::default() };
                record.entries.insert(path.as_str().to_owned(), entry);
            }
        }
        Ok(record)
    }
}

/// The entries of a package's own `info/paths.json`, with their placeholders.
///
/// # Errors
/// As [`InstalledRecord::parse`].
pub(crate) fn entries_of_paths_json(
    bytes: &[u8],
    limits: &Limits,
) -> Result<ByName<InstalledEntry>, Error> {
    let mut entries = ByName::new();
    let mut reader = Reader::new(bytes, "info/paths.json", limits)?;
    if !reader.is_object() || !paths(&mut reader, &mut entries, limits)? {
        return Err(mistyped("paths"));
    }
    reader.end()?;
    Ok(entries)
}

/// Reads an object whose `paths` are entries, and says whether it has them.
fn paths(
    reader: &mut Reader<'_>,
    into: &mut ByName<InstalledEntry>,
    limits: &Limits,
) -> Result<bool, Error> {
    let mut has_paths = false;
    reader.object(&mut |reader, name| {
        if name != "paths" {
            return reader.skip();
        }
        has_paths = true;
        reader.array(&mut |reader| {
            let (path, entry) = entry(reader, limits)?;
            if into.insert(path.as_str().to_owned(), entry) {
                return Ok(());
            }
            Err(invalid(format!("{} is listed twice", Quoted::new(path.as_str()))))
        })
    })?;
    Ok(has_paths)
}

fn entry(reader: &mut Reader<'_>, limits: &Limits) -> Result<(EntryPath, InstalledEntry), Error> {
    let (mut own, mut entry) = (None, InstalledEntry::default());
    if !reader.is_object() {
        return Err(mistyped("an entry"));
    }
    reader.object(&mut |reader, name| {
        match name {
            "_path" => own = Some(path(&text(reader, name)?, limits)?),
            "path_type" => {
                let word = optional(reader, name)?;
                entry.linked_as = match word.as_deref() {
                    None | Some("hardlink") => LinkedAs::File,
                    Some("softlink") => LinkedAs::Symlink,
                    Some("directory") => LinkedAs::Directory,
                    // pyc_file, unix_python_entry_point, windows_python_entry_point_exe …
                    Some(_) => LinkedAs::Generated,
                };
            }
            "sha256" => entry.sha256 = digest(optional(reader, name)?, name)?,
            "sha256_in_prefix" => entry.sha256_in_prefix = digest(optional(reader, name)?, name)?,
            "size_in_bytes" => {
                let value = reader.scalar()?;
                entry.size = value.as_u64();
                if entry.size.is_none() && value != Value::Null {
                    return Err(mistyped(name));
                }
            }
            "prefix_placeholder" => {
                // An empty one is none, in all clients.
                entry.placeholder = optional(reader, name)?.filter(|text| !text.is_empty());
                let length = entry.placeholder.as_ref().map_or(0, String::len);
                if u64::try_from(length).is_ok_and(|length| length > limits.path_bytes) {
                    let max = limits.path_bytes;
                    return Err(Error::new(Fault::LimitExceeded { limit: "pathBytes", max }));
                }
            }
            "file_mode" => {
                entry.file_mode = match optional(reader, name)?.as_deref() {
                    None => None,
                    Some("text") => Some(FileMode::Text),
                    Some("binary") => Some(FileMode::Binary),
                    Some(_) => return Err(mistyped(name)),
                };
            }
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok((own.ok_or_else(|| mistyped("_path"))?, entry))
}

fn path(text: &str, limits: &Limits) -> Result<EntryPath, Error> {
    EntryPath::parse(text.as_bytes(), limits)
}

/// A text, or nothing where it is `null`.
fn optional(reader: &mut Reader<'_>, name: &str) -> Result<Option<String>, Error> {
    match reader.scalar()? {
        Value::String(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        _ => Err(mistyped(name)),
    }
}

fn text(reader: &mut Reader<'_>, name: &str) -> Result<String, Error> {
    optional(reader, name)?.ok_or_else(|| mistyped(name))
}

/// rattler gives a symbolic link whose target it can't hash the digest of 64 zeros.
fn digest(text: Option<String>, name: &str) -> Result<Option<Sha256Digest>, Error> {
    let digest = text.as_deref().map(Sha256Digest::parse).transpose();
    let digest = digest.map_err(|_| mistyped(name))?;
    Ok(digest.filter(|digest| *digest != Sha256Digest::new([0; 32])))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{FileMode, InstalledRecord, LinkedAs};
    use crate::error::Code;
    use crate::limits::Limits;

    fn parse(members: &str) -> Result<InstalledRecord, Code> {
        let json = format!(r#"{{"name":"a","version":"1","build":"0",{members}}}"#);
        InstalledRecord::parse(json.as_bytes(), &Limits::default()).map_err(|error| error.code())
    }

    #[test]
    fn what_only_files_lists_a_client_made() {
        let record = parse(
            r#""files":["bin/a","lib/a.pyc"],"noarch":true,"sha256":null,"paths_data":{"paths":[
                {"_path":"bin/a","prefix_placeholder":"","file_mode":null,"size_in_bytes":null},
                {"_path":"bin/b","path_type":"unix_python_entry_point"},
                {"_path":"lib/c","prefix_placeholder":"/x","file_mode":"binary"}]}"#,
        )
        .unwrap();
        let entry = |path| record.entries.get(path).unwrap();
        assert_eq!(entry("bin/a").linked_as, LinkedAs::File);
        assert!(!entry("bin/a").has_placeholder());
        assert_eq!(entry("lib/a.pyc").linked_as, LinkedAs::Generated);
        assert_eq!(entry("bin/b").linked_as, LinkedAs::Generated);
        assert_eq!(entry("lib/c").file_mode, Some(FileMode::Binary));
    }

    #[test]
    fn records_of_old_clients_have_names_alone() {
        let record = parse(r#""files":["bin/a"]"#).unwrap();
        assert_eq!(record.entries.get("bin/a").unwrap().linked_as, LinkedAs::File);
    }

    #[test]
    fn malformed_records_are_refused() {
        for members in [
            r#""file":[]"#,
            r#""files":[1]"#,
            r#""files":{}"#,
            r#""files":[],"sha256":"00""#,
            r#""files":[],"build_number":-1"#,
            r#""files":[],"paths_data":{"paths":[{}]}"#,
            r#""files":[],"paths_data":{"paths":[1]}"#,
            r#""files":[],"paths_data":{"paths":[{"_path":"a"},{"_path":"a"}]}"#,
            r#""files":[],"paths_data":{"paths":[{"_path":"a","file_mode":"octal"}]}"#,
        ] {
            assert_eq!(parse(members).unwrap_err(), Code::InstalledRecordInvalid, "{members}");
        }
        for path in ["../x", "/x", "a\\\\b", "C:/x", "", "a\\u0000b"] {
            let members = format!(r#""files":["{path}"]"#);
            assert_eq!(parse(&members).unwrap_err(), Code::PathUnsafe, "{path}");
        }
        assert_eq!(parse(r#""files":[],"files":[]"#).unwrap_err(), Code::JsonInvalid);
        let long = format!(
            r#""files":[],"paths_data":{{"paths":[{{"_path":"a","prefix_placeholder":"{}"}}]}}"#,
            "x".repeat(4_097)
        );
        assert_eq!(parse(&long).unwrap_err(), Code::LimitExceeded);
    }
}
