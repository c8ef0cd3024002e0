//! ECDSA over P-256: known answers, and what comes close to a signature.

#![expect(clippy::arithmetic_side_effects, clippy::string_slice, reason = "tests")]

use conda_verifier::{Key, Unusable};
use conda_verifier_fixtures::digest::hex;

use super::encodings::{bytes, integer, sequence};
use super::{MESSAGE, made, vectors};

const SCHEME: &str = "ecdsa-sha2-nistp256";

/// The order of the group (SP 800-186 3.2.1.3).
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// RFC 6979 A.2.5: the public key.
const KEY: &str = "04\
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

/// RFC 6979 A.2.5, with SHA-256: messages, r and s.
const SIGNATURES: [(&str, &str, &str); 2] = [
    (
        "sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
    (
        "test",
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ),
];

fn parse(text: &str) -> Result<Key, Unusable> {
    let key = Key::parse("ecdsa", SCHEME, text);
    assert_eq!(key, Key::parse(SCHEME, SCHEME, text));
    key
}

/// a - b, of 32 bytes each.
fn minus(a: &str, b: &str) -> String {
    let mut difference = bytes(a);
    let mut borrow = 0;
    for (a, b) in difference.iter_mut().zip(bytes(b)).rev() {
        let digit = i16::from(*a) - i16::from(b) - borrow;
        borrow = i16::from(digit < 0);
        *a = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    hex(&difference)
}

fn signature(r: &str, s: &str) -> String {
    hex(&sequence(&[integer(&bytes(r)), integer(&bytes(s))]))
}

#[test]
fn the_rfcs_signatures_verify() {
    let key = parse(KEY).unwrap();
    for (message, r, s) in SIGNATURES {
        assert!(made(&key, &signature(r, s), message.as_bytes()), "{message}");
        assert!(!made(&key, &signature(r, s), b"other"), "{message}");
        assert!(!made(&key, &signature(s, r), message.as_bytes()), "{message}");
        // The other half of the values of s: of the two above one is high, one is low.
        assert!(made(&key, &signature(r, &minus(ORDER, s)), message.as_bytes()), "{message}");
        assert!(!made(&key, &signature(&minus(ORDER, r), s), message.as_bytes()), "{message}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let key = parse(KEY).unwrap();
    let (message, r, s) = SIGNATURES[0];
    let zero = "00";
    let one = "01";
    let wide = format!("01{r}");
    let order_and_one = minus(ORDER, &"ff".repeat(32));
    for (r, s) in [
        (zero, s),
        (r, zero),
        (zero, zero),
        (ORDER, s),
        (r, ORDER),
        (ORDER, ORDER),
        (zero, one),
        (one, one),
        (order_and_one.as_str(), s),
        (wide.as_str(), s),
        (r, wide.as_str()),
        (r, &"ff".repeat(32)),
        (r, &"ff".repeat(400)),
    ] {
        assert!(!made(&key, &signature(r, s), message.as_bytes()), "{r} {s}");
    }
}

/// The odd cases of FIPS 186-5 6.4.2, steps 8 and 9, made for the purpose.
#[test]
fn the_point_of_a_signature() {
    let vectors = &vectors()["ecdsa"];
    let vector = |name: &str| {
        let key = parse(vectors[name]["public"].as_str().unwrap()).unwrap();
        made(&key, vectors[name]["signature"].as_str().unwrap(), MESSAGE)
    };
    assert!(vector("large x"));
    assert!(!vector("infinity"));
}

#[test]
fn every_bit_counts() {
    let vectors = &vectors()["ecdsa"];
    let key = parse(vectors["public"].as_str().unwrap()).unwrap();
    let honest = bytes(vectors["signature"].as_str().unwrap());
    assert!(made(&key, &hex(&honest), MESSAGE));
    assert!(!made(&key, vectors["SHA-512"].as_str().unwrap(), MESSAGE));
    for bit in 0..honest.len() * 8 {
        let mut changed = honest.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!made(&key, &hex(&changed), MESSAGE), "bit {bit}");
    }
    for length in 1..honest.len() {
        assert!(!made(&key, &hex(&honest[..length]), MESSAGE), "{length} bytes");
    }
}

/// A signature has one encoding (X.690 10): else whoever sees one can make another.
#[test]
fn other_encodings_of_a_signature_are_none() {
    let key = parse(KEY).unwrap();
    let (message, r, s) = SIGNATURES[1];
    let (r, s) = (bytes(r), bytes(s));
    let honest = sequence(&[integer(&r), integer(&s)]);
    assert!(made(&key, &hex(&honest), message.as_bytes()));
    let padded = |zeros: usize, number: &[u8]| {
        let content = [&vec![0; zeros], number].concat();
        [&[2, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    };
    let long = |form: &[u8], tag: u8, content: &[u8]| [&[tag], form, content].concat();
    let content = &honest[2..];
    let length = honest[1];
    let wrong = [
        // More zeros than the sign asks for, or fewer: then the number is negative.
        sequence(&[padded(2, &r), padded(0, &s)]),
        sequence(&[padded(1, &r), padded(1, &s)]),
        sequence(&[padded(0, &r), padded(0, &s)]),
        // Lengths in more bytes than they need, of no fixed end, or none.
        long(&[0x81, length], 0x30, content),
        long(&[0x82, 0, length], 0x30, content),
        long(&[0x80], 0x30, &[content, &[0, 0]].concat()),
        long(&[0x84, 0, 0, 0, length], 0x30, content),
        long(&[0xFF], 0x30, content),
        sequence(&[long(&[0x81, 33], 2, &padded(1, &r)[2..]), integer(&s)]),
        // Something more, inside or behind it, or something less.
        [honest.as_slice(), &[0]].concat(),
        [honest.as_slice(), &[5, 0]].concat(),
        sequence(&[integer(&r), integer(&s), vec![5, 0]]),
        sequence(&[integer(&r), integer(&s), integer(&s)]),
        sequence(&[integer(&r)]),
        sequence(&[integer(&r), vec![2, 0]]),
        sequence(&[]),
        // Other tags.
        long(&[length], 0x31, content),
        sequence(&[integer(&r), long(&[32], 4, &[0; 32])]),
        // Not DER at all: r and s as other protocols join them.
        [r.as_slice(), &s].concat(),
        vec![0x30],
        vec![0],
    ];
    for wrong in wrong {
        assert_ne!(wrong, honest);
        assert!(!made(&key, &hex(&wrong), message.as_bytes()), "{}", hex(&wrong));
    }
}

#[test]
fn keys_are_points_of_the_curve() {
    let vectors = &vectors();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let pem = text(&vectors["ecdsa"]["public"]);
    let point = text(&vectors["ecdsa"]["point"]);
    assert_eq!(parse(&pem).unwrap(), parse(&point).unwrap());
    assert_ne!(parse(&pem).unwrap(), parse(KEY).unwrap());
    let mut off = bytes(KEY);
    off[64] ^= 1;
    let prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    for wrong in [
        String::new(),
        hex(&off),
        // Compressed, hybrid, without its first byte, the one at infinity.
        format!("02{}", &KEY[2..66]),
        format!("06{}", &KEY[2..]),
        KEY[2..].to_owned(),
        "00".to_owned(),
        format!("04{}", "00".repeat(64)),
        format!("04{prime}{}", &KEY[66..]),
        format!("04{}{}", &KEY[2..66], "ff".repeat(32)),
        KEY.to_uppercase(),
        format!("{KEY}00"),
        // Of other algorithms.
        text(&vectors["ecdsa"]["P-384"]),
        text(&vectors["rsa"][0]["public"]),
        text(&vectors["ed25519"]["public"]),
    ] {
        assert_eq!(parse(&wrong), Err(Unusable::Invalid), "{wrong}");
    }
}
