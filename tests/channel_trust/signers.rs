//! Who signed what: roles and records.

use super::*;
use conda_verifier::{RoleReport, SignedBy};

/// Role, path, version, and of each role that had to sign: its name, its version, how many
/// signed, of how many, and how many had to.
fn told(report: &RoleReport<'_>) -> (String, String, u64, Vec<String>) {
    let by = report.signed_by.iter().map(|SignedBy { role, version, signers }| {
        let (signed, needed) = (signers.signed, signers.threshold);
        format!("{role} {version}: {signed} of {}, {needed}", signers.keys.len())
    });
    (report.role.to_owned(), report.path.to_owned(), report.version, by.collect())
}

fn states(by: &SignedBy<'_>) -> Vec<&'static str> {
    by.signers.keys.iter().map(|signer| signer.state.as_str()).collect()
}

#[test]
fn every_role_is_told_from_the_pinned_root_on() {
    let (channel, trust) = trusted();
    let reports = trust.roles().unwrap();
    let short: Vec<_> = reports.iter().map(|r| (r.role, r.path, r.version)).collect();
    assert_eq!(
        short,
        [
            ("root", "root.json", 1),
            ("root", "2.root.json", 2),
            ("root", "3.root.json", 3),
            ("key_mgr", "key_mgr.json", 2),
            ("pkg_mgr", "pkg_mgr.json", 2),
        ]
    );
    for report in &reports {
        assert_eq!(report.bytes, channel.files[report.path], "{}", report.path);
        assert_eq!(report.expires.to_string(), EXPIRES);
        for by in &report.signed_by {
            assert!(by.signers.signed >= by.signers.threshold, "{} by {}", report.path, by.role);
            let signed = states(by).iter().filter(|state| **state == "signed").count();
            assert_eq!(by.signers.signed, signed as u64);
            assert!(by.signers.keys.iter().all(|key| key.key_type() == Some("ed25519")));
        }
        assert!(report.foreign().is_empty(), "{}", report.path);
    }
    // A root is signed by the keys of the one before it, and by its own.
    let by = |at: usize| -> Vec<_> {
        reports[at].signed_by.iter().map(|by| (by.role, by.version)).collect()
    };
    assert_eq!(by(0), [("root", 1)]);
    assert_eq!(by(1), [("root", 1), ("root", 2)]);
    assert_eq!(by(2), [("root", 2), ("root", 3)]);
    assert_eq!((by(3), by(4)), (vec![("root", 3)], vec![("key_mgr", 2)]));
    // Before a refresh there is the pinned one alone.
    let pinned = pin(&channel).unwrap();
    let reports = pinned.roles().unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(told(&reports[0]).0, "root");
}

/// What was kept is told as what was fetched; expired or not.
#[test]
fn what_was_restored_is_told_alike() {
    let (channel, trust) = trusted();
    let back = restored(&pin(&channel).unwrap(), &trust.export()).unwrap();
    let told = |trust: &ChannelTrust| -> Vec<_> {
        trust.roles().unwrap().iter().map(|report| (told(report), report.bytes.to_vec())).collect()
    };
    assert_eq!(told(&back), told(&trust));
    assert_eq!(back.export(), trust.export());
}

#[test]
fn each_signature_of_a_role_has_a_state() {
    let (mut channel, _) = trusted();
    let stranger = trust::Signer::of_seed("nobody");
    let (idle, signing) =
        (channel.keys.key_mgr.last().unwrap().clone(), channel.keys.key_mgr_signers());
    assert!(signing.iter().all(|signer| signer.hex() != idle.hex()));
    let mut trust = pin(&channel).unwrap();
    channel.edit(SignedChannel::KEY_MGR, |role| {
        let signed = std::mem::replace(role, trust::Envelope::new(json!({})));
        *role = signed.sign(&stranger).with(&idle.hex(), json!({ "signature": "XY" }));
    });
    refresh(&mut trust, &channel.files, now()).unwrap();
    let reports = trust.roles().unwrap();
    let report = reports.iter().find(|report| report.role == "key_mgr").unwrap();
    assert_eq!(report.bytes, channel.files[SignedChannel::KEY_MGR]);
    assert_eq!(report.foreign(), [stranger.hex()]);
    let [by] = report.signed_by.as_slice() else { panic!("one role names its keys") };
    assert_eq!((by.role, by.version), ("root", 3));
    assert!(by.signers.signed >= by.signers.threshold);
    let malformed: Vec<_> =
        by.signers.keys.iter().filter(|key| key.state.as_str() == "malformed").collect();
    assert_eq!(malformed.iter().map(|key| &key.keyid).collect::<Vec<_>>(), [&idle.hex()]);
}

#[test]
fn each_signature_of_a_record_has_a_state() {
    let (mut channel, trust) = trusted();
    let name = victim();
    let keys = channel.keys.pkg_mgr_signers().to_vec();
    let (threshold, all) = {
        let held = trust.key_mgr().unwrap().role();
        let delegation = held.delegation(conda_verifier::RoleKind::PkgMgr).unwrap();
        (delegation.threshold, delegation.keys.len())
    };
    let look = |channel: &SignedChannel| -> Result<(u64, Vec<&'static str>, Vec<String>), Error> {
        let repodata = repodata(&channel.files[SignedChannel::REPODATA])?;
        let by = trust.record_signers(&repodata.entry(name)?)?.unwrap();
        assert_eq!((by.role, by.version, by.signers.threshold), ("key_mgr", 2, threshold));
        assert_eq!(by.signers.keys.len(), all);
        let state_of = |signer: &trust::Signer| {
            let found = by.signers.keys.iter().find(|key| key.keyid == signer.hex());
            found.unwrap().state.as_str()
        };
        Ok((by.signers.signed, keys.iter().map(state_of).collect(), by.signers.foreign.clone()))
    };
    let (signed, states, foreign) = look(&channel).unwrap();
    assert!(signed >= threshold && foreign.is_empty());
    assert!(states.iter().all(|state| *state == "signed"), "{states:?}");
    // One bit of the record, and nobody has signed it.
    let mut tampered = channel.clone();
    tampered.edit_repodata(|r| r["packages.conda"][name]["depends"] = json!(["x"]));
    let (signed, states, _) = look(&tampered).unwrap();
    assert_eq!(signed, 0);
    assert!(states.iter().all(|state| *state == "bad"), "{states:?}");
    // A malformed signature, and one by somebody else.
    let mut mixed = channel.clone();
    let first = keys[0].hex();
    mixed.edit_repodata(|r| {
        r["signatures"][name][&first] = json!({ "signature": "XY" });
        r["signatures"][name]["ab"] = json!({ "signature": "cd" });
    });
    let (signed, states, foreign) = look(&mixed).unwrap();
    assert_eq!(
        (signed + 1, states[0], foreign),
        (keys.len() as u64, "malformed", vec!["ab".to_owned()])
    );
    // None at all, or what is none.
    for signatures in [json!({}), json!([1]), json!(null)] {
        channel.edit_repodata(|r| r["signatures"][name] = signatures);
        let (signed, states, foreign) = look(&channel).unwrap();
        assert_eq!((signed, foreign.len()), (0, 0));
        assert!(states.iter().all(|state| *state == "missing"));
    }
    let early = pin(&channel).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let refused = early.record_signers(&repodata.entry(name).unwrap()).unwrap_err();
    assert_eq!(refused.code(), Code::RolesNotLoaded);
}
