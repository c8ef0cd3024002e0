//! TUF-shaped roots: honest ones, and what mamba's own tests refuse.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use conda_verifier::tuf::Root;
use conda_verifier::{CanonicalForm, Code, Error, KeySet, Limits, PublicKey, Time};
use conda_verifier_fixtures::trust::canonical::Form;
use conda_verifier_fixtures::trust::v1::{self, KeyVal, TopRole};
use conda_verifier_fixtures::trust::{Envelope, Signer};
use serde_json::{Value, json};

const FORMS: [CanonicalForm; 2] = [CanonicalForm::Olpc, CanonicalForm::MambaCompact];

fn keys(seeds: &[u8]) -> Vec<Signer> {
    seeds.iter().map(|seed| Signer::of_seed(*seed)).collect()
}

fn set(seeds: &[u8]) -> KeySet {
    keys(seeds).iter().map(|key| PublicKey::of_bytes(&key.public()).unwrap()).collect()
}

/// A root of keys 1 and 2, both of which have to sign; the rest is key 9's.
fn plain(version: u64) -> v1::Root {
    v1::Root::new(version, &keys(&[1, 2]), 2, &keys(&[9]))
}

fn parse(bytes: &[u8]) -> Result<Root, Error> {
    Root::parse("root.json", bytes, &FORMS, &Limits::default())
}

/// Reads a root and has it verified by its own keys.
fn load(envelope: &Envelope) -> Result<Root, Error> {
    let root = parse(&envelope.bytes())?;
    root.verify_self()?;
    Ok(root)
}

fn signed(root: &v1::Root, seeds: &[u8]) -> Envelope {
    let mut envelope = root.envelope();
    envelope.signed_by(&keys(seeds));
    envelope
}

/// What the successor of an honest first root is refused with, after an edit that is
/// signed as it should be.
fn update(edit: impl FnOnce(&mut Value)) -> Option<Code> {
    let trusted = load(&signed(&plain(1), &[1, 2])).unwrap();
    let mut envelope = plain(2).envelope();
    edit(&mut envelope.signed);
    // It can write what TUF's form can't: fractions.
    envelope.form = Form::MambaCompact;
    envelope.signed_by(&keys(&[1, 2]));
    let found = parse(&envelope.bytes()).and_then(|root| root.verify_after(&trusted));
    found.err().map(|error| error.code())
}

const MALFORMED: Option<Code> = Some(Code::RoleMalformed);

/// 8.2: `ctor_from_path`, `ctor_from_json`, `json_key`, `expiration_json_key`.
#[test]
fn an_honest_root_loads() {
    for keyval in [KeyVal::Text, KeyVal::Public] {
        let root = load(&signed(&plain(1).keyval(keyval), &[1, 2])).unwrap();
        assert_eq!((root.version(), root.spec_version()), (1, "1.0.17"));
        assert_eq!(root.expires().to_string(), conda_verifier_fixtures::trust::EXPIRES);
        let role = root.role_keys("root").unwrap();
        assert_eq!((role.ids.len(), role.threshold), (2, 2));
        assert_eq!(root.role_keys("snapshot").unwrap().threshold, 1);
        assert!(root.role_keys("mirrors").is_none());
    }
}

/// 8.2: `canonicalize`. Control characters tell the two forms apart.
#[test]
fn signatures_are_over_the_forms_that_the_caller_allows() {
    for (form, read) in
        [(Form::Olpc, CanonicalForm::Olpc), (Form::MambaCompact, CanonicalForm::MambaCompact)]
    {
        let mut envelope = plain(1).envelope();
        envelope.signed["note"] = json!("a\u{1}\n\u{7f}é");
        envelope.form = form;
        envelope.signed_by(&keys(&[1, 2]));
        let bytes = envelope.bytes();
        for allowed in FORMS {
            let root = Root::parse("root.json", &bytes, &[allowed], &Limits::default()).unwrap();
            assert_eq!(root.verify_self().is_ok(), allowed == read, "{form:?} {allowed:?}");
        }
        assert!(load(&envelope).is_ok());
    }
    // OLPC canonical JSON has no fractions: then there is nothing that it could sign.
    let mut envelope = plain(1).envelope();
    envelope.signed["note"] = json!(1.5);
    envelope.form = Form::MambaCompact;
    envelope.signed_by(&keys(&[1, 2]));
    assert!(load(&envelope).is_ok());
    let bytes = envelope.bytes();
    let refused = Root::parse("root.json", &bytes, &[CanonicalForm::Olpc], &Limits::default());
    assert_eq!(refused.unwrap_err().code(), Code::RoleMalformed);
}

/// 8.2: `update_from_path`, `wrong_version`, `rollback_attack`.
#[test]
fn a_successor_is_the_next_version() {
    assert_eq!(update(|_| ()), None);
    assert_eq!(update(|signed| signed["version"] = json!(3)), Some(Code::RoleVersionSkipped));
    assert_eq!(update(|signed| signed["version"] = json!(1)), Some(Code::RoleRollback));
    for version in [json!(0), json!(-1), json!(2.0), json!(true), json!("2"), json!(1_u64 << 53)] {
        assert_eq!(update(|signed| signed["version"] = version), MALFORMED);
    }
}

/// 8.2: `spec_version`, `wrong_spec_version`.
#[test]
fn the_specification_is_1() {
    for version in ["1.0.0", "1.30.10", "1.1"] {
        assert_eq!(update(|signed| signed["spec_version"] = json!(version)), None, "{version}");
    }
    for version in ["2.0.0", "0.6.0", "1", "1.", "10.0", "1.x", "1.0.", "1.0.0.0", "1.+1", "wrong"]
    {
        let found = update(|signed| signed["spec_version"] = json!(version));
        assert_eq!(found, Some(Code::RoleSpecUnsupported), "{version}");
    }
    assert_eq!(update(|signed| signed["spec_version"] = json!(1)), MALFORMED);
}

/// 8.2: `wrong_type`, `missing_type`.
#[test]
fn the_type_is_root() {
    let found = update(|signed| signed["_type"] = json!("timestamp"));
    assert_eq!(found, Some(Code::RoleTypeMismatch));
    assert_eq!(update(|signed| drop(signed.as_object_mut().unwrap().remove("_type"))), MALFORMED);
}

/// 8.2: `missing_keys`, `missing_roles`, `missing_role`, `empty_role_keyids`,
/// `null_role_threshold`, `extra_roles`, `key_not_found`.
#[test]
fn roles_are_complete() {
    for member in ["keys", "roles", "version", "expires", "spec_version"] {
        let found = update(|signed| drop(signed.as_object_mut().unwrap().remove(member)));
        assert_eq!(found, MALFORMED, "{member}");
        assert_eq!(update(|signed| signed[member] = json!([])), MALFORMED, "{member}");
    }
    for role in ["root", "snapshot", "targets", "timestamp"] {
        let remove =
            |signed: &mut Value| drop(signed["roles"].as_object_mut().unwrap().remove(role));
        assert_eq!(update(remove), MALFORMED, "{role}");
        for (member, wrong) in [
            ("keyids", json!([])),
            ("keyids", json!(["nobody"])),
            ("keyids", json!([1])),
            ("keyids", json!({})),
            ("threshold", json!(0)),
            ("threshold", json!(-1)),
            ("threshold", json!(1.0)),
            ("threshold", json!(true)),
            ("threshold", json!("1")),
        ] {
            let found = update(|signed| signed["roles"][role][member] = wrong.clone());
            assert_eq!(found, MALFORMED, "{role} {member} {wrong}");
        }
        let twice = update(|signed| {
            let ids = signed["roles"][role]["keyids"].as_array_mut().unwrap();
            ids.push(ids[0].clone());
        });
        assert_eq!(twice, MALFORMED, "{role}");
    }
    let extra = update(|signed| signed["roles"]["extra"] = signed["roles"]["root"].clone());
    assert_eq!(extra, MALFORMED);
}

/// 8.2: `mirrors_role`.
#[test]
fn mirrors_may_be_there() {
    let mut root = plain(1);
    root.roles.push(TopRole::new("mirrors", &keys(&[8]), 1));
    let root = load(&signed(&root, &[1, 2])).unwrap();
    assert_eq!(root.role_keys("mirrors").unwrap().threshold, 1);
}

/// mamba refuses such a root, TUF does not: a key that can't be used is one that does not
/// count, and the error says why it was missed.
#[test]
fn a_key_that_cannot_be_used_counts_for_nothing() {
    let id = Signer::of_seed(1_u8).hex();
    let unsupported = Some(Code::KeyTypeUnsupported);
    let malformed = Some(Code::SignatureEncoding);
    for (member, wrong, expected) in [
        ("keytype", json!("dsa"), unsupported),
        ("scheme", json!("rsassa-pss-sha256"), unsupported),
        ("keyval", json!("00".repeat(32)), malformed),
        ("keyval", json!(id.to_uppercase()), malformed),
        ("keyval", json!(format!("{id}00")), malformed),
        ("keyval", json!({ "private": id }), malformed),
        ("keyval", json!([id]), malformed),
        ("keyval", json!(null), malformed),
        // Without these nobody can say what it is.
        ("keytype", json!(null), MALFORMED),
        ("scheme", json!(1), MALFORMED),
    ] {
        let found = update(|signed| signed["keys"][&id][member] = wrong.clone());
        assert_eq!(found, expected, "{member} {wrong}");
        // A role that it is not needed for does without.
        let spare = Signer::of_seed(3_u8).hex();
        let found = update(|signed| {
            signed["keys"][&spare] = signed["keys"][&id].clone();
            signed["keys"][&spare]["keyval"] = json!(spare);
            signed["keys"][&spare][member] = wrong.clone();
            signed["roles"]["root"]["keyids"].as_array_mut().unwrap().push(json!(spare));
        });
        assert_eq!(found, expected.filter(|code| *code == Code::RoleMalformed), "{wrong}");
    }
    assert_eq!(update(|signed| signed["keys"][&id] = json!("key")), MALFORMED);
    // As older TUF tools write it; it is signed.
    let more = |signed: &mut Value| {
        signed["keys"][&id]["keyid_hash_algorithms"] = json!(["sha256", "sha512"]);
    };
    assert_eq!(update(more), None);
}

/// 8.2: `threshold_not_met`.
#[test]
fn both_roots_have_to_sign() {
    let trusted = load(&signed(&plain(1), &[1, 2])).unwrap();
    let next = v1::Root::new(2, &keys(&[3, 4]), 2, &keys(&[9]));
    for (seeds, expected) in [
        (&[1, 2, 3, 4][..], None),
        (&[1, 2, 3], Some(Code::ThresholdNotMet)),
        (&[2, 3, 4], Some(Code::ThresholdNotMet)),
        (&[3, 4], Some(Code::ThresholdNotMet)),
        (&[1, 2], Some(Code::ThresholdNotMet)),
        (&[], Some(Code::ThresholdNotMet)),
    ] {
        let root = parse(&signed(&next, seeds).bytes()).unwrap();
        let found = root.verify_after(&trusted).err().map(|error| error.code());
        assert_eq!(found, expected, "{seeds:?}");
    }
    // More than there are keys: TUF lets it be written, nobody can meet it.
    let found = update(|signed| signed["roles"]["root"]["threshold"] = json!(3));
    assert_eq!(found, Some(Code::ThresholdNotMet));
}

#[test]
fn the_keys_of_the_old_root_go_by_the_names_it_gave_them() {
    let [old, new] = [Signer::of_seed(1_u8), Signer::of_seed(2_u8)];
    let of = |version, id: &str, key: &Signer| {
        let mut root = v1::Root::new(version, &[], 1, &keys(&[9]));
        root.roles[0].keys = vec![(id.to_owned(), key.clone())];
        root
    };
    let trusted = load(&of(1, "first", &old).envelope().sign_as("first", &old)).unwrap();
    let next = of(2, "second", &new).envelope().sign_as("second", &new);
    let verify = |envelope: &Envelope| {
        let root = parse(&envelope.bytes()).unwrap();
        root.verify_after(&trusted).map_err(|error| error.code())
    };
    assert_eq!(verify(&next.clone().sign_as("first", &old)), Ok(()));
    assert_eq!(verify(&next.clone().sign_as("other", &old)), Err(Code::ThresholdNotMet));
    assert_eq!(verify(&next.clone().sign_as("first", &new)), Err(Code::ThresholdNotMet));
    assert_eq!(verify(&next), Err(Code::ThresholdNotMet));
}

#[test]
fn one_key_under_two_ids_counts_once() {
    let [one, two] = [Signer::of_seed(1_u8), Signer::of_seed(2_u8)];
    let mut root = plain(1);
    root.roles[0].keys = vec![
        ("first".into(), one.clone()),
        ("alias".into(), one.clone()),
        ("second".into(), two.clone()),
    ];
    let aliased = root.envelope().sign_as("first", &one).sign_as("alias", &one);
    assert_eq!(load(&aliased).unwrap_err().code(), Code::ThresholdNotMet);
    assert!(load(&aliased.sign_as("second", &two)).is_ok());
}

/// The old root's keys are named by their hex, or as the new root names them.
#[test]
fn a_root_of_content_trust_can_be_followed() {
    let upgrade = |root: &Envelope, trusted| {
        let root = parse(&root.bytes()).unwrap();
        root.verify_upgrade(trusted, &set(&[5, 6]), 2).map_err(|error| error.code())
    };
    let root = signed(&plain(2), &[1, 2, 5, 6]);
    assert_eq!(upgrade(&root, 1), Ok(()));
    assert_eq!(upgrade(&root, 2), Err(Code::RoleRollback));
    assert_eq!(upgrade(&root, 3), Err(Code::RoleRollback));
    assert_eq!(upgrade(&root, 0), Err(Code::RoleVersionSkipped));
    for seeds in [&[1, 2, 5][..], &[5, 6], &[1, 5, 6], &[1, 2]] {
        assert_eq!(upgrade(&signed(&plain(2), seeds), 1), Err(Code::ThresholdNotMet));
    }
    let [five, six] = [Signer::of_seed(5_u8), Signer::of_seed(6_u8)];
    let mut named = plain(2);
    named.roles[0].keys.push(("five".into(), five.clone()));
    let mut envelope = named.envelope();
    envelope.signed_by(&keys(&[1, 2]));
    let envelope = envelope.sign_as("five", &five);
    assert_eq!(upgrade(&envelope.clone().sign_as(&six.hex(), &six), 1), Ok(()));
    // Once more under its other name: it is the same key.
    let twice = envelope.sign_as(&five.hex(), &five);
    assert_eq!(upgrade(&twice, 1), Err(Code::ThresholdNotMet));
    // A name that says one key and means another helps neither.
    let mut renamed = plain(2);
    renamed.roles[0].keys.push((five.hex(), Signer::of_seed(1_u8)));
    let renamed = signed(&renamed, &[1, 2, 5, 6]);
    assert_eq!(upgrade(&renamed, 1), Err(Code::ThresholdNotMet));
}

/// 8.2: `expires`.
#[test]
fn a_root_expires_at_its_very_second() {
    let mut root = plain(1);
    root.expires = "2030-01-01T00:00:00Z".into();
    let root = load(&signed(&root, &[1, 2])).unwrap();
    let fresh = |now| root.check_fresh(Time::parse(now).unwrap()).map_err(|error| error.code());
    assert_eq!(fresh("2029-12-31T23:59:59Z"), Ok(()));
    assert_eq!(fresh("2030-01-01T00:00:00Z"), Err(Code::Expired));
    assert_eq!(fresh("2031-01-01T00:00:00Z"), Err(Code::Expired));
    for wrong in ["2051-10-08T07:07:09+0030", "2051-10-08T07:07:09D", "2051-10-08T07:07:09.000Z"] {
        assert_eq!(update(|signed| signed["expires"] = json!(wrong)), MALFORMED, "{wrong}");
    }
}

/// 8.2: `signatures`, `to_json`: with and without OpenPGP's headers.
#[test]
fn openpgp_signatures_count() {
    let [one, two] = [Signer::of_seed(1_u8), Signer::of_seed(2_u8)];
    let mixed = plain(1).envelope().sign(&one).sign_openpgp(&two, &two.openpgp_headers());
    assert!(load(&mixed).is_ok());
    let mut without = mixed;
    without.signatures[1].as_object_mut().unwrap().remove("other_headers");
    assert_eq!(load(&without).unwrap_err().code(), Code::ThresholdNotMet);
}

#[test]
fn a_malformed_signature_neither_counts_nor_hinders() {
    let id = Signer::of_seed(1_u8).hex();
    let good = signed(&plain(1), &[1, 2]);
    let sig = good.signatures[0]["sig"].clone();
    for entry in [
        json!({ "keyid": id, "sig": "" }),
        json!({ "keyid": id, "sig": "zz" }),
        json!({ "keyid": id, "sig": 1 }),
        json!({ "keyid": id }),
        json!({ "keyid": id, "sig": format!("{}00", sig.as_str().unwrap()) }),
        json!({ "keyid": id, "sig": sig, "other_headers": null }),
        json!({ "keyid": id, "sig": sig, "other_headers": "" }),
        json!({ "keyid": id, "sig": sig.as_str().unwrap().to_uppercase() }),
    ] {
        let mut envelope = good.clone();
        envelope.signatures[0] = entry.clone();
        assert_eq!(load(&envelope).unwrap_err().code(), Code::SignatureEncoding, "{entry}");
    }
    // TUF lets further members be: nobody reads them.
    let mut more = good.clone();
    more.signatures[0]["method"] = json!("ed25519");
    assert!(load(&more).is_ok());
    // Of nobody.
    for entry in [json!({ "sig": sig }), json!({ "keyid": 1, "sig": sig }), json!(null), json!([])]
    {
        let mut envelope = good.clone();
        envelope.signatures[0] = entry.clone();
        assert_eq!(load(&envelope).unwrap_err().code(), Code::ThresholdNotMet, "{entry}");
        let mut more = good.clone();
        more.signatures.as_array_mut().unwrap().extend([entry.clone(), entry]);
        assert!(load(&more).is_ok());
    }
}

/// TUF 4.2.1: whichever of the two is good.
#[test]
fn two_signatures_of_one_key_id_are_refused() {
    let root = signed(&plain(1), &[1, 2, 1]);
    assert_eq!(load(&root).unwrap_err().code(), Code::RoleMalformed);
}

#[test]
fn the_envelope_is_exact_and_strict() {
    let good = signed(&plain(1), &[1, 2]);
    let whole = json!({ "signed": good.signed, "signatures": good.signatures });
    let code = |value: &Value| parse(value.to_string().as_bytes()).err().map(|error| error.code());
    assert_eq!(code(&whole), None);
    let spoil = |edit: &dyn Fn(&mut Value)| {
        let mut spoiled = whole.clone();
        edit(&mut spoiled);
        code(&spoiled)
    };
    // TUF lets members be that nobody knows.
    assert_eq!(spoil(&|value| value["more"] = json!(1)), None);
    assert_eq!(spoil(&|value| value["signatures"] = json!({})), MALFORMED);
    assert_eq!(spoil(&|value| value["signed"] = json!([])), MALFORMED);
    assert_eq!(spoil(&|value| *value = json!([])), MALFORMED);
    // A 0.6 root's own shape.
    assert_eq!(spoil(&|value| value["signed"] = json!({ "type": "root" })), MALFORMED);
    let text = whole.to_string();
    for wrong in [
        text.replacen("\"version\":1", "\"version\":1,\"version\":1", 1),
        format!("{text} 1"),
        format!("\u{feff}{text}"),
        text.strip_suffix('}').unwrap().to_owned(),
        String::new(),
    ] {
        assert_eq!(parse(wrong.as_bytes()).unwrap_err().code(), Code::JsonInvalid, "{wrong}");
    }
    let mut limits = Limits::default();
    limits.role_bytes = 100;
    let found = Root::parse("root.json", text.as_bytes(), &FORMS, &limits);
    assert_eq!(found.unwrap_err().code(), Code::LimitExceeded);
}
