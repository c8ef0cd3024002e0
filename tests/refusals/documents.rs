//! The documents of `info/`.

use conda_verifier::{Check, Code, Outcome};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::tar::Entry;
use serde_json::json;

use super::Case;

fn remove(stages: &mut Stages, path: &str) {
    stages.info.entries.retain(|entry| entry.path != path.as_bytes());
}

fn replace(name: &'static str, code: Code, path: &'static str, text: &'static [u8]) -> [Case; 2] {
    Case::both(name, code, |stages| stages.info.entry(path).data = text.to_vec())
}

const INDEX: &str = "info/index.json";
const PATHS: &str = "info/paths.json";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = [
        Case::both("no index.json", Code::IndexJsonMissing, |s| remove(s, INDEX)),
        replace("index.json that is not JSON", Code::IndexJsonInvalid, INDEX, b"name: hello"),
        replace("index.json without a name", Code::IndexJsonInvalid, INDEX, b"{}"),
        replace(
            "index.json with a name twice",
            Code::IndexJsonInvalid,
            INDEX,
            br#"{"name":"hello","name":"evil","version":"1.0","build":"pyh0_0","build_number":0}"#,
        ),
        Case::both("a name that leads elsewhere", Code::IndexJsonInvalid, |s| {
            s.edit_index(|index| index["name"] = json!("../../evil"));
        }),
        Case::both("a build number above 2^53", Code::IndexJsonInvalid, |s| {
            s.edit_index(|index| index["build_number"] = json!(u64::MAX));
        }),
        Case::both("another name", Code::NameMismatch, |s| {
            s.edit_index(|index| index["name"] = json!("evil"));
        }),
        Case::both("another version", Code::NameMismatch, |s| {
            s.edit_index(|index| index["version"] = json!("1.1"));
        }),
        Case::both("another build", Code::NameMismatch, |s| {
            s.edit_index(|index| index["build"] = json!("pyh0_1"));
        }),
        Case::both("no paths.json, but info/files", Code::PathsJsonMissing, |s| {
            remove(s, PATHS);
        }),
        Case::both("no paths.json and no info/files", Code::ManifestMissing, |s| {
            remove(s, PATHS);
            remove(s, "info/files");
        }),
        Case::both("a file missing by info/files", Code::FileMissing, |s| {
            remove(s, PATHS);
            s.pkg.entries.pop();
        }),
        replace("paths.json that is not JSON", Code::PathsJsonInvalid, PATHS, b""),
        replace("paths.json that nests deep", Code::LimitExceeded, PATHS, &[b'['; 100_000]),
        replace(
            "paths.json without paths",
            Code::PathsJsonInvalid,
            PATHS,
            br#"{"paths_version":1}"#,
        ),
        replace(
            "paths.json of version 2",
            Code::PathsVersionUnsupported,
            PATHS,
            br#"{"paths_version":2,"paths":[]}"#,
        ),
        Case::both("a path listed twice", Code::PathsJsonInvalid, |s| {
            s.edit_paths(|paths| paths.push(paths[0].clone()));
        }),
        Case::both("a path upwards listed", Code::PathUnsafe, |s| {
            s.edit_paths(|paths| paths[0]["_path"] = json!("../x"));
        }),
        Case::both("info/ listed", Code::PathListedOddly, |s| {
            s.edit_paths(|paths| paths.push(json!({"_path": "info/index.json"})));
        }),
        Case::both("paths.json twice", Code::EntryDuplicate, |s| {
            let again = s.info.entry(PATHS).clone();
            s.info.entries.push(again);
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let package = sample::hello();
    let (conda, tar_bz2) = (package.file_name(Format::Conda), package.file_name(Format::TarBz2));
    cases.extend([
        Case::stages(
            "a second paths.json behind the payload",
            Code::EntryDuplicate,
            Format::TarBz2,
            |s| {
                s.pkg
                    .entries
                    .push(Entry::file(PATHS, br#"{"paths_version":1,"paths":[]}"#.as_slice()));
            },
        ),
        Case::new("no form of a name", Code::FileNameInvalid, "download.conda", package.conda()),
        Case::new("another ending", Code::FileNameInvalid, "hello-1.0-pyh0_0.zip", package.conda()),
        Case::new(".tar.bz2 named .conda", Code::FormatMismatch, &conda, package.tar_bz2()),
        Case::new(".conda named .tar.bz2", Code::FormatMismatch, &tar_bz2, package.conda()),
    ]);
    cases
}

/// An unsafe path or a bound that was reached is told of the document that has it.
#[test]
fn faults_of_a_document_are_its_own() {
    let nested = [b"{\"paths\":".as_slice(), &[b'['; 70]].concat();
    let [traversal, _] = Case::both("", Code::PathUnsafe, |s| {
        s.edit_paths(|paths| paths[0]["_path"] = json!("../x"));
    });
    let [deep_paths, _] = Case::both("", Code::LimitExceeded, |s| {
        s.info.entry(PATHS).data.clone_from(&nested);
    });
    let [deep_index, _] = Case::both("", Code::LimitExceeded, |s| {
        s.info.entry(INDEX).data.clone_from(&nested);
    });
    for (case, check) in [
        (traversal, Check::PathsJson),
        (deep_paths, Check::PathsJson),
        (deep_index, Check::IndexJson),
    ] {
        let verdict = crate::support::examine(&case.bytes, &case.expectation);
        let failed: Vec<_> = verdict
            .checks
            .iter()
            .filter(|made| made.outcome == Outcome::Failed)
            .map(|made| made.check)
            .collect();
        assert_eq!(failed, [check]);
    }
}
