//! What hosts and manifests could say to do harm.

use conda_verifier::{
    Code, Expectation, Inspection, InstalledOptions, Limits, Listed, ListedKind, Original,
    OriginalFile, Policy, Severity, Sha256Digest, Status, Verifier,
};
use conda_verifier_fixtures::installed::Node;
use conda_verifier_fixtures::package::{File, FileMode, Format, Package};
use conda_verifier_fixtures::sample;
use serde_json::json;

use super::folder::{Host, errors, findings};

fn manifest(paths: &[&str]) -> Vec<u8> {
    let sha256 = Sha256Digest::EMPTY.to_string();
    let paths: Vec<_> = paths
        .iter()
        .map(|path| json!({ "_path": path, "sha256": sha256, "size_in_bytes": 0 }))
        .collect();
    serde_json::to_vec(&json!({ "paths_version": 1, "paths": paths })).unwrap()
}

fn empty(path: &str) -> (String, Node) {
    (path.to_owned(), Node::File(Vec::new()))
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for path in ["../x", "/x", "a/../../x", "a\\b", "C:/x", "", "a//b", "./a", "a\0b", "a/"] {
        let verdict = Host::new(manifest(&["a"]), vec![empty("a"), empty(path)]).verdict();
        let codes: Vec<_> = errors(&verdict).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [Code::PathUnsafe], "{path:?}");
    }
    let verdict = Host::new(manifest(&["../x"]), vec![empty("../x")]).verdict();
    assert_eq!(errors(&verdict)[0].0, Code::PathUnsafe);
}

#[test]
fn a_path_is_met_once() {
    let verdict = Host::new(manifest(&["a"]), vec![empty("a"), empty("a")]).verdict();
    assert_eq!(errors(&verdict), [(Code::EntryDuplicate, "a".to_owned())]);
}

#[test]
fn names_of_objects_are_names() {
    let paths = ["__proto__", "constructor", "toString"];
    let verdict = Host::new(manifest(&paths), paths.map(empty).into()).verdict();
    assert_eq!((verdict.status, verdict.files), (Status::Unverified, 3));
}

#[test]
fn devices_are_no_files() {
    let host = Host::new(manifest(&["a"]), Vec::new());
    let mut inspection = host.inspection();
    assert_eq!(
        inspection.meet(Listed { path: "a", kind: ListedKind::Other, size: 0, mode: None }),
        None
    );
    assert_eq!(
        inspection.meet(Listed { path: "b", kind: ListedKind::Other, size: 0, mode: None }),
        None
    );
    let verdict = inspection.finish();
    let expected = [(Code::FileUnlisted, "b".to_owned()), (Code::FileTypeMismatch, "a".to_owned())];
    assert_eq!(errors(&verdict).len(), 2);
    assert!(expected.iter().all(|error| errors(&verdict).contains(error)));
}

#[test]
fn links_in_circles_end() {
    let paths = json!([
        { "_path": "a", "path_type": "softlink", "sha256": Sha256Digest::EMPTY.to_string() },
        { "_path": "b", "path_type": "softlink", "sha256": Sha256Digest::EMPTY.to_string() },
    ]);
    let manifest = serde_json::to_vec(&json!({ "paths_version": 1, "paths": paths })).unwrap();
    let files =
        vec![("a".into(), Node::Symlink("b".into())), ("b".into(), Node::Symlink("a".into()))];
    let verdict = Host::new(manifest, files).verdict();
    assert_eq!(verdict.status, Status::Unverified);
}

#[test]
fn limits_bound_the_listing() {
    let mut host = Host::new(manifest(&["a"]), vec![empty("a"), empty("b"), empty("c")]);
    host.limits.set("entries", 2).unwrap();
    let verdict = host.verdict();
    assert!(errors(&verdict).iter().any(|(code, _)| *code == Code::LimitExceeded));
    let mut host = Host::new(manifest(&["a"]), vec![empty("a")]);
    host.limits.set("nameBytes", 1).unwrap();
    assert_eq!(errors(&host.verdict())[0].0, Code::LimitExceeded);
}

#[test]
fn many_findings_are_counted() {
    let files = (0..50).map(|n| empty(&format!("x{n}"))).collect();
    let mut host = Host::new(manifest(&["a"]), files);
    host.limits.set("findings", 10).unwrap();
    let verdict = host.verdict();
    assert_eq!((verdict.findings.len(), verdict.findings_omitted), (10, 41));
}

#[test]
fn hostile_json_rejects() {
    let deep = format!("{}{}", r#"{"name":"#.to_owned() + &"[".repeat(100_000), "");
    for (text, code) in [
        ("{", Code::JsonInvalid),
        (r#"{"a":1,"a":2}"#, Code::JsonInvalid),
        ("{}", Code::InstalledRecordInvalid),
        (r#"{"paths":[]}"#, Code::PathsJsonInvalid),
        (r#"{"paths_version":2,"paths":[]}"#, Code::PathsVersionUnsupported),
        (r#"{"name":"a","version":"1","build":"0"}"#, Code::InstalledRecordInvalid),
        (r#"{"name":"../a","version":"1","build":"0","files":[]}"#, Code::InstalledRecordInvalid),
        (deep.as_str(), Code::LimitExceeded),
    ] {
        let verdict = Host::new(text.as_bytes().to_vec(), Vec::new()).verdict();
        assert_eq!(errors(&verdict)[0].0, code, "{}", text.get(..40).unwrap_or(text));
        assert_eq!(verdict.status, Status::Rejected);
    }
}

#[test]
fn digests_that_nobody_asked_for_are_refused() {
    let mut inspection = Host::new(manifest(&["a"]), Vec::new()).inspection();
    let refused = inspection.digest(0, Sha256Digest::EMPTY, b"").unwrap_err();
    assert_eq!(refused.code(), Code::ArgumentInvalid);
    let number =
        inspection.meet(Listed { path: "a", kind: ListedKind::File, size: 0, mode: None }).unwrap();
    // Nobody gives it: then it was not compared, and that is told.
    assert_eq!(number, 0);
    let verdict = inspection.finish();
    assert_eq!(verdict.status, Status::Unverified);
    let not = verdict.not_checked.iter().find(|not| not.check == conda_verifier::Check::FileSha256);
    assert_eq!(not.unwrap().reason, "digests that were not given: 1");
}

#[test]
fn bytes_that_are_needed_have_to_be_given() {
    let mut inspection = Host::new(manifest(&["a"]), Vec::new()).inspection();
    assert!(inspection.wants_original("info/paths.json", 1));
    let file =
        OriginalFile { path: "info/paths.json", kind: ListedKind::File, size: 1, bytes: None };
    assert_eq!(inspection.original(file).unwrap_err().code(), Code::ArgumentInvalid);
}

/// A placeholder that occurs everywhere must not fill the memory.
#[test]
fn growth_is_bounded() {
    let mut linked = conda_verifier_fixtures::installed::linked(
        &sample::hello(),
        conda_verifier_fixtures::installed::Client::Conda,
        super::folder::PREFIX,
    );
    linked.entry("share/hello/greetings.txt")["prefix_placeholder"] = json!("x");
    let options = InstalledOptions {
        prefix: Some("y".repeat(4_000)),
        platform: Some("linux-64".into()),
        ..InstalledOptions::default()
    };
    let mut inspection =
        Inspection::new(&linked.manifest(), options, Policy::default(), Limits::default());
    let bytes = [b'x'; 100_000];
    let path = "share/hello/greetings.txt";
    assert!(inspection.wants_original(path, 100_000));
    let file =
        OriginalFile { path, kind: ListedKind::File, size: 100_000, bytes: Some(&bytes[..]) };
    inspection.original(file).unwrap();
    assert_eq!(findings(&inspection.finish(), Severity::Error)[0].0, Code::LimitExceeded);
}

/// All files of a package share what they may grow by.
#[test]
fn growth_is_bounded_for_all_files_together() {
    let script = "#!/placeholder/bin/python\n";
    let file = |path: &str| File::regular(path, script).placeholder("/placeholder", FileMode::Text);
    let package = (0..10).fold(Package::new("greet", "1.0", "0").subdir("linux-64"), |it, n| {
        it.with(file(&format!("bin/{n}")))
    });
    let options = InstalledOptions {
        prefix: Some("/e".repeat(50)),
        platform: Some("linux-64".into()),
        ..InstalledOptions::default()
    };
    // Three clients put 88 bytes more into each.
    for (limit, is_enough) in [(2_640, true), (2_639, false)] {
        let mut limits = Limits::default();
        limits.set("replacementBytes", limit).unwrap();
        let record = br#"{"name":"greet","version":"1.0","build":"0","files":[]}"#;
        let mut inspection = Inspection::new(record, options.clone(), Policy::default(), limits);
        for entry in package.stages().info.entries.iter().chain(&package.stages().pkg.entries) {
            let path = str::from_utf8(&entry.path).unwrap();
            let (size, bytes) = (entry.data.len() as u64, Some(entry.data.as_slice()));
            inspection
                .original(OriginalFile { path, kind: ListedKind::File, size, bytes })
                .unwrap();
        }
        let from = super::folder::From::of(&package).unwrap();
        let archive = from.stages.bytes(Format::Conda);
        let verdict =
            Verifier::new().examine(archive.as_slice(), Expectation::nothing()).run().unwrap();
        inspection.rest_on(Original::from(&verdict));
        let found = findings(&inspection.finish(), Severity::Error);
        // Nothing else is told of what was not met to the end.
        assert_eq!(found.len(), if is_enough { 10 } else { 1 }, "{found:?}");
        let is_exceeded = found.iter().any(|(code, _)| *code == Code::LimitExceeded);
        assert_eq!(is_exceeded, !is_enough, "{limit}: {found:?}");
    }
}

#[test]
fn a_prefix_is_no_longer_than_a_path() {
    for (length, is_fine) in [(4_096, true), (4_097, false)] {
        let mut host = Host::new(manifest(&["a"]), vec![empty("a")]);
        host.options.prefix = Some(format!("/{}", "e".repeat(length - 1)));
        let expected = if is_fine { vec![] } else { vec![(Code::LimitExceeded, String::new())] };
        assert_eq!(errors(&host.verdict()), expected);
    }
}

/// Each of the folders of a deep path has a name, which is kept to look it up.
#[test]
fn names_of_folders_are_bounded() {
    let deep = format!("{}x", "a/".repeat(1_000));
    for (limit, is_enough) in [(2_000_000, true), (1_000_000, false)] {
        let mut host = Host::new(manifest(&[&deep]), vec![empty(&deep)]);
        host.limits.set("nameBytes", limit).unwrap();
        let codes: Vec<_> = errors(&host.verdict()).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, if is_enough { vec![] } else { vec![Code::LimitExceeded] });
    }
}
