//! Package file names: NAME-VERSION-BUILD.EXTENSION (CEP 26).

use crate::archive::Format;
use crate::error::{Error, Fault};

/// CEP 26: the longest file name of an artifact.
const MAX_CHARACTERS: usize = 211;

/// A package file name and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    text: String,
    stem: usize,
    name: usize,
    version: usize,
    format: Format,
}

impl FileName {
    /// The name that `text` is.
    ///
    /// # Errors
    /// [`Fault::FileNameInvalid`] where an extension or a part is missing, where
    /// it is too long, or where a character is one that CEP 26 does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse =
            |reason| Err(Error::new(Fault::FileNameInvalid { file_name: text.to_owned(), reason }));
        let (stem, format) = if let Some(stem) = text.strip_suffix(".conda") {
            (stem, Format::Conda)
        } else if let Some(stem) = text.strip_suffix(".tar.bz2") {
            (stem, Format::TarBz2)
        } else {
            return refuse("it ends neither in .conda nor in .tar.bz2");
        };
        if text.len() > MAX_CHARACTERS {
            return refuse("it is longer than 211 characters");
        }
        // A name may hold dashes; version and build don't.
        let Some((name, version)) =
            stem.rsplit_once('-').and_then(|(front, _)| front.rsplit_once('-'))
        else {
            return refuse("it is not of the form NAME-VERSION-BUILD");
        };
        let build_start = name.len().saturating_add(version.len()).saturating_add(2);
        if name.is_empty() || version.is_empty() || build_start >= stem.len() {
            return refuse("its name, version or build is empty");
        }
        if !is_plain(stem) {
            return refuse("it has a character other than letters, digits and -_.+!");
        }
        Ok(Self {
            text: text.to_owned(),
            stem: stem.len(),
            name: name.len(),
            version: version.len(),
            format,
        })
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.part(0, self.stem)
    }

    /// The package's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.part(0, self.name)
    }

    /// The package's version.
    #[must_use]
    pub fn version(&self) -> &str {
        let start = self.name.saturating_add(1);
        self.part(start, start.saturating_add(self.version))
    }

    /// The build string.
    #[must_use]
    pub fn build(&self) -> &str {
        self.part(self.name.saturating_add(self.version).saturating_add(2), self.stem)
    }

    /// The format that the extension names.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Whether all characters are of those that names, versions and build strings
/// may have (CEP 26).
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'!')
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::FileName;
    use crate::archive::Format;
    use crate::error::Code;

    #[test]
    fn the_name_may_have_dashes() {
        let name = FileName::parse("_libgcc-mutex-0.1!2-conda_forge.tar.bz2").unwrap();
        assert_eq!(
            (name.name(), name.version(), name.build(), name.format()),
            ("_libgcc-mutex", "0.1!2", "conda_forge", Format::TarBz2)
        );
        assert_eq!(name.stem(), "_libgcc-mutex-0.1!2-conda_forge");
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "",
            ".conda",
            "a.conda",
            "a-1.conda",
            "a-1-.conda",
            "a--0.conda",
            "-1-0.conda",
            "a-1-0.zip",
            "a-1-0",
            "a-1-0.conda ",
            "ä-1-0.conda",
            "a-1-0 (1).conda",
            "../a-1-0.conda",
        ] {
            assert_eq!(
                FileName::parse(text).unwrap_err().code(),
                Code::FileNameInvalid,
                "{text:?}"
            );
        }
        assert!(FileName::parse(&format!("{}-1-0.conda", "a".repeat(201))).is_ok());
        assert!(FileName::parse(&format!("{}-1-0.conda", "a".repeat(202))).is_err());
    }
}
