//! The keys that TUF's metadata can name, and what their signatures have to be.
//!
//! `vectors.json` is made by Python's `cryptography`: `vectors.py`, beside it, says how.
//! Without the feature `tuf-keys` ECDSA and RSA are unsupported, and that is said:
//! `cargo test --no-default-features --test tuf_keys`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[cfg(feature = "tuf-keys")]
mod ecdsa;
#[cfg(feature = "tuf-keys")]
mod encodings;
mod names;
#[cfg(feature = "tuf-keys")]
mod rsa;

use conda_verifier::tuf::Root;
use conda_verifier::{CanonicalForm, Code, Error, Fault, Key, Limits, Signature};
use serde_json::Value;

/// What every signature of the vectors is over.
const MESSAGE: &[u8] = b"conda-verifier";

fn vectors() -> Value {
    let vectors: Value = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert_eq!(vectors["message"].as_str().unwrap().as_bytes(), MESSAGE);
    vectors
}

/// Whether a key made the signature that some hex spells.
fn made(key: &Key, hex: &str, message: &[u8]) -> bool {
    let signature = Signature::of_any_length(hex, None).unwrap();
    let is_made = key.made(&signature, message);
    // What does not have the form of a signature can't be one.
    assert!(key.admits(&signature) || !is_made, "{hex}");
    is_made
}

fn verify(root: &Value) -> Result<(), Error> {
    let text = root.to_string();
    let limits = Limits::default();
    let forms = [CanonicalForm::Olpc];
    Root::parse("root.json", text.as_bytes(), &forms, &limits)?.verify_self()
}

/// A root of three keys, one of each kind, all of which have to sign.
#[test]
fn a_root_of_all_kinds_of_keys() {
    let root = vectors()["roots"]["three"].clone();
    let found = verify(&root);
    if cfg!(feature = "tuf-keys") {
        assert_eq!(found, Ok(()));
        for index in 0..3 {
            let mut unsigned = root.clone();
            unsigned["signatures"][index]["sig"] =
                root["signatures"][(index + 1) % 3]["sig"].clone();
            assert!(verify(&unsigned).is_err(), "{index}");
            unsigned["signatures"].as_array_mut().unwrap().remove(index);
            assert_eq!(verify(&unsigned).unwrap_err().code(), Code::ThresholdNotMet, "{index}");
        }
        let mut changed = root;
        changed["signed"]["version"] = 2.into();
        let refused = verify(&changed).unwrap_err();
        let Fault::ThresholdNotMet { shortfall, .. } = &*refused else { panic!("{refused}") };
        assert_eq!(shortfall.bad, ["a", "b", "c"]);
    } else {
        let refused = found.unwrap_err();
        let Fault::KeyTypeUnsupported { shortfall, .. } = &*refused else { panic!("{refused}") };
        assert_eq!((shortfall.needed, shortfall.found), (3, 1));
        assert_eq!(shortfall.unsupported, ["b", "c"]);
        assert_eq!(shortfall.key_types, ["ecdsa/ecdsa-sha2-nistp256", "rsa/rsassa-pss-sha256"]);
        // Where they are not needed, nobody misses them: then the fault is in the signatures.
        let mut enough = root;
        enough["signatures"][1]["keyid"] = "nobody".into();
        enough["signatures"][2]["keyid"] = "nobody either".into();
        assert_eq!(verify(&enough).unwrap_err().code(), Code::ThresholdNotMet);
    }
}

/// Two ids, one in PEM and one in hex, and one key: it counts once.
#[test]
fn a_key_in_two_spellings_counts_once() {
    let root = vectors()["roots"]["twice"].clone();
    let expected =
        if cfg!(feature = "tuf-keys") { Code::ThresholdNotMet } else { Code::KeyTypeUnsupported };
    let refused = verify(&root).unwrap_err();
    assert_eq!(refused.code(), expected);
    #[cfg(feature = "tuf-keys")]
    {
        let Fault::ThresholdNotMet { shortfall, .. } = &*refused else { panic!("{refused}") };
        assert_eq!((shortfall.needed, shortfall.found), (2, 1));
        assert!(shortfall.bad.is_empty());
    }
}
