//! What a verdict tells beside its answer: which package, hints, modes, what was not checked.

use conda_verifier::{
    Check, CheckReport, Code, Depth, InstalledVerdict, Level, Listed, ListedKind, Outcome,
    Severity, Status,
};
use conda_verifier_fixtures::installed::{Client, Linked, Node, linked, unpacked};
use conda_verifier_fixtures::package::Package;
use conda_verifier_fixtures::{digest, sample};
use serde_json::json;

use super::folder::{From, Host, PREFIX, errors, findings};
use super::linked::{change, host, with_original};

fn reason(verdict: &InstalledVerdict, check: Check) -> Option<&str> {
    let not = verdict.not_checked.iter().find(|not| not.check == check);
    not.map(|not| not.reason.as_str())
}

fn plain() -> Package {
    Package::new("plain", "1.0", "0").subdir("linux-64").file("share/plain", "as it was")
}

/// Which package it is the archive says, whatever the record says.
#[test]
fn the_archive_says_which_package_it_is() {
    type Edit = (fn(&mut Linked), Code);
    let edits: [Edit; 3] = [
        (|it| it.record["build_number"] = json!(77), Code::NameMismatch),
        (|it| it.record["build"] = json!("77"), Code::NameMismatch),
        (|it| it.record["subdir"] = json!("osx-64"), Code::SubdirMismatch),
    ];
    for package in [plain(), sample::hello()] {
        let honest = with_original(&linked(&package, Client::Conda, PREFIX), &package).verdict();
        assert_eq!(honest.status, Status::Verified);
        for (edit, code) in edits {
            let mut linked = linked(&package, Client::Conda, PREFIX);
            edit(&mut linked);
            let verdict = with_original(&linked, &package).verdict();
            assert_eq!(errors(&verdict), [(code, "info/index.json".to_owned())]);
            assert_eq!(verdict.package, honest.package);
            // Nothing else says it without the archive.
            assert_ne!(host(&linked).verdict().package, honest.package);
        }
        // Records of old leave some of it out.
        let mut linked = linked(&package, Client::Conda, PREFIX);
        for member in ["subdir", "build_number"] {
            linked.record.as_object_mut().unwrap().remove(member);
        }
        let verdict = with_original(&linked, &package).verdict();
        assert_eq!((verdict.status, verdict.package), (Status::Verified, honest.package));
    }
}

/// What is built for all may name the platform that it was built on; clients note `noarch`.
#[test]
fn a_package_for_all_is_noarch() {
    let package = sample::hello();
    let mut linked = linked(&package, Client::Conda, PREFIX);
    linked.record["sha256"] = json!(null);
    let mut stages = package.stages();
    stages.edit_index(|index| index["subdir"] = json!("linux-64"));
    let original = From { stages, is_pinned: true, is_info_last: false };
    let verdict = Host { original: Some(original), ..host(&linked) }.verdict();
    assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
    assert_eq!(verdict.package.unwrap().subdir.as_deref(), Some("noarch"));
    // One that is not is not.
    let mut linked = conda_verifier_fixtures::installed::linked(&plain(), Client::Conda, PREFIX);
    linked.record["subdir"] = json!("noarch");
    let found = errors(&with_original(&linked, &plain()).verdict());
    assert_eq!(found, [(Code::SubdirMismatch, "info/index.json".to_owned())]);
}

/// Whether files move is the archive's to say: where they do not, nothing imports them.
#[test]
fn a_record_can_not_say_that_files_stay_where_they_are() {
    let package = sample::hello();
    let mut linked = linked(&package, Client::Conda, PREFIX);
    let stay = |path: &str| {
        let start = path.find("site-packages/")?;
        path.starts_with("lib/python").then(|| path.split_at(start).1.to_owned())
    };
    for (path, _) in &mut linked.files {
        *path = stay(path).unwrap_or_else(|| path.clone());
    }
    for entry in linked.record["paths_data"]["paths"].as_array_mut().unwrap() {
        if let Some(path) = stay(entry["_path"].as_str().unwrap()) {
            entry["_path"] = json!(path);
        }
    }
    for path in linked.record["files"].as_array_mut().unwrap() {
        if let Some(other) = stay(path.as_str().unwrap()) {
            *path = json!(other);
        }
    }
    linked.record.as_object_mut().unwrap().remove("noarch");
    let verdict = with_original(&linked, &package).verdict();
    assert_eq!(errors(&verdict), [(Code::NameMismatch, "info/index.json".to_owned())]);
}

/// A folder has a list of files, and the archive has none.
#[test]
fn a_list_that_the_archive_has_not() {
    let package = sample::hello();
    let files = unpacked(&package);
    let Some((_, Node::File(manifest))) = files.iter().find(|it| it.0 == "info/paths.json") else {
        panic!("a manifest")
    };
    let mut stages = package.stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    let manifest = manifest.clone();
    // Whether or not the list is among the files.
    for is_met in [true, false] {
        let mut files = files.clone();
        files.retain(|it| is_met || it.0 != "info/paths.json");
        let original = From { stages: stages.clone(), is_pinned: true, is_info_last: false };
        let verdict =
            Host { original: Some(original), ..Host::new(manifest.clone(), files) }.verdict();
        let unlisted = (Code::FileUnlisted, "info/paths.json".to_owned());
        assert_eq!(errors(&verdict), [unlisted], "{is_met}");
    }
}

#[test]
fn hints_are_about_what_is_installed() {
    let package = sample::hello();
    type Strike = fn(&mut Linked);
    let strikes: [Strike; 8] = [
        |it| change(it, "bin/hello"),
        |it| change(it, "share/hello/greetings.txt"),
        |it| it.files.retain(|(path, _)| path != "bin/hello"),
        |it| *it.node("bin/hello") = Node::Symlink("../../../x".into()),
        |it| *it.node("lib/libhello.so") = Node::Symlink("libhello.so".into()),
        |it| it.record["version"] = json!("9"),
        |it| it.record["sha256"] = json!(digest::sha256(b"another")),
        |it| it.record["paths_data"]["paths"][0]["_path"] = json!("../x"),
    ];
    for strike in strikes {
        let mut linked = linked(&package, Client::Conda, PREFIX);
        strike(&mut linked);
        for host in [host(&linked), with_original(&linked, &package)] {
            for finding in &host.verdict().findings {
                let json = serde_json::to_value(finding).unwrap();
                assert_eq!(json["hint"], finding.hint);
                for word in ["ownload", "newer build", "Do not install", "rebuild"] {
                    assert!(!finding.hint.contains(word), "{finding:?}");
                }
            }
        }
    }
    let mut linked = linked(&package, Client::Conda, PREFIX);
    change(&mut linked, "share/hello/greetings.txt");
    assert!(host(&linked).verdict().findings[0].hint.contains("--force-reinstall"));
}

#[test]
fn modes_are_looked_at_and_not_compared() {
    let package = sample::hello();
    let linked = linked(&package, Client::Conda, PREFIX);
    let without = with_original(&linked, &package).verdict();
    assert!(reason(&without, Check::Permissions).unwrap().ends_with("none were given"));
    for (mode, is_unsafe) in [
        (0o100_644, false),
        (0o100_775, false),
        (0o104_755, true),
        (0o102_755, true),
        (0o100_666, true),
        (0o100_777, true),
    ] {
        let mut host = with_original(&linked, &package);
        host.modes.insert("bin/hello".into(), mode);
        // A link has all permissions, and they mean nothing; of others nothing is asked.
        host.modes.insert("lib/libhello.so".into(), 0o120_777);
        host.modes.insert("not/of/the/package".into(), 0o100_777);
        let verdict = host.verdict();
        assert_eq!(verdict.status, Status::Verified, "{mode:o}");
        let warned = findings(&verdict, Severity::Warning);
        let expected = [(Code::ModeUnsafe, "bin/hello".to_owned())];
        assert_eq!(warned, if is_unsafe { &expected[..] } else { &[] }, "{mode:o}");
        assert!(reason(&verdict, Check::Permissions).unwrap().ends_with("are not compared"));
        if let Some(finding) = verdict.findings.first() {
            assert_eq!(finding.error.actual().unwrap(), format!("{:04o}", mode & 0o7777));
        }
    }
}

/// Whoever may write to a folder may put other files into it.
#[test]
fn folders_that_everybody_may_write_to() {
    let package = sample::hello();
    let linked = linked(&package, Client::Conda, PREFIX);
    for (mode, is_unsafe) in
        [(0o040_755, false), (0o042_775, false), (0o041_777, false), (0o040_777, true)]
    {
        let mut inspection = host(&linked).inspection();
        for path in ["bin", "share/hello", "share/others"] {
            let (kind, mode) = (ListedKind::Directory, Some(mode));
            assert_eq!(inspection.meet(Listed { path, kind, size: 0, mode }), None);
        }
        for (path, node) in &linked.files {
            let (kind, size) = match node {
                Node::File(bytes) => (ListedKind::File, bytes.len() as u64),
                Node::Symlink(target) => (ListedKind::Symlink(target), 0),
            };
            inspection.meet(Listed { path, kind, size, mode: None });
        }
        let warned = findings(&inspection.finish(), Severity::Warning);
        // What another package has is told of that one.
        let expected = ["bin", "share/hello"].map(|path| (Code::ModeUnsafe, path.to_owned()));
        assert_eq!(warned, if is_unsafe { &expected[..] } else { &[] }, "{mode:o}");
    }
}

#[test]
fn why_prefixes_were_not_recomputed() {
    let check = Check::PrefixReplacement;
    let package = sample::hello();
    let of_hello = linked(&package, Client::Conda, PREFIX);
    let recorded = Some("without the archive only the recorded digest is compared");
    assert_eq!(reason(&host(&of_hello).verdict(), check), recorded);
    let mut sizes = host(&of_hello);
    sizes.options.depth = Depth::Sizes;
    assert_eq!(reason(&sizes.verdict(), check), Some("no archive was given"));
    let mut sizes = with_original(&of_hello, &package);
    sizes.options.depth = Depth::Sizes;
    assert_eq!(reason(&sizes.verdict(), check), Some("the level is sizes"));
    // Nobody knows the prefix.
    let mut unknown = with_original(&of_hello, &package);
    unknown.options.prefix = None;
    let verdict = unknown.verdict();
    assert!(verdict.checks.contains(&CheckReport { check, outcome: Outcome::Warned }));
    unknown.policy.set(Code::PrefixReplacementUnknown, Level::Ignore).unwrap();
    assert_eq!(reason(&unknown.verdict(), check), Some("files that can't be recomputed: 2"));
    // Both files are gone.
    let mut gone = of_hello.clone();
    gone.files.retain(|(path, _)| path != "bin/hello" && path != "lib/libhello.so.1.0");
    let verdict = with_original(&gone, &package).verdict();
    assert_eq!(reason(&verdict, check), Some("no file with a placeholder is there"));
    // There are none.
    let plain = plain();
    let of_plain = linked(&plain, Client::Conda, PREFIX);
    for host in [host(&of_plain), with_original(&of_plain, &plain)] {
        assert_eq!(reason(&host.verdict(), check), Some("no file has a placeholder"));
    }
    // Or nothing says so.
    let mut names = of_hello;
    names.record.as_object_mut().unwrap().remove("paths_data");
    assert_eq!(reason(&host(&names).verdict(), check), Some("the manifest lists names alone"));
}

#[test]
fn why_links_were_not_compared() {
    for client in Client::ALL {
        let linked = linked(&sample::hello(), client, PREFIX);
        let mut sizes = host(&linked);
        sizes.options.depth = Depth::Sizes;
        let verdict = sizes.verdict();
        let is_made = verdict
            .checks
            .iter()
            .any(|made| made.check == Check::LinkTargets && made.outcome == Outcome::Passed);
        // rattler notes the text of a link, which is at hand.
        assert_eq!(is_made, client == Client::Rattler, "{client:?}");
        let expected = (!is_made).then_some("the level is sizes");
        assert_eq!(reason(&verdict, Check::LinkTargets), expected);
    }
}
