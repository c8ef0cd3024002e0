//! Where the files of a package of Python code for every platform go (CEP 34's `noarch: python`).

use super::system::System;
use crate::by_name::ByName;

/// The folders of an environment that such files go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// e.g. `lib/python3.13/site-packages`; `None` where nothing shows it.
    site_packages: Option<String>,
    is_windows: bool,
}

impl Moves {
    /// The folders that recorded paths show: Python's version is not in the package.
    pub(super) fn of<'a>(mut paths: impl Iterator<Item = &'a str>, system: Option<System>) -> Self {
        let site_packages = paths.find_map(|path| {
            let end = path.find("/site-packages/")?.checked_add("/site-packages".len())?;
            path.get(..end).filter(|folder| is_site_packages(folder)).map(str::to_owned)
        });
        let is_windows = system == Some(System::Windows)
            || site_packages.as_deref() == Some("Lib/site-packages");
        Self { site_packages, is_windows }
    }

    /// The path in the environment of a path in the package.
    pub(super) fn target(&self, path: &str) -> String {
        if let Some(rest) = path.strip_prefix("site-packages/") {
            return match &self.site_packages {
                Some(folder) => format!("{folder}/{rest}"),
                None => path.to_owned(),
            };
        }
        match path.strip_prefix("python-scripts/") {
            Some(rest) => format!("{}/{rest}", self.scripts()),
            None => path.to_owned(),
        }
    }

    const fn scripts(&self) -> &'static str {
        if self.is_windows { "Scripts" } else { "bin" }
    }

    /// The files that clients make for an entry point of that name.
    pub(super) fn entry_points(&self, name: &str) -> Vec<String> {
        let folder = self.scripts();
        if self.is_windows {
            vec![format!("{folder}/{name}-script.py"), format!("{folder}/{name}.exe")]
        } else {
            vec![format!("{folder}/{name}")]
        }
    }
}

/// `Lib/site-packages`, or `lib/pythonX.Y/site-packages`, `pythonX.Yt` of free-threaded ones.
fn is_site_packages(folder: &str) -> bool {
    let parts: Vec<&str> = folder.split('/').collect();
    match parts.as_slice() {
        ["Lib", "site-packages"] => true,
        ["lib", python, "site-packages"] => python
            .strip_prefix("python")
            .and_then(|version| version.strip_suffix('t').unwrap_or(version).split_once('.'))
            .is_some_and(|(major, minor)| is_number(major) && is_number(minor)),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The file of Python code that a file of bytecode was made of: `a/__pycache__/b.cpython-313.pyc`
/// of `a/b.py`, and in Python 2 `a/b.pyc`.
pub(super) fn source_of_bytecode(path: &str) -> Option<String> {
    let stem = path.strip_suffix(".pyc")?;
    match stem.rsplit_once("__pycache__/") {
        None => Some(format!("{stem}.py")),
        Some((folder, name)) if folder.is_empty() || folder.ends_with('/') => {
            let module = name.split('.').next().filter(|module| !module.is_empty())?;
            Some(format!("{folder}{module}.py"))
        }
        Some(_) => None,
    }
}

/// Whether what a client is said to have made belongs to what the package has.
pub(super) fn is_accounted_for<V>(
    path: &str,
    sources: &ByName<V>,
    entry_points: &ByName<()>,
) -> bool {
    entry_points.get(path).is_some()
        || source_of_bytecode(path).is_some_and(|source| sources.get(&source).is_some())
}

#[cfg(test)]
mod tests {
    use super::{Moves, source_of_bytecode};
    use crate::installed::System;

    #[test]
    fn files_move_to_where_pythons_files_are() {
        let paths =
            ["bin/a", "lib/python3.13t/site-packages/a.py", "lib/python2.7/site-packages/b"];
        let moves = Moves::of(paths.into_iter(), Some(System::Linux));
        assert_eq!(moves.target("site-packages/a.py"), "lib/python3.13t/site-packages/a.py");
        assert_eq!(moves.target("python-scripts/a"), "bin/a");
        assert_eq!(moves.target("share/a"), "share/a");
        assert_eq!(moves.entry_points("a"), ["bin/a"]);
        let windows = Moves::of(["Lib/site-packages/a.py"].into_iter(), None);
        assert_eq!(windows.target("python-scripts/a.py"), "Scripts/a.py");
        assert_eq!(windows.entry_points("a"), ["Scripts/a-script.py", "Scripts/a.exe"]);
        for odd in [
            "site-packages/a",
            "etc/site-packages/a",
            "lib/pythonic/site-packages/a",
            "lib/python3/site-packages/a",
            "lib/python3.13x/site-packages/a",
            "lib/python3.13;x/site-packages/a",
            "lib/python3.13.1/site-packages/a",
        ] {
            assert_eq!(Moves::of([odd].into_iter(), None), Moves::default(), "{odd}");
        }
    }

    #[test]
    fn bytecode_has_a_source() {
        for (path, source) in [
            ("a/__pycache__/b.cpython-313.pyc", Some("a/b.py")),
            ("a/__pycache__/b.cpython-313.opt-1.pyc", Some("a/b.py")),
            ("__pycache__/b.cpython-313.pyc", Some("b.py")),
            ("a/b.pyc", Some("a/b.py")),
            ("a/x__pycache__/b.pyc", None),
            ("a/__pycache__/.pyc", None),
            ("a/b.py", None),
        ] {
            assert_eq!(source_of_bytecode(path).as_deref(), source, "{path}");
        }
    }
}
