//! The system that an environment is on.

/// The kinds of systems that the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
    /// emscripten, wasi and others.
    Other,
}

impl System {
    /// The system of a platform's folder, e.g. `linux-64`; `None` for `noarch`.
    #[must_use]
    pub fn of_subdir(subdir: &str) -> Option<Self> {
        match subdir.split('-').next().unwrap_or_default() {
            "" | "noarch" => None,
            "linux" => Some(Self::Linux),
            "osx" => Some(Self::MacOs),
            "win" => Some(Self::Windows),
            _ => Some(Self::Other),
        }
    }
}
