//! Records and packages that the roles vouch for.

use super::*;
use conda_verifier::{Status, Verdict};

/// The repodata, and the file that it was read from.
fn repodata(files: &Files) -> (Repodata, RepodataFile) {
    let text = &files[TufChannel::REPODATA];
    let repodata = Repodata::parse(text.clone(), &Limits::default()).unwrap();
    (repodata, RepodataFile { path: TufChannel::REPODATA.into(), digests: digests(text) })
}

fn judge(expectation: Expectation, bytes: &[u8]) -> Verdict {
    Verifier::new().examine(bytes, expectation).run().unwrap()
}

fn rejection(verdict: &Verdict) -> Option<Code> {
    verdict.rejection().map(|error| error.code())
}

/// Repodata alone is a target: that is enough for its records.
#[test]
fn records_of_repodata_that_is_a_target_are_verified() {
    let channel = tuf::tuf_channel(&TufPlan::default().with_packages(Packages::None));
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let proof = trust.repodata_trust(&file, now()).unwrap();
    assert_eq!(proof.roles, RecordRoles::Tuf { repodata: TufChannel::REPODATA.into() });
    assert_eq!((proof.anchor, proof.root_version), (trust.anchor(), 3));
    assert_eq!(proof.expires, at(tuf::TIMESTAMP_EXPIRES));
    for path in &channel.honest {
        let entry = repodata.entry(path.trim_start_matches("noarch/")).unwrap();
        let record = trust.record_in(&proof, "noarch", &entry).unwrap();
        assert_eq!(record.trust(), &proof);
        let expectation = trust.expect_in(&file, "noarch", &entry, now());
        let verdict = judge(expectation, &channel.files[path]);
        assert_eq!(verdict.status, Status::Verified, "{path}: {:?}", verdict.findings);
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(json["trust"]["basis"], "tuf");
        assert_eq!(json["trust"]["anchor"], format!("sha256:{}", trust.anchor()));
    }
    // The compressed file is a target of its own, with digests of its own.
    let path = "noarch/repodata.json.zst";
    let compressed = RepodataFile { path: path.into(), digests: digests(&channel.files[path]) };
    trust.repodata_trust(&compressed, now()).unwrap();
    let plain = RepodataFile { digests: file.digests, ..compressed };
    let refused = trust.repodata_trust(&plain, now());
    assert_eq!(code(refused), Some(Code::TargetDigestMismatch));
}

#[test]
fn a_package_that_is_a_target_agrees_with_its_record() {
    for packages in [Packages::Delegated, Packages::Beside, Packages::Bins(4)] {
        let channel = tuf::tuf_channel(&TufPlan::default().with_packages(packages));
        let mut trust = trusting(&channel);
        fetch(&mut trust, &channel.files, TufChannel::REPODATA, now()).unwrap();
        let (repodata, file) = repodata(&channel.files);
        for path in &channel.honest {
            fetch(&mut trust, &channel.files, path, now()).unwrap();
            let entry = repodata.entry(path.trim_start_matches("noarch/")).unwrap();
            let expectation = trust.expect_in(&file, "noarch", &entry, now());
            let expectation = trust.expect_target(expectation, path, true, now());
            let verdict = judge(expectation, &channel.files[path]);
            assert_eq!(verdict.status, Status::Verified, "{:?}", verdict.findings);
            let json = serde_json::to_value(&verdict).unwrap();
            let checks = json["checks"].as_array().unwrap();
            assert!(checks.iter().any(|check| check["check"] == "package-target"), "{json:#}");
        }
    }
}

/// A package that is a target needs no record.
#[test]
fn a_package_that_is_a_target_is_verified_alone() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let path = TufSpoil::VICTIM;
    let expect = |trust: &mut ChannelTrust| {
        trust.expect_target(Expectation::nothing().named(victim()), path, true, now())
    };
    // Before the role that lists it was loaded nothing is decided: nobody did wrong.
    let undecided = Verifier::new().examine(&*channel.files[path], expect(&mut trust)).run();
    assert_eq!(undecided.unwrap_err().code(), Code::RolesNotLoaded);
    fetch(&mut trust, &channel.files, path, now()).unwrap();
    let verdict = judge(expect(&mut trust), &channel.files[path]);
    assert_eq!(verdict.status, Status::Verified, "{:?}", verdict.findings);
    let mut tampered = channel.files[path].clone();
    tampered[100] ^= 1;
    let verdict = judge(expect(&mut trust), &tampered);
    assert_eq!(rejection(&verdict), Some(Code::TargetDigestMismatch));
    tampered.push(0);
    assert_eq!(judge(expect(&mut trust), &tampered).status, Status::Rejected);
}

/// Sources combine by AND: neither of two that contradict each other is right.
#[test]
fn a_record_that_contradicts_the_target_rejects() {
    let name = victim();
    for (member, value) in [("sha256", json!("00".repeat(32))), ("size", json!(7))] {
        let mut channel = tuf_channel();
        channel.edit_repodata(|repodata| repodata["packages.conda"][name][member] = value);
        let mut trust = trusting(&channel);
        fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
        let (repodata, file) = repodata(&channel.files);
        let entry = repodata.entry(name).unwrap();
        let expectation = trust.expect_in(&file, "noarch", &entry, now());
        let expectation = trust.expect_target(expectation, TufSpoil::VICTIM, false, now());
        let verdict = judge(expectation, &channel.files[TufSpoil::VICTIM]);
        assert_eq!(rejection(&verdict), Some(Code::TrustConflict), "{member}");
    }
}

/// A package that no role lists: its record is enough, unless the caller wants more.
#[test]
fn a_package_that_is_no_target_rests_on_its_record_alone() {
    let channel = tuf::tuf_channel(&TufPlan::default().with_packages(Packages::None));
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let entry = repodata.entry(victim()).unwrap();
    let bytes = &channel.files[TufSpoil::VICTIM];
    for (is_required, expected) in [(false, None), (true, Some(Code::TargetMissing))] {
        let expectation = trust.expect_in(&file, "noarch", &entry, now());
        let expectation = trust.expect_target(expectation, TufSpoil::VICTIM, is_required, now());
        assert_eq!(rejection(&judge(expectation, bytes)), expected);
    }
}

/// Another repodata than the roles list vouches for nothing.
#[test]
fn other_repodata_vouches_for_nothing() {
    let channel = TufSpoil::RepodataReplaced.apply(&tuf_channel());
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let refused = trust.repodata_trust(&file, now());
    assert_eq!(code(refused), Some(Code::TargetDigestMismatch));
    let name = "hello-1.0-pyh0_0.tar.bz2";
    let entry = repodata.entry(name).unwrap();
    let expectation = trust.expect_in(&file, "noarch", &entry, now());
    let verdict = judge(expectation, &channel.files[&format!("noarch/{name}")]);
    assert_eq!(rejection(&verdict), Some(Code::TargetDigestMismatch));
}

/// Repodata that no role lists is repodata that nobody signed.
#[test]
fn repodata_that_is_no_target_is_unsigned() {
    let channel = TufSpoil::TargetUnlisted.apply(&tuf_channel());
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let entry = repodata.entry(victim()).unwrap();
    let expectation = trust.expect_in(&file, "noarch", &entry, now());
    let verdict = judge(expectation, &channel.files[TufSpoil::VICTIM]);
    assert_eq!(rejection(&verdict), Some(Code::RecordUnsigned));
}

#[test]
fn a_record_is_of_the_folder_that_its_repodata_is_in() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let proof = trust.repodata_trust(&file, now()).unwrap();
    let entry = repodata.entry(victim()).unwrap();
    let refused = trust.record_in(&proof, "linux-64", &entry);
    assert_eq!(code(refused), Some(Code::RecordSubdirMismatch));
}

/// Under a root of TUF signatures of records count for nothing.
#[test]
fn records_by_themselves_are_not_vouched_for() {
    let channel = tuf_channel();
    let mut trust = pin(&channel.files).unwrap();
    let (repodata, file) = repodata(&channel.files);
    let entry = repodata.entry(victim()).unwrap();
    assert_eq!(code(trust.repodata_trust(&file, now())), Some(Code::RolesNotLoaded));
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    assert_eq!(code(trust.verify_record("noarch", &entry, now())), Some(Code::RecordUnsigned));
    assert_eq!(code(trust.record_rules("noarch", now())), Some(Code::RoleSpecUnsupported));
}

/// Time goes on after the refresh.
#[test]
fn roles_that_have_expired_vouch_for_nothing() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let late = at(tuf::TIMESTAMP_EXPIRES);
    assert_eq!(code(trust.repodata_trust(&file, late)), Some(Code::Expired));
    let entry = repodata.entry(victim()).unwrap();
    let expectation = trust.expect_in(&file, "noarch", &entry, late);
    let verdict = judge(expectation, &channel.files[TufSpoil::VICTIM]);
    assert_eq!(rejection(&verdict), Some(Code::Expired));
}

/// A role that listed the package once is asked for again: that it has expired must not
/// make a conflict go away.
#[test]
fn a_target_that_was_known_once_is_not_forgotten() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let (repodata, file) = repodata(&channel.files);
    let entry = repodata.entry(victim()).unwrap();
    let path = TufSpoil::VICTIM;
    let expect = |trust: &mut ChannelTrust| {
        let expectation = trust.expect_in(&file, "noarch", &entry, now());
        trust.expect_target(expectation, path, false, now())
    };
    // Never loaded: told, and no more.
    let verdict = judge(expect(&mut trust), &channel.files[path]);
    assert_eq!(verdict.status, Status::Verified, "{:?}", verdict.findings);
    let json = serde_json::to_value(&verdict).unwrap();
    let skipped = json["notChecked"].as_array().unwrap();
    assert!(skipped.iter().any(|skipped| skipped["check"] == "package-target"), "{json:#}");
    // Loaded, and then overtaken by a version that nobody has loaded.
    fetch(&mut trust, &channel.files, path, now()).unwrap();
    refresh(&mut trust, &channel.renewed().files, now()).1.unwrap();
    let undecided = Verifier::new().examine(&*channel.files[path], expect(&mut trust)).run();
    assert_eq!(undecided.map(|it| it.status), Err(Error::new(Fault::RolesNotLoaded)));
}

/// A record that nobody vouches for beside a package that somebody does: the verdict says so.
#[test]
fn an_unsigned_record_beside_a_target_is_told_as_one() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let path = TufSpoil::VICTIM;
    fetch(&mut trust, &channel.files, path, now()).unwrap();
    let (repodata, _) = repodata(&channel.files);
    let record = repodata.find(victim());
    let expectation = Expectation::nothing().named(victim()).unsigned(record);
    let expectation = trust.expect_target(expectation, path, true, now());
    let verdict = judge(expectation, &channel.files[path]);
    assert_eq!(verdict.status, Status::Verified, "{:?}", verdict.findings);
    let json = serde_json::to_value(&verdict).unwrap();
    let skipped = json["notChecked"].as_array().unwrap();
    let record = skipped.iter().find(|skipped| skipped["check"] == "record").unwrap();
    assert_eq!(record["reason"], "nobody vouches for the record");
}
