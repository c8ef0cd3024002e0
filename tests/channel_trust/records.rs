//! Signed records, and the packages that they vouch for.

use super::*;

fn record_code(spoil: impl FnOnce(&mut SignedChannel)) -> Code {
    let (mut channel, trust) = trusted();
    spoil(&mut channel);
    let repodata: Repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let strict = verify(&trust, &repodata, victim(), now()).unwrap_err().code();
    let summary = audit(&trust, &repodata, now()).unwrap();
    if strict == Code::RecordUnsigned {
        assert_eq!(summary.unsigned, [victim()]);
    } else {
        let (name, error) = &summary.bad[0];
        assert_eq!((name.as_str(), error.code()), (victim(), strict));
    }
    assert_eq!(summary.trusted + 1, repodata.len() as u64);
    strict
}

#[test]
fn each_fault_of_a_record_has_its_code() {
    let name = victim();
    let records = |channel: &mut SignedChannel, edit: &dyn Fn(&mut serde_json::Value)| {
        channel.edit_record(name, |record| edit(record));
    };
    assert_eq!(
        record_code(|c| c.edit_repodata(|r| {
            r["signatures"].as_object_mut().unwrap().remove(name);
        })),
        Code::RecordUnsigned
    );
    assert_eq!(
        record_code(|c| c.edit_repodata(|r| r["packages.conda"][name]["depends"] = json!(["x"]))),
        Code::ThresholdNotMet
    );
    for (member, code) in [
        ("name", Code::RecordNameMismatch),
        ("version", Code::RecordNameMismatch),
        ("build", Code::RecordNameMismatch),
        ("subdir", Code::RecordSubdirMismatch),
    ] {
        assert_eq!(record_code(|c| records(c, &|r| r[member] = json!("other"))), code, "{member}");
    }
    assert_eq!(
        record_code(|c| records(c, &|r| {
            r.as_object_mut().unwrap().remove("sha256");
            r.as_object_mut().unwrap().remove("md5");
        })),
        Code::RecordInvalid
    );
    assert_eq!(
        record_code(|c| c.edit_repodata(|r| {
            for entry in r["signatures"][name].as_object_mut().unwrap().values_mut() {
                entry["signature"] = json!("XY");
            }
        })),
        Code::SignatureEncoding
    );
}

/// One file name, cut in other ways than CEP 26 does.
#[test]
fn a_name_is_cut_in_one_way_only() {
    let (mut channel, trust) = trusted();
    let name = channel.honest.iter().find(|path| path.ends_with(".tar.bz2")).unwrap().clone();
    let name = name.trim_start_matches("noarch/");
    let signers = channel.keys.pkg_mgr_signers().to_vec();
    let honest = channel.repodata()["packages"][name].clone();
    let build = honest["build"].as_str().unwrap();
    let version = honest["version"].as_str().unwrap();
    let shifted = [
        json!({ "build": format!("{build}.tar") }),
        json!({ "version": format!("{version}-{build}"), "build": "" }),
        json!({ "name": format!("{}-{version}", honest["name"].as_str().unwrap()), "version": build }),
    ];
    for edit in shifted {
        channel.edit_repodata(|repodata| {
            let record = &mut repodata["packages"][name];
            *record = honest.clone();
            for (member, value) in edit.as_object().unwrap() {
                record[member] = value.clone();
            }
            let record = &repodata["packages"][name];
            let entry = trust_repodata::sign_record(&Notary::Generator, record, &signers);
            repodata["signatures"][name] = entry;
        });
        let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
        let refused = verify(&trust, &repodata, name, now()).unwrap_err();
        assert_eq!(refused.code(), Code::RecordNameMismatch, "{edit}");
    }
}

#[test]
fn a_signed_record_verifies_its_package_and_no_other() {
    let (channel, trust) = trusted();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let verifier = Verifier::new();
    for path in &channel.honest {
        let name = path.trim_start_matches("noarch/");
        let proof = verify(&trust, &repodata, name, now()).unwrap();
        let expectation = Expectation::nothing().named(name).verified(proof);
        let package = &channel.files[path];
        let verdict = verifier.verify_package(package.as_slice(), expectation.clone()).unwrap();
        assert_eq!(verdict.status, Status::Verified, "{name}");
        assert_eq!(verdict.trust.basis, "content-trust");
        let anchor = Sha256Digest::of(&channel.files[SignedChannel::PINNED]);
        assert_eq!(verdict.trust.anchor, Some(format!("sha256:{anchor}")));
        let made: Vec<_> = verdict.checks.iter().map(|report| report.check).collect();
        for check in [Check::Signature, Check::Record, Check::PkgMgrJson, Check::ArchiveSha256] {
            assert!(made.contains(&check), "{check:?}");
        }
        let left: Vec<_> = verdict.not_checked.iter().map(|not| not.check).collect();
        for check in [
            Check::Freshness,
            Check::Completeness,
            Check::Removed,
            Check::BaseUrl,
            Check::InfoFiles,
        ] {
            assert!(left.contains(&check), "{check:?}");
        }
        assert!(!made.contains(&Check::MatchesUnsignedRecord));
        let mut tampered = package.clone();
        let last = tampered.len() - 1;
        tampered[last] ^= 1;
        let refused = verifier.verify_package(tampered.as_slice(), expectation).unwrap_err();
        assert_eq!(refused.error().unwrap().code(), Code::Sha256Mismatch);
        let message = refused.error().unwrap().to_string();
        assert!(message.contains("of the signed record"), "{message}");
    }
}

#[test]
fn a_channel_without_pkg_mgr_says_so_in_each_verdict() {
    let mut channel = signed_channel();
    channel.files.remove(SignedChannel::PKG_MGR);
    let mut trust = pin(&channel).unwrap();
    refresh(&mut trust, &channel.files, now()).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let proof = verify(&trust, &repodata, victim(), now()).unwrap();
    let package = channel.files[TrustSpoil::VICTIM].as_slice();
    let verdict =
        Verifier::new().verify_package(package, Expectation::nothing().verified(proof)).unwrap();
    assert!(verdict.not_checked.iter().any(|not| not.check == Check::PkgMgrJson));
}

/// Rule 14: what an MD5 alone binds is refused, unless the caller's policy says
/// otherwise, and never verified.
#[test]
fn a_signed_md5_is_a_weak_digest() {
    let (honest, trust) = trusted();
    let channel = TrustSpoil::RecordMd5Only.apply(&honest);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let proof = verify(&trust, &repodata, victim(), now()).unwrap();
    let expectation = Expectation::nothing().verified(proof);
    let package = channel.files[TrustSpoil::VICTIM].as_slice();
    let refused = Verifier::new().verify_package(package, expectation.clone()).unwrap_err();
    assert_eq!(refused.error().unwrap().code(), Code::WeakDigest);
    let lenient = Verifier::new().with_policy(Policy::new(Level::Warn));
    let verdict = lenient.verify_package(package, expectation).unwrap();
    assert_eq!((verdict.status, verdict.reasons), (Status::Unverified, vec![Reason::WeakDigest]));
}

/// Content trust 7, rule 9.
#[test]
fn an_unsigned_record_rejects_its_package_unless_the_policy_says_otherwise() {
    let (mut channel, trust) = trusted();
    let name = victim();
    let package = channel.files[&format!("noarch/{name}")].clone();
    let judge = |channel: &SignedChannel, level: Level| {
        let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
        let expectation = trust.expect("noarch", &repodata.entry(name).unwrap(), now());
        let verifier = Verifier::new().with_policy(Policy::new(level));
        verifier.examine(package.as_slice(), expectation).run().unwrap()
    };
    assert_eq!(judge(&channel, Level::Throw).status, Status::Verified);
    channel.edit_repodata(|r| drop(r["signatures"].as_object_mut().unwrap().remove(name)));
    let rejected = judge(&channel, Level::Throw);
    assert_eq!(rejected.rejection().unwrap().code(), Code::RecordUnsigned);
    let lowered = judge(&channel, Level::Warn);
    assert_eq!((lowered.status, lowered.trust.basis), (Status::Unverified, "none"));
    assert_eq!(lowered.findings[0].error.code(), Code::RecordUnsigned);
    assert!(lowered.lowered.contains(&"RECORD_UNSIGNED"));
    // One that is signed by nobody who may is rejected by every policy.
    channel.edit_repodata(|r| r["signatures"][name] = json!({ "00": {} }));
    let forged = judge(&channel, Level::Ignore);
    assert_eq!(forged.status, Status::Rejected);
    assert_eq!(forged.rejection().unwrap().code(), Code::ThresholdNotMet);
}
