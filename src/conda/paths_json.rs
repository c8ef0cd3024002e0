//! `info/paths.json`: every file of the package (CEP 34), and `info/files`,
//! which packages before 2017 have in its place.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::archive::EntryPath;
use crate::digest::Sha256Digest;
use crate::error::Error;
use crate::json;
use crate::limits::Limits;

/// How a file is to be linked into an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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

/// What the manifest says of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathEntry {
    /// Its type.
    pub path_type: PathType,
    /// SHA-256 of the file as shipped.
    pub sha256: Option<Sha256Digest>,
    /// Length in bytes as shipped; unreliable for symbolic links.
    pub size: Option<u64>,
}

/// The manifest of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathsJson {
    /// The entries by their paths.
    pub entries: BTreeMap<EntryPath, PathEntry>,
    /// Paths of `info/` that are listed: nothing looks at them (CEP 34 has none).
    pub listed_info: Vec<EntryPath>,
}

#[derive(Deserialize)]
struct Version {
    paths_version: u64,
}

#[derive(Deserialize)]
struct Document {
    paths: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "_path")]
    path: String,
    #[serde(default)]
    path_type: PathType,
    sha256: Option<String>,
    size_in_bytes: Option<u64>,
}

impl PathsJson {
    /// Reads `info/paths.json`.
    ///
    /// # Errors
    /// [`Error::JsonInvalid`]; [`Error::PathsVersionUnsupported`];
    /// [`Error::PathsJsonInvalid`] where a member is missing, has another type
    /// or a path is listed twice; [`Error::PathUnsafe`];
    /// [`Error::LimitExceeded`] for `entries`.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let invalid = |reason: String| Error::PathsJsonInvalid { reason };
        json::check(bytes, "info/paths.json", limits)?;
        // A later version may have another shape, so its number comes first.
        let Version { paths_version: version } =
            serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
        if version != 1 {
            return Err(Error::PathsVersionUnsupported { version });
        }
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
        let mut manifest = Self::default();
        for item in document.paths {
            let path = EntryPath::parse(item.path.as_bytes(), limits)?;
            let sha256 = match item.sha256.as_deref().map(Sha256Digest::parse).transpose() {
                Ok(sha256) => sha256,
                Err(_) => return Err(invalid(format!("the sha256 of {:?} is not one", item.path))),
            };
            let entry = PathEntry { path_type: item.path_type, sha256, size: item.size_in_bytes };
            if path.is_info() {
                manifest.listed_info.push(path);
            } else if manifest.entries.insert(path, entry).is_some() {
                return Err(invalid(format!("{:?} is listed twice", item.path)));
            }
        }
        Ok(manifest)
    }
}

/// Reads `info/files`: a path a line, nothing else is known of them.
///
/// # Errors
/// [`Error::PathUnsafe`]; [`Error::LimitExceeded`] for `entries`.
pub(crate) fn legacy_files(bytes: &[u8], limits: &Limits) -> Result<Vec<EntryPath>, Error> {
    let mut paths = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        if u64::try_from(paths.len()).is_ok_and(|length| length >= limits.entries) {
            return Err(Error::LimitExceeded { limit: "entries", max: limits.entries });
        }
        let path = EntryPath::parse(line, limits)?;
        if !path.is_info() {
            paths.push(path);
        }
    }
    Ok(paths)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{PathType, PathsJson, legacy_files};
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
        let types: Vec<_> = manifest.entries.values().map(|entry| entry.path_type).collect();
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
}
