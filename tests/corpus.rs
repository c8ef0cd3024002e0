//! Real packages, where they are at hand: each has a line in a table.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
mod support;

#[path = "support/packages_below.rs"]
mod packages_below;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use conda_verifier::{Severity, Sha256Digest};
use packages_below::packages_below;

const TABLE: &str = include_str!("corpus/expectations.tsv");

struct Line {
    sha256: String,
    verdict: String,
    errors: String,
    warnings: String,
}

fn table() -> BTreeMap<String, Line> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<_> = line.split('\t').map(str::to_owned).collect();
            let [path, sha256, verdict, errors, warnings] = fields.try_into().unwrap();
            (path, Line { sha256, verdict, errors, warnings })
        })
        .collect()
}

#[test]
fn every_real_package_has_the_verdict_of_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !root.is_dir() {
        // Not `println!`: the test runner would keep it to itself.
        let _ = writeln!(std::io::stderr(), "left out: no real packages at ../shared/corpus");
        return;
    }
    let mut table = table();
    let mut found = Vec::new();
    packages_below(&root, &mut found);
    assert!(found.len() > 50, "only {} packages", found.len());
    let mut wrong = Vec::new();
    for path in found {
        let key = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let Some(line) = table.remove(&key) else {
            panic!("{key} has no line in tests/corpus/expectations.tsv");
        };
        assert_eq!(line.sha256, Sha256Digest::of(&bytes).to_string(), "{key}");
        let name = path.file_name().unwrap().to_str().unwrap();
        let verdict = support::examine(&bytes, &support::pinned(name, &bytes));
        let joined = |severity| {
            let codes = support::codes(&verdict, severity);
            let mut texts: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
            texts.sort_unstable();
            if texts.is_empty() { "-".to_owned() } else { texts.join(",") }
        };
        let word = format!("{:?}", verdict.status).to_lowercase();
        let got = (word, joined(Severity::Error), joined(Severity::Warning));
        if got != (line.verdict.clone(), line.errors, line.warnings) {
            wrong.push(format!("{key}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(table.is_empty(), "lines without a package: {:?}", table.keys());
}
