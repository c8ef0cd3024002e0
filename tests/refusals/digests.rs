//! The archive as a whole, against the caller's digest and a record.

use conda_verifier::{
    Check, Code, Error, Expectation, Limits, Outcome, PinnedDigest, Record, Repodata, Severity,
    Sha256Digest, Status,
};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::{digest, record, sample};
use serde_json::{Value, json};

use super::{Case, support};

fn package() -> (String, Vec<u8>) {
    (sample::hello().file_name(Format::Conda), sample::hello().conda())
}

/// What looking the sample up comes to, with its record edited.
fn lookup(edit: impl FnOnce(&mut Value)) -> Result<Record, Error> {
    let (file_name, bytes) = package();
    let mut value = record::record(&sample::hello(), &bytes);
    edit(&mut value);
    let repodata = record::repodata("noarch", &[(file_name.clone(), value)]);
    Repodata::parse(repodata, &Limits::default())?.find(&file_name)
}

/// What looking the sample up comes to where v3 has another record for it.
fn conflict() -> Result<Record, Error> {
    let (file_name, bytes) = package();
    let honest = record::record(&sample::hello(), &bytes);
    let mut other = honest.clone();
    other["depends"] = json!(["evil"]);
    let stem = file_name.trim_end_matches(".conda");
    let repodata =
        json!({ "packages.conda": { &file_name: honest }, "v3": { "conda": { stem: other } } });
    Repodata::parse(repodata.to_string().into(), &Limits::default())?.find(&file_name)
}

/// The honest package against a record.
fn against(name: &'static str, code: Code, edit: impl FnOnce(&mut Value)) -> Case {
    let (file_name, bytes) = package();
    let expectation = Expectation::nothing().named(file_name.as_str()).record(lookup(edit));
    Case::new(name, code, &file_name, bytes).expect(expectation)
}

pub(crate) fn cases() -> Vec<Case> {
    let (file_name, bytes) = package();
    let caller = |name, code, expectation| {
        Case::new(name, code, &file_name, bytes.clone()).expect(expectation)
    };
    let other = PinnedDigest::new(Sha256Digest::of(b"other bytes"));
    let missing = Repodata::parse(br#"{"packages":{}}"#.to_vec(), &Limits::default())
        .unwrap()
        .find(&file_name);
    let no_repodata = Repodata::parse(br#"{"info":{}}"#.to_vec(), &Limits::default()).unwrap_err();
    vec![
        caller("another size", Code::SizeMismatch, Expectation::nothing().size(1)),
        caller("another digest", Code::Sha256Mismatch, Expectation::nothing().pinned(other)),
        caller("no record", Code::RecordMissing, Expectation::nothing().record(missing)),
        caller("two records", Code::RecordConflict, Expectation::nothing().record(conflict())),
        caller(
            "no repodata",
            Code::RepodataInvalid,
            Expectation::nothing().record(Err(no_repodata)),
        ),
        against("another size in the record", Code::SizeMismatch, |r| r["size"] = json!(1)),
        against("another digest in the record", Code::Sha256Mismatch, |r| {
            r["sha256"] = json!("0".repeat(64));
        }),
        against("another MD5 alone", Code::Md5Mismatch, |r| {
            r["sha256"] = Value::Null;
            r["md5"] = json!("0".repeat(32));
        }),
        against("another MD5 beside the digest", Code::Md5ContradictsSha256, |r| {
            r["md5"] = json!("0".repeat(32));
        }),
        against("an MD5 alone", Code::WeakDigest, |r| r["sha256"] = Value::Null),
        against("no digest", Code::DigestMissing, |r| {
            r["sha256"] = Value::Null;
            drop(r.as_object_mut().unwrap().remove("md5"));
        }),
        against("a digest that is none", Code::RecordInvalid, |r| r["sha256"] = json!("abc")),
        against("a size that is none", Code::RecordInvalid, |r| r["size"] = json!("1")),
        against("another name in the record", Code::NameMismatch, |r| r["name"] = json!("evil")),
        against("another build number in the record", Code::NameMismatch, |r| {
            r["build_number"] = json!(99);
        }),
        caller(
            "the record of another file",
            Code::RecordNameMismatch,
            Expectation::nothing().named("other-1.0-0.conda").record(lookup(|_| {})),
        ),
        against("another subdir in the record", Code::SubdirMismatch, |r| {
            r["subdir"] = json!("linux-64");
        }),
    ]
}

/// Even what a policy silences is accounted for, by the code that it silences.
#[test]
fn an_ignored_weakness_is_told_as_what_was_not_checked() {
    let (_, bytes) = package();
    let ignoring = conda_verifier::Policy::new(conda_verifier::Level::Ignore);
    let verifier = support::verifier(ignoring, Limits::default());
    let expectation = Expectation::nothing().record(lookup(|r| r["sha256"] = Value::Null));
    let verdict = support::examine_with(&verifier, &bytes, &expectation);
    let record = verdict.not_checked.iter().find(|not| not.check == Check::Record);
    assert!(record.is_some_and(|not| not.reason.contains("WEAK_DIGEST")), "{verdict:?}");
    assert_eq!(verdict.status, Status::Unverified);
}

#[test]
fn unsigned_repodata_never_verifies() {
    let (file_name, bytes) = package();
    let expectation = Expectation::nothing().named(file_name.as_str()).record(lookup(|_| {}));
    let verdict = support::examine(&bytes, &expectation);
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(verdict.status, Status::Unverified);
    assert_eq!(json["reasons"], json!(["unsigned"]));
    assert_eq!(json["trust"], json!({"basis": "none", "anchor": null}));
    assert!(
        json["checks"]
            .as_array()
            .unwrap()
            .contains(&json!({"check": "matches-unsigned-record", "outcome": "passed"}))
    );

    // With the caller's digest beside it, both have to agree.
    let pinned = support::pinned(&file_name, &bytes).record(lookup(|_| {}));
    assert_eq!(support::examine(&bytes, &pinned).status, Status::Verified);
    let conflict = support::pinned(&file_name, &bytes)
        .record(lookup(|r| r["sha256"] = json!(digest::sha256(b"other"))));
    let verdict = support::examine(&bytes, &conflict);
    assert_eq!(verdict.status, Status::Rejected);
    assert!(support::codes(&verdict, Severity::Error).contains(&Code::Sha256Mismatch));
}

#[test]
fn a_record_that_does_not_match_is_told_as_such() {
    let edits: [fn(&mut Value); 3] = [
        |r| r["size"] = json!(1),
        |r| r["sha256"] = json!("0".repeat(64)),
        |r| (r["sha256"], r["md5"]) = (Value::Null, json!("0".repeat(32))),
    ];
    let (_, bytes) = package();
    for edit in edits {
        let verdict = support::examine(&bytes, &Expectation::nothing().record(lookup(edit)));
        let record = verdict.checks.iter().find(|c| c.check == Check::MatchesUnsignedRecord);
        assert_eq!(record.map(|check| check.outcome), Some(Outcome::Failed));
    }
}

#[test]
fn weak_or_no_digests_stay_unverified_where_a_policy_allows_them() {
    let (file_name, bytes) = package();
    let verifier = support::verifier(
        conda_verifier::Policy::new(conda_verifier::Level::Warn),
        Limits::default(),
    );
    let weak = lookup(|r| r["sha256"] = Value::Null);
    let none = lookup(|r| (r["sha256"], r["md5"]) = (Value::Null, Value::Null));
    for (lookup, reason, code) in
        [(weak, "weak digest", "WEAK_DIGEST"), (none, "no digest", "DIGEST_MISSING")]
    {
        let expectation = Expectation::nothing().named(file_name.as_str()).record(lookup);
        let verdict = support::examine_with(&verifier, &bytes, &expectation);
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(json["verdict"], "unverified", "{json:#}");
        assert_eq!(json["reasons"], json!([reason]));
        assert_eq!(json["lowered"], json!([code]));
    }
}
