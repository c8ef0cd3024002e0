//! Any bytes as a targets file, or as its targets or delegations: what is found in it is
//! what the tree of its values has.

use std::borrow::Cow;

use conda_verifier::tuf::{Keys, Targets};
use conda_verifier::{Key, Limits, Value, canonical_text};
use conda_verifier_fixtures::trust::Signer;

/// The members that every role has.
const COMMON: &str = r#"{"_type":"targets","expires":"2030-01-31T23:59:59Z","spec_version":"1.0",
    "version":1,"#;

/// What comes before delegations.
const KEYS: &str = r#""targets":{},"delegations":{"keys":{"k":{"keytype":"x","scheme":"y"}},"#;

/// Runs it.
pub fn run(input: &[u8]) {
    let limits = Limits::default();
    let _ = Targets::parse("fuzz.json", input, &limits);
    let Some((which, bytes)) = input.split_first() else { return };
    let signed = match which % 2 {
        0 => [COMMON.as_bytes(), br#""targets":"#, bytes, b"}"].concat(),
        _ => [COMMON.as_bytes(), KEYS.as_bytes(), bytes, b"}}"].concat(),
    };
    let Ok(canonical) = canonical_text(&signed, "signed", &limits) else { return };
    let signer = Signer::of_seed(1);
    let signature = signer.signature_hex(canonical.as_bytes());
    let head = format!(r#"{{"signatures":[{{"keyid":"k","sig":"{signature}"}}],"signed":"#);
    let text = [head.as_bytes(), &signed, b"}"].concat();
    let Ok(targets) = Targets::parse("fuzz.json", &text, &limits) else { return };
    let key = Key::parse("ed25519", "ed25519", &signer.hex());
    let keys = Keys { ids: vec![("k".to_owned(), key)], threshold: 1 };
    let targets = targets.verify(&keys, "the signer's keys").expect("it is signed");
    let tree = Value::parse(&text, "fuzz.json", &limits).expect("it was read");
    let tree = tree.as_object().and_then(|file| file["signed"].as_object()).expect("an object");
    let listed = tree["targets"].as_object().expect("an object");
    assert!(targets.paths().map(Cow::into_owned).eq(listed.keys().cloned()));
    assert_eq!(targets.len(), listed.len());
    for (path, entry) in listed {
        let found = targets.find(path).expect("it was read").expect("it is listed");
        let entry = entry.as_object().expect("an object");
        assert_eq!(Some(found.length), entry["length"].as_u64());
        let hashes = entry["hashes"].as_object().expect("an object");
        let known = found.hashes.known().count() + found.hashes.unknown.len();
        assert_eq!(known, hashes.len());
        if let Some(custom) = found.custom {
            let custom = Value::parse(custom.as_bytes(), "custom", &limits);
            assert_eq!(custom.as_ref().ok(), entry.get("custom"));
        }
        assert_eq!(
            targets.find(&format!("{path}\0")).unwrap().is_some(),
            listed.contains_key(&format!("{path}\0"))
        );
    }
    for path in listed.keys().map(String::as_str).chain(["", "a/b", "a"]) {
        let Ok(roles) = targets.delegated(path) else { continue };
        for role in roles {
            assert!(targets.keys_of(&role.name).expect("it delegates to it").threshold > 0);
            assert!(!role.name.is_empty());
        }
    }
}
