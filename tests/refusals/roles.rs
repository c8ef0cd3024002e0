//! Role files of content trust: an honest chain, and every way to spoil one.

use conda_verifier::{
    CanonicalForm, Code, Document, Error, Fault, Limits, RoleFileName, RoleSpec, SignatureRules,
    Time, TrustedRole, TrustedRoot, tuf,
};
use conda_verifier_fixtures::trust::{
    NOW, Notices, SignedChannel, Signer, TrustSpoil, signed_channel, v1,
};
use serde_json::json;

/// The codes that the tests of this file cover.
pub(crate) const CODES: [Code; 10] = [
    Code::RoleMalformed,
    Code::RoleTypeMismatch,
    Code::RoleSpecUnsupported,
    Code::RoleFileName,
    Code::ThresholdNotMet,
    Code::SignatureEncoding,
    Code::KeyTypeUnsupported,
    Code::RoleRollback,
    Code::RoleVersionSkipped,
    Code::Expired,
];

/// How far a walk over the roles comes.
#[derive(Debug)]
enum Refused {
    Root(Error),
    KeyMgr(Error),
    PkgMgr(Error),
}

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

/// Walks the roles as a client does: roots while there is a next one, then the
/// roles below.
fn walk(channel: &SignedChannel) -> Result<(TrustedRoot, TrustedRole), Refused> {
    let limits = Limits::default();
    let file = |path: &str| channel.files.get(path).map(Vec::as_slice);
    let pinned = file(SignedChannel::PINNED).unwrap();
    let mut root =
        TrustedRoot::pin(SignedChannel::PINNED, pinned, SignatureRules::default(), &limits)
            .map_err(Refused::Root)?;
    loop {
        let name = format!("{}.root.json", root.role().version + 1);
        let Some(next) = file(&name) else { break };
        root = root.update(&name, next, &limits).map_err(Refused::Root)?;
    }
    root.role().check_fresh(now()).map_err(Refused::Root)?;
    let key_mgr = file(SignedChannel::KEY_MGR).unwrap_or_default();
    let key_mgr = root
        .key_mgr(SignedChannel::KEY_MGR, key_mgr, None, now(), &limits)
        .map_err(Refused::KeyMgr)?;
    if let Some(pkg_mgr) = file(SignedChannel::PKG_MGR) {
        key_mgr
            .pkg_mgr(SignedChannel::PKG_MGR, pkg_mgr, None, now(), &limits)
            .map_err(Refused::PkgMgr)?;
    }
    Ok((root, key_mgr))
}

#[test]
fn an_honest_channel_is_walked_to_its_end() {
    let (root, key_mgr) = walk(&signed_channel()).unwrap();
    assert_eq!((root.role().version, key_mgr.role().version), (3, 2));
}

#[test]
fn every_attack_on_a_role_is_refused_at_that_role() {
    let channel = signed_channel();
    let mut wrong = Vec::new();
    for spoil in TrustSpoil::ALL {
        let found = walk(&spoil.apply(&channel));
        let is_right = match (spoil.notices(), &found) {
            (Notices::Root, Err(Refused::Root(_)))
            | (Notices::KeyMgr, Err(Refused::KeyMgr(_)))
            | (Notices::PkgMgr, Err(Refused::PkgMgr(_))) => true,
            (Notices::Root | Notices::KeyMgr | Notices::PkgMgr, _) => false,
            // What is wrong elsewhere is not for the roles to notice.
            (_, found) => found.is_ok(),
        };
        if !is_right {
            wrong.push(format!("{}: {found:?}", spoil.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Spoils the channel and says what its walk is refused with.
fn code(spoil: impl FnOnce(&mut SignedChannel)) -> Code {
    let mut channel = signed_channel();
    spoil(&mut channel);
    match walk(&channel).unwrap_err() {
        Refused::Root(error) | Refused::KeyMgr(error) | Refused::PkgMgr(error) => error.code(),
    }
}

#[test]
fn each_fault_has_its_code() {
    const KEY_MGR: &str = SignedChannel::KEY_MGR;
    type Spoil = fn(&mut SignedChannel);
    let cases: [(Code, Spoil); 8] = [
        (Code::RoleMalformed, |c| c.edit_signed(KEY_MGR, |s| s["version"] = json!(true))),
        (Code::RoleTypeMismatch, |c| c.edit_signed(KEY_MGR, |s| s["type"] = json!("pkg_mgr"))),
        (Code::RoleSpecUnsupported, |c| {
            c.edit_signed(KEY_MGR, |s| s["metadata_spec_version"] = json!("0.6.1"));
        }),
        (Code::ThresholdNotMet, |c| c.edit(KEY_MGR, |e| e.signed["version"] = json!(9))),
        (Code::SignatureEncoding, |c| {
            c.edit_text(KEY_MGR, |text| {
                text.replacen("\"signature\": \"", "\"signature\": \"XY", 1)
            });
        }),
        (Code::RoleRollback, |c| {
            let first = c.files["1.root.json"].clone();
            c.files.insert("2.root.json".into(), first);
        }),
        (Code::RoleVersionSkipped, |c| {
            let third = c.files["3.root.json"].clone();
            c.files.insert("2.root.json".into(), third);
        }),
        (Code::Expired, |c| {
            c.edit_signed(KEY_MGR, |s| s["expiration"] = json!("2029-12-31T23:59:59Z"));
        }),
    ];
    for (expected, spoil) in cases {
        assert_eq!(code(spoil), expected);
    }
}

/// Only a TUF root names the types of its keys.
#[test]
fn a_key_of_a_type_that_nobody_knows_is_named() {
    let signers = [Signer::of_seed(1_u8)];
    let [signer] = &signers;
    let mut root = v1::Root::new(1, &signers, 1, &signers).envelope();
    root.signed["keys"][signer.hex()]["keytype"] = json!("dsa");
    root.signed_by(&signers);
    let root =
        tuf::Root::parse("root.json", &root.bytes(), &[CanonicalForm::Olpc], &Limits::default());
    let refused = root.unwrap().verify_self().unwrap_err();
    assert_eq!(refused.code(), Code::KeyTypeUnsupported);
    let Fault::KeyTypeUnsupported { shortfall, .. } = &*refused else { panic!("{refused}") };
    assert_eq!(shortfall.unsupported, [signer.hex()]);
    assert_eq!(shortfall.key_types, ["dsa/ed25519"]);
    assert!(refused.to_string().contains("dsa/ed25519"), "{refused}");
}

/// A mirror may serve an older role that is not expired yet: whoever has seen a
/// newer one notices.
#[test]
fn a_role_that_was_seen_is_a_floor() {
    let limits = Limits::default();
    let channel = signed_channel();
    let (root, seen) = walk(&channel).unwrap();
    let mut older = channel.clone();
    older.edit_signed(SignedChannel::KEY_MGR, |signed| signed["version"] = json!(1));
    let older = &older.files[SignedChannel::KEY_MGR];
    assert!(root.key_mgr(SignedChannel::KEY_MGR, older, None, now(), &limits).is_ok());
    let refused =
        root.key_mgr(SignedChannel::KEY_MGR, older, Some(&seen), now(), &limits).unwrap_err();
    assert_eq!(
        refused,
        Error::new(Fault::RoleRollback {
            document: Document::new("key_mgr", "key_mgr.json"),
            trusted: 2,
            offered: 1
        })
    );
    let again = &channel.files[SignedChannel::KEY_MGR];
    assert_eq!(
        root.key_mgr(SignedChannel::KEY_MGR, again, Some(&seen), now(), &limits).unwrap(),
        seen
    );
}

#[test]
fn a_root_under_another_ones_name_is_refused() {
    let update = |name| RoleFileName::check_update(name, 1, RoleSpec::V06);
    assert_eq!(update("2.root.json"), Ok(()));
    let error = update("3.root.json").unwrap_err();
    assert_eq!(error.code(), Code::RoleFileName);
    assert_eq!(
        error.to_string(),
        "the root role \"3.root.json\" is not named as it should be: its version is not the one \
         after the trusted root's"
    );
    let load = |name| RoleFileName::check_load(name, RoleSpec::V06, "root");
    assert_eq!(load("1.sv1.root.json").unwrap_err().code(), Code::RoleFileName);
}
