//! Any bytes as the text of a key, as a signature, and as what is changed of honest ones.

use std::fmt::Write as _;
use std::sync::LazyLock;

use conda_verifier::{Key, Signature, Unusable};
use conda_verifier_fixtures::digest::hex;
use serde_json::Value;

const PAIRS: [(&str, &str); 4] = [
    ("ed25519", "ed25519"),
    ("ecdsa", "ecdsa-sha2-nistp256"),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"),
    ("rsa", "rsassa-pss-sha256"),
];

/// Honest keys of each kind, and a signature by each.
static HONEST: LazyLock<Vec<(Key, Vec<u8>)>> = LazyLock::new(|| {
    let vectors = include_str!("../../../tests/tuf_keys/vectors.json");
    let vectors: Value = serde_json::from_str(vectors).unwrap_or_default();
    let of = |pair: (&str, &str), key: &Value, signature: &Value| {
        let (Some(public), Some(signature)) = (key.as_str(), signature.as_str()) else {
            panic!("the vectors have keys and signatures");
        };
        let Ok(key) = Key::parse(pair.0, pair.1, public) else { panic!("{public} is a key") };
        (key, unhex(signature))
    };
    let (edwards, curve, modular) = (&vectors["ed25519"], &vectors["ecdsa"], &vectors["rsa"][0]);
    vec![
        of(PAIRS[0], &edwards["public"], &edwards["signature"]),
        of(PAIRS[1], &curve["public"], &curve["signature"]),
        of(PAIRS[3], &modular["public"], &modular["good"]["salt 32"]),
    ]
});

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.as_bytes().chunks(2).filter_map(digit).collect()
}

/// The bytes in base64's digits, and as PEM.
fn pem(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let group = u32::from_be_bytes(group);
        for digit in 0..4 {
            let value = usize::try_from((group >> (18 - 6 * digit)) & 63).unwrap_or_default();
            let is_used = usize::try_from(digit).is_ok_and(|digit| digit <= chunk.len());
            let _ = write!(text, "{}", if is_used { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text + "\n-----END PUBLIC KEY-----\n"
}

/// Runs it.
pub fn run(bytes: &[u8]) {
    let message = b"conda-verifier";
    let signature = |bytes: &[u8]| Signature::of_any_length(&hex(bytes), None);
    // As a key: the text itself, hex, and what PEM has inside.
    for text in [String::from_utf8_lossy(bytes).into_owned(), hex(bytes), pem(bytes)] {
        for (keytype, scheme) in PAIRS {
            match Key::parse(keytype, scheme, &text) {
                Ok(key) => {
                    for (_, honest) in HONEST.iter() {
                        let Some(honest) = signature(honest) else { continue };
                        let _ = key.made(&honest, bytes);
                    }
                }
                Err(unusable) => assert_eq!(unusable, Unusable::Invalid),
            }
        }
    }
    for (key, honest) in HONEST.iter() {
        // As a signature.
        if let Some(signature) = signature(bytes) {
            assert!(!key.made(&signature, message) || bytes == honest);
        }
        // As what is changed of one, and what is put behind it. ECDSA has a second s for
        // each signature, which nobody meets by changing bits.
        let mut changed = honest.clone();
        changed.iter_mut().zip(bytes).for_each(|(byte, mask)| *byte ^= mask);
        changed.extend(bytes.iter().skip(honest.len()));
        if let Some(signature) = signature(&changed) {
            assert_eq!(key.made(&signature, message), changed == *honest);
        }
    }
}
