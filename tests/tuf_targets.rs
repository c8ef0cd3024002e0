//! Hostile targets files: time and memory are those of their length.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use conda_verifier::tuf::{Keys, Targets};
use conda_verifier::{Error, Fault, Key, Limits, canonical_text};
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

/// Key ids cost as much as they are long, however many roles have them, and slots are made
/// for those alone that are asked for.
#[test]
fn many_key_ids_of_many_roles_are_read_at_once() {
    let ids: Vec<_> = (0..13_000).map(|number| format!("{number:064}")).collect();
    let delegations = |ids: &[String]| {
        let key = r#"{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""}}"#;
        let keys: Vec<_> = ids.iter().take(1_024).map(|id| format!("\"{id}\":{key}")).collect();
        let ids = format!("\"{}\"", ids.join("\",\""));
        let role = |number: u32| {
            format!(
                r#"{{"name":"{number}","keyids":[{ids}],"threshold":1,"terminating":false,"paths":["*"]}}"#
            )
        };
        let roles: Vec<_> = (0..600).map(role).collect();
        let (keys, roles) = (keys.join(","), roles.join(","));
        format!(r#""targets":{{}},"delegations":{{"keys":{{{keys}}},"roles":[{roles}]}}"#)
    };
    let refused = read(&delegations(&ids[..1_025])).unwrap_err();
    assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "keys", max: 1_024 }));
    // 41 MB.
    let read = read(&delegations(&ids[..1_024])).unwrap();
    let started = Instant::now();
    for _ in 0..33 {
        let roles = read.delegated("x").unwrap();
        assert_eq!(roles.len(), 600);
        assert_eq!(read.keys_of(&roles[599].name).unwrap().ids.len(), 1_024);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

/// Signatures that fail, each of which hashes all of the file.
#[test]
fn many_bad_signatures_of_a_long_file_are_not_all_verified() {
    let signed = format!(
        r#"{{"_type":"targets","expires":"2030-01-31T23:59:59Z","spec_version":"1.0","targets":{{}},"version":1,"x":"{}"}}"#,
        "x".repeat(8 << 20)
    );
    let (mut ids, mut signatures) = (Vec::new(), Vec::new());
    for number in 0..=255_u8 {
        let signer = Signer::of_seed(number);
        let id = number.to_string();
        signatures.push(format!(r#"{{"keyid":"{id}","sig":"{}"}}"#, signer.signature_hex(b"x")));
        ids.push((id, Key::parse("ed25519", "ed25519", &signer.hex())));
    }
    let text = format!(r#"{{"signatures":[{}],"signed":{signed}}}"#, signatures.join(","));
    let read = Targets::parse("targets.json", text.as_bytes(), &Limits::default()).unwrap();
    let started = Instant::now();
    let refused = read.verify(&Keys { ids, threshold: 1 }, "the signers' keys").unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let Fault::ThresholdNotMet { shortfall, .. } = &*refused else { panic!("{refused}") };
    assert_eq!((shortfall.bad.len(), shortfall.unverified), (16, 240));
}

/// Patterns that take as long as they can.
#[test]
fn patterns_take_no_more_steps_than_they_may() {
    let roles = |pattern: &str, count: usize| {
        let key = r#""k":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""}}"#;
        let paths = vec![format!("\"{pattern}\""); 100].join(",");
        let role = |number| {
            format!(
                r#"{{"name":"{number}","keyids":["k"],"threshold":1,"terminating":false,"paths":[{paths}]}}"#
            )
        };
        let roles: Vec<_> = (0..count).map(role).collect();
        read(&format!(
            r#""targets":{{}},"delegations":{{"keys":{{{key}}},"roles":[{}]}}"#,
            roles.join(",")
        ))
    };
    let exceeded = |limit, max| Error::new(Fault::LimitExceeded { limit, max });
    let long = format!("*/*[!{}]Z", "b".repeat(4_096));
    assert_eq!(roles(&long, 1).unwrap_err(), exceeded("pathBytes", 4_096));
    let path = format!("noarch/{}", "a".repeat(4_000));
    for pattern in [
        format!("*/*[!{}]Z", "b".repeat(4_000)),
        format!("*/*{}b", "a".repeat(2_000)),
        format!("*/*{}", "[".repeat(4_000)),
    ] {
        let read = roles(&pattern, 100).unwrap();
        let started = Instant::now();
        assert_eq!(read.delegated(&path).unwrap_err(), exceeded("patternSteps", 16 << 20));
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
    // Those of a whole channel, one for each name.
    let real = roles("linux-64/some-package-name-[0-9]*.conda", 100).unwrap();
    let path = "linux-64/some-package-name-1.2.3-py312h1234567_0.conda";
    assert_eq!(real.delegated(path).unwrap().len(), 100);
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
