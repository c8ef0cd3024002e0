//! Why it can't be told what a file became on linking.

use std::fmt;

/// Why it can't be told what a client made of a file with a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRecomputable {
    /// The caller did not say where the environment is.
    NoPrefix,
    /// The caller did not say which platform the environment is for, and nothing else does.
    NoPlatform,
    /// The file has more bytes than the limit `replacedFileBytes`.
    TooLarge,
    /// There is no memory for what the file becomes.
    NoMemory,
    /// Its first line is longer than a MiB.
    LongLine,
    /// It is a launcher of Windows, which libmamba rewrites.
    Launcher,
    /// Clients sign programs and libraries of macOS after they changed them.
    Signed,
    /// It is a link, of which some clients make a file.
    Link,
    /// The archive says behind the file that it has a placeholder, and so does nothing before.
    ToldLate,
}

impl NotRecomputable {
    /// It in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPrefix => "the path of the environment was not given",
            Self::NoPlatform => "the platform of the environment was not given",
            Self::TooLarge => "the file is larger than the limit replacedFileBytes",
            Self::NoMemory => "there is no memory for what the file becomes",
            Self::LongLine => "its first line is longer than a MiB",
            Self::Launcher => {
                "libmamba does not rewrite launchers of Windows in a way that can be told"
            }
            Self::Signed => "clients sign programs and libraries of macOS after they changed them",
            Self::Link => "it is a link with a placeholder, of which some clients make a file",
            Self::ToldLate => "the archive says behind the file that it has a placeholder",
        }
    }
}

impl fmt::Display for NotRecomputable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
