//! THIRD-PARTY.md: the licences of what is compiled in, with their texts, as those licences
//! demand of who hands it out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::crates::{Crate, Crates};
use super::tree::Key;

const HEAD: &str = "\
# Third-party software

The WebAssembly files of this package contain code of the Rust crates below, of Rust's standard
library, and tables made of Unicode's data; the JavaScript beside them in `dist/wasm` is
written by wasm-bindgen. Where a licence may be chosen, MIT is. `sbom.cdx.json` lists the same
for programs.
";

/// What no crate brings a text for: a title, and the file.
const OTHERS: [(&str, &str); 2] = [
    ("Rust's standard library (MIT OR Apache-2.0)", "licences/rust.txt"),
    ("Unicode's data (Unicode-3.0)", "licences/unicode.txt"),
];

/// What the licence MIT begins with below its title.
const MIT: &str = "Permission is hereby granted, free of charge";

/// Makes the file: one section a text, with all whose text it is.
pub(super) fn notice(crates: &Crates) -> Result<String> {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((name, version), described) in crates.compiled_in() {
        // Ours have the licence of the package.
        if described.checksum.is_none() {
            continue;
        }
        let owner = format!("{name} {version} ({})", described.licence);
        let found = texts(described, crates);
        for text in found.with_context(|| format!("the licence of {name} {version}"))? {
            owners.entry(text).or_default().push(owner.clone());
        }
    }
    for (owner, file) in OTHERS {
        let text = tidy(&fs::read_to_string(file).with_context(|| format!("can't read {file}"))?);
        owners.entry(text).or_default().push(owner.to_owned());
    }
    // By the first owner, so that a text that changes stays where it was.
    let mut sections: Vec<_> = owners.into_iter().map(|(text, owners)| (owners, text)).collect();
    sections.sort();
    let mut notice = HEAD.to_owned();
    for (owners, text) in sections {
        writeln!(notice, "\n## {}\n", owners.join(", "))?;
        for line in text.lines() {
            // Indented, it is quoted.
            writeln!(notice, "{}", format!("    {line}").trim_end())?;
        }
    }
    Ok(notice)
}

/// The texts that have to go with a crate.
fn texts(described: &Crate, crates: &Crates) -> Result<Vec<String>> {
    let mut files = licence_files(&described.folder)?;
    if files.is_empty() {
        // A repository with several crates may have the file in one of them alone.
        let of_same = |(_, other): &(&Key, &Crate)| {
            other.repository.is_some()
                && other.repository == described.repository
                && other.licence == described.licence
        };
        for (_, other) in crates.compiled_in().filter(of_same) {
            files.extend(licence_files(&other.folder)?);
        }
    }
    let mut texts = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file);
        let text = tidy(&text.with_context(|| format!("can't read {}", file.display()))?);
        texts.push((is_notice(file), text));
    }
    chosen(&described.licence, texts)
}

/// Of the texts of a crate those that its licence demands. The first member: whether it is no
/// licence, but a notice that goes with any.
fn chosen(licence: &str, texts: Vec<(bool, String)>) -> Result<Vec<String>> {
    let may_be_mit = !licence.contains('(') && licence.split(" OR ").any(|one| one == "MIT");
    let has_mit = texts.iter().any(|(_, text)| text.contains(MIT));
    let chosen: Vec<_> = texts
        .into_iter()
        .filter(|(is_notice, text)| *is_notice || !(may_be_mit && has_mit) || text.contains(MIT))
        .map(|(_, text)| text)
        .collect();
    ensure!(!chosen.is_empty(), "there is no file with its text");
    Ok(chosen)
}

/// The files at the top of a crate that are about its licence, sorted.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("can't read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|start| name.starts_with(start));
        match (is_licence, path.is_dir()) {
            (true, false) => files.push(path),
            (true, true) => {
                let below = crate::folder::files(&path)?;
                files.extend(below);
            }
            _ => {}
        }
    }
    files.sort();
    Ok(files)
}

fn is_notice(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    name.starts_with("COPYRIGHT") || name.starts_with("NOTICE")
}

/// Without what differs by the machine that a file was checked in on.
fn tidy(text: &str) -> String {
    let lines: Vec<_> = text.trim_start_matches('\u{FEFF}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MIT, chosen, tidy};

    #[test]
    fn mit_is_chosen_where_it_may_be() -> anyhow::Result<()> {
        let mit = format!("Copyright (c) somebody\n\n{MIT}");
        let texts = || vec![(false, "Apache".to_owned()), (false, mit.clone())];
        assert_eq!(chosen("Apache-2.0 OR MIT", texts())?, std::slice::from_ref(&mit));
        assert_eq!(chosen("Apache-2.0 AND MIT", texts())?.len(), 2);
        assert_eq!(chosen("(MIT OR Apache-2.0) AND Unicode-3.0", texts())?.len(), 2);
        let with_notice = [texts(), vec![(true, "by whom".to_owned())]].concat();
        assert_eq!(chosen("MIT OR Apache-2.0", with_notice)?, [mit, "by whom".to_owned()]);
        // Without a text of MIT, all that there is.
        assert_eq!(chosen("MIT", vec![(false, "short".to_owned())])?, ["short"]);
        assert!(chosen("MIT", Vec::new()).is_err());
        Ok(())
    }

    #[test]
    fn line_ends_are_no_difference() {
        assert_eq!(tidy("\r\na \r\n\r\nb\r\n"), "a\n\nb");
    }
}
