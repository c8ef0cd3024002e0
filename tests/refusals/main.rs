//! Every code, by the smallest package that earns it.
//!
//! A case vouches for the spoiled bytes, so that what is left to notice is the
//! spoil itself, and runs through every entrance of the library.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
#[path = "../support/mod.rs"]
mod support;

mod bzip2;
mod digests;
mod documents;
mod files;
mod host;
mod limits;
mod roles;
mod shards;
mod tar;
mod zip;
mod zstd;

use std::collections::BTreeSet;

use conda_verifier::{Class, Code, Expectation, Limits, Policy, Severity, Status, Verifier};
use conda_verifier_fixtures::package::{Format, Package};
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::tuf::TufSpoil;

/// A spoiled package and the code that it must earn.
pub(crate) struct Case {
    name: &'static str,
    code: Code,
    bytes: Vec<u8>,
    expectation: Expectation,
    policy: Policy,
    limits: Limits,
}

impl Case {
    /// Bytes that somebody vouches for, under the name that they should have.
    fn new(name: &'static str, code: Code, file_name: &str, bytes: Vec<u8>) -> Self {
        Self {
            name,
            code,
            expectation: support::pinned(file_name, &bytes),
            bytes,
            policy: Policy::default(),
            limits: Limits::default(),
        }
    }

    /// The sample, spoiled in its stages, as a package of that format.
    fn stages(
        name: &'static str,
        code: Code,
        format: Format,
        spoil: impl FnOnce(&mut Stages),
    ) -> Self {
        let package = sample::hello();
        let mut stages = package.stages();
        spoil(&mut stages);
        Self::new(name, code, &package.file_name(format), stages.bytes(format))
    }

    /// The sample, spoiled in its stages, in both formats.
    fn both(name: &'static str, code: Code, spoil: impl Fn(&mut Stages)) -> [Self; 2] {
        Format::ALL.map(|format| Self::stages(name, code, format, &spoil))
    }

    fn expect(self, expectation: Expectation) -> Self {
        Self { expectation, ..self }
    }

    fn limit(self, limit: &str, max: u64) -> Self {
        let mut limits = self.limits;
        limits.set(limit, max).unwrap();
        Self { limits, ..self }
    }
}

fn cases() -> Vec<Case> {
    [
        zip::cases(),
        zstd::cases(),
        bzip2::cases(),
        tar::cases(),
        documents::cases(),
        files::cases(),
        digests::cases(),
        limits::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_spoiled_package_earns_its_code() {
    let wrong: Vec<_> = cases().iter().filter_map(complaint).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with the verdict on a case.
fn complaint(case: &Case) -> Option<String> {
    let verifier = support::verifier(case.policy.clone(), case.limits.clone());
    let verdict = support::examine_with(&verifier, &case.bytes, &case.expectation);
    let told = verdict.findings.iter().take(5).map(|f| f.error.to_string());
    let told: Vec<_> = told.collect();
    let complain = |what: &str| Some(format!("{}: {what} {}: {told:?}", case.name, case.code));
    let Some(finding) = verdict.findings.iter().find(|f| f.error.code() == case.code) else {
        return complain("not found is");
    };
    let (severity, status) = match case.code.class() {
        Class::Fatal | Class::Adjustable | Class::Host => (Severity::Error, Status::Rejected),
        Class::Advisory => (Severity::Warning, Status::Verified),
        Class::Note => (Severity::Info, Status::Verified),
    };
    if finding.severity != severity {
        return complain("the severity is wrong of");
    }
    let is_pinned = case.expectation.pinned.is_some();
    if (severity == Severity::Error || is_pinned) && verdict.status != status {
        return complain("the verdict is wrong for");
    }
    None
}

/// The codes of the generator's attacks on channels of TUF.
fn tuf_codes() -> impl Iterator<Item = Code> {
    let is_one = |code: &&Code| TufSpoil::ALL.iter().any(|way| way.code() == Some(code.as_str()));
    Code::ALL.iter().filter(is_one).copied()
}

#[test]
fn every_code_has_a_case() {
    let mut covered: BTreeSet<Code> = cases().iter().map(|case| case.code).collect();
    covered.extend(host::CODES);
    covered.extend(roles::CODES);
    // Held by tests/channel_trust, which needs no package.
    covered.extend([
        Code::RolesNotLoaded,
        Code::RoleMissing,
        Code::RoleUnavailable,
        Code::StateInvalid,
        Code::RecordUnsigned,
        Code::RecordNameMismatch,
        Code::RecordSubdirMismatch,
    ]);
    // Held by tests/tuf_channel, which runs every one of those attacks.
    covered.extend(tuf_codes());
    // Held by tests/installed, which compares folders with what is listed.
    covered.extend([
        Code::OriginalRejected,
        Code::InstalledRecordInvalid,
        Code::PrefixReplacementMismatch,
        Code::PrefixReplacementUnknown,
        Code::LinkTargetMismatch,
    ]);
    covered.extend(shards::CODES);
    // Held by tests/package_cases, in several packages each.
    covered.extend([
        Code::CondaMemberNested,
        Code::PathCollision,
        Code::PathNotPortable,
        Code::ModeUnsafe,
        Code::ClientFileShipped,
        Code::LinkScript,
        Code::DependsDiffer,
        Code::LinkJsonInvalid,
        Code::PlaceholderUnusable,
    ]);
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !covered.contains(code)).collect();
    assert!(missing.is_empty(), "no negative test for {missing:?}");
}

#[test]
fn the_samples_themselves_verify() {
    for package in sample::all() {
        for format in Format::ALL {
            let bytes = package.bytes(format);
            let expectation = support::pinned(&package.file_name(format), &bytes);
            let verdict = support::examine(&bytes, &expectation);
            assert_eq!(verdict.status, Status::Verified, "{:?}", verdict.findings);
            assert_eq!(verdict.findings, [], "{}", package.stem());
            assert_eq!(verdict.files, package.files.len() as u64);
            assert_eq!(verdict.format, Some(format.extension().trim_start_matches('.')));
        }
    }
}

/// What is not verified is listed, on whatever a verdict rests.
#[test]
fn nothing_is_skipped_silently() {
    let package = sample::hello();
    let bytes = package.conda();
    let name = package.file_name(Format::Conda);
    for expectation in [
        Expectation::nothing(),
        Expectation::nothing().named(name.as_str()),
        support::pinned(&name, &bytes),
    ] {
        let verdict = Verifier::new().verify_package(bytes.as_slice(), expectation).unwrap();
        let json = serde_json::to_value(&verdict).unwrap();
        let names = |list: &str| -> BTreeSet<String> {
            let list = json[list].as_array().unwrap();
            list.iter().map(|check| check["check"].as_str().unwrap().to_owned()).collect()
        };
        let (made, not_made) = (names("checks"), names("notChecked"));
        assert_eq!(made.intersection(&not_made).count(), 0, "{json:#}");
        for check in ["signature", "freshness", "completeness", "record", "info/*"] {
            assert!(not_made.contains(check), "{check} {json:#}");
        }
        for check in ["container", "entries", "index-json", "paths-json", "file-sha256"] {
            assert!(made.contains(check), "{check} {json:#}");
        }
        // What does not apply: a channel's files, a target, a record, parts of the archive, what
        // is installed.
        assert_eq!(made.len() + not_made.len(), conda_verifier::Check::ALL.len() - 12);
    }
}

/// No archive code runs on bytes that do not have the digest that is expected.
#[test]
fn authenticated_first_and_parsed_then() {
    let package = sample::hello();
    let name = package.file_name(Format::Conda);
    let garbage = vec![b'x'; 5_000];
    let verdict = support::examine(&garbage, &support::pinned(&name, b"something else"));
    let codes = support::codes(&verdict, Severity::Error);
    assert_eq!(codes, BTreeSet::from([Code::Sha256Mismatch]));
    assert_eq!((verdict.format, verdict.authenticated), (None, None));
    let not_reached =
        verdict.not_checked.iter().filter(|not| not.reason.contains("SHA256_MISMATCH"));
    assert!(not_reached.count() >= 8);
}

/// A package without anything, to build on.
fn bare() -> Package {
    Package::new("bare", "1", "0")
}
