//! The counterparts of mamba's own tests of content trust 0.6 (`test_update_framework_v0_6.cpp`)
//! and of its signatures (`test_tools.cpp`), by the names that those have; content trust 8.1
//! and 8.3. Those of its TUF-shaped roots (8.2) are in `tuf_root.rs`.
//!
//! Where mamba raises `role_error`, `role_metadata_error` and so on, the code here is the one
//! of the same meaning. Not here: `verify_gpg` and its two parts, which take a signature that
//! mamba publishes; `trust_vectors/published.rs` has them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/channel.rs"]
mod channel;

use channel::{audit, refresh, repodata, verify};
use conda_verifier::{
    CanonicalForm, ChannelTrust, Code, Error, Limits, PublicKey, RoleFileName, RoleKind, RoleSpec,
    Sha256Digest, Signature, SignatureRules, Time, TrustOptions, TrustedRole, TrustedRoot, tuf,
};
use conda_verifier_fixtures::trust::{
    EXPIRED, EXPIRES, Envelope, ISSUED, Keys, NOW, Role, SignedChannel, Signer, TrustSpoil, chain,
    signed_channel, v1,
};
use serde_json::{Value, json};

type Edit = fn(&mut Value);

/// The forms of a time that mamba's tests of `timestamp` and `expires` refuse.
const WRONG_TIMES: [&str; 3] =
    ["2051-10-08T07:07:09+0030", "2051-10-08T07:07:09D", "2051-10-08T07:07:09.000Z"];

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn code<T>(found: Result<T, Error>) -> Option<Code> {
    found.err().map(|error| error.code())
}

fn roots(length: usize) -> Vec<Envelope> {
    let keys = Keys::default();
    chain::roots(length, &keys.delegation(&keys.key_mgr))
}

fn pin(root: &Envelope) -> Result<TrustedRoot, Error> {
    TrustedRoot::pin("root.json", &root.bytes(), SignatureRules::default(), &Limits::default())
}

fn update(first: &TrustedRoot, second: &Envelope) -> Result<TrustedRoot, Error> {
    first.update("2.root.json", &second.bytes(), &Limits::default())
}

/// The second root after an edit, signed as it should be.
fn edited(edit: impl FnOnce(&mut Value)) -> Result<TrustedRoot, Error> {
    let mut roots = roots(2);
    edit(&mut roots[1].signed);
    chain::sign(&mut roots[1], 2);
    update(&pin(&roots[0]).unwrap(), &roots[1])
}

fn remove(object: &mut Value, member: &str) {
    object.as_object_mut().unwrap().remove(member).unwrap();
}

/// A key_mgr after an edit, signed as it should be, under root 1.
fn key_mgr(edit: impl FnOnce(&mut Value), now: &str) -> Result<TrustedRole, Error> {
    let keys = Keys::default();
    let mut role = Role::key_mgr(1, keys.delegation(&keys.pkg_mgr)).envelope();
    edit(&mut role.signed);
    role.signed_by(keys.key_mgr_signers());
    let root = pin(&roots(1)[0]).unwrap();
    root.key_mgr("key_mgr.json", &role.bytes(), None, at(now), &Limits::default())
}

/// `RootImplT_v0_6`: `ctor_from_path`, `ctor_from_json`, `ctor_from_json_str`,
/// `ctor_from_path_pgp_signed`, `ctor_from_json_pgp_signed`; `SpecImplT_v06`: `ctor`,
/// `version_str`, `json_key`, `expiration_json_key`.
#[test]
fn a_root_loads_whichever_way_it_is_signed() {
    let mut root = roots(1).remove(0);
    for is_openpgp in [false, true] {
        if is_openpgp {
            root.signed_openpgp_by(&chain::keys(1));
        }
        let loaded = pin(&root).unwrap();
        let role = loaded.role();
        assert_eq!((role.kind, role.file.as_str()), (RoleKind::Root, "root.json"));
        assert_eq!((role.version, role.spec_version.as_str()), (1, "0.6.0"));
        assert_eq!((role.timestamp, role.expiration), (at(ISSUED), at(EXPIRES)));
    }
    // The members of TUF's specification are not read in their places.
    for (member, instead) in [("metadata_spec_version", "spec_version"), ("expiration", "expires")]
    {
        let renamed = edited(|signed| signed[instead] = signed[member].take());
        assert_eq!(code(renamed), Some(Code::RoleMalformed), "{member}");
    }
}

/// `RootImplT_v0_6`, those that edit the second root.
#[test]
fn second_roots() {
    const MALFORMED: Option<Code> = Some(Code::RoleMalformed);
    const SPEC: Option<Code> = Some(Code::RoleSpecUnsupported);
    let cases: [(&str, Edit, Option<Code>); 18] = [
        ("update_from_path", |_| (), None),
        ("wrong_version", |s| s["version"] = json!(3), Some(Code::RoleVersionSkipped)),
        ("rollback_attack", |s| s["version"] = json!(1), Some(Code::RoleRollback)),
        ("spec_version", |s| s["metadata_spec_version"] = json!("0.6.1"), None),
        ("upgraded_spec_version", |s| s["metadata_spec_version"] = json!("1.0.0"), SPEC),
        ("wrong_spec_version", |s| s["metadata_spec_version"] = json!("wrong"), SPEC),
        ("wrong_spec_version", |s| s["metadata_spec_version"] = json!("0.6."), SPEC),
        ("wrong_spec_version", |s| s["metadata_spec_version"] = json!("0.6.x"), SPEC),
        ("wrong_spec_version", |s| s["metadata_spec_version"] = json!("0.6.0.0"), SPEC),
        ("wrong_type", |s| s["type"] = json!("timestamp"), Some(Code::RoleTypeMismatch)),
        ("missing_type", |s| remove(s, "type"), MALFORMED),
        ("missing_delegations", |s| remove(s, "delegations"), MALFORMED),
        ("missing_delegation", |s| remove(&mut s["delegations"], "root"), MALFORMED),
        (
            "empty_delegation_pubkeys",
            |s| s["delegations"]["root"]["pubkeys"] = json!([]),
            MALFORMED,
        ),
        ("null_role_threshold", |s| s["delegations"]["root"]["threshold"] = json!(0), MALFORMED),
        (
            "extra_roles",
            |s| s["delegations"]["snapshot"] = s["delegations"]["root"].clone(),
            MALFORMED,
        ),
        (
            "extra_roles, of a role that others delegate to",
            |s| s["delegations"]["pkg_mgr"] = s["delegations"]["root"].clone(),
            MALFORMED,
        ),
        ("timestamp, missing", |s| remove(s, "timestamp"), MALFORMED),
    ];
    for (case, edit, expected) in cases {
        assert_eq!(code(edited(edit)), expected, "{case}");
    }
    for member in ["timestamp", "expiration"] {
        for wrong in WRONG_TIMES {
            let found = edited(|signed| signed[member] = json!(wrong));
            assert_eq!(code(found), MALFORMED, "timestamp, expires: {member} {wrong}");
        }
    }
}

/// `RootImplT_v0_6`: `threshold_not_met`. mamba's test has a new root that asks for two and
/// has one; the old root's own demand is the other half of it.
#[test]
fn second_roots_that_too_few_have_signed() {
    let (old, new) = (chain::keys(1), chain::keys(2));
    let mut roots = roots(2);
    let first = pin(&roots[0]).unwrap();
    // One of the two is a key of the new root.
    roots[1].signed_openpgp_by(&[old[0].clone(), old[1].clone()]);
    assert_eq!(code(update(&first, &roots[1])), Some(Code::ThresholdNotMet));
    roots[1].signed_openpgp_by(&[new[1].clone(), new[2].clone()]);
    assert_eq!(code(update(&first, &roots[1])), Some(Code::ThresholdNotMet));
    roots[1].signed_openpgp_by(&[old[1].clone(), old[2].clone()]);
    assert_eq!(code(update(&first, &roots[1])), None);
}

/// `RootImplT_v0_6`: `upgraded_spec_version`, its other half: a true v1 root is a successor,
/// and when it expires is read of it. `wrong_filename_spec_version`: it may also come as
/// `2.root.json`.
#[test]
fn a_root_of_tuf_follows() {
    for name in ["2.sv1.root.json", "2.root.json"] {
        let own = chain::keys(5);
        let mut second = v1::Root::new(2, &own, 2, &own);
        second.expires = "2032-01-01T00:00:00Z".into();
        let mut second = second.envelope();
        second.signed_by(&[chain::keys(1), own].concat());
        let first = roots(1)[0].bytes();
        let options = TrustOptions::default();
        let mut trust = ChannelTrust::pin("root.json", &first, options, Limits::default()).unwrap();
        assert_eq!(trust.root_expires(), at(EXPIRES));
        let served = [(name.to_owned(), second.bytes())].into();
        let end = refresh(&mut trust, &served, at(NOW));
        assert_eq!((trust.root_version(), trust.root_expires()), (2, at("2032-01-01T00:00:00Z")));
        assert_eq!(code(end), Some(Code::TufRolesMissing), "the channel has none of its roles");
    }
}

/// `RootImplT_v0_6`: `equivalent_upgraded_spec_version`.
#[test]
fn a_root_may_be_written_as_tuf_has_it() {
    let keys = chain::keys(1);
    let mut root = v1::Root::new(1, &keys, chain::THRESHOLD, &Keys::default().key_mgr).envelope();
    root.signed_by(&keys);
    let forms = [CanonicalForm::Olpc, CanonicalForm::MambaCompact];
    let root = tuf::Root::parse("root.json", &root.bytes(), &forms, &Limits::default()).unwrap();
    root.verify_self().unwrap();
    assert_eq!((root.version(), root.role_keys("root").unwrap().threshold), (1, 2));
}

/// `RootImplT_v0_6`: `ctor_wrong_filename_spec_version`, `wrong_filename_role`,
/// `wrong_filename_version`, `wrong_filename_spec_version`, `illformed_filename_version`.
#[test]
fn names_of_roots() {
    let first = roots(1)[0].bytes();
    let pinned =
        |name| code(ChannelTrust::pin(name, &first, TrustOptions::default(), Limits::default()));
    assert_eq!(pinned("2.sv1.root.json"), Some(Code::RoleFileName), "ctor_wrong_filename…");
    assert_eq!(pinned("1.sv0.6.root.json"), None);
    for (case, name) in [
        ("wrong_filename_role", "2.rooot.json"),
        ("wrong_filename_version", "3.root.json"),
        ("wrong_filename_spec_version", "2.sv2.root.json"),
        ("illformed_filename_version", "wrong.root.json"),
        ("illformed_filename_version", "2..root.json"),
        ("illformed_filename_version", "2.sv04.root.json"),
    ] {
        let found = RoleFileName::check_update(name, 1, RoleSpec::V06);
        assert_eq!(code(found), Some(Code::RoleFileName), "{case} {name}");
    }
}

/// `RootImplT_v0_6`: `expires`. What expires now has expired.
#[test]
fn a_root_follows_the_clock_that_it_is_given() {
    let fresh = |root: &TrustedRoot, now| code(root.role().check_fresh(at(now)));
    let first = pin(&roots(1)[0]).unwrap();
    assert_eq!(fresh(&first, "2030-12-31T23:59:59Z"), None);
    assert_eq!(fresh(&first, EXPIRES), Some(Code::Expired));
    assert_eq!(fresh(&first, "2031-01-01T00:00:01Z"), Some(Code::Expired));
    let later = edited(|signed| signed["expiration"] = json!("2032-01-01T00:00:00Z")).unwrap();
    assert_eq!(fresh(&later, EXPIRES), None);
    // Also from a root that has expired itself.
    let earlier = edited(|signed| signed["expiration"] = json!(EXPIRED)).unwrap();
    assert_eq!(fresh(&earlier, NOW), Some(Code::Expired));
    let mut third = roots(3).remove(2);
    third.signed["expiration"] = json!(EXPIRES);
    chain::sign(&mut third, 3);
    let third = earlier.update("3.root.json", &third.bytes(), &Limits::default()).unwrap();
    assert_eq!(fresh(&third, NOW), None);
}

/// `RootImplT_v0_6`: `possible_update_files`; `SpecImplT_v06`: `upgradable`,
/// `upgrade_prefix`, `is_upgrade`, `compatible_prefix`, `is_compatible`.
#[test]
fn specifications_and_their_successors() {
    let names =
        |version| RoleFileName::update_candidates(version, RoleSpec::V06).collect::<Vec<_>>();
    for n in [2, 3] {
        let expected = ["sv1.", "sv0.7.", "sv0.6.", ""].map(|spec| format!("{n}.{spec}root.json"));
        assert_eq!(names(n - 1), expected);
    }
    assert_eq!(RoleSpec::V06.as_str(), "0.6");
    for (name, is_upgrade) in [("1", true), ("0.7", true), ("0.8", false), ("2", false)] {
        let name = format!("2.sv{name}.root.json");
        let found = RoleFileName::check_update(&name, 1, RoleSpec::V06);
        assert_eq!(found.is_ok(), is_upgrade, "{name}");
    }
    for (version, is_compatible) in [
        ("0.6.0", true),
        ("0.6.1", true),
        ("0.6.10", true),
        ("0.7.0", false),
        ("1.0.0", false),
        ("2.0.0", false),
    ] {
        let found = edited(|signed| signed["metadata_spec_version"] = json!(version));
        assert_eq!(found.is_ok(), is_compatible, "{version}");
    }
}

/// `SpecImplT_v06`: `canonicalize`, `signatures`.
#[test]
fn what_is_signed_and_how() {
    let text = br#"{"b": {}, "a": ["caf\u00e9", 1]}"#;
    let value = conda_verifier::Value::parse(text, "the value", &Limits::default()).unwrap();
    let written = CanonicalForm::Mamba.write(&value).unwrap();
    assert_eq!(written, "{\n  \"a\": [\n    \"café\",\n    1\n  ],\n  \"b\": {}\n}".as_bytes());
    // By one key raw, by another one with a trailer, which is part of what is signed.
    let keys = chain::keys(1);
    let root = chain::root(1, &Keys::default().delegation(&keys)).envelope();
    let signed = root.sign(&keys[0]).sign_openpgp(&keys[1], &keys[1].openpgp_headers());
    assert_eq!(code(pin(&signed)), None);
    let edits: [Edit; 3] = [
        |entry| remove(entry, "other_headers"),
        |entry| entry["other_headers"] = json!("0400"),
        |entry| entry["signature"] = json!("00".repeat(64)),
    ];
    for edit in edits {
        let mut other = signed.clone();
        edit(&mut other.signatures[keys[1].hex()]);
        assert_eq!(code(pin(&other)), Some(Code::ThresholdNotMet));
    }
}

/// `KeyMgrT_v06`: `ctor_from_json`, `ctor_from_json_str`, `version`, `spec_version`,
/// `timestamp`.
#[test]
fn key_mgrs() {
    const MALFORMED: Option<Code> = Some(Code::RoleMalformed);
    const SPEC: Option<Code> = Some(Code::RoleSpecUnsupported);
    let cases: [(&str, Edit, Option<Code>); 6] = [
        ("ctor_from_json, ctor_from_json_str", |_| (), None),
        ("version", |s| s["version"] = json!(2), None),
        ("version", |s| s["version"] = json!(20), None),
        ("spec_version", |s| s["metadata_spec_version"] = json!("0.6.1"), SPEC),
        ("spec_version, of TUF", |s| s["metadata_spec_version"] = json!("1.0.0"), SPEC),
        ("spec_version, a number", |s| s["metadata_spec_version"] = json!(1), MALFORMED),
    ];
    for (case, edit, expected) in cases {
        assert_eq!(code(key_mgr(edit, NOW)), expected, "{case}");
    }
    for wrong in WRONG_TIMES {
        let found = key_mgr(|signed| signed["timestamp"] = json!(wrong), NOW);
        assert_eq!(code(found), MALFORMED, "timestamp {wrong}");
    }
}

/// `KeyMgrT_v06`: `ctor_from_path`. A missing file is `missing_key_mgr_file` below.
#[test]
fn names_of_key_mgr() {
    for (name, is_fine) in [
        ("key_mgr.json", true),
        ("20.sv0.6.key_mgr.json", true),
        ("wrong.json", false),
        ("sv1.key_mgr.json", false),
        ("wrong.sv0.6.key_mgr.json", false),
    ] {
        let found = RoleFileName::check_load(name, RoleSpec::V06, "key_mgr");
        assert_eq!(code(found), (!is_fine).then_some(Code::RoleFileName), "{name}");
    }
}

/// `KeyMgrT_v06`: `expires`, whenever the root does.
#[test]
fn a_key_mgr_expires_by_itself() {
    let at_second =
        |now| code(key_mgr(|signed| signed["expiration"] = json!("2030-06-01T00:00:00Z"), now));
    assert_eq!(at_second("2030-05-31T23:59:59Z"), None);
    assert_eq!(at_second("2030-06-01T00:00:00Z"), Some(Code::Expired));
    let longer = |now| code(key_mgr(|s| s["expiration"] = json!("2035-01-01T00:00:00Z"), now));
    assert_eq!(longer("2030-12-31T23:59:59Z"), None);
    assert_eq!(longer("2031-01-01T00:00:00Z"), Some(Code::Expired), "the root has");
}

/// What a client makes of a channel: the version of its last root, how many records are
/// trusted and how many there are, and the code for one.
fn check(channel: &SignedChannel, now: &str) -> Result<(u64, u64, usize, Option<Code>), Error> {
    let root = &channel.files[SignedChannel::PINNED];
    let options = TrustOptions::default();
    let mut trust = ChannelTrust::pin("root.json", root, options, Limits::default())?;
    refresh(&mut trust, &channel.files, at(now))?;
    let repodata = repodata(&channel.files[SignedChannel::REPODATA])?;
    let summary = audit(&trust, &repodata, at(now))?;
    let victim = TrustSpoil::VICTIM.trim_start_matches("noarch/");
    let one = code(verify(&trust, &repodata, victim, at(now)));
    Ok((trust.root_version(), summary.trusted, repodata.len(), one))
}

/// `RepoCheckerT`: `ctor`, `verify_index`, `root_freeze_attack`, `key_mgr_freeze_attack`,
/// `missing_key_mgr_file`, `corrupted_repodata`, `illformed_repodata`; `PkgMgrT_v06`:
/// `verify_index`, `corrupted_repodata`, `illformed_repodata`.
#[test]
fn whole_channels() {
    let mut honest = signed_channel();
    honest.files.remove("3.root.json");
    let all = honest.honest.len();
    let total = u64::try_from(all).unwrap();
    assert_eq!(check(&honest, NOW).unwrap(), (2, total, all, None), "ctor, verify_index");
    let with = |edit: &dyn Fn(&mut SignedChannel)| {
        let mut channel = honest.clone();
        edit(&mut channel);
        check(&channel, NOW)
    };
    let expired =
        |path: &str| with(&|c| c.edit_signed(path, |signed| signed["expiration"] = json!(EXPIRED)));
    assert_eq!(code(expired("2.root.json")), Some(Code::Expired), "root_freeze_attack");
    assert_eq!(code(expired("key_mgr.json")), Some(Code::Expired), "key_mgr_freeze_attack");
    let missing = with(&|c| drop(c.files.remove("key_mgr.json")));
    assert_eq!(code(missing), Some(Code::RoleMissing), "missing_key_mgr_file");
    let name = TrustSpoil::VICTIM.trim_start_matches("noarch/");
    let corrupted = with(&|c| {
        c.edit_repodata(|repodata| repodata["packages.conda"][name]["version"] = json!("9.9"));
    });
    let not_met = Some(Code::ThresholdNotMet);
    assert_eq!(corrupted.unwrap(), (2, total - 1, all, not_met), "corrupted_repodata");
    let illformed = with(&|c| c.edit_repodata(|repodata| remove(repodata, "signatures")));
    let unsigned = Some(Code::RecordUnsigned);
    assert_eq!(illformed.unwrap(), (2, 0, all, unsigned), "illformed_repodata");
}

/// 8.3: `sha256sum`, of a file with `test` in it. Its MD5 is taken of whole archives only;
/// `refusals/digests.rs` has them.
#[test]
fn digests() {
    let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assert_eq!(Sha256Digest::of(b"test").to_string(), sha256);
}

/// 8.3: `ed25519_key_hex_to_bytes`, `ed25519_sig_hex_to_bytes`, `from_bytes`, `from_hex`,
/// `wrong_signature`, `wrong_public_key`. mamba reads a short text without an error; here
/// it is none of either.
#[test]
fn keys_and_signatures() {
    let signer = Signer::of_seed("mamba");
    let key = PublicKey::parse(&signer.hex()).unwrap();
    assert_eq!(key.as_bytes(), &signer.public(), "ed25519_key_hex_to_bytes");
    assert_eq!(PublicKey::of_bytes(&signer.public()), Some(key));
    let message = b"Some text.";
    let hex = signer.signature_hex(message);
    let signature = Signature::parse(&hex, None).unwrap();
    assert!(signature.is_by(&key, message), "from_bytes, from_hex");
    assert!(!signature.is_by(&key, b"Some other text."));
    for wrong in misspelt(&hex) {
        assert_eq!(Signature::parse(&wrong, None), None, "wrong_signature {wrong}");
    }
    for wrong in misspelt(&signer.hex()) {
        assert_eq!(PublicKey::parse(&wrong), None, "wrong_public_key {wrong}");
    }
}

/// Texts that are nearly this one of hex digits, and some that are not.
fn misspelt(hex: &str) -> Vec<String> {
    let shorter = |by: usize| hex.chars().skip(by).collect();
    let others = ["", "0", "wrong"].map(String::from);
    let near = [shorter(1), shorter(2), format!("{hex}00"), hex.to_uppercase(), format!("0x{hex}")];
    others.into_iter().chain(near).collect()
}
