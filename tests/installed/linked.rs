//! Packages that a client linked into an environment.

use conda_verifier::{Check, Code, Depth, Outcome, Reason, Severity, Status};
use conda_verifier_fixtures::installed::{Client, Linked, Node, SITE_PACKAGES, linked};
use conda_verifier_fixtures::package::{File, Package};
use conda_verifier_fixtures::{digest, sample};
use serde_json::json;

use super::folder::{From, Host, PREFIX, errors, findings};

pub(crate) fn host(linked: &Linked) -> Host {
    Host::new(linked.manifest(), linked.files.clone())
}

/// With the archive, which somebody vouches for.
pub(crate) fn with_original(linked: &Linked, package: &Package) -> Host {
    Host { original: From::of(package), ..host(linked) }
}

fn init() -> String {
    format!("{SITE_PACKAGES}/hello/__init__.py")
}

#[test]
fn without_the_archive_an_environment_is_consistent() {
    for client in Client::ALL {
        let verdict = host(&linked(&sample::hello(), client, PREFIX)).verdict();
        assert_eq!(verdict.status, Status::Unverified, "{client:?}: {:?}", verdict.findings);
        assert_eq!(
            (verdict.findings.as_slice(), verdict.reasons.as_slice()),
            (&[][..], &[Reason::Consistent][..])
        );
        assert_eq!((verdict.trust.basis, verdict.level), ("none", "digests"));
        let id = verdict.package.unwrap();
        assert_eq!(
            (id.name.as_str(), id.version.as_str(), id.build.as_str()),
            ("hello", "1.0", "pyh0_0")
        );
        let not: Vec<_> = verdict.not_checked.iter().map(|not| not.check).collect();
        for check in [Check::Original, Check::PrefixReplacement, Check::GeneratedFiles] {
            assert!(not.contains(&check), "{check:?}");
        }
    }
}

#[test]
fn with_the_archive_every_client_s_environment_is_verified() {
    for client in Client::ALL {
        for is_info_last in [false, true] {
            let package = sample::hello();
            let mut host = with_original(&linked(&package, client, PREFIX), &package);
            host.original.as_mut().unwrap().is_info_last = is_info_last;
            let verdict = host.verdict();
            assert_eq!(verdict.findings, [], "{client:?}");
            assert_eq!(verdict.status, Status::Verified);
            assert_eq!(verdict.trust.basis, "caller-digest");
            let replaced = verdict.replaced;
            let counts = (replaced.files, replaced.conda, replaced.libmamba, replaced.rattler);
            // Of a short path without spaces all clients make the same.
            assert_eq!(counts, (2, 2, 2, 2));
            let passed = |check| {
                verdict.checks.iter().any(|it| it.check == check && it.outcome == Outcome::Passed)
            };
            for check in
                [Check::Original, Check::PrefixReplacement, Check::FileSha256, Check::FilesListed]
            {
                assert!(passed(check), "{check:?}");
            }
            let generated = verdict.not_checked.iter().find(|it| it.check == Check::GeneratedFiles);
            assert!(generated.unwrap().reason.contains("__init__.cpython-313.pyc"));
        }
    }
}

#[test]
fn an_archive_that_nobody_vouches_for_verifies_nothing() {
    let package = sample::hello();
    let mut host = with_original(&linked(&package, Client::Conda, PREFIX), &package);
    host.original.as_mut().unwrap().is_pinned = false;
    let verdict = host.verdict();
    assert_eq!(verdict.findings, []);
    assert_eq!((verdict.status, verdict.reasons), (Status::Unverified, vec![Reason::NoDigest]));
}

#[test]
fn sizes_alone_verify_nothing() {
    for client in Client::ALL {
        let package = sample::hello();
        let mut host = with_original(&linked(&package, client, PREFIX), &package);
        host.options.depth = Depth::Sizes;
        let verdict = host.verdict();
        assert_eq!((verdict.findings.as_slice(), verdict.level), (&[][..], "sizes"));
        assert_eq!(
            (verdict.status, verdict.reasons),
            (Status::Unverified, vec![Reason::Consistent])
        );
        let not = verdict.not_checked.iter().find(|not| not.check == Check::FileSha256);
        assert_eq!(not.unwrap().reason, "the level is sizes");
        host.original = None;
        assert_eq!(host.verdict().findings, [], "{client:?}");
    }
}

/// An attack on an environment, and the code that it earns without and with the archive.
type Attack = (&'static str, fn(&mut Linked), Option<Code>, Code);

pub(crate) fn change(linked: &mut Linked, path: &str) {
    if let Node::File(bytes) = linked.node(path) {
        bytes[3] ^= 1;
    }
}

fn note_as_it_is(linked: &mut Linked, path: &str) {
    let Node::File(bytes) = linked.node(path).clone() else { panic!("no file") };
    let sha256 = digest::sha256(&bytes);
    let entry = linked.entry(path);
    entry["sha256_in_prefix"] = json!(sha256);
    entry["size_in_bytes"] = json!(bytes.len());
}

const ATTACKS: &[Attack] = &[
    (
        "a file is changed",
        |it| change(it, &init()),
        Some(Code::FileSha256Mismatch),
        Code::FileSha256Mismatch,
    ),
    (
        "a file is changed, and its record",
        |it| {
            change(it, &init());
            note_as_it_is(it, &init());
            let Node::File(bytes) = it.node(&init()).clone() else { panic!("no file") };
            it.entry(&init())["sha256"] = json!(digest::sha256(&bytes));
        },
        None,
        Code::FileSha256Mismatch,
    ),
    (
        "a file grows",
        |it| {
            if let Node::File(bytes) = it.node("share/hello/greetings.txt") {
                bytes.push(b'!');
            }
        },
        Some(Code::FileSizeMismatch),
        Code::FileSizeMismatch,
    ),
    (
        "a program with a placeholder is changed",
        |it| change(it, "bin/hello"),
        Some(Code::FileSha256Mismatch),
        Code::PrefixReplacementMismatch,
    ),
    (
        "a library with a placeholder is changed, and its record",
        |it| {
            change(it, "lib/libhello.so.1.0");
            note_as_it_is(it, "lib/libhello.so.1.0");
        },
        None,
        Code::PrefixReplacementMismatch,
    ),
    (
        "a file is gone",
        |it| it.files.retain(|(path, _)| path != "bin/hello"),
        Some(Code::FileMissing),
        Code::FileMissing,
    ),
    (
        "a file is gone, and its record",
        |it| {
            it.files.retain(|(path, _)| path != "bin/hello");
            for list in [&["files"][..], &["paths_data", "paths"]] {
                let mut value = &mut it.record;
                for name in list {
                    value = &mut value[*name];
                }
                value
                    .as_array_mut()
                    .unwrap()
                    .retain(|it| it != "bin/hello" && it["_path"] != "bin/hello");
            }
        },
        None,
        Code::FileMissing,
    ),
    (
        "a file is a link now",
        |it| *it.node("bin/hello") = Node::Symlink("../share/hello/greetings.txt".into()),
        Some(Code::FileTypeMismatch),
        Code::FileTypeMismatch,
    ),
    (
        "a link leads elsewhere in the package",
        |it| *it.node("lib/libhello.so") = Node::Symlink("../share/hello/greetings.txt".into()),
        None,
        Code::LinkTargetMismatch,
    ),
    (
        "a link leads out",
        |it| *it.node("lib/libhello.so") = Node::Symlink("../../evil.so".into()),
        Some(Code::LinkEscapes),
        Code::LinkTargetMismatch,
    ),
    (
        "a link leads to an absolute path",
        |it| *it.node("lib/libhello.so") = Node::Symlink("/tmp/evil.so".into()),
        Some(Code::LinkAbsolute),
        Code::LinkTargetMismatch,
    ),
    (
        "the record claims one more file",
        |it| {
            it.files.push(("bin/evil".into(), Node::File(b"evil".to_vec())));
            let entry = json!({ "_path": "bin/evil", "path_type": "hardlink", "sha256": digest::sha256(b"evil"), "size_in_bytes": 4 });
            it.record["paths_data"]["paths"].as_array_mut().unwrap().push(entry);
        },
        None,
        Code::FileUnlisted,
    ),
    (
        "the record claims an entry point that the package does not have",
        |it| {
            it.files.push(("bin/evil".into(), Node::File(b"evil".to_vec())));
            let entry = json!({ "_path": "bin/evil", "path_type": "unix_python_entry_point" });
            it.record["paths_data"]["paths"].as_array_mut().unwrap().push(entry);
        },
        None,
        Code::FileUnlisted,
    ),
    (
        "the record claims bytecode of no file",
        |it| {
            let path = format!("{SITE_PACKAGES}/hello/__pycache__/evil.cpython-313.pyc");
            it.files.push((path.clone(), Node::File(b"evil".to_vec())));
            it.record["files"].as_array_mut().unwrap().push(json!(path));
        },
        None,
        Code::FileUnlisted,
    ),
    (
        "the record is of another version",
        |it| it.record["version"] = json!("1.1"),
        None,
        Code::NameMismatch,
    ),
    (
        "the record is of another archive",
        |it| it.record["sha256"] = json!(digest::sha256(b"another")),
        None,
        Code::Sha256Mismatch,
    ),
    (
        "the record is no record",
        |it| it.record["paths_data"]["paths"][0]["_path"] = json!(1),
        Some(Code::InstalledRecordInvalid),
        Code::InstalledRecordInvalid,
    ),
];

#[test]
fn attacks_are_noticed() {
    for client in Client::ALL {
        for (name, strike, without, with) in ATTACKS {
            let package = sample::hello();
            let mut linked = linked(&package, client, PREFIX);
            strike(&mut linked);
            let verdict = host(&linked).verdict();
            let codes: Vec<_> = errors(&verdict).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, without.iter().copied().collect::<Vec<_>>(), "{name}, {client:?}");
            let verdict = with_original(&linked, &package).verdict();
            let codes: Vec<_> = errors(&verdict).into_iter().map(|(code, _)| code).collect();
            assert!(codes.contains(with), "{name}, {client:?}: {codes:?}");
            assert_eq!(verdict.status, Status::Rejected, "{name}");
        }
    }
}

#[test]
fn a_link_to_another_file_is_told_by_what_clients_note() {
    for (client, severity) in [
        (Client::Conda, Some(Severity::Warning)),
        (Client::Libmamba, Some(Severity::Warning)),
        (Client::Rattler, Some(Severity::Warning)),
    ] {
        let mut linked = linked(&sample::hello(), client, PREFIX);
        *linked.node("lib/libhello.so") = Node::Symlink("../share/hello/greetings.txt".into());
        let verdict = host(&linked).verdict();
        let found = severity.map(|it| findings(&verdict, it)).unwrap_or_default();
        assert_eq!(found, [(Code::LinkSha256Mismatch, "lib/libhello.so".to_owned())], "{client:?}");
    }
}

#[test]
fn entry_points_of_the_package_are_accounted_for() {
    let package = sample::hello();
    let mut linked = linked(&package, Client::Libmamba, PREFIX);
    linked.files.push(("bin/greet".into(), Node::File(b"#!...".to_vec())));
    let entry = json!({ "_path": "bin/greet", "path_type": "unix_python_entry_point" });
    linked.record["paths_data"]["paths"].as_array_mut().unwrap().push(entry);
    let mut stages = package.stages();
    stages.edit_json("info/link.json", |link| {
        link["noarch"]["entry_points"] = json!(["greet = hello:greet", "wave=hello:wave"]);
    });
    let original = From { stages, is_pinned: true, is_info_last: false };
    linked.record["sha256"] = json!(null);
    let verdict = Host { original: Some(original), ..host(&linked) }.verdict();
    assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
    let generated = verdict.not_checked.iter().find(|not| not.check == Check::GeneratedFiles);
    assert!(generated.unwrap().reason.contains("\"bin/greet\""));
}

#[test]
fn without_prefix_or_platform_nothing_is_recomputed() {
    let package = sample::hello();
    for (prefix, platform) in [(None, Some("linux-64")), (Some(PREFIX), None)] {
        let mut host = with_original(&linked(&package, Client::Conda, PREFIX), &package);
        host.options.prefix = prefix.map(str::to_owned);
        host.options.platform = platform.map(str::to_owned);
        let verdict = host.verdict();
        let warned: Vec<_> =
            findings(&verdict, Severity::Warning).into_iter().map(|(code, _)| code).collect();
        assert_eq!(warned, [Code::PrefixReplacementUnknown; 2]);
        assert_eq!(
            (verdict.status, verdict.reasons),
            (Status::Unverified, vec![Reason::NotRecomputable])
        );
    }
}

#[test]
fn a_slash_at_the_end_of_the_prefix_is_none() {
    let package = sample::hello();
    let mut host = with_original(&linked(&package, Client::Conda, PREFIX), &package);
    host.options.prefix = Some(format!("{PREFIX}/"));
    assert_eq!(host.verdict().status, Status::Verified);
    host.options.prefix = Some("/somewhere/else".into());
    let codes: Vec<_> = errors(&host.verdict()).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [Code::PrefixReplacementMismatch; 2]);
}

#[test]
fn a_hard_link_is_what_it_leads_to() {
    let mut package = sample::hello().with(File::hard_link("bin/greet", "bin/hello"));
    let placeholder = package.files.iter().find_map(|file| file.placeholder.clone());
    package.files.last_mut().unwrap().placeholder = placeholder;
    let mut linked = linked(&package, Client::Rattler, PREFIX);
    let verdict = with_original(&linked, &package).verdict();
    assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
    assert_eq!(verdict.replaced.files, 3);
    change(&mut linked, "bin/greet");
    let verdict = with_original(&linked, &package).verdict();
    assert_eq!(errors(&verdict), [(Code::PrefixReplacementMismatch, "bin/greet".to_owned())]);
}

#[test]
fn an_archive_that_is_rejected_verifies_nothing() {
    let package = sample::hello();
    let mut host = with_original(&linked(&package, Client::Conda, PREFIX), &package);
    let original = host.original.as_mut().unwrap();
    original.stages.edit_paths(|paths| paths[0]["size_in_bytes"] = json!(1));
    let verdict = host.verdict();
    assert_eq!(verdict.status, Status::Rejected);
    // And nothing else is told, since it was compared with nothing else.
    assert_eq!(errors(&verdict), [(Code::OriginalRejected, String::new())]);
    let error = &verdict.findings[0].error;
    let message = error.to_string();
    assert!(message.contains("has 45 bytes; 1 are listed"), "{message}");
    assert!(message.ends_with("[FILE_SIZE_MISMATCH]"), "{message}");
    assert_eq!(error.expected().as_deref(), Some("1"));
    assert!(error.actual().is_some());
    for not in &verdict.not_checked {
        assert!(!not.reason.contains("no archive was given"), "{not:?}");
        assert!(!not.reason.contains("without the archive"), "{not:?}");
    }
}

#[test]
fn a_record_of_old_has_names_alone() {
    let mut linked = linked(&sample::hello(), Client::Conda, PREFIX);
    linked.record.as_object_mut().unwrap().remove("paths_data");
    let verdict = host(&linked).verdict();
    assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Unverified, &[][..]));
    for check in [Check::FileTypes, Check::FileSizes, Check::FileSha256] {
        assert!(verdict.not_checked.iter().any(|not| not.check == check), "{check:?}");
    }
}

/// A record that gives the package another placeholder than it has is not believed.
#[test]
fn the_package_says_what_its_placeholder_is() {
    let package = sample::hello();
    let mut linked = linked(&package, Client::Conda, PREFIX);
    linked.entry("share/hello/greetings.txt")["prefix_placeholder"] = json!("hello");
    for is_info_last in [true, false] {
        let mut host = with_original(&linked, &package);
        host.original.as_mut().unwrap().is_info_last = is_info_last;
        let verdict = host.verdict();
        assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
    }
}

#[test]
fn a_record_has_the_name_of_its_package() {
    let linked = linked(&sample::hello(), Client::Conda, PREFIX);
    for (name, is_right) in
        [("hello-1.0-pyh0_0", true), ("hello-1.1-pyh0_0", false), ("other", false), ("", false)]
    {
        let mut host = host(&linked);
        host.options.manifest = Some(format!("conda-meta/{name}.json"));
        let codes: Vec<_> = errors(&host.verdict()).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, if is_right { vec![] } else { vec![Code::NameMismatch] }, "{name}");
    }
}

#[test]
fn a_mismatch_names_the_prefix() {
    let package = sample::hello();
    let mut host = with_original(&linked(&package, Client::Conda, PREFIX), &package);
    host.options.prefix = Some("/somewhere/else".into());
    let message = host.verdict().findings[0].error.to_string();
    assert!(message.ends_with("in \"/somewhere/else\""), "{message}");
}
