//! Files with more bytes than the limit `replacedFileBytes` allows.

use conda_verifier::{Code, Level, ListedKind, OriginalFile, Reason, Severity, Status};
use conda_verifier_fixtures::installed::{Client, linked};
use conda_verifier_fixtures::package::{File, FileMode, Package};

use super::folder::{From, Host, PREFIX, errors, findings};
use super::linked::{change, host, with_original};

const PLACEHOLDER: &str = "/opt/placehold_placehold_placehold_placehold_placehold_placehold";

/// The script has 200 bytes; the plain file has more.
fn package() -> Package {
    let script = format!("{PLACEHOLDER:-<200}");
    Package::new("greet", "1.0", "0")
        .subdir("linux-64")
        .with(File::regular("bin/greet", script).placeholder(PLACEHOLDER, FileMode::Text))
        .file("share/plain", "as it was ".repeat(100))
}

fn limited(mut host: Host, bytes: u64, is_info_last: bool) -> Host {
    host.limits.set("replacedFileBytes", bytes).unwrap();
    host.original.as_mut().unwrap().is_info_last = is_info_last;
    host
}

#[test]
fn a_file_that_is_too_large_is_never_verified() {
    for client in Client::ALL {
        for is_info_last in [false, true] {
            let of_client = linked(&package(), client, PREFIX);
            let at = |bytes| limited(with_original(&of_client, &package()), bytes, is_info_last);
            // The digest that the package lists says all of the plain file.
            let verdict = at(200).verdict();
            assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
            let verdict = at(199).verdict();
            assert_eq!(verdict.status, Status::Unverified, "{client:?}, {is_info_last}");
            assert_eq!(verdict.reasons, [Reason::NotRecomputable]);
            let expected = [(Code::PrefixReplacementUnknown, "bin/greet".to_owned())];
            assert_eq!(findings(&verdict, Severity::Warning), expected);
            assert!(verdict.findings[0].error.to_string().contains("the limit replacedFileBytes"));
            let mut ignored = at(199);
            ignored.policy.set(Code::PrefixReplacementUnknown, Level::Ignore).unwrap();
            let verdict = ignored.verdict();
            assert_eq!(
                (verdict.status, verdict.reasons.as_slice()),
                (Status::Unverified, &[Reason::NotRecomputable][..])
            );
        }
    }
}

#[test]
fn what_was_changed_is_not_hidden_by_the_limit() {
    for is_info_last in [false, true] {
        let mut changed = linked(&package(), Client::Conda, PREFIX);
        change(&mut changed, "share/plain");
        let verdict = limited(with_original(&changed, &package()), 0, is_info_last).verdict();
        let expected = [(Code::FileSha256Mismatch, "share/plain".to_owned())];
        assert_eq!(errors(&verdict), expected);
        let mut changed = linked(&package(), Client::Conda, PREFIX);
        change(&mut changed, "bin/greet");
        let verdict = limited(with_original(&changed, &package()), 0, is_info_last).verdict();
        assert_eq!((verdict.status, errors(&verdict)), (Status::Unverified, vec![]));
    }
}

/// Where the archive lists no digests, those of large files are not known.
#[test]
fn without_a_list_of_digests() {
    let linked = {
        let mut linked = linked(&package(), Client::Conda, PREFIX);
        linked.record["sha256"] = serde_json::Value::Null;
        linked
    };
    let mut stages = package().stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    for is_info_last in [false, true] {
        let original = Some(From { stages: stages.clone(), is_pinned: true, is_info_last });
        let of_archive = Host { original, ..host(&linked) };
        let verdict = limited(of_archive, 500, is_info_last).verdict();
        let unknown = findings(&verdict, Severity::Warning);
        assert!(
            unknown.contains(&(Code::PrefixReplacementUnknown, "share/plain".to_owned())),
            "{unknown:?}"
        );
        assert_ne!(verdict.status, Status::Verified);
    }
}

#[test]
fn no_bytes_of_it_are_asked_for() {
    let host =
        limited(with_original(&linked(&package(), Client::Conda, PREFIX), &package()), 199, false);
    let mut inspection = host.inspection();
    assert!(inspection.wants_original("bin/greet", 199));
    assert!(!inspection.wants_original("bin/greet", 200));
    // `info/` has a limit of its own.
    assert!(inspection.wants_original("info/paths.json", 200));
    let file = OriginalFile { path: "bin/greet", kind: ListedKind::File, size: 200, bytes: None };
    inspection.original(file).unwrap();
}
