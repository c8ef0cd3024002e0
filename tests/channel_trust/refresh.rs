//! Refreshes: what is asked for, what is refused, what has expired.

use super::*;

/// mamba's possible_update_files, and what comes below the roots.
#[test]
fn files_are_asked_for_in_order() {
    let channel = signed_channel();
    let mut trust = pin(&channel).unwrap();
    let mut asked = Vec::new();
    while let Some(want) = trust.next(now()).unwrap() {
        assert_eq!(trust.next(now()).unwrap().as_ref(), Some(&want), "asking changes nothing");
        assert_eq!(want.max_length, 512_000);
        assert_eq!(want.optional, want.role != "key_mgr");
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
            None => trust.unavailable(&want.path, 403 + u16::from(want.role == "pkg_mgr")).unwrap(),
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
    while trust.next(now()).unwrap().unwrap().role == "root" {
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
    assert_eq!(refused.code(), Code::RolesNotLoaded);
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

#[test]
fn rounds_are_bounded() {
    let channel = signed_channel();
    let mut limits = Limits::default();
    limits.set("rootRounds", 1).unwrap();
    let root = &channel.files[SignedChannel::PINNED];
    let mut trust = ChannelTrust::pin("root.json", root, options(), limits).unwrap();
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "rootRounds", max: 1 }));
    assert_eq!(trust.root_version(), 2, "what was accepted stays");
}

/// Rule 12: conda-content-trust takes nothing but OpenPGP signatures of roots.
#[test]
fn raw_signatures_of_roots_can_be_refused() {
    let signatures = SignatureRules { raw_root_signatures: false, ..SignatureRules::default() };
    let refused = pin_with(&signed_channel(), TrustOptions { signatures, ..options() });
    assert_eq!(refused.unwrap_err().code(), Code::SignatureEncoding);
}

/// Semantics: the upgrade from 0.6 is one-way. A channel that then lacks TUF's roles is
/// refused, and nothing leads back to key_mgr.
#[test]
fn a_tuf_shaped_root_ends_content_trust() {
    let (mut channel, mut trust) = trusted();
    let own = chain::keys(9);
    let mut upgraded = v1::Root::new(4, &own, 2, &own).envelope();
    let signers: Vec<_> = chain::keys(3).into_iter().chain(own).collect();
    upgraded.signed_by(&signers);
    channel.set("4.sv1.root.json", &upgraded);
    let refused = refresh(&mut trust, &channel.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::TufRolesMissing);
    assert_eq!(trust.root_version(), 4, "the root itself is accepted");
    assert!(trust.key_mgr().is_none());
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = verify(&trust, &repodata, victim(), now()).unwrap_err();
    assert_eq!(refused.code(), Code::RolesNotLoaded);
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
