//! Ed25519 signatures: over the bytes themselves, or as OpenPGP makes them.

use super::key::PublicKey;
use super::{lower_hex, lower_hex_any};
use crate::digest::{Sha256Digest, Sha256Hasher};

/// A signature that is well-formed, and not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    bytes: [u8; 64],
    /// The hashed part of an OpenPGP signature packet.
    other_headers: Option<Vec<u8>>,
}

impl Signature {
    /// A signature of 128 lower-case hex digits; with `other_headers`, the hex
    /// of an OpenPGP packet's hashed part, one made by GnuPG. `None` where one of
    /// them is not exactly that.
    #[must_use]
    pub fn parse(hex: &str, other_headers: Option<&str>) -> Option<Self> {
        let other_headers = match other_headers {
            Some(text) => Some(lower_hex_any(text)?),
            None => None,
        };
        Some(Self { bytes: lower_hex(hex)?, other_headers })
    }

    /// Whether it is of the OpenPGP flavour.
    #[must_use]
    pub const fn is_openpgp(&self) -> bool {
        self.other_headers.is_some()
    }

    /// Whether `key` made it over `message`, strictly (RFC 8032 5.1.7, and
    /// nothing of small order).
    #[must_use]
    pub fn is_by(&self, key: &PublicKey, message: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.bytes);
        self.with_signed(message, |signed| {
            key.verifying_key().verify_strict(signed, &signature).is_ok()
        })
    }

    /// Calls `look` with what is signed for a message: itself or, with OpenPGP, a
    /// digest.
    pub(super) fn with_signed<T>(&self, message: &[u8], look: impl FnOnce(&[u8]) -> T) -> T {
        match &self.other_headers {
            None => look(message),
            Some(headers) => look(openpgp_digest(message, headers).as_bytes()),
        }
    }

    /// R and S, the halves of a signature (RFC 8032 5.1.6).
    pub(super) fn halves(&self) -> ([u8; 32], [u8; 32]) {
        let (mut r, mut s) = ([0; 32], [0; 32]);
        let (first, second) = self.bytes.split_at(32);
        r.copy_from_slice(first);
        s.copy_from_slice(second);
        (r, s)
    }
}

/// RFC 4880 5.2.4: the message, the hashed headers, `04 FF` and their length.
/// The SHA-256 of it is what is signed, as a message of its own.
pub(super) fn openpgp_digest(message: &[u8], headers: &[u8]) -> Sha256Digest {
    let length = u32::try_from(headers.len()).unwrap_or(u32::MAX);
    let mut hasher = Sha256Hasher::default();
    hasher.update(message);
    hasher.update(headers);
    hasher.update(&[0x04, 0xFF]);
    hasher.update(&length.to_be_bytes());
    hasher.finish()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::{Signature, openpgp_digest};
    use crate::crypto::PublicKey;
    use crate::digest::hex;

    /// RFC 8032 7.1, TEST 3.
    #[test]
    fn the_rfcs_own_signature_verifies() {
        let key = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
        let signature = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
        let key = PublicKey::parse(key).unwrap();
        let signature = Signature::parse(signature, None).unwrap();
        assert!(signature.is_by(&key, &[0xAF, 0x82]));
        assert!(!signature.is_by(&key, &[0xAF, 0x83]));
    }

    #[test]
    fn openpgp_signatures_are_over_a_digest() {
        // Test key: its seed is 32 times 7.
        let signer = SigningKey::from_bytes(&[7; 32]);
        let key = PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap();
        let headers = [4, 0, 0x16, 8, 0, 0];
        let signed = signer.sign(openpgp_digest(b"message", &headers).as_bytes());
        let text = hex(&signed.to_bytes());
        let openpgp = Signature::parse(&text, Some(&hex(&headers))).unwrap();
        assert!(openpgp.is_openpgp() && openpgp.is_by(&key, b"message"));
        assert!(!openpgp.is_by(&key, b"massage"));
        // Neither flavour passes for the other.
        assert!(!Signature::parse(&text, None).unwrap().is_by(&key, b"message"));
        assert!(!Signature::parse(&text, Some("0400")).unwrap().is_by(&key, b"message"));
    }

    #[test]
    fn another_s_of_the_same_value_is_refused() {
        // RFC 8032 5.1.7: S must be below the group's order, or whoever sees a
        // signature can make another one.
        let signer = SigningKey::from_bytes(&[7; 32]);
        let key = PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap();
        let mut bytes = signer.sign(b"message").to_bytes();
        assert!(Signature::parse(&hex(&bytes), None).unwrap().is_by(&key, b"message"));
        let order: [u8; 32] = crate::crypto::lower_hex(
            "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        )
        .unwrap();
        let mut carry = 0_u16;
        for (byte, add) in bytes[32..].iter_mut().zip(order) {
            carry += u16::from(*byte) + u16::from(add);
            *byte = u8::try_from(carry & 0xFF).unwrap();
            carry >>= 8;
        }
        assert!(!Signature::parse(&hex(&bytes), None).unwrap().is_by(&key, b"message"));
    }

    #[test]
    fn other_spellings_are_no_signatures() {
        let text = "ab".repeat(64);
        assert!(Signature::parse(&text, None).is_some());
        for wrong in ["", "ab", &text.to_uppercase(), &format!("{text}ab"), &"g".repeat(128)] {
            assert_eq!(Signature::parse(wrong, None), None, "{wrong}");
        }
        for wrong in ["", "a", "AB", "zz"] {
            assert_eq!(Signature::parse(&text, Some(wrong)), None, "{wrong}");
        }
    }
}
