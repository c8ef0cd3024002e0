//! What py-rattler makes of a package: an installer that shares no code with us.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "an installer is a program, and works on a disk"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use conda_verifier::{Reason, Status};
use conda_verifier_fixtures::installed::Node;
use conda_verifier_fixtures::package::{File, FileMode, Format, Package};
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::tar::Entry;

use super::folder::{From, Host};

/// As long as those that build tools use.
const PLACEHOLDER: &str = "/home/builder/placehold_placehold_placehold_placehold_placehold_\
placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_\
placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold";

const SCRIPT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/python/install_with_rattler.py");

/// Where `cargo xtask` puts a Python with py-rattler.
const ENVIRONMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python-rattler/bin/python");

/// A Python that has py-rattler, on Linux: elsewhere what it signs can't be recomputed.
fn python() -> Option<&'static str> {
    let has_rattler = |python: &&str| {
        let mut question = Command::new(python);
        question.args(["-c", "import rattler"]).stdout(Stdio::null()).stderr(Stdio::null());
        question.status().is_ok_and(|status| status.success())
    };
    let found = [ENVIRONMENT, "python3"].into_iter().find(has_rattler);
    let found = found.filter(|_| cfg!(target_os = "linux"));
    if found.is_none() {
        println!("left out: there is no Python with py-rattler, or this is not Linux");
    }
    found
}

fn package() -> Package {
    let text = |path: &str, text: &str| {
        let text = text.replace("<P>", PLACEHOLDER);
        File::regular(path, text).placeholder(PLACEHOLDER, FileMode::Text).executable()
    };
    let binary = |path: &str, text: &str| {
        let text = text.replace("<P>", PLACEHOLDER);
        File::regular(path, text).placeholder(PLACEHOLDER, FileMode::Binary)
    };
    Package::new("everything", "1.0", "0")
        .file("share/plain", "plain")
        .file("share/empty", "")
        .with(text("bin/python-script", "#!<P>/bin/python3.13 -u\nprint('<P>')\n"))
        .with(text("bin/perl-script", "#!<P>/bin/perl -w\n# <P>\n#!<P>/bin/perl -w\n"))
        .with(text("bin/shell", "#!/bin/sh <P>/x\nexec <P>/bin/shell\n"))
        .with(text("bin/one-line", "#!<P>/bin/perl"))
        .with(text("bin/spaced", "#!  <P>/bin/python\n"))
        .with(text("etc/config", "prefix=<P>\npath=<P>/bin:<P>/sbin\n"))
        .with(text("etc/untouched", "nothing\n"))
        .with(binary("lib/libone.so", "\u{7f}ELF\0<P>/lib\0tail"))
        .with(binary("lib/libtwo.so", "\u{7f}ELF\0<P>/a:<P>/b\0<P>\0tail"))
        .with(binary("lib/libend.so", "\u{7f}ELF\0<P>/lib"))
        .with(File::symlink("lib/libone.so.1", "libone.so"))
        .with(File::symlink("share/nowhere", "../missing"))
}

/// What is in an environment.
fn files_in(root: &Path) -> Vec<(String, Node)> {
    let (mut files, mut waiting) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let facts = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if facts.is_dir() {
                waiting.push(path);
            } else if facts.is_symlink() {
                let target = fs::read_link(&path).unwrap();
                files.push((name, Node::Symlink(target.to_str().unwrap().to_owned())));
            } else {
                files.push((name, Node::File(fs::read(&path).unwrap())));
            }
        }
    }
    files
}

fn install(python: &str, name: &str, prefix: &str, stages: &Stages) -> Host {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rattler").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let archive = folder.join("everything-1.0-0.conda");
    fs::write(&archive, stages.bytes(Format::Conda)).unwrap();
    let prefix = folder.join(prefix);
    let status = Command::new(python)
        .args([SCRIPT.as_ref(), archive.as_path(), prefix.as_path(), &folder.join("cache")])
        .status()
        .unwrap();
    assert!(status.success(), "{name}");
    let record = prefix.join("conda-meta/everything-1.0-0.json");
    let mut host = Host::new(fs::read(record).unwrap(), files_in(&prefix));
    host.options.prefix = Some(prefix.to_str().unwrap().to_owned());
    host
}

#[test]
fn what_rattler_installs_is_verified() {
    let Some(python) = python() else { return };
    for (name, prefix) in [
        ("short", "e".to_owned()),
        ("space", "my environments/e".to_owned()),
        ("long", ["deep"; 20].join("/")),
        ("unicode", "größe".to_owned()),
    ] {
        let mut host = install(python, name, &prefix, &package().stages());
        let verdict = host.verdict();
        assert_eq!(verdict.findings, [], "{name}");
        assert_eq!(
            (verdict.status, verdict.reasons),
            (Status::Unverified, vec![Reason::Consistent])
        );
        host.original = From::of(&package());
        let verdict = host.verdict();
        assert_eq!(verdict.findings, [], "{name}");
        assert_eq!((verdict.status, verdict.files), (Status::Verified, 14), "{name}");
        let replaced = verdict.replaced;
        assert_eq!((replaced.files, replaced.rattler), (10, 10), "{name}: {replaced:?}");
        println!("{name}: {replaced:?}");
    }
}

/// The same as it was before 2017.
#[test]
fn what_rattler_installs_of_old_packages_is_verified() {
    let Some(python) = python() else { return };
    let package = package();
    let mut stages = package.stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    let mut has_prefix = String::new();
    for file in &package.files {
        if let Some(placeholder) = &file.placeholder {
            let mode = if placeholder.mode == FileMode::Binary { "binary" } else { "text" };
            has_prefix.push_str(&format!("{} {mode} \"{}\"\n", placeholder.prefix, file.path));
        }
    }
    stages.info.entries.push(Entry::file("info/has_prefix", has_prefix));
    let mut host = install(python, "old", "e", &stages);
    for is_info_last in [false, true] {
        host.original = Some(From { stages: stages.clone(), is_pinned: true, is_info_last });
        let verdict = host.verdict();
        assert_eq!(verdict.findings, [], "{is_info_last}");
        assert_eq!((verdict.status, verdict.files), (Status::Verified, 14));
        let replaced = verdict.replaced;
        assert_eq!((replaced.files, replaced.rattler), (10, 10), "{replaced:?}");
    }
}
