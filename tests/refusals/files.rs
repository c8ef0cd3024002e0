//! What is unpacked against what is listed.

use conda_verifier::{Check, Code, Level, Limits, Policy};
use conda_verifier_fixtures::package::File;
use conda_verifier_fixtures::tar::Entry;
use serde_json::{Value, json};

use super::Case;

const FILE: &str = "share/hello/greetings.txt";
const LINK: &str = "lib/libhello.so";

/// Edits what paths.json says of one path.
fn listed(name: &'static str, code: Code, path: &str, edit: impl Fn(&mut Value)) -> [Case; 2] {
    Case::both(name, code, |stages| {
        stages.edit_paths(|paths| {
            edit(paths.iter_mut().find(|entry| entry["_path"] == path).unwrap());
        });
    })
}

/// Adds a link and lists it with the digest of no bytes.
fn link(name: &'static str, code: Code, path: &str, target: &str) -> [Case; 2] {
    Case::both(name, code, |stages| add_link(stages, path, target))
}

fn add_link(stages: &mut conda_verifier_fixtures::stages::Stages, path: &str, target: &str) {
    stages.pkg.entries.push(Entry::symlink(path, target));
    let sha256 = conda_verifier_fixtures::digest::sha256(b"");
    stages.edit_paths(|paths| {
        paths.push(json!({
            "_path": path, "path_type": "softlink", "sha256": sha256, "size_in_bytes": 0
        }));
    });
}

pub(crate) fn cases() -> Vec<Case> {
    [
        Case::both("a listed file missing", Code::FileMissing, |s| {
            s.pkg.entries.retain(|entry| entry.path != FILE.as_bytes());
        }),
        Case::both("a file that is not listed", Code::FileUnlisted, |s| {
            s.pkg.entries.push(Entry::file("bin/evil", b"x".as_slice()));
        }),
        Case::both("a link that is not listed", Code::FileUnlisted, |s| {
            s.pkg.entries.push(Entry::symlink("bin/evil", "hello"));
        }),
        Case::both("a hard link that is not listed", Code::FileUnlisted, |s| {
            s.pkg.entries.push(Entry::hard_link("bin/evil", "bin/hello"));
        }),
        Case::both("other content of the same length", Code::FileSha256Mismatch, |s| {
            s.pkg.entry(FILE).data[0] ^= 1;
        }),
        Case::both("content where none is listed", Code::FileSizeMismatch, |s| {
            s.pkg.entry("site-packages/hello/py.typed").data = b"x".to_vec();
        }),
        listed("another size", Code::FileSizeMismatch, FILE, |e| e["size_in_bytes"] = json!(1)),
        listed("a file listed as a link", Code::FileTypeMismatch, FILE, |e| {
            e["path_type"] = json!("softlink");
        }),
        listed("a link listed as a file", Code::FileTypeMismatch, LINK, |e| {
            e["path_type"] = json!("hardlink");
        }),
        listed("a file listed as a directory", Code::FileTypeMismatch, FILE, |e| {
            e["path_type"] = json!("directory");
        }),
        listed("no digest listed", Code::FileDigestMissing, FILE, |e| {
            drop(e.as_object_mut().unwrap().remove("sha256"));
        }),
        listed("another digest of a link", Code::LinkSha256Mismatch, LINK, |e| {
            e["sha256"] = json!("0".repeat(64));
        }),
        Case::both("a directory that is listed", Code::PathListedOddly, |s| {
            s.pkg.entries.push(Entry::directory("var/empty"));
            s.edit_paths(|paths| {
                paths.push(json!({"_path": "var/empty", "path_type": "directory"}));
            });
        }),
        Case::both("a link without a target", Code::LinkTargetEmpty, |s| {
            s.pkg.entry(LINK).link.clear();
        }),
        link("a link upwards", Code::LinkEscapes, "lib/up", "../../outside"),
        link("an absolute link", Code::LinkAbsolute, "lib/absolute", "/etc/passwd"),
        link("a link to a drive", Code::LinkEscapes, "lib/drive", "C:/Windows"),
        Case::both("a link upwards through a link", Code::LinkEscapes, |s| {
            add_link(s, "deep/er/portal", "../../lib");
            add_link(s, "exit", "deep/er/portal/../../outside");
        }),
        link("a link to itself", Code::LinkLoop, "lib/self", "self"),
        Case::both("two links to each other", Code::LinkLoop, |s| {
            add_link(s, "lib/a", "b");
            add_link(s, "lib/b", "a");
        }),
        link("a link to nowhere", Code::LinkDangling, "lib/dangling", "libnone.so"),
        Case::both("a document that is a symbolic link", Code::TarEntryUnsupported, |s| {
            let real = s.info.entry("info/paths.json");
            real.path = b"info/real.json".to_vec();
            s.info.entries.push(Entry::symlink("info/paths.json", "real.json"));
        }),
        Case::both("a document that is a hard link", Code::TarEntryUnsupported, |s| {
            let real = s.info.entry("info/paths.json");
            real.path = b"info/real.json".to_vec();
            s.info.entries.push(Entry::hard_link("info/paths.json", "info/real.json"));
        }),
        Case::both("a hard link to a file behind it", Code::LinkTargetMissing, |s| {
            s.pkg.entries.insert(0, Entry::hard_link("bin/early", FILE));
        }),
        Case::both("a hard link to a link", Code::LinkTargetMissing, |s| {
            s.pkg.entries.push(Entry::hard_link("lib/hard", LINK));
        }),
        Case::both("a hard link outside", Code::PathUnsafe, |s| {
            s.pkg.entries.push(Entry::hard_link("lib/hard", "../outside"));
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is allowed, though not every package has it.
#[test]
fn honest_rarities_verify() {
    let package = super::bare()
        .file("share/data", "data")
        .with(File::hard_link("share/same", "share/data"))
        .with(File::symlink("share64", "share"))
        .with(File::symlink("lib/data", "../share64/./same"))
        .file("__proto__/constructor", "x")
        .file("share/日本 語.txt", "y");
    for format in conda_verifier_fixtures::package::Format::ALL {
        let mut stages = package.stages();
        stages.edit_paths(|paths| {
            let link = paths.iter_mut().find(|entry| entry["_path"] == "lib/data").unwrap();
            link["sha256"] = json!(conda_verifier_fixtures::digest::sha256(b"data"));
        });
        stages.pkg.dot_slash = true;
        // Directories need not be listed.
        stages.pkg.entries.insert(0, Entry::directory("share"));
        let bytes = stages.bytes(format);
        let expectation = crate::support::pinned(&package.file_name(format), &bytes);
        let verdict = crate::support::examine(&bytes, &expectation);
        assert_eq!(verdict.findings, [], "{format:?}");
        assert_eq!((verdict.files, verdict.unpacked_size), (6, 6));
    }
}

/// What nothing could be compared with is not told as compared.
#[test]
fn sizes_and_digests_that_nobody_lists_are_not_checked() {
    let [conda, tar_bz2] = Case::both("", Code::FileDigestMissing, |stages| {
        stages.edit_paths(|paths| {
            for entry in paths {
                entry.as_object_mut().unwrap().retain(|name, _| !name.starts_with("s"));
            }
        });
    });
    let ignoring = crate::support::verifier(Policy::new(Level::Ignore), Limits::default());
    for case in [conda, tar_bz2] {
        let verdict = crate::support::examine(&case.bytes, &case.expectation);
        assert!(verdict.not_checked.iter().any(|not| not.check == Check::FileSizes));
        // Where the findings are silenced too, the account still has them.
        let verdict = crate::support::examine_with(&ignoring, &case.bytes, &case.expectation);
        for check in [Check::FileSizes, Check::FileSha256] {
            assert!(verdict.not_checked.iter().any(|not| not.check == check), "{check:?}");
            assert!(!verdict.checks.iter().any(|made| made.check == check), "{check:?}");
        }
        assert_eq!(verdict.lowered, ["FILE_DIGEST_MISSING"]);
    }
}

/// rattler-build lists the length of a link's text as its size.
#[test]
fn a_links_size_is_not_looked_at() {
    let [conda, tar_bz2] = listed("", Code::FileMissing, LINK, |e| e["size_in_bytes"] = json!(13));
    for case in [conda, tar_bz2] {
        assert_eq!(crate::support::examine(&case.bytes, &case.expectation).findings, []);
    }
}
