//! The counterparts of conda-content-trust's own tests, by the names that those have (content
//! trust 8.4). What takes files of that project is in `trust_vectors/published.rs`.
//!
//! It reads on where we do not: it compares no time with a clock, goes on with a root or a
//! key_mgr that it can't verify, and installs what it can't either. There our answer is tested.
//!
//! Without a counterpart, since nothing here does it:
//! - signs, writes metadata or makes key files: `test_signing`'s `wrap` cases;
//!   `test_metadata_construction` but for `gen_keys`, which is `build_root_metadata`,
//!   `build_delegating_metadata` and `gen_and_write_keys`; `test_keyfile_operations`;
//!   `test_root`'s `root_gen_sign_verify`, `sign_root_metadata_dict_via_gpg`,
//!   `sign_root_metadata_file_via_gpg`; `test_cli`'s `gpg_sign` and `sign_artifacts`;
//! - reads GnuPG's fingerprints, which no signature depends on: `test_is_gpg_fingerprint`;
//! - talks to GnuPG: `test_root`'s unknown fingerprints, `check_sslib_available`, `no_sslib`,
//!   `gpg_pubkey_in_ssl_format`, `test_cli`'s `gpg_key_lookup` and `no_securesystemslib`;
//! - is about Python, its types or its command line: `…transitive_backends_import`,
//!   `_byteslike`, `_string`, integer and mixed keys in `test_canonserialize`, the arguments'
//!   types in `test_verify_delegation_coverage`, `test_cli`'s `basic`, `main` and
//!   `build_parser`, `test_subcommand`;
//! - says how long a role is to last: `_expiration_distance`;
//! - only measures: `test_benchmark`;
//! - turns verification off: `test_verification`'s `not enabled`, twice.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/channel.rs"]
mod channel;

mod client;

use conda_verifier::{
    CanonicalForm, Code, Error, Limits, PublicKey, Signature, SignatureRules, Time, TrustedRole,
    TrustedRoot, Value as Strict,
};
use conda_verifier_fixtures::trust::{Delegation, Envelope, Keys, NOW, Role, Signer, chain};
use serde_json::{Value, json};

type Edit = fn(&mut Value);

const MALFORMED: Option<Code> = Some(Code::RoleMalformed);
const NOT_MET: Option<Code> = Some(Code::ThresholdNotMet);
const ENCODING: Option<Code> = Some(Code::SignatureEncoding);

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn code<T>(found: Result<T, Error>) -> Option<Code> {
    found.err().map(|error| error.code())
}

fn pin(root: &Envelope) -> Result<TrustedRoot, Error> {
    TrustedRoot::pin("root.json", &root.bytes(), SignatureRules::default(), &Limits::default())
}

/// A root of these keys.
fn root(version: u64, keys: &[Signer], threshold: u64) -> Envelope {
    let key_mgr = Keys::default();
    let key_mgr = key_mgr.delegation(&key_mgr.key_mgr);
    Role::root(version, Delegation::to(keys, threshold), key_mgr).envelope()
}

/// A key_mgr, signed as it should be.
fn key_mgr() -> Envelope {
    let keys = Keys::default();
    let mut role = Role::key_mgr(1, keys.delegation(&keys.pkg_mgr)).envelope();
    role.signed_by(keys.key_mgr_signers());
    role
}

/// key_mgr under a good root.
fn delegated(bytes: &[u8]) -> Result<TrustedRole, Error> {
    let keys = chain::keys(1);
    let mut root = root(1, &keys, 2);
    root.signed_by(&keys);
    pin(&root)?.key_mgr("key_mgr.json", bytes, None, now(), &Limits::default())
}

/// The same after an edit of what is signed, signed as it should be.
fn edited(edit: impl FnOnce(&mut Value)) -> Option<Code> {
    let mut role = key_mgr();
    edit(&mut role.signed);
    role.signed_by(Keys::default().key_mgr_signers());
    code(delegated(&role.bytes()))
}

fn remove(object: &mut Value, member: &str) {
    object.as_object_mut().unwrap().remove(member).unwrap();
}

/// `test_authentication`: `test_wrap_sign_verify_signable`.
#[test]
fn what_is_signed_verifies_until_it_changes() {
    let mut role = key_mgr();
    assert_eq!(code(delegated(&role.bytes())), None);
    let bare = role.signed.to_string();
    assert_eq!(code(delegated(bare.as_bytes())), MALFORMED, "bare `signed`");
    role.signed["version"] = json!(2);
    assert_eq!(code(delegated(&role.bytes())), NOT_MET, "changed data");
}

/// `test_authentication`: `test_sign_and_verify`, `test_verify_signature`;
/// `test_metadata_construction`: `gen_keys`.
#[test]
fn single_signatures() {
    let [one, two] = ["one", "two"].map(Signer::of_seed);
    assert_ne!(one.hex(), two.hex());
    let hex = one.signature_hex(b"1234567890");
    assert_eq!(hex, one.signature_hex(b"1234567890"), "deterministic");
    let verifies = |key: &Signer, hex: &str, message: &[u8]| {
        let signature = Signature::parse(hex, None)?;
        Some(signature.is_by(&PublicKey::of_bytes(&key.public()).unwrap(), message))
    };
    assert_eq!(verifies(&one, &hex, b"1234567890"), Some(true), "good");
    assert_eq!(verifies(&one, &hex, b"1234567891"), Some(false), "altered message");
    assert_eq!(verifies(&two, &hex, b"1234567890"), Some(false), "wrong key");
    assert_eq!(verifies(&one, &"00".repeat(64), b"1234567890"), Some(false), "bad value");
    assert_eq!(verifies(&one, &format!("{hex}00"), b"1234567890"), None, "wrong length");
}

/// `test_authentication`: `test_verify_root`.
#[test]
fn second_roots() {
    let (old, new) = (chain::keys(1), chain::keys(2));
    let follow = |old_threshold, edit: &dyn Fn(&mut Envelope)| {
        let mut first = root(1, &old, old_threshold);
        first.signed_openpgp_by(&old);
        let mut second = root(2, &new, 2);
        second.signed_openpgp_by(&[old[0].clone(), old[1].clone(), new[2].clone()]);
        edit(&mut second);
        let first = pin(&first).unwrap();
        code(first.update("2.root.json", &second.bytes(), &Limits::default()))
    };
    assert_eq!(follow(2, &|_| ()), None, "1→2");
    let skipped = Some(Code::RoleVersionSkipped);
    assert_eq!(follow(2, &|root| root.signed["version"] = json!(10)), skipped, "10");
    let id = old[0].hex();
    let bad = |root: &mut Envelope| root.signatures[&id]["signature"] = json!("00".repeat(64));
    assert_eq!(follow(2, &bad), NOT_MET, "bad signature");
    let relabelled = |root: &mut Envelope| {
        let entry = root.signatures[&id].clone();
        remove(&mut root.signatures, &id);
        root.signatures[old[2].hex()] = entry;
    };
    assert_eq!(follow(2, &relabelled), NOT_MET, "relabelled key");
    assert_eq!(follow(3, &|_| ()), NOT_MET, "higher old threshold");
    let other = Some(Code::RoleTypeMismatch);
    assert_eq!(follow(2, &|root| root.signed["type"] = json!("key_mgr")), other, "type key_mgr");
}

/// `test_authentication`: `test_verify_delegation_coverage`, `…coverage_2`. A role that
/// nobody delegates to can't be asked for.
#[test]
fn delegations_that_fail() {
    let keys = chain::keys(1);
    let mut nobody = root(1, &keys, 2);
    remove(&mut nobody.signed["delegations"], "key_mgr");
    nobody.signed_by(&keys);
    assert_eq!(code(pin(&nobody)), MALFORMED, "UnknownRoleError");
    let mut openpgp = root(1, &keys, 2);
    openpgp.signed_openpgp_by(&keys);
    assert_eq!(code(pin(&openpgp)), None);
    for entry in openpgp.signatures.as_object_mut().unwrap().values_mut() {
        remove(entry, "other_headers");
    }
    assert_eq!(code(pin(&openpgp)), NOT_MET, "raw check of an OpenPGP root");
    assert_eq!(edited(|signed| remove(signed, "type")), MALFORMED, "no type");
    let mismatch = edited(|signed| signed["type"] = json!("root"));
    assert_eq!(mismatch, Some(Code::RoleTypeMismatch), "type mismatch");
}

/// `test_authentication`: `test_verify_signable_coverage`; `test_common`: `_any_signature`,
/// `test_is_gpg_signature`, `_gpg_signature`. It takes two signatures; the second one varies.
#[test]
fn entries_of_signatures() {
    for file in ["[]", "1", "null", "{}", r#"{"signed": {}}"#, r#"{"signed": 1, "signatures": {}}"#]
    {
        assert_eq!(code(delegated(file.as_bytes())), MALFORMED, "non-signable {file}");
    }
    let signers = Keys::default().key_mgr;
    let second = &signers[1];
    let with = |entry: Value| {
        let role = key_mgr().with(&second.hex(), entry);
        code(delegated(&role.bytes()))
    };
    let good = key_mgr().signatures[second.hex()]["signature"].clone();
    assert_eq!(with(json!({ "signature": good })), None);
    let headers = second.openpgp_headers();
    let openpgp = key_mgr().sign_openpgp(second, &headers).signatures[second.hex()].clone();
    assert_eq!(with(openpgp.clone()), None, "with other_headers");
    let and = |member: &str, value: Value| {
        let mut entry = openpgp.clone();
        entry[member] = value;
        with(entry)
    };
    assert_eq!(and("see_also", json!("ab".repeat(20))), None, "with see_also");
    for (member, value) in [
        ("see_also", json!(42)),
        ("see_also", json!("")),
        ("see_also", json!("short")),
        ("see_also", json!("AB".repeat(20))),
        ("other_headers", json!("")),
        ("other_headers", json!("0")),
        ("other_headers", json!("AB")),
        ("other_headers", json!(42)),
        ("signature", json!("short")),
        ("signature", json!(good.as_str().unwrap().to_uppercase())),
        ("signature", json!(42)),
        ("more", json!("")),
    ] {
        assert_eq!(and(member, value.clone()), ENCODING, "{member} {value}");
    }
    for junk in [json!(42), json!(null), json!("ab"), json!([]), json!({}), json!([good])] {
        assert_eq!(with(junk.clone()), ENCODING, "junk {junk}");
    }
    let see_also_alone = json!({ "signature": good, "see_also": "ab".repeat(20) });
    assert_eq!(with(see_also_alone), ENCODING, "see_also of a raw one");
    // By somebody else it is not even looked at.
    let role = key_mgr().with(&Signer::of_seed("else").hex(), json!(42)).with("junk", json!(1));
    assert_eq!(code(delegated(&role.bytes())), None);
}

/// `test_authentication`: `test_verify_gpg_signature_invalid`, three times.
#[test]
fn openpgp_signatures_that_fail() {
    let keys = chain::keys(1);
    let mut good = root(1, &keys[..1], 1);
    good.signed_openpgp_by(&keys[..1]);
    assert_eq!(code(pin(&good)), None);
    let id = keys[0].hex();
    let with = |edit: &dyn Fn(&mut Envelope)| {
        let mut role = good.clone();
        edit(&mut role);
        code(pin(&role))
    };
    assert_eq!(with(&|role| role.signed["version"] = json!(2)), NOT_MET, "data");
    let other = "00".repeat(64);
    assert_eq!(
        with(&|role| role.signatures[&id]["signature"] = json!(other)),
        NOT_MET,
        "signature"
    );
    let by_other = |role: &mut Envelope| {
        let headers = keys[1].openpgp_headers();
        let entry = role.clone().sign_openpgp(&keys[1], &headers).signatures[keys[1].hex()].clone();
        role.signatures[&id] = entry;
    };
    assert_eq!(with(&by_other), NOT_MET, "key");
}

/// `test_common`: `test_canonserialize`. Its bytes for a lone surrogate and for NaN are of
/// values that we refuse.
#[test]
fn canonical_bytes() {
    for (text, expected) in [
        ("\"\"", "\"\""),
        ("\"caf\u{e9} \u{1f40d} \u{7f}\"", r#""caf\u00e9 \ud83d\udc0d \u007f""#),
        ("12", "12"),
        ("-0", "0"),
        ("1E2", "100.0"),
        ("true", "true"),
        ("null", "null"),
        ("[]", "[]"),
        ("{}", "{}"),
        (" [ 1, [ ] ] ", "[\n  1,\n  []\n]"),
        (r#"{"b": 1, "a": {"c": []}}"#, "{\n  \"a\": {\n    \"c\": []\n  },\n  \"b\": 1\n}"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ] {
        let value = Strict::parse(text.as_bytes(), "the value", &Limits::default()).unwrap();
        let bytes = CanonicalForm::Python.write(&value).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
    for text in ["NaN", "Infinity", r#""\ud800""#, r#"{1: 2}"#, r#"{"a": 1, "a": 1}"#] {
        let refused = Strict::parse(text.as_bytes(), "the value", &Limits::default());
        assert_eq!(code(refused), Some(Code::JsonInvalid), "{text}");
    }
}

/// `test_common`: `test_key_functions`, `…_2`, `test_is_hex_key`, `_hex_key`,
/// `test_checkformat_hex_string`.
#[test]
fn keys() {
    let signer = Signer::of_seed("a key");
    let key = PublicKey::parse(&signer.hex()).unwrap();
    assert_eq!(
        (key.as_bytes(), PublicKey::of_bytes(&signer.public())),
        (&signer.public(), Some(key))
    );
    assert_ne!(Some(key), PublicKey::parse(&Signer::of_seed("another").hex()));
    let hex = signer.hex();
    let short: String = hex.chars().skip(1).collect();
    for wrong in ["", &short, &format!("{hex}0"), &hex.to_uppercase(), &format!(" {short}"), "zz"] {
        assert_eq!(PublicKey::parse(wrong), None, "{wrong}");
    }
}

/// `test_common`: `_delegation`, `_delegations`, `_list_of_hex_keys`,
/// `_delegating_metadata`.
#[test]
fn members_of_roles() {
    let cases: [(&str, Edit, Option<Code>); 22] = [
        ("good", |_| (), None),
        ("threshold 0", |s| s["delegations"]["pkg_mgr"]["threshold"] = json!(0), MALFORMED),
        ("threshold 1.5", |s| s["delegations"]["pkg_mgr"]["threshold"] = json!(1.5), MALFORMED),
        ("threshold 2.0", |s| s["delegations"]["pkg_mgr"]["threshold"] = json!(2.0), MALFORMED),
        ("threshold true", |s| s["delegations"]["pkg_mgr"]["threshold"] = json!(true), MALFORMED),
        ("threshold -1", |s| s["delegations"]["pkg_mgr"]["threshold"] = json!(-1), MALFORMED),
        ("no threshold", |s| remove(&mut s["delegations"]["pkg_mgr"], "threshold"), MALFORMED),
        ("more in a delegation", |s| s["delegations"]["pkg_mgr"]["more"] = json!(1), MALFORMED),
        ("short key", |s| s["delegations"]["pkg_mgr"]["pubkeys"][0] = json!("ab"), MALFORMED),
        ("a key's type", |s| s["delegations"]["pkg_mgr"]["pubkeys"][0] = json!(1), MALFORMED),
        ("no list of keys", |s| s["delegations"]["pkg_mgr"]["pubkeys"] = json!("ab"), MALFORMED),
        (
            "duplicate key",
            |s| {
                let keys = &mut s["delegations"]["pkg_mgr"]["pubkeys"];
                keys[1] = keys[0].clone();
            },
            MALFORMED,
        ),
        ("a delegation's type", |s| s["delegations"]["pkg_mgr"] = json!([]), MALFORMED),
        ("the delegations' type", |s| s["delegations"] = json!([]), MALFORMED),
        ("bad type", |s| s["type"] = json!(1), MALFORMED),
        ("bad timestamp", |s| s["timestamp"] = json!("2020-1-1T0:0:0Z"), MALFORMED),
        ("bad expiration", |s| s["expiration"] = json!("2035-13-01T00:00:00Z"), MALFORMED),
        ("bad version", |s| s["version"] = json!(0), MALFORMED),
        // One of them is enough for key_mgr there. Here both are required (rule 15).
        ("key_mgr with timestamp only", |s| remove(s, "version"), MALFORMED),
        ("key_mgr with version only", |s| remove(s, "timestamp"), MALFORMED),
        (
            "neither",
            |s| {
                remove(s, "version");
                remove(s, "timestamp");
            },
            MALFORMED,
        ),
        ("no spec version", |s| remove(s, "metadata_spec_version"), MALFORMED),
    ];
    for (case, edit, expected) in cases {
        assert_eq!(edited(edit), expected, "{case}");
    }
    let unsigned = Envelope::new(key_mgr().signed);
    assert_eq!(code(delegated(&unsigned.bytes())), NOT_MET, "unsigned");
    let keys = chain::keys(1);
    let mut without = root(1, &keys, 2);
    remove(&mut without.signed, "version");
    without.signed_by(&keys);
    assert_eq!(code(pin(&without)), MALFORMED, "root without version");
}
