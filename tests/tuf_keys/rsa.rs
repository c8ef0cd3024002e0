//! RSASSA-PSS: known answers, and what comes close to a signature or a key.

#![expect(clippy::arithmetic_side_effects, reason = "tests")]

use conda_verifier::{Key, Unusable};
use conda_verifier_fixtures::digest::hex;
use serde_json::Value;

use super::encodings::{bytes, modulus, pem, rsa};
use super::{MESSAGE, made, vectors};

fn parse(text: &str) -> Result<Key, Unusable> {
    Key::parse("rsa", "rsassa-pss-sha256", text)
}

fn keys() -> Vec<(Key, Value)> {
    let vectors = vectors()["rsa"].as_array().unwrap().clone();
    vectors.into_iter().map(|v| (parse(v["public"].as_str().unwrap()).unwrap(), v)).collect()
}

#[test]
fn salts_of_any_length_will_do() {
    let keys = keys();
    assert_eq!(keys.len(), 7);
    for (key, vector) in &keys {
        let bits = &vector["bits"];
        for (name, signature) in vector["good"].as_object().unwrap() {
            let signature = signature.as_str().unwrap();
            assert!(made(key, signature, MESSAGE), "{bits} {name}");
            assert!(!made(key, signature, b"other"), "{bits} {name}");
            for (other, vector) in &keys {
                assert_eq!(
                    made(other, signature, MESSAGE),
                    other == key,
                    "{} {name}",
                    vector["bits"]
                );
            }
        }
        for (name, signature) in vector["bad"].as_object().unwrap() {
            assert!(!made(key, signature.as_str().unwrap(), MESSAGE), "{bits} {name}");
        }
    }
}

#[test]
fn every_bit_counts() {
    for (key, vector) in keys().into_iter().take(3) {
        let honest = vector["good"]["salt 32"].as_str().unwrap();
        let honest = bytes(honest);
        assert!(made(&key, &hex(&honest), MESSAGE));
        for bit in 0..honest.len() * 8 {
            let mut changed = honest.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!made(&key, &hex(&changed), MESSAGE), "bit {bit}");
        }
        // RFC 8017 8.1.2, step 1: as long as the modulus, no less and no more.
        for wrong in [
            honest[..honest.len() - 1].to_vec(),
            honest[1..].to_vec(),
            [&[0], honest.as_slice()].concat(),
            [honest.as_slice(), &[0]].concat(),
            vec![1],
        ] {
            assert!(!made(&key, &hex(&wrong), MESSAGE), "{} bytes", wrong.len());
        }
    }
}

/// RFC 8017 5.2.2, step 1: a signature is below the modulus; else there would be a second
/// one for each that is small enough.
#[test]
fn numbers_from_the_modulus_up_are_refused() {
    let mut tried = 0;
    for (key, vector) in keys() {
        let public = vector["public"].as_str().unwrap();
        let modulus = modulus_of(public);
        assert!(!made(&key, &hex(&modulus), MESSAGE));
        assert!(!made(&key, &hex(&vec![0xFF; modulus.len()]), MESSAGE));
        assert!(!made(&key, &hex(&vec![0; modulus.len()]), MESSAGE));
        let mut one = vec![0; modulus.len()];
        one[modulus.len() - 1] = 1;
        assert!(!made(&key, &hex(&one), MESSAGE));
        for signature in vector["good"].as_object().unwrap().values() {
            let mut sum = bytes(signature.as_str().unwrap());
            let mut carry = 0;
            for (digit, add) in sum.iter_mut().zip(&modulus).rev() {
                let total = u16::from(*digit) + u16::from(*add) + carry;
                *digit = u8::try_from(total & 0xFF).unwrap();
                carry = total >> 8;
            }
            // The same number modulo the modulus, where it is no longer than it.
            if carry == 0 {
                tried += 1;
                assert!(!made(&key, &hex(&sum), MESSAGE));
            }
        }
    }
    assert!(tried > 0);
}

/// The modulus, read out of an honest key: behind the tags and lengths of a known size.
fn modulus_of(public: &str) -> Vec<u8> {
    let text: String = public.lines().filter(|line| !line.starts_with('-')).collect();
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let bits: Vec<u8> = text
        .bytes()
        .filter(|digit| *digit != b'=')
        .flat_map(|digit| (0..6).rev().map(move |bit| value(digit) >> bit & 1))
        .collect();
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect();
    // 30 82 .. .. 30 0d (13) 03 82 .. .. 00 30 82 .. .. 02 82 .. ..
    let length = usize::from(u16::from_be_bytes([bytes[30], bytes[31]]));
    let number = &bytes[32..32 + length];
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[test]
fn moduli_have_from_2048_to_8192_bits_and_are_odd() {
    for bits in [2048, 2049, 2055, 2056, 3071, 4096, 8185, 8192] {
        assert!(parse(&pem(&rsa(&modulus(bits), &[3]))).is_ok(), "{bits}");
    }
    for bits in [1, 8, 512, 1024, 2040, 2047, 8193, 8200, 16384] {
        assert_eq!(parse(&pem(&rsa(&modulus(bits), &[3]))), Err(Unusable::Invalid), "{bits}");
    }
    assert_eq!(parse(vectors()["rsa 1024"].as_str().unwrap()), Err(Unusable::Invalid));
    let mut even = modulus(2048);
    even[255] &= 0xFE;
    assert_eq!(parse(&pem(&rsa(&even, &[3]))), Err(Unusable::Invalid));
    assert_eq!(parse(&pem(&rsa(&[], &[3]))), Err(Unusable::Invalid));
}

#[test]
fn exponents_are_odd_from_3_and_below_2_to_the_33rd() {
    let exponent = |exponent: u64| parse(&pem(&rsa(&modulus(2048), &exponent.to_be_bytes())));
    for good in [3, 5, 17, 65_537, (1 << 32) + 1, (1 << 33) - 1] {
        assert!(exponent(good).is_ok(), "{good}");
    }
    for wrong in
        [0, 1, 2, 4, 65_536, 1 << 33, (1 << 33) + 1, (1 << 40) - 1, (1 << 40) + 3, u64::MAX]
    {
        assert_eq!(exponent(wrong), Err(Unusable::Invalid), "{wrong}");
    }
    let wide = parse(&pem(&rsa(&modulus(2048), &modulus(2048))));
    assert_eq!(wide, Err(Unusable::Invalid));
}

/// Whoever has the primes can sign with any exponent: two of them are no two signers.
#[test]
fn keys_differ_by_their_moduli_alone() {
    let key = |modulus: &[u8], exponent: u8| parse(&pem(&rsa(modulus, &[exponent]))).unwrap();
    let mut other = modulus(2048);
    other[100] ^= 1;
    assert_eq!(key(&modulus(2048), 3), key(&modulus(2048), 3));
    assert_eq!(key(&modulus(2048), 3), key(&modulus(2048), 5));
    assert_ne!(key(&modulus(2048), 3), key(&other, 3));
}

/// Nothing of an honest key or signature is needed to be refused with grace.
#[test]
fn signatures_of_moduli_that_nobody_factored() {
    for bits in [2048, 2049, 2057, 8192] {
        let modulus = modulus(bits);
        let key = parse(&pem(&rsa(&modulus, &[1, 255, 255, 255, 255]))).unwrap();
        let mut signature = modulus.clone();
        *signature.last_mut().unwrap() -= 1;
        assert!(!made(&key, &hex(&signature), MESSAGE), "{bits}");
        signature[0] = 0;
        assert!(!made(&key, &hex(&signature), MESSAGE), "{bits}");
    }
}
