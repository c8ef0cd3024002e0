//! Folders: emptied, copied. Errors name the path.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// Makes a folder that is empty, whatever was there.
pub(crate) fn fresh(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("can't remove {}", folder.display()));
        }
        _ => {}
    }
    fs::create_dir_all(folder).with_context(|| format!("can't create {}", folder.display()))
}

/// Writes a file, and the folders above it.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't create {}", folder.display()))?;
    }
    fs::write(file, bytes).with_context(|| format!("can't write {}", file.display()))
}

/// Copies a file, or a folder with all that is below it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)
            .with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
        return Ok(());
    }
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))?;
    for entry in entries {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// Every file below a folder, sorted: what is printed is the same on every machine.
pub(crate) fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    if found.is_empty() {
        bail!("there are no files in {}", folder.display());
    }
    found.sort();
    Ok(found)
}
