//! Paths of entries: relative, plain, inside of the package.

use std::fmt;

use crate::error::{Error, Fault};
use crate::limits::Limits;

/// A relative path below the package's folder, `/` between its components,
/// none of which is empty, `.` or `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath(String);

impl EntryPath {
    /// The path that an archive or a manifest names.
    ///
    /// # Errors
    /// [`Fault::PathUnsafe`] where it is absolute, leaves the folder, is not
    /// UTF-8, or has characters that no path should have;
    /// [`Fault::LimitExceeded`] where it is too long.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let within = |length: usize, limit, max| {
            if u64::try_from(length).is_ok_and(|length| length <= max) {
                Ok(())
            } else {
                Err(Error::new(Fault::LimitExceeded { limit, max }))
            }
        };
        within(bytes.len(), "pathBytes", limits.path_bytes)?;
        let refuse = |reason| {
            Error::new(Fault::PathUnsafe { path: String::from_utf8_lossy(bytes).into(), reason })
        };
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("is not UTF-8"))?;
        match text {
            "" => return Err(refuse("is empty")),
            _ if text.starts_with('/') => return Err(refuse("is absolute")),
            _ if text.contains('\\') => return Err(refuse("has a backslash")),
            _ if has_drive(text) => return Err(refuse("begins with a drive letter")),
            _ if text.contains(|c: char| c.is_control()) => {
                return Err(refuse("has a control character"));
            }
            _ => {}
        }
        for component in text.split('/') {
            match component {
                "" => return Err(refuse("has an empty component")),
                "." => return Err(refuse("has a component \".\"")),
                ".." => return Err(refuse("leaves the package with \"..\"")),
                _ => within(component.len(), "componentBytes", limits.component_bytes)?,
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The text of the path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the path lies in `info/`.
    #[must_use]
    pub fn is_info(&self) -> bool {
        self.0.starts_with("info/") || self.0 == "info"
    }

    /// The folders above it, the nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            let (parent, _) = rest.rsplit_once('/')?;
            rest = parent;
            Some(parent)
        })
    }

    /// Whether a symbolic link here may have that target.
    ///
    /// # Errors
    /// [`Fault::LinkTargetEmpty`]; [`Fault::LinkAbsolute`]; [`Fault::LinkEscapes`] where
    /// the target is above the package's folder or only Windows would call it absolute;
    /// [`Fault::LimitExceeded`].
    pub fn check_link(&self, target: &str, limits: &Limits) -> Result<(), Error> {
        if target.is_empty() {
            return Err(Error::new(Fault::LinkTargetEmpty { path: self.0.clone() }));
        }
        if u64::try_from(target.len()).is_ok_and(|length| length > limits.path_bytes) {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "pathBytes",
                max: limits.path_bytes,
            }));
        }
        let escapes =
            || Error::new(Fault::LinkEscapes { path: self.0.clone(), target: target.to_owned() });
        if target.contains(['\\', '\0']) || has_drive(target) {
            return Err(escapes());
        }
        if target.starts_with('/') {
            return Err(Error::new(Fault::LinkAbsolute {
                path: self.0.clone(),
                target: target.to_owned(),
            }));
        }
        // The folders below the package's that the link itself lies in.
        let mut depth = self.ancestors().count();
        for component in target.split('/') {
            match component {
                "" | "." => {}
                ".." => depth = depth.checked_sub(1).ok_or_else(escapes)?,
                _ => depth = depth.saturating_add(1),
            }
        }
        Ok(())
    }
}

/// `C:`, which on Windows makes a path absolute or relative to a drive.
fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::EntryPath;
    use crate::error::Code;
    use crate::limits::Limits;

    fn code(path: &[u8]) -> Option<Code> {
        EntryPath::parse(path, &Limits::default()).err().map(|error| error.code())
    }

    #[test]
    fn plain_relative_paths_pass() {
        for path in ["a", "lib/python3.13/site-packages/é 日本.py", "...", "a/..b", "__proto__"]
        {
            assert_eq!(code(path.as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn what_could_leave_the_folder_is_refused() {
        for path in [
            "",
            ".",
            "..",
            "/x",
            "../x",
            "a/../../x",
            "a//b",
            "a/./b",
            "a/",
            "C:\\x",
            "c:x",
            "\\\\srv\\x",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\u{7f}",
            "a\u{85}b",
        ] {
            assert_eq!(code(path.as_bytes()), Some(Code::PathUnsafe), "{path:?}");
        }
        assert_eq!(code(b"a\xffb"), Some(Code::PathUnsafe));
    }

    #[test]
    fn long_paths_reach_a_limit() {
        assert_eq!(code(&[b'a'; 255]), None);
        assert_eq!(code(&[b'a'; 256]), Some(Code::LimitExceeded));
        assert_eq!(code("a/".repeat(2_048).as_bytes()), Some(Code::PathUnsafe));
        assert_eq!(code("a/".repeat(2_049).as_bytes()), Some(Code::LimitExceeded));
    }

    #[test]
    fn link_targets_stay_below_the_folder() {
        let limits = Limits::default();
        let link = EntryPath::parse(b"lib/sub/link", &limits).unwrap();
        let code = |target| link.check_link(target, &limits).err().map(|error| error.code());
        for target in ["file", "../../bin/./tool", "../..", "a/..", "ab:c"] {
            assert_eq!(code(target), None, "{target}");
        }
        assert_eq!(code(""), Some(Code::LinkTargetEmpty));
        assert_eq!(code("/etc/passwd"), Some(Code::LinkAbsolute));
        for target in ["../../../x", "a/../../../../x", "C:/x", "..\\x"] {
            assert_eq!(code(target), Some(Code::LinkEscapes), "{target}");
        }
    }

    #[test]
    fn ancestors_from_the_nearest() {
        let path = EntryPath::parse(b"a/b/c", &Limits::default()).unwrap();
        assert_eq!(path.ancestors().collect::<Vec<_>>(), ["a/b", "a"]);
    }
}
