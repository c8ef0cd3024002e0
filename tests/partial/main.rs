//! `info/` of a `.conda` by ranges: what is asked for, what is found, what is told.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod damaged;
mod hostile;
mod odd;
mod served;

use std::collections::BTreeSet;

use conda_verifier::{
    Check, Code, Expectation, Outcome, PinnedDigest, Reason, Record, Sha256Digest, Status, Told,
    Verdict, Verifier, WholeBecause,
};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::{File, Format, Package};
use conda_verifier_fixtures::zip::Archive;
use conda_verifier_fixtures::{record, sample};

use served::{Served, read, read_with};

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn codes(verdict: &Verdict) -> BTreeSet<Code> {
    verdict.findings.iter().map(|finding| finding.error.code()).collect()
}

fn not_checked(verdict: &Verdict) -> BTreeSet<Check> {
    verdict.not_checked.iter().map(|not| not.check).collect()
}

fn outcome(verdict: &Verdict, check: Check) -> Option<Outcome> {
    let report = verdict.checks.iter().find(|report| report.check == check)?;
    Some(report.outcome)
}

/// A package with an `info/` that does not fit into the end of the file.
fn big_info() -> Package {
    let mut package = sample::big();
    let bytes = Noise::new(5).bytes(300_000);
    package.info_files.push(File::regular("info/test/noise.bin", bytes));
    package
}

#[test]
fn info_is_read_whatever_the_order_of_members_and_the_form_of_their_headers() {
    for package in sample::all().into_iter().chain([big_info()]) {
        let stages = package.stages();
        let wanted: Vec<_> = stages
            .info
            .entries
            .iter()
            .map(|entry| (String::from_utf8(entry.path.clone()).unwrap(), entry.data.clone()))
            .collect();
        for archive in [stages.conda_archive(), stages.conda_archive_zip64()] {
            for order in ORDERS {
                let members = order.map(|index| archive.members[index].clone()).to_vec();
                let bytes = Archive { members, ..archive.clone() }.bytes();
                let what = format!("{} {order:?}", package.stem());
                let expectation = Expectation::nothing().named(package.file_name(Format::Conda));
                let (answer, log) = read(&bytes, &expectation);
                let verdict = &answer.verdict;
                assert_eq!(verdict.status, Status::Unverified, "{what}: {:?}", verdict.findings);
                assert_eq!(verdict.reasons, [Reason::Partial], "{what}");
                assert_eq!(answer.info, wanted, "{what}");
                assert_eq!(verdict.package.as_ref().unwrap().name, package.name);
                assert!(log.requests <= 4 && log.rounds <= 2, "{what}: {log:?}");
                // All but the payload, and somewhat more than what is at the ends.
                let payload = archive.members[1].data.len() as u64;
                let bound = bytes.len() as u64 - payload + 100_000;
                assert!(log.bytes <= bound, "{what}: {log:?}, at most {bound}");
            }
        }
    }
}

/// The order that current tools write, with an `info/` of the usual size: one round trip.
#[test]
fn what_tools_write_takes_two_requests_at_once() {
    let bytes = sample::big().conda();
    let (_, log) = read(&bytes, &Expectation::nothing());
    assert_eq!((log.requests, log.rounds), (2, 1), "{log:?}");
    assert_eq!(log.bytes, 1024 + 65_557);
    let (_, log) = read(&big_info().conda(), &Expectation::nothing());
    assert_eq!((log.requests, log.rounds), (3, 2), "{log:?}");
    // A small file is one range.
    let bytes = sample::hello().conda();
    let (_, log) = read(&bytes, &Expectation::nothing());
    assert_eq!((log.requests, log.bytes), (1, bytes.len() as u64));
}

#[test]
fn what_was_not_read_is_not_checked() {
    let package = sample::hello();
    let bytes = package.conda();
    let digest = PinnedDigest::new(Sha256Digest::of(&bytes));
    let expectation = Expectation::nothing()
        .named(package.file_name(Format::Conda))
        .size(bytes.len() as u64)
        .pinned(digest);
    let (answer, _) = read(&bytes, &expectation);
    let verdict = answer.verdict;
    assert_eq!(verdict.trust.basis, "none");
    assert_eq!((verdict.digests.size, verdict.digests.sha256), (bytes.len() as u64, None));
    let passed: BTreeSet<_> = verdict.checks.iter().map(|report| report.check).collect();
    let expected =
        [Check::ArchiveSize, Check::Coherence, Check::FileName, Check::IndexJson, Check::PathsJson];
    assert_eq!(passed, BTreeSet::from(expected));
    let expected = [
        Check::Signature,
        Check::Freshness,
        Check::Completeness,
        Check::Record,
        Check::ArchiveSha256,
        Check::Container,
        Check::Entries,
        Check::FilesListed,
        Check::FilesPresent,
        Check::FileTypes,
        Check::FileSizes,
        Check::FileSha256,
        Check::LinkTargets,
        Check::InfoFiles,
    ];
    let open = verdict.not_checked.iter().map(|not| not.check).collect::<BTreeSet<_>>();
    assert_eq!(open, BTreeSet::from(expected));
    assert!(verdict.authenticated.is_none());
}

/// A payload that is spoiled is nothing that a part of the file could show.
#[test]
fn a_payload_that_is_spoiled_stays_unseen() {
    let package = sample::big();
    let mut archive = package.stages().conda_archive();
    archive.member("pkg-").data[1000] ^= 1;
    let bytes = archive.bytes();
    assert_eq!(read(&bytes, &Expectation::nothing()).0.verdict.status, Status::Unverified);
    let whole = Verifier::new().examine(bytes.as_slice(), Expectation::nothing()).run().unwrap();
    assert_eq!(whole.status, Status::Rejected);
}

#[test]
fn what_nobody_told_is_not_checked() {
    let bytes = sample::hello().conda();
    let expectation = Expectation::nothing().size(bytes.len() as u64);
    let (answer, _) =
        read_with(&Verifier::new(), Served::new(&bytes), &expectation, Told::default());
    let open = not_checked(&answer.verdict);
    assert!(open.contains(&Check::Coherence) && open.contains(&Check::ArchiveSize), "{open:?}");
    assert_eq!(answer.verdict.status, Status::Unverified);
}

#[test]
fn a_record_and_names_are_compared() {
    let package = sample::hello();
    let bytes = package.conda();
    let name = package.file_name(Format::Conda);
    let json = record::record(&package, &bytes);
    let parse = |json: &serde_json::Value| {
        Record::parse(&name, json.to_string().as_bytes(), &conda_verifier::Limits::default())
    };
    let examine = |json: &serde_json::Value| {
        read(&bytes, &Expectation::nothing().record(parse(json))).0.verdict
    };
    let verdict = examine(&json);
    assert_eq!(verdict.status, Status::Unverified, "{:?}", verdict.findings);
    assert!(not_checked(&verdict).contains(&Check::MatchesUnsignedRecord));

    for (member, value, code) in [
        ("build_number", serde_json::json!(7), Code::NameMismatch),
        ("version", serde_json::json!("1.1"), Code::NameMismatch),
        ("size", serde_json::json!(7), Code::SizeMismatch),
        ("subdir", serde_json::json!("linux-64"), Code::SubdirMismatch),
    ] {
        let mut other = json.clone();
        other[member] = value;
        let verdict = examine(&other);
        assert_eq!(verdict.status, Status::Rejected, "{member}");
        assert!(codes(&verdict).contains(&code), "{member}: {:?}", verdict.findings);
    }
    let (answer, log) = read(&bytes, &Expectation::nothing().named("other-1.0-pyh0_0.conda"));
    assert!(codes(&answer.verdict).contains(&Code::NameMismatch));
    assert_eq!(log.requests, 1);
    // Who asks for a comparison and can't have it must not be told that nothing was wrong.
    let (answer, log) = read(&bytes, &Expectation::nothing().record(parse(&serde_json::json!({}))));
    assert_eq!((answer.verdict.status, log.requests), (Status::Rejected, 0));
}

#[test]
fn a_tar_bz2_has_no_parts() {
    for package in sample::all() {
        let (answer, log) = read(&package.tar_bz2(), &Expectation::nothing());
        assert_eq!((log.whole, log.rounds), (Some(WholeBecause::TarBz2), 1));
        // Nothing was examined to its end.
        assert_eq!(answer.verdict.status, Status::Rejected);
        assert!(answer.info.is_empty());
    }
}
