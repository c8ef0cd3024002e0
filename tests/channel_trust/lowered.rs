//! What no policy, no store and no change of a role may take away.

use super::*;
use conda_verifier::{PinnedDigest, Severity};

fn judge(level: Level, expectation: Expectation, bytes: &[u8]) -> conda_verifier::Verdict {
    Verifier::new().with_policy(Policy::new(level)).examine(bytes, expectation).run().unwrap()
}

/// A code that a policy may lower elsewhere does not let through what can't be compared.
#[test]
fn a_record_that_is_refused_rejects_under_every_policy() {
    let (mut channel, trust) = trusted();
    let odd = victim().replace(".conda", ".whl");
    channel.edit_repodata(|repodata| {
        let record = repodata["packages.conda"].as_object_mut().unwrap().remove(victim());
        repodata["packages.conda"][&odd] = record.unwrap();
        let entry = repodata["signatures"].as_object_mut().unwrap().remove(victim());
        repodata["signatures"][&odd] = entry.unwrap();
    });
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    for level in [Level::Throw, Level::Warn, Level::Ignore] {
        let expectation = trust.expect("noarch", &repodata.entry(&odd).unwrap(), now());
        let pinned = PinnedDigest::new(Sha256Digest::of(b"something else"));
        for expectation in [expectation.clone(), expectation.pinned(pinned).size(99)] {
            let verdict = judge(level, expectation, b"no archive");
            assert_eq!(verdict.status, Status::Rejected, "{level:?}");
            assert_eq!(verdict.findings[0].severity, Severity::Error);
            assert_eq!(verdict.rejection().unwrap().code(), Code::FileNameInvalid);
        }
    }
}

#[test]
fn a_record_of_another_file_rejects_under_every_policy() {
    let (channel, trust) = trusted();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let bytes = &channel.files[&format!("noarch/{}", victim())];
    let proof = verify(&trust, &repodata, victim(), now()).unwrap();
    for level in [Level::Throw, Level::Warn, Level::Ignore] {
        let expectation =
            Expectation::nothing().named("openssl-3.0.0-h0_0.conda").verified(proof.clone());
        let verdict = judge(level, expectation, bytes);
        assert_eq!(verdict.status, Status::Rejected, "{level:?}");
        assert_eq!(verdict.rejection().unwrap().code(), Code::RecordNameMismatch);
    }
}

/// A record without a subdir is bound to none, whatever was asked for.
#[test]
fn a_record_without_a_subdir_is_of_no_subdir() {
    let (mut channel, trust) = trusted();
    channel.edit_record(victim(), |record| {
        record.as_object_mut().unwrap().remove("subdir");
    });
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    for (requested, info) in [("noarch", Some("noarch")), ("noarch", None), ("", None)] {
        let mut entry = repodata.entry(victim()).unwrap();
        entry.subdir = info;
        let refused = trust.verify_record(requested, &entry, now()).unwrap_err();
        assert_eq!(refused.code(), Code::RecordSubdirMismatch, "{requested:?} {info:?}");
    }
}

/// Whoever knows a version of `pkg_mgr.json` from elsewhere is not told that there is none.
#[test]
fn a_least_version_asks_for_the_role() {
    let (mut channel, _) = trusted();
    channel.files.remove(SignedChannel::PKG_MGR);
    let min_versions = MinVersions { pkg_mgr: 1, ..MinVersions::default() };
    let mut strict = pin_with(&channel, TrustOptions { min_versions, ..options() }).unwrap();
    let refused = refresh(&mut strict, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
}

/// Only another choice of keys may make a floor go (TUF 5.3.11).
#[test]
fn another_specification_takes_no_floor_away() {
    let (channel, mut trust) = trusted();
    let mut later = channel.clone();
    let delegation = later.keys.delegation(&later.keys.key_mgr);
    for (version, spec) in [(4, "0.6.1"), (5, "0.6.0")] {
        let mut role = chain::root(version, &delegation);
        role.spec = spec.into();
        let mut root = role.envelope();
        chain::sign(&mut root, version);
        later.set(&format!("{version}.root.json"), &root);
    }
    let mut replayed = later.clone();
    replayed.edit_signed(SignedChannel::KEY_MGR, |signed| signed["version"] = json!(1));
    let refused = refresh(&mut trust, &replayed.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleRollback);
    // Between the two roots nothing counts, and the floor is kept.
    let (_, mut between) = trusted();
    let mut half = later.clone();
    half.files.remove("5.root.json");
    let refused = refresh(&mut between, &half.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleSpecUnsupported);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = verify(&between, &repodata, victim(), now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleSpecUnsupported);
    let mut back = restored(&pin(&channel).unwrap(), &between.export()).unwrap();
    assert_eq!(refresh(&mut back, &replayed.files, now()).unwrap_err().code(), Code::RoleRollback);
    refresh(&mut back, &later.files, now()).unwrap();
    verify(&back, &repodata, victim(), now()).unwrap();
}

/// One of two that are each older than the other is no part of the history.
#[test]
fn what_contradicts_what_is_trusted_is_not_merged() {
    let (channel, _) = trusted();
    let holder = |version: u64, timestamp: &str| {
        let mut channel = channel.clone();
        channel.edit_signed(SignedChannel::KEY_MGR, |signed| {
            signed["version"] = json!(version);
            signed["timestamp"] = json!(timestamp);
        });
        let mut trust = pin(&channel).unwrap();
        refresh(&mut trust, &channel.files, now()).unwrap();
        trust
    };
    let (one, other) = (holder(4, "2029-06-01T00:00:00Z"), holder(5, "2029-01-01T00:00:00Z"));
    for (own, kept) in [(&one, &other), (&other, &one)] {
        assert_eq!(restored(own, &kept.export()).unwrap_err().code(), Code::StateInvalid);
    }
}

/// A stranger's key ids are counted, and told only so far.
#[test]
fn the_key_ids_of_strangers_are_not_all_told() {
    let (mut channel, trust) = trusted();
    channel.edit_repodata(|repodata| {
        let entries: serde_json::Map<_, _> =
            (0..900).map(|number| (format!("{number:064x}"), json!({}))).collect();
        repodata["signatures"][victim()] = entries.into();
    });
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = verify(&trust, &repodata, victim(), now()).unwrap_err();
    let Fault::ThresholdNotMet { shortfall, .. } = &*refused else { panic!("{refused}") };
    assert_eq!((shortfall.unknown_count, shortfall.unknown.len()), (900, 32));
    assert!(refused.to_string().contains("900 by keys that may not sign"), "{refused}");
}

/// A proof says until when it holds.
#[test]
fn a_proof_says_when_its_roles_expire() {
    let (mut channel, _) = trusted();
    channel.edit_signed(SignedChannel::KEY_MGR, |signed| {
        signed["expiration"] = json!("2030-06-01T00:00:00Z");
    });
    let mut trust = pin(&channel).unwrap();
    refresh(&mut trust, &channel.files, now()).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let proof = verify(&trust, &repodata, victim(), now()).unwrap();
    assert_eq!(proof.trust().expires.to_string(), "2030-06-01T00:00:00Z");
}
