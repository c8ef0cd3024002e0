//! Hostile targets files: time and memory are those of their length.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use conda_verifier::tuf::{Keys, Targets};
use conda_verifier::{Error, Key, Limits, canonical_text};
use conda_verifier_fixtures::trust::Signer;

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn read(members: &str) -> Result<Targets, Error> {
    let signed = format!(
        r#"{{"_type":"targets","expires":"2030-01-31T23:59:59Z","spec_version":"1.0","version":1,{members}}}"#
    );
    let signer = Signer::of_seed(1);
    let canonical = canonical_text(signed.as_bytes(), "signed", &Limits::default()).unwrap();
    let signature = signer.signature_hex(canonical.as_bytes());
    let signature = format!(r#"{{"keyid":"any","sig":"{signature}"}}"#);
    let text = format!(r#"{{"signatures":[{signature}],"signed":{signed}}}"#);
    let started = Instant::now();
    let read = Targets::parse("targets.json", text.as_bytes(), &Limits::default());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let key = Key::parse("ed25519", "ed25519", &signer.hex());
    read?.verify(&Keys { ids: vec![("any".to_owned(), key)], threshold: 1 }, "the signer's keys")
}

#[test]
fn many_targets_in_no_order_are_read_at_once() {
    let entry = r#"{"length":1,"hashes":{"x":""}}"#;
    let mut targets = String::new();
    for number in 0..300_000_u32 {
        // Backwards, and then in no order.
        let number =
            if number < 150_000 { !number } else { number.wrapping_mul(2_654_435_761) >> 1 };
        write!(targets, "\"{number:08x}\":{entry},").unwrap();
    }
    let targets = targets.trim_end_matches(',');
    let read = read(&format!(r#""targets":{{{targets}}}"#)).unwrap();
    assert_eq!(read.len(), 300_000);
    assert!(read.paths().is_sorted());
    assert!(read.find("ffffffff").unwrap().is_some() && read.find("fffffffg").unwrap().is_none());
}

#[test]
fn many_delegations_are_read_and_asked_at_once() {
    let key = r#""k":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""}}"#;
    let mut roles = String::new();
    for number in (0..16_384).rev() {
        write!(
            roles,
            r#"{{"name":"{number}","keyids":["k"],"threshold":1,"terminating":false,"path_hash_prefixes":["{number:04x}","{:04x}","{:04x}","{:04x}"]}},"#,
            number + 16_384,
            number + 32_768,
            number + 49_152,
        )
        .unwrap();
    }
    let roles = roles.trim_end_matches(',');
    let read =
        read(&format!(r#""targets":{{}},"delegations":{{"keys":{{{key}}},"roles":[{roles}]}}"#));
    let read = read.unwrap();
    let started = Instant::now();
    for number in 0..100 {
        assert_eq!(read.delegated(&number.to_string()).unwrap().len(), 1);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn names_that_javascript_has_of_its_own_are_paths_like_others() {
    let entry = format!(r#"{{"length":1,"hashes":{{"sha256":"{HASH}"}}}}"#);
    let read =
        read(&format!(r#""targets":{{"constructor":{entry},"__proto__":{entry}}}"#)).unwrap();
    for path in ["constructor", "__proto__"] {
        assert_eq!(read.find(path).unwrap().unwrap().length, 1);
    }
    assert!(read.find("toString").unwrap().is_none());
}
