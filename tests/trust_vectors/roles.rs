//! Vectors of conda content trust, where they are at hand: bytes that other
//! tools sign.

use std::fs;

use super::shared::{folder, vectors};
use conda_verifier::tuf;
use conda_verifier::{
    CanonicalForm, Code, Error, Limits, RoleKind, Sha256Digest, SignatureRules, Time, TrustedRoot,
    Value,
};

/// What conda-content-trust reads and a strict reader refuses: it takes the last
/// of two members, skips a byte order mark, and knows Infinity and half characters.
const REFUSED_BY_US: [&str; 4] =
    ["canonical-bom", "canonical-dup-keys", "canonical-float-overflow", "canonical-lone-surrogate"];

/// Where mamba's own bytes are not written: it rounds integers beyond 64 bits,
/// so that two records have the same bytes.
const NOT_AS_MAMBA: [&str; 1] = ["canonical-int-under-i64"];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn canonical_bytes_are_those_that_the_tools_sign() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for vector in vectors(&folder, "canonicalize") {
        let id = vector["id"].as_str().unwrap();
        let input = fs::read(folder.join(vector["files"]["input"].as_str().unwrap())).unwrap();
        let value = Value::parse(&input, "the vector", &Limits::default());
        if REFUSED_BY_US.contains(&id) || vector["expected"]["cct_hex"].is_null() {
            assert!(value.is_err(), "{id}");
            continue;
        }
        let value = value.unwrap_or_else(|error| panic!("{id}: {error}"));
        for (form, name) in [
            (CanonicalForm::Python, "cct_hex"),
            (CanonicalForm::Mamba, "mamba06_hex"),
            (CanonicalForm::MambaCompact, "mamba1_hex"),
        ] {
            let Some(expected) = vector["expected"][name].as_str() else { continue };
            if form != CanonicalForm::Python && NOT_AS_MAMBA.contains(&id) {
                let found = form.write(&value).map(|bytes| hex(&bytes));
                assert_ne!(found.as_deref(), Some(expected), "{id} {name}: take it off the list");
                continue;
            }
            let found = form.write(&value).map(|bytes| hex(&bytes));
            if found.as_deref() != Some(expected) {
                wrong.push(format!("{id} {name}:\n  {found:?}\n  {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn canonical_bytes_of_records() {
    let Some(folder) = folder() else { return };
    for vector in vectors(&folder, "canonicalize_record") {
        let id = vector["id"].as_str().unwrap();
        let repodata =
            fs::read(folder.join(vector["files"]["repodata"].as_str().unwrap())).unwrap();
        let repodata = Value::parse(&repodata, "repodata", &Limits::default()).unwrap();
        let member = |value: &Value, name: &str| value.as_object().unwrap()[name].clone();
        let section = member(&repodata, vector["params"]["section"].as_str().unwrap());
        let record = member(&section, vector["params"]["filename"].as_str().unwrap());
        for (form, name) in
            [(CanonicalForm::Python, "cct_sha256"), (CanonicalForm::Mamba, "mamba06_sha256")]
        {
            let Some(bytes) = form.write(&record) else {
                // The one record with integers of more than 64 bits.
                assert_eq!(
                    (form, id),
                    (CanonicalForm::Mamba, "canonical-record-numbers-1.0-0.tar.bz2")
                );
                continue;
            };
            let found = Sha256Digest::of(&bytes).to_string();
            assert_eq!(Some(found.as_str()), vector["expected"][name].as_str(), "{id} {name}");
        }
    }
}

/// The vectors' words for what a file is refused with.
fn codes_of(expected: &str) -> &'static [Code] {
    match expected {
        "threshold_not_met" => &[Code::ThresholdNotMet],
        "bad_signature_encoding" => &[Code::SignatureEncoding],
        "bad_format" => &[Code::RoleMalformed],
        "wrong_type" => &[Code::RoleTypeMismatch],
        "version_skip" => &[Code::RoleVersionSkipped],
        "rollback" => &[Code::RoleRollback],
        "expired" => &[Code::Expired],
        "spec_version" => &[Code::RoleSpecUnsupported],
        "duplicate_json_key" => &[Code::JsonInvalid],
        KEY_TYPE => &[Code::KeyTypeUnsupported],
        other => panic!("the word {other} has no code yet"),
    }
}

fn check(id: &str, expected: &str, found: Result<(), Error>) {
    match found {
        Ok(()) => assert_eq!(expected, "ok", "{id}"),
        Err(error) => {
            assert_ne!(expected, "ok", "{id}: {error}");
            assert!(codes_of(expected).contains(&error.code()), "{id}: {expected}, {error}");
        }
    }
}

#[test]
fn roots_follow_each_other_as_expected() {
    let Some(folder) = folder() else { return };
    let limits = Limits::default();
    for vector in vectors(&folder, "verify_root_update") {
        let id = vector["id"].as_str().unwrap();
        let read =
            |name: &str| fs::read(folder.join(vector["files"][name].as_str().unwrap())).unwrap();
        let trusted =
            TrustedRoot::pin("root.json", &read("trusted"), SignatureRules::default(), &limits)
                .unwrap();
        let found = trusted.update("root.json", &read("untrusted"), &limits).map(drop);
        check(id, vector["expected"].as_str().unwrap(), found);
    }
}

#[test]
fn roles_below_the_root_are_delegated_as_expected() {
    let Some(folder) = folder() else { return };
    let limits = Limits::default();
    let read = |path: &str| fs::read(folder.join(path)).unwrap();
    for vector in vectors(&folder, "verify_delegation") {
        let id = vector["id"].as_str().unwrap();
        let now = Time::parse(vector["params"]["now"].as_str().unwrap()).unwrap();
        let trusted = vector["files"]["trusted"].as_str().unwrap();
        let untrusted = read(vector["files"]["untrusted"].as_str().unwrap());
        let found = match vector["params"]["role"].as_str().unwrap() {
            "key_mgr" => {
                let root = TrustedRoot::pin(
                    "root.json",
                    &read(trusted),
                    SignatureRules::default(),
                    &limits,
                )
                .unwrap();
                root.key_mgr("key_mgr.json", &untrusted, None, now, &limits).map(drop)
            }
            "pkg_mgr" => {
                let root = TrustedRoot::pin(
                    "root.json",
                    &read("chain/2.root.json"),
                    SignatureRules::default(),
                    &limits,
                )
                .unwrap();
                let key_mgr =
                    root.key_mgr("key_mgr.json", &read(trusted), None, now, &limits).unwrap();
                key_mgr.pkg_mgr("pkg_mgr.json", &untrusted, None, now, &limits).map(drop)
            }
            // There is no way to ask for a role that content trust does not have.
            other => {
                assert_eq!(
                    (other, vector["expected"].as_str()),
                    ("timestamp", Some("unknown_role"))
                );
                continue;
            }
        };
        check(id, vector["expected"].as_str().unwrap(), found);
    }
}

/// What the vectors leave to a policy, and what is done here.
const POLICY: [(&str, &str); 1] = [
    // The key is written as TUF writes it, and not as mamba does: both are read.
    ("v1-keyval-object", "ok"),
];

/// No word of the vectors, which follow mamba: a key of a type that it doesn't have makes
/// the file malformed.
const KEY_TYPE: &str = "key_type_unsupported";

/// Where TUF's own rules decide otherwise: the root is refused all the same, because nobody
/// who can sign it has.
const TUF: [(&str, &str); 1] = [("v1-rsa-keytype", KEY_TYPE)];

/// mamba's own form is what these are signed over.
fn tuf_root(path: &str, bytes: &[u8]) -> Result<tuf::Root, Error> {
    let forms = [CanonicalForm::Olpc, CanonicalForm::MambaCompact];
    let root = tuf::Root::parse(path, bytes, &forms, &Limits::default())?;
    root.verify_self()?;
    Ok(root)
}

#[test]
fn tuf_shaped_roots_load_as_expected() {
    let Some(folder) = folder() else { return };
    for vector in vectors(&folder, "v1_root_load") {
        let id = vector["id"].as_str().unwrap();
        let now = Time::parse(vector["params"]["now"].as_str().unwrap()).unwrap();
        let path = vector["files"]["root"].as_str().unwrap();
        let found = tuf_root(path, &fs::read(folder.join(path)).unwrap());
        let mut expected = vector["expected"].as_str().unwrap();
        if expected == "policy" {
            expected = POLICY.iter().find(|(named, _)| *named == id).unwrap().1;
        }
        if let Some((_, word)) = TUF.iter().find(|(named, _)| *named == id) {
            assert_eq!(expected, "bad_format", "{id}");
            expected = word;
        }
        check(id, expected, found.and_then(|root| root.check_fresh(now)));
    }
}

#[test]
fn tuf_shaped_roots_follow_as_expected() {
    let Some(folder) = folder() else { return };
    let limits = Limits::default();
    let mut upgrades = 0;
    for vector in vectors(&folder, "v1_root_update") {
        let id = vector["id"].as_str().unwrap();
        let now = Time::parse(vector["params"]["now"].as_str().unwrap()).unwrap();
        let path = |name: &str| vector["files"][name].as_str().unwrap();
        let read = |name: &str| fs::read(folder.join(path(name))).unwrap();
        let trusted = read("trusted");
        let mut follow = |root: &tuf::Root| match TrustedRoot::pin(
            "root.json",
            &trusted,
            SignatureRules::default(),
            &limits,
        ) {
            Ok(old) => {
                upgrades += 1;
                let role = old.role();
                let keys = role.delegation(RoleKind::Root).unwrap();
                root.verify_upgrade(role.version, &keys.keys, keys.threshold)
            }
            Err(_) => root.verify_after(&tuf_root(path("trusted"), &trusted).unwrap()),
        };
        let found = tuf_root(path("root"), &read("root"));
        let found = found.and_then(|root| follow(&root).and_then(|()| root.check_fresh(now)));
        check(id, vector["expected"].as_str().unwrap(), found);
    }
    assert_eq!(upgrades, 1, "v06-to-v1-upgrade");
}
