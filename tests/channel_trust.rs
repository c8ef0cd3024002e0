//! What is trusted of a channel: refreshes, what is kept of them, and the records
//! that follow, over a channel that is signed for the purpose.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/channel.rs"]
mod channel;

use channel::{Files, audit, refresh, repodata, verify};
use conda_verifier::{
    ChannelTrust, Check, Code, Error, Expectation, Kept, Level, Limits, MinVersions, Policy,
    Reason, Repodata, RoleKind, Sha256Digest, SignatureRules, Status, Time, TrustOptions, Verifier,
};
use conda_verifier_fixtures::trust::{
    EXPIRES, NOW, Notices, SignedChannel, TrustSpoil, chain, signed_channel, v1,
};
use serde_json::json;

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn options() -> TrustOptions {
    TrustOptions { channel: Some("https://example.org/channel".into()), ..TrustOptions::default() }
}

fn pin_with(channel: &SignedChannel, options: TrustOptions) -> Result<ChannelTrust, Error> {
    let root = &channel.files[SignedChannel::PINNED];
    ChannelTrust::pin("root.json", root, options, Limits::default())
}

fn pin(channel: &SignedChannel) -> Result<ChannelTrust, Error> {
    pin_with(channel, options())
}

/// A channel and what is trusted of it after a refresh.
fn trusted() -> (SignedChannel, ChannelTrust) {
    let channel = signed_channel();
    let mut trust = pin(&channel).unwrap();
    refresh(&mut trust, &channel.files, now()).unwrap();
    (channel, trust)
}

fn victim() -> &'static str {
    TrustSpoil::VICTIM.trim_start_matches("noarch/")
}

fn restored(trust: &ChannelTrust, kept: &[Kept]) -> Result<ChannelTrust, Error> {
    let mut trust = trust.clone();
    let entries = kept.iter().filter_map(|kept| Some((kept.key.as_str(), kept.bytes.as_deref()?)));
    trust.restore(entries)?;
    Ok(trust)
}

#[test]
fn an_honest_channel_is_trusted_and_all_its_records_are() {
    let (channel, trust) = trusted();
    assert_eq!(trust.root_version(), 3);
    assert_eq!(trust.key_mgr().unwrap().role().version, 2);
    assert_eq!(trust.pkg_mgr().unwrap().role().version, 2);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    for path in &channel.honest {
        let name = path.trim_start_matches("noarch/");
        let proof = verify(&trust, &repodata, name, now()).unwrap();
        assert_eq!(proof.record().file_name, name);
        assert_eq!((proof.trust().root_version, proof.trust().pkg_mgr_version), (3, Some(2)));
    }
    let summary = audit(&trust, &repodata, now()).unwrap();
    assert_eq!(summary.trusted, channel.honest.len() as u64);
    assert_eq!((summary.weak, summary.unsigned, summary.bad), (vec![], vec![], vec![]));
}

/// mamba's possible_update_files, and what comes below the roots.
#[test]
fn files_are_asked_for_in_order() {
    let channel = signed_channel();
    let mut trust = pin(&channel).unwrap();
    let mut asked = Vec::new();
    while let Some(want) = trust.next(now()).unwrap() {
        assert_eq!(trust.next(now()).unwrap().as_ref(), Some(&want), "asking changes nothing");
        assert_eq!(want.max_length, 512_000);
        assert_eq!(want.optional, want.role != RoleKind::KeyMgr);
        asked.push(want.path.clone());
        match channel.files.get(&want.path) {
            Some(bytes) => drop(trust.update(&want.path, bytes).unwrap()),
            None => trust.unavailable(&want.path, 404).unwrap(),
        }
    }
    let roots =
        |n: u64| ["sv1.", "sv0.7.", "sv0.6.", ""].map(|infix| format!("{n}.{infix}root.json"));
    let expected: Vec<_> = [roots(2), roots(3), roots(4)]
        .concat()
        .into_iter()
        .chain(["key_mgr.json".into(), "pkg_mgr.json".into()])
        .collect();
    assert_eq!(asked, expected);
}

#[test]
fn every_attack_is_noticed_where_it_is_made() {
    let honest = signed_channel();
    let mut wrong = Vec::new();
    for spoil in TrustSpoil::ALL {
        let channel = spoil.apply(&honest);
        let mut refused_role = None;
        let trust = pin(&channel).and_then(|mut trust| {
            while let Some(want) = trust.next(now())? {
                refused_role = Some(want.role);
                match channel.files.get(&want.path) {
                    Some(bytes) => drop(trust.update(&want.path, bytes)?),
                    None => trust.unavailable(&want.path, 404)?,
                }
            }
            Ok(trust)
        });
        let text = &channel.files[SignedChannel::REPODATA];
        let found = trust.map(|trust| {
            repodata(text).map(|repodata| {
                let summary = audit(&trust, &repodata, now()).unwrap();
                let one = verify(&trust, &repodata, victim(), now()).map(drop);
                (summary, one, repodata.len())
            })
        });
        let is_right = match (spoil.notices(), &found) {
            // An expired last root is noticed on the way to what is below it.
            (Notices::Root, Err(error)) => {
                refused_role.is_none_or(|role| role == RoleKind::Root)
                    || error.code() == Code::Expired
            }
            (Notices::KeyMgr, Err(_)) => refused_role == Some(RoleKind::KeyMgr),
            (Notices::PkgMgr, Err(_)) => refused_role == Some(RoleKind::PkgMgr),
            // Repodata that says another subdir: not one of its records belongs there.
            (Notices::Repodata, Ok(found)) => {
                found.as_ref().is_ok_and(|(summary, ..)| summary.trusted == 0) || found.is_err()
            }
            (Notices::Records, Ok(Ok((summary, one, _)))) => summary.trusted == 0 && one.is_err(),
            (Notices::Record, Ok(Ok((summary, one, length)))) => {
                // A record that binds by MD5 alone is a proof of just that.
                (one.is_err() || summary.weak == [victim()])
                    && summary.trusted + 1 == *length as u64
            }
            (Notices::Package | Notices::Memory | Notices::Nothing, Ok(Ok((summary, one, _)))) => {
                summary.bad.is_empty() && summary.unsigned.is_empty() && one.is_ok()
            }
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{} ({:?}): {found:?}", spoil.name(), spoil.notices()));
        }
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_refused_file_changes_nothing_and_another_may_follow() {
    let honest = signed_channel();
    let mut trust = pin(&honest).unwrap();
    while let Some(want) = trust.next(now()).unwrap() {
        let before = trust.clone();
        assert!(trust.update(&want.path, b"{}").is_err());
        assert!(trust.update("other.json", b"{}").is_err());
        assert!(trust.unavailable(&want.path, 500).is_err());
        assert_eq!(trust, before);
        match honest.files.get(&want.path) {
            Some(bytes) => drop(trust.update(&want.path, bytes).unwrap()),
            None => trust
                .unavailable(&want.path, 403 + u16::from(want.role == RoleKind::PkgMgr))
                .unwrap(),
        }
    }
    assert_eq!(trust.pkg_mgr().unwrap().role().version, 2);
}

/// Whatever is served for a role: a code, and nothing is lost.
#[test]
fn hostile_role_files_are_refused_by_name() {
    let (channel, mut trust) = trusted();
    let honest = String::from_utf8(channel.files[SignedChannel::KEY_MGR].clone()).unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [(Vec<u8>, Code); 12] = [
        (Vec::new(), Code::JsonInvalid),
        (b" ".repeat(512_001), Code::LimitExceeded),
        (deep.into_bytes(), Code::LimitExceeded),
        (b"\xff\xfe{}".to_vec(), Code::JsonInvalid),
        (format!("\u{feff}{honest}").into_bytes(), Code::JsonInvalid),
        (format!("{honest}{honest}").into_bytes(), Code::JsonInvalid),
        (honest.replacen("\"signed\"", "\"signatures\"", 1).into_bytes(), Code::JsonInvalid),
        (
            honest.replacen("\"version\": 2", "\"version\": true", 1).into_bytes(),
            Code::RoleMalformed,
        ),
        (
            honest.replacen("\"version\": 2", "\"version\": 2.0", 1).into_bytes(),
            Code::RoleMalformed,
        ),
        (
            honest.replacen("\"version\": 2", "\"version\": 1e400", 1).into_bytes(),
            Code::JsonInvalid,
        ),
        (
            honest.replacen("\"version\": 2", "\"__proto__\": 2", 1).into_bytes(),
            Code::RoleMalformed,
        ),
        (b"<!DOCTYPE html>".to_vec(), Code::JsonInvalid),
    ];
    while trust.next(now()).unwrap().unwrap().role == RoleKind::Root {
        let path = trust.next(now()).unwrap().unwrap().path;
        trust.unavailable(&path, 404).unwrap();
    }
    let before = trust.clone();
    for (bytes, code) in cases {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let refused = trust.update(SignedChannel::KEY_MGR, &bytes).unwrap_err();
        assert_eq!(refused.code(), code, "{start}: {refused}");
        assert!(!refused.hint().is_empty());
        assert_eq!(trust, before, "{start}");
    }
    trust.update(SignedChannel::KEY_MGR, honest.as_bytes()).unwrap();
}

/// mamba's root_freeze_attack and key_mgr_freeze_attack.
#[test]
fn what_has_expired_by_then_is_trusted_no_more() {
    let (channel, trust) = trusted();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let late = Time::parse(EXPIRES).unwrap();
    let refused = verify(&trust, &repodata, victim(), late).unwrap_err();
    assert_eq!(refused.code(), Code::Expired);
    assert_eq!(audit(&trust, &repodata, late).unwrap_err().code(), Code::Expired);
    // The roots are followed to their end, and stay.
    let mut late_comer = pin(&channel).unwrap();
    assert_eq!(refresh(&mut late_comer, &channel.files, late).unwrap_err().code(), Code::Expired);
    assert_eq!(late_comer.root_version(), 3);
    assert!(late_comer.key_mgr().is_none());
}

#[test]
fn without_key_mgr_no_record_is_trusted() {
    let channel = signed_channel();
    let trust = pin(&channel).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = verify(&trust, &repodata, victim(), now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
}

/// missing_key_mgr_file: 404 says that it is not there, other answers say nothing.
#[test]
fn a_missing_role_and_a_silent_server_are_told_apart() {
    let mut channel = signed_channel();
    channel.files.remove(SignedChannel::KEY_MGR);
    let mut trust = pin(&channel).unwrap();
    assert_eq!(refresh(&mut trust, &channel.files, now()).unwrap_err().code(), Code::RoleMissing);
    for status in [0, 200, 301, 403, 429, 500, 503] {
        assert_eq!(
            trust.unavailable(SignedChannel::KEY_MGR, status).unwrap_err().code(),
            Code::RoleUnavailable
        );
    }
}

/// mamba goes on with an expired copy; here a withheld role is told either way.
#[test]
fn a_withheld_role_does_not_fall_back_to_an_expired_copy() {
    let (channel, trust) = trusted();
    let mut short = channel.clone();
    short.edit_signed(SignedChannel::KEY_MGR, |signed| {
        signed["expiration"] = json!("2030-01-01T00:00:01Z");
        signed["version"] = json!(3);
    });
    let mut holder = trust;
    refresh(&mut holder, &short.files, now()).unwrap();
    let mut without = channel.clone();
    without.files.remove(SignedChannel::KEY_MGR);
    let refused = refresh(&mut holder.clone(), &without.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
    let later = Time::parse("2030-01-01T00:00:01Z").unwrap();
    let mut back = restored(&pin(&channel).unwrap(), &holder.export()).unwrap();
    assert_eq!(refresh(&mut back, &without.files, later).unwrap_err().code(), Code::Expired);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    assert_eq!(verify(&back, &repodata, victim(), later).unwrap_err().code(), Code::Expired);
}

#[test]
fn pkg_mgr_is_optional_until_it_was_seen() {
    let (channel, mut trust) = trusted();
    let mut without = channel.clone();
    without.files.remove(SignedChannel::PKG_MGR);
    let mut fresh = pin(&channel).unwrap();
    refresh(&mut fresh, &without.files, now()).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let proof = verify(&fresh, &repodata, victim(), now()).unwrap();
    assert_eq!(proof.trust().pkg_mgr_version, None);
    // Withheld where it was seen, also by the store alone.
    let kept = trust.export();
    for trust in [&mut trust, &mut restored(&pin(&channel).unwrap(), &kept).unwrap()] {
        let refused = refresh(trust, &without.files, now()).unwrap_err();
        assert_eq!(refused.code(), Code::RoleMissing);
    }
    let required = TrustOptions { require_pkg_mgr: true, ..options() };
    let mut strict = pin_with(&channel, required).unwrap();
    let refused = refresh(&mut strict, &without.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
}

#[test]
fn what_is_kept_comes_back_and_is_a_floor() {
    let (channel, trust) = trusted();
    let pinned = pin(&channel).unwrap();
    // What each step said to keep is what an export is.
    let mut stepwise = pin(&channel).unwrap();
    let mut store = Files::new();
    for Kept { key, bytes } in refresh(&mut stepwise, &channel.files, now()).unwrap() {
        match bytes {
            Some(bytes) => drop(store.insert(key, bytes)),
            None => drop(store.remove(&key)),
        }
    }
    let exported: Files =
        trust.export().into_iter().map(|kept| (kept.key, kept.bytes.unwrap())).collect();
    assert_eq!(store, exported);
    let back = restored(&pinned, &trust.export()).unwrap();
    assert_eq!(back.export(), trust.export());
    // An older key_mgr is a replay to it, and none to a newcomer.
    let mut older = channel.clone();
    older.edit_signed(SignedChannel::KEY_MGR, |signed| signed["version"] = json!(1));
    refresh(&mut pinned.clone(), &older.files, now()).unwrap();
    let refused = refresh(&mut back.clone(), &older.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleRollback);
    // So is one of the same version that was made earlier.
    let mut earlier = channel.clone();
    earlier.edit_signed(SignedChannel::KEY_MGR, |signed| {
        signed["timestamp"] = json!("2001-01-01T00:00:00Z");
    });
    let refused = refresh(&mut back.clone(), &earlier.files, now()).unwrap_err();
    assert!(matches!(refused, Error::RoleTimestampRollback { .. }), "{refused}");
}

#[test]
fn stores_are_not_trusted() {
    let (channel, trust) = trusted();
    let pinned = pin(&channel).unwrap();
    let kept = trust.export();
    let spoiled = |spoil: &dyn Fn(&mut Vec<Kept>)| {
        let mut kept = kept.clone();
        spoil(&mut kept);
        let before = pinned.clone();
        let found = restored(&pinned, &kept);
        assert_eq!(before, pinned);
        found.map(drop).map_err(|error| error.code())
    };
    let position = |kept: &[Kept], key: &str| kept.iter().position(|k| k.key == key).unwrap();
    for key in ["state.json", "2.root.json", "3.root.json", "key_mgr.json", "pkg_mgr.json"] {
        for change in [b"".as_slice(), b"{}", b"\xff", b"null"] {
            let found = spoiled(&|kept: &mut Vec<Kept>| {
                let index = position(kept, key);
                kept[index].bytes = Some(change.to_vec());
            });
            assert_eq!(found, Err(Code::StateInvalid), "{key}");
        }
    }
    for key in ["2.root.json", "key_mgr.json"] {
        let found = spoiled(&|kept: &mut Vec<Kept>| kept.retain(|entry| entry.key != key));
        assert_eq!(found, Err(Code::StateInvalid), "without {key}");
    }
    let found = spoiled(&|kept: &mut Vec<Kept>| {
        kept.push(Kept { key: "../x".into(), bytes: Some(Vec::new()) });
    });
    assert_eq!(found, Err(Code::StateInvalid));
    let other = TrustOptions { channel: Some("https://example.org/other".into()), ..options() };
    let found = restored(&pin_with(&channel, other).unwrap(), &kept).unwrap_err();
    assert_eq!(found.code(), Code::StateInvalid);
    // One that was cut short to nothing is a new beginning, which only a second copy
    // of the versions notices.
    let emptied = restored(&pinned, &[]).unwrap();
    assert_eq!(emptied.root_version(), 1);
    let least = MinVersions { root: 3, key_mgr: 3, pkg_mgr: 0 };
    let mut strict = pin_with(&channel, TrustOptions { min_versions: least, ..options() }).unwrap();
    let refused = refresh(&mut strict, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleRollback);
}

#[test]
fn a_newer_pinned_root_is_a_floor_for_the_store() {
    let (channel, trust) = trusted();
    let third = &channel.files["3.root.json"];
    let newer = ChannelTrust::pin("root.json", third, options(), Limits::default()).unwrap();
    let back = restored(&newer, &trust.export()).unwrap();
    assert_eq!(back.root_version(), 3);
    assert_eq!(back.key_mgr(), trust.key_mgr());
}

#[test]
fn rounds_are_bounded() {
    let channel = signed_channel();
    let mut limits = Limits::default();
    limits.set("rootRounds", 1).unwrap();
    let root = &channel.files[SignedChannel::PINNED];
    let mut trust = ChannelTrust::pin("root.json", root, options(), limits).unwrap();
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused, Error::LimitExceeded { limit: "rootRounds", max: 1 });
    assert_eq!(trust.root_version(), 2, "what was accepted stays");
}

/// Rule 12: conda-content-trust takes nothing but OpenPGP signatures of roots.
#[test]
fn raw_signatures_of_roots_can_be_refused() {
    let signatures = SignatureRules { raw_root_signatures: false, ..SignatureRules::default() };
    let refused = pin_with(&signed_channel(), TrustOptions { signatures, ..options() });
    assert_eq!(refused.unwrap_err().code(), Code::SignatureEncoding);
}

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

/// Semantics: the upgrade from 0.6 is one-way. Until the roles of TUF are followed,
/// nothing below such a root is trusted, and nothing leads back to key_mgr.
#[test]
fn a_tuf_shaped_root_ends_content_trust() {
    let (mut channel, mut trust) = trusted();
    let own = chain::keys(9);
    let mut upgraded = v1::Root::new(4, &own, 2, &own).envelope();
    let signers: Vec<_> = chain::keys(3).into_iter().chain(own).collect();
    upgraded.signed_by(&signers);
    channel.set("4.sv1.root.json", &upgraded);
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleSpecUnsupported);
    assert_eq!(trust.root_version(), 4, "the root itself is accepted");
    assert!(trust.key_mgr().is_none());
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = verify(&trust, &repodata, victim(), now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleSpecUnsupported);
    // It is part of what is kept.
    let mut back = restored(&pin(&channel).unwrap(), &trust.export()).unwrap();
    assert_eq!(back.export(), trust.export());
    // A 0.6 root after it is refused, whoever signed it.
    let mut back_again = chain::root(5, &channel.keys.delegation(&channel.keys.key_mgr)).envelope();
    back_again.signed_by(&signers);
    channel.set("5.root.json", &back_again);
    let refused = refresh(&mut back, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleSpecUnsupported);
    assert_eq!(back.root_version(), 4);
}

/// One that the old root's keys have not signed is no successor.
#[test]
fn a_tuf_shaped_root_needs_the_old_keys_too() {
    let (mut channel, mut trust) = trusted();
    let own = chain::keys(9);
    let mut upgraded = v1::Root::new(4, &own, 2, &own).envelope();
    upgraded.signed_by(&own);
    channel.set("4.root.json", &upgraded);
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::ThresholdNotMet);
    assert_eq!(trust.root_version(), 3);
}

/// mamba's ctor_wrong_filename_spec_version: a name that says another specification.
#[test]
fn a_roots_name_has_to_fit() {
    let mut channel = signed_channel();
    let second = channel.files["2.root.json"].clone();
    channel.files.insert("2.sv1.root.json".into(), second);
    let mut trust = pin(&channel).unwrap();
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleFileName);
    let root = &channel.files[SignedChannel::PINNED];
    for name in ["1.sv1.root.json", "key_mgr.json", "wrong.sv0.6.root.json"] {
        let refused = ChannelTrust::pin(name, root, options(), Limits::default()).unwrap_err();
        assert_eq!(refused.code(), Code::RoleFileName, "{name}");
    }
    for name in ["1.sv0.6.root.json", "my-root.json", "root.json"] {
        ChannelTrust::pin(name, root, options(), Limits::default()).unwrap();
    }
}
