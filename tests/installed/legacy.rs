//! Packages of the years before 2017: no `info/paths.json`, placeholders in `info/has_prefix`.

use conda_verifier::{Code, Reason, Severity, Status};
use conda_verifier_fixtures::installed::{Client, Linked, linked};
use conda_verifier_fixtures::package::{File, FileMode, Package};
use conda_verifier_fixtures::tar::Entry;
use serde_json::json;

use super::folder::{From, Host, PREFIX, errors, findings};
use super::linked::{change, host};

const PLACEHOLDER: &str = "/opt/placehold_placehold_placehold_placehold_placehold_placehold";

fn package() -> Package {
    let script = format!("#!{PLACEHOLDER}/bin/python\nprint('hello')\n");
    let library = [b"\x7fELF\0", PLACEHOLDER.as_bytes(), b"/lib\0\x01\x02"].concat();
    Package::new("greet", "1.0", "0")
        .subdir("linux-64")
        .with(File::regular("bin/greet", script).placeholder(PLACEHOLDER, FileMode::Text))
        .with(File::regular("lib/a b.so", library).placeholder(PLACEHOLDER, FileMode::Binary))
        .file("share/plain", "as it was")
}

fn has_prefix() -> String {
    format!("{PLACEHOLDER} text bin/greet\n\"{PLACEHOLDER}\" \"binary\" \"lib/a b.so\"\n")
}

/// The archive without `info/paths.json`.
fn old(package: &Package, has_prefix: &str, is_info_last: bool) -> From {
    let mut stages = package.stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    if !has_prefix.is_empty() {
        stages.info.entries.push(Entry::file("info/has_prefix", has_prefix));
    }
    From { stages, is_pinned: true, is_info_last }
}

fn with_old(linked: &Linked, has_prefix: &str, is_info_last: bool) -> Host {
    let original = Some(old(&package(), has_prefix, is_info_last));
    Host { original, ..host(linked) }
}

/// As a client links it; the record notes another archive, with the list.
fn linked_old(client: Client, has_paths: bool) -> Linked {
    let mut linked = linked(&package(), client, PREFIX);
    linked.record["sha256"] = json!(null);
    if !has_paths {
        linked.record.as_object_mut().unwrap().remove("paths_data");
    }
    linked
}

#[test]
fn with_the_archive_it_is_verified() {
    for client in Client::ALL {
        for (has_paths, is_info_last) in [(true, false), (true, true), (false, false)] {
            let linked = linked_old(client, has_paths);
            let verdict = with_old(&linked, &has_prefix(), is_info_last).verdict();
            assert_eq!(verdict.findings, [], "{client:?}, {has_paths}, {is_info_last}");
            assert_eq!((verdict.status, verdict.replaced.files), (Status::Verified, 2));
        }
    }
}

/// Files come before the list of their placeholders, and nothing told of these.
#[test]
fn placeholders_that_are_told_too_late() {
    let linked = linked_old(Client::Conda, false);
    let verdict = with_old(&linked, &has_prefix(), true).verdict();
    assert_eq!((verdict.status, verdict.reasons.as_slice()), {
        (Status::Unverified, &[Reason::NotRecomputable][..])
    });
    let unknown = |path: &str| (Code::PrefixReplacementUnknown, path.to_owned());
    assert_eq!(
        findings(&verdict, Severity::Warning),
        [unknown("bin/greet"), unknown("lib/a b.so")]
    );
}

#[test]
fn what_was_changed_is_rejected() {
    type Strike = (&'static str, fn(&mut Linked), Code);
    let strikes: [Strike; 5] = [
        ("share/plain", |it| change(it, "share/plain"), Code::FileSha256Mismatch),
        ("bin/greet", |it| change(it, "bin/greet"), Code::PrefixReplacementMismatch),
        ("lib/a b.so", |it| change(it, "lib/a b.so"), Code::PrefixReplacementMismatch),
        ("share/plain", |it| it.files.retain(|(path, _)| path != "share/plain"), Code::FileMissing),
        (
            "share/plain",
            |it| {
                // A placeholder that the record alone has.
                change(it, "share/plain");
                it.entry("share/plain")["prefix_placeholder"] = json!("as");
            },
            Code::FileSha256Mismatch,
        ),
    ];
    for (path, strike, code) in strikes {
        for is_info_last in [false, true] {
            let mut linked = linked_old(Client::Rattler, true);
            strike(&mut linked);
            let found = errors(&with_old(&linked, &has_prefix(), is_info_last).verdict());
            assert_eq!(found, [(code, path.to_owned())], "{is_info_last}");
        }
    }
}

/// A placeholder that the record alone has spares nothing its comparison, and spoils none.
#[test]
fn the_record_gives_no_placeholder() {
    for is_info_last in [false, true] {
        let mut linked = linked_old(Client::Libmamba, true);
        linked.entry("share/plain")["prefix_placeholder"] = json!("as");
        let verdict = with_old(&linked, &has_prefix(), is_info_last).verdict();
        assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
        // Without info/has_prefix no file has one, so that what a client put there is a change.
        let found = errors(&with_old(&linked, "", is_info_last).verdict());
        let mismatch = |path: &str| (Code::FileSizeMismatch, path.to_owned());
        assert!(found.contains(&mismatch("bin/greet")), "{found:?}");
    }
}

#[test]
fn paths_json_counts_where_both_are_there() {
    let package = package();
    for is_info_last in [false, true] {
        let mut stages = package.stages();
        let more = format!("{}as text share/plain\n", has_prefix());
        stages.info.entries.push(Entry::file("info/has_prefix", more));
        let original = Some(From { stages, is_pinned: true, is_info_last });
        let verdict = Host { original, ..host(&linked_old(Client::Conda, true)) }.verdict();
        assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
    }
}

#[test]
fn a_list_that_is_malformed_rejects() {
    let found = errors(&with_old(&linked_old(Client::Conda, true), "../x\n", false).verdict());
    // The archive is rejected for it, and so is what was installed from it.
    assert!(found.iter().any(|(code, _)| *code == Code::PathUnsafe), "{found:?}");
}
