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

/// Whether bytes begin as programs and libraries of macOS do: 32 or 64 bits, of one or several
/// architectures, in either byte order (`mach-o/loader.h`, `mach-o/fat.h`).
pub(super) fn is_mach_o(bytes: &[u8]) -> bool {
    let Some(magic) = bytes.first_chunk::<4>().map(|magic| u32::from_be_bytes(*magic)) else {
        return false;
    };
    let known: [u32; 3] = [0xfeed_face, 0xfeed_facf, 0xcafe_babe];
    known.iter().any(|it| *it == magic || it.swap_bytes() == magic)
}

impl System {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Linux, Self::MacOs, Self::Windows, Self::Other];

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
