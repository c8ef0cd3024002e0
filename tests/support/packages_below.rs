//! Packages in a folder and in those below it.

use std::fs;
use std::path::{Path, PathBuf};

/// Adds them, by what their names end in.
pub(crate) fn packages_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap();
        if path.is_dir() {
            packages_below(&path, into);
        } else if name.ends_with(".conda") || name.ends_with(".tar.bz2") {
            into.push(path);
        }
    }
}
