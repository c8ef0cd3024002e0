//! RSASSA-PSS with SHA-256 and MGF1 (RFC 8017), verified.

use std::sync::Arc;

use super::der::{Der, SEQUENCE};
use super::power::power;
use super::spki::{Algorithm, key_in};
use crate::digest::{Sha256Digest, Sha256Hasher};

/// What a modulus may be long, in bits: shorter ones are not safe, and longer ones cost a
/// verifier more than they give.
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The length of a SHA-256.
const HASH: usize = 32;

/// A public key: a modulus, and an odd exponent from 3 up to 2^33. Whether the modulus is
/// of two primes nobody can see.
#[derive(Clone, Debug)]
pub struct RsaKey {
    /// Big end first, without leading zeros.
    modulus: Arc<[u8]>,
    exponent: u64,
}

impl RsaKey {
    /// The key in PEM.
    pub(super) fn parse(pem: &str) -> Option<Self> {
        // RFC 8017 A.1.1: RSAPublicKey.
        let bytes = key_in(pem, &Algorithm::Rsa)?;
        let mut whole = Der(&bytes);
        let mut numbers = Der(whole.take(SEQUENCE)?);
        whole.end()?;
        let (modulus, e) = (numbers.unsigned()?, numbers.unsigned()?);
        numbers.end()?;
        if e.len() > 5 || !BITS.contains(&bits(modulus)) || modulus.last()? & 1 == 0 {
            return None;
        }
        let exponent = e.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
        // FIPS 186-5 5.4 has them from 2^16 up; older keys have 3 or 17.
        let is_safe = exponent & 1 == 1 && (3..1 << 33).contains(&exponent);
        is_safe.then(|| Self { modulus: modulus.into(), exponent })
    }

    /// Whether a signature has the length of this key's.
    pub(super) fn admits(&self, signature: &[u8]) -> bool {
        signature.len() == self.modulus.len()
    }

    /// RFC 8017 8.1.2: whether a signature of a message of that hash is this key's.
    pub(super) fn made(&self, signature: &[u8], message: &Sha256Digest) -> bool {
        // Both are as long as each other: they compare as numbers do.
        self.admits(signature) && signature < &*self.modulus && {
            let encoded = power(&self.modulus, signature, self.exponent);
            is_encoded(&encoded, bits(&self.modulus).saturating_sub(1), message).is_some()
        }
    }
}

/// By the modulus: whoever can sign with one exponent has its primes, and can with each.
impl PartialEq for RsaKey {
    fn eq(&self, other: &Self) -> bool {
        self.modulus == other.modulus
    }
}

impl Eq for RsaKey {}

/// The length of a number in bits; it has no leading zeros.
fn bits(number: &[u8]) -> usize {
    let first = number.first().map_or(0, |first| first.leading_zeros());
    let unused = usize::try_from(first).unwrap_or_default();
    number.len().saturating_mul(8).saturating_sub(unused)
}

/// RFC 8017 9.1.2, EMSA-PSS-VERIFY, by its steps, for a salt of any length. `bits` is how long
/// the encoded message may be, which is given as long as the modulus.
fn is_encoded(encoded: &[u8], bits: usize, message: &Sha256Digest) -> Option<()> {
    let length = bits.div_ceil(8);
    // Where the modulus has one bit in its first byte, that byte is not used.
    let (unused, encoded) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    unused.iter().all(|byte| *byte == 0).then_some(())?;
    // 2 - 4
    let (0xBC, encoded) = encoded.split_last().map(|(last, rest)| (*last, rest))? else {
        return None;
    };
    // 5
    let (masked, hash) = encoded.split_at_checked(encoded.len().checked_sub(HASH)?)?;
    // 6
    let spare = length.saturating_mul(8).saturating_sub(bits);
    let first = 0xFF_u8.checked_shr(u32::try_from(spare).ok()?)?;
    if masked.first()? & !first != 0 {
        return None;
    }
    // 7 - 9
    let mut block = mask(hash, masked);
    *block.first_mut()? &= first;
    // 10
    let start = block.iter().position(|byte| *byte != 0)?;
    let (1, salt) = block.get(start..)?.split_first().map(|(one, salt)| (*one, salt))? else {
        return None;
    };
    // 11 - 14
    let mut hasher = Sha256Hasher::default();
    hasher.update(&[0; 8]);
    hasher.update(message.as_bytes());
    hasher.update(salt);
    (hasher.finish().as_bytes() == hash).then_some(())
}

/// RFC 8017 B.2.1: `text` under the mask that MGF1 makes of `seed`.
fn mask(seed: &[u8], text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (counter, part) in (0_u32..).zip(text.chunks(HASH)) {
        let mut hasher = Sha256Hasher::default();
        hasher.update(seed);
        hasher.update(&counter.to_be_bytes());
        out.extend(part.iter().zip(hasher.finish().as_bytes()).map(|(a, b)| a ^ b));
    }
    out
}
