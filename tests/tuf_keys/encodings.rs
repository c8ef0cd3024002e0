//! DER and PEM, written: what a key is in, and everything that comes close.

#![expect(clippy::arithmetic_side_effects, clippy::string_slice, reason = "tests")]

use conda_verifier::{Key, Unusable};

use super::vectors;

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digit).collect()
}

fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length = match u8::try_from(length) {
        Ok(short @ ..0x80) => vec![short],
        Ok(length) => vec![0x81, length],
        Err(_) => [&[0x82], u16::try_from(length).unwrap().to_be_bytes().as_slice()].concat(),
    };
    [&[tag], length.as_slice(), content].concat()
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

/// A number that is not negative, big end first.
pub(crate) fn integer(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let number = &number[start..];
    let is_plain = number.first().is_some_and(|first| *first < 0x80);
    value(2, &if is_plain { number.to_vec() } else { [&[0], number].concat() })
}

/// `rsaEncryption` and its NULL.
const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";

fn info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[value(0x30, algorithm), value(3, &[&[0], key].concat())])
}

pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    info(RSA, &sequence(&[integer(modulus), integer(exponent)]))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_usize, |group, byte| (group << 8) | usize::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            text.push(match digit <= chunk.len() {
                true => char::from(DIGITS[(group >> (18 - 6 * digit)) & 63]),
                false => '=',
            });
        }
    }
    text
}

fn armoured(label: &str, text: &str) -> String {
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

pub(crate) fn pem(bytes: &[u8]) -> String {
    armoured("PUBLIC KEY", &base64(bytes))
}

fn parse(text: &str) -> Result<Key, Unusable> {
    Key::parse("rsa", "rsassa-pss-sha256", text)
}

/// A modulus of that many bits, which nobody has to have factored.
pub(crate) fn modulus(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xA5; bits.div_ceil(8)];
    let spare = (8 - bits % 8) % 8;
    modulus[0] = (modulus[0] | 0xFF) >> spare;
    modulus
}

#[test]
fn pem_may_be_broken_into_lines_in_any_way() {
    let vectors = vectors();
    let text = vectors["rsa"][0]["public"].as_str().unwrap();
    let key = parse(text).unwrap();
    let body = text.trim().trim_start_matches("-----BEGIN PUBLIC KEY-----");
    let body = body.trim_end_matches("-----END PUBLIC KEY-----");
    let joined: String = body.split_whitespace().collect();
    for same in [
        text.trim().to_owned(),
        format!("\n{text}\n\n"),
        text.replace('\n', "\r\n"),
        armoured("PUBLIC KEY", &joined),
        format!("-----BEGIN PUBLIC KEY-----{joined}-----END PUBLIC KEY-----"),
    ] {
        assert_eq!(parse(&same), Ok(key.clone()), "{same}");
    }
    for wrong in [
        String::new(),
        "-----BEGIN PUBLIC KEY-----".to_owned(),
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----".to_owned(),
        joined.clone(),
        armoured("RSA PUBLIC KEY", &joined),
        armoured("CERTIFICATE", &joined),
        armoured("PUBLIC KEY", &format!("Comment: a key\n\n{joined}")),
        armoured("PUBLIC KEY", &joined.replacen('A', "-", 1)),
        armoured("PUBLIC KEY", &joined.replacen('A', "é", 1)),
        armoured("PUBLIC KEY", &joined[1..]),
        armoured("PUBLIC KEY", &joined[4..]),
        armoured("PUBLIC KEY", &format!("{joined}=")),
        armoured("PUBLIC KEY", &format!("{joined}====")),
        armoured("PUBLIC KEY", &format!("===={joined}")),
        armoured("PUBLIC KEY", &format!("{joined}AAAA")),
        format!("{text}{text}"),
        format!("x{text}"),
        format!("{text}x"),
    ] {
        assert_eq!(parse(&wrong), Err(Unusable::Invalid), "{wrong}");
    }
}

#[test]
fn base64_has_one_spelling() {
    // Lengths that need padding, of either kind.
    for bits in [2104, 2120] {
        let text = base64(&rsa(&modulus(bits), &[3]));
        let padding = text.bytes().filter(|digit| *digit == b'=').count();
        assert_eq!(padding, if bits == 2104 { 1 } else { 2 });
        assert!(parse(&armoured("PUBLIC KEY", &text)).is_ok());
        let digits = text.trim_end_matches('=');
        assert!(parse(&armoured("PUBLIC KEY", digits)).is_err());
        assert!(parse(&armoured("PUBLIC KEY", &format!("{text}="))).is_err());
        // The bits that are left over.
        let (head, last) = digits.split_at(digits.len() - 1);
        let other = char::from(last.as_bytes()[0] + 1);
        let other = format!("{head}{other}{}", "=".repeat(padding));
        assert!(parse(&armoured("PUBLIC KEY", &other)).is_err(), "{other}");
    }
}

#[test]
fn a_key_has_one_encoding() {
    let (n, e) = (modulus(2048), [1, 0, 1]);
    let key = sequence(&[integer(&n), integer(&e)]);
    let good = rsa(&n, &e);
    assert!(parse(&pem(&good)).is_ok());
    let spoilt = |key: &[u8]| info(RSA, key);
    let bits = |unused: u8, key: &[u8]| value(3, &[&[unused], key].concat());
    for wrong in [
        // Behind it, in front of it, inside.
        [good.as_slice(), &[0]].concat(),
        good[..good.len() - 1].to_vec(),
        value(0x30, &good),
        sequence(&[value(0x30, RSA), bits(0, &key), vec![5, 0]]),
        spoilt(&[key.as_slice(), &[0]].concat()),
        spoilt(&sequence(&[integer(&n), integer(&e), integer(&e)])),
        spoilt(&sequence(&[integer(&n)])),
        spoilt(&integer(&n)),
        spoilt(&[]),
        // Bits that are not used, another string, another algorithm.
        sequence(&[value(0x30, RSA), bits(1, &key)]),
        sequence(&[value(0x30, RSA), value(3, &[])]),
        sequence(&[value(0x30, RSA), value(4, &[&[0], key.as_slice()].concat())]),
        sequence(&[value(0x31, RSA), bits(0, &key)]),
        info(&RSA[..11], &key),
        info(&[RSA, &[5, 0]].concat(), &key),
        info(b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A\x05\x00", &key),
        info(&[], &key),
        key.clone(),
        // Numbers with a sign, or with more zeros than it needs.
        spoilt(&sequence(&[value(2, &n), integer(&e)])),
        spoilt(&sequence(&[value(2, &[&[0, 0], n.as_slice()].concat()), integer(&e)])),
        spoilt(&sequence(&[integer(&n), value(2, &[0, 1, 0, 1])])),
        spoilt(&sequence(&[integer(&n), value(2, &[])])),
        // A length in more bytes than it needs.
        spoilt(&[&[0x30, 0x83, 0, 1, 10], &key[4..]].concat()),
        [&[0x30, 0x83, 0], &good[2..]].concat(),
        vec![0x30, 0x80, 0, 0],
        vec![0x30],
        Vec::new(),
    ] {
        assert_ne!(wrong, good);
        assert_eq!(parse(&pem(&wrong)), Err(Unusable::Invalid), "{wrong:02x?}");
    }
    // Any byte of the first ones, up to the modulus and the zero in front of it.
    for at in 0..good.len() - n.len() - 6 {
        for bit in 0..8 {
            let mut wrong = good.clone();
            wrong[at] ^= 1 << bit;
            assert_eq!(parse(&pem(&wrong)), Err(Unusable::Invalid), "byte {at}, bit {bit}");
        }
    }
}
