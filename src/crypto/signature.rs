//! Ed25519 signatures: over the bytes themselves, or as OpenPGP makes them.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::Verifier as _;

use super::ed25519::PublicKey;
use super::lower_hex_any;
use crate::digest::{Sha256Digest, Sha256Hasher};

/// A signature that is well-formed, and not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Of Ed25519 they are 64.
    bytes: Vec<u8>,
    /// The hashed part of an OpenPGP signature packet.
    other_headers: Option<Vec<u8>>,
}

impl Signature {
    /// A signature of 128 lower-case hex digits; with `other_headers`, the hex
    /// of an OpenPGP packet's hashed part, one made by GnuPG. `None` where one of
    /// them is not exactly that.
    #[must_use]
    pub fn parse(hex: &str, other_headers: Option<&str>) -> Option<Self> {
        Self::of_any_length(hex, other_headers).filter(|signature| signature.bytes.len() == 64)
    }

    /// A signature by a key of any type: lower-case hex, and not of nothing.
    #[must_use]
    pub fn of_any_length(hex: &str, other_headers: Option<&str>) -> Option<Self> {
        let other_headers = match other_headers {
            Some(text) => Some(lower_hex_any(text)?),
            None => None,
        };
        Some(Self { bytes: lower_hex_any(hex)?, other_headers })
    }

    /// Whether it is of the OpenPGP flavour.
    #[must_use]
    pub const fn is_openpgp(&self) -> bool {
        self.other_headers.is_some()
    }

    /// Whether `key` made it over `message`, strictly (RFC 8032 5.1.7, and
    /// nothing of small order).
    ///
    /// It is the library's `verify_strict`, in nine tenths of its time: that decodes
    /// every R to ask for its order, and the key's was asked for when it was loaded.
    #[must_use]
    pub fn is_by(&self, key: &PublicKey, message: &[u8]) -> bool {
        let Some((r, s)) = self.halves() else { return false };
        let signature = ed25519_dalek::Signature::from_components(r, s);
        self.with_signed(message, |signed| {
            // This compares encodings: from here on R is a point in its only one.
            key.verifying_key().verify(signed, &signature).is_ok()
        }) && !is_small_order(&r)
    }

    /// Calls `look` with what is signed for a message: itself or, with OpenPGP, a
    /// digest.
    pub(super) fn with_signed<T>(&self, message: &[u8], look: impl FnOnce(&[u8]) -> T) -> T {
        match &self.other_headers {
            None => look(message),
            Some(headers) => look(openpgp_digest(message, headers).as_bytes()),
        }
    }

    /// The bytes, as they came.
    #[cfg(feature = "tuf-keys")]
    pub(super) fn raw(&self) -> &[u8] {
        &self.bytes
    }

    /// R and S, the halves of a signature of Ed25519 (RFC 8032 5.1.6).
    pub(super) fn halves(&self) -> Option<([u8; 32], [u8; 32])> {
        let (r, s) = self.bytes.split_first_chunk()?;
        Some((*r, s.try_into().ok()?))
    }
}

/// Whether R is one of the eight points that 8 times is the identity.
pub(super) fn is_small_order(r: &[u8; 32]) -> bool {
    // So their encodings begin; others need not be decoded.
    matches!(r, [0x00 | 0x01 | 0x26 | 0xC7 | 0xEC, ..])
        && CompressedEdwardsY(*r).decompress().is_some_and(|point| point.is_small_order())
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
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
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

    #[test]
    fn it_agrees_with_the_librarys_strict_verification() {
        use curve25519_dalek::constants::EIGHT_TORSION;
        use curve25519_dalek::{EdwardsPoint, Scalar};
        use sha2::{Digest as _, Sha512};

        let signer = SigningKey::from_bytes(&[7; 32]);
        let key = PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap();
        let mut accepted = 0;
        let mut compare = |bytes: [u8; 64]| {
            let signature = Signature::parse(&hex(&bytes), None).unwrap();
            let strict = key
                .verifying_key()
                .verify_strict(b"message", &ed25519_dalek::Signature::from_bytes(&bytes))
                .is_ok();
            assert_eq!(signature.is_by(&key, b"message"), strict, "{}", hex(&bytes));
            accepted += u32::from(strict);
        };
        // Every encoding of a point of small order, and honest and shifted points, all
        // with the S that its owner finds for them.
        let torsion = EIGHT_TORSION.map(|point| point.compress().to_bytes());
        let mut points: Vec<[u8; 32]> = torsion.to_vec();
        for mut encoded in torsion {
            encoded[31] ^= 0x80;
            points.push(encoded);
            // y + p, where that fits: of 0 and of 1.
            if encoded[1..31] == [0; 30] {
                encoded[0] += 0xED;
                encoded[1..31].fill(0xFF);
                encoded[31] |= 0x7F;
                points.push(encoded);
            }
        }
        for torsion in EIGHT_TORSION {
            points.push((EdwardsPoint::mul_base(&Scalar::from(5_u8)) + torsion).compress().0);
        }
        for r in points {
            for nonce in [0_u8, 5] {
                let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes());
                let hash = hash.chain_update(b"message").finalize();
                let h = Scalar::from_bytes_mod_order_wide(&hash.into());
                let s = Scalar::from(nonce) + h * signer.to_scalar();
                let mut bytes = [0; 64];
                bytes[..32].copy_from_slice(&r);
                bytes[32..].copy_from_slice(s.as_bytes());
                compare(bytes);
            }
        }
        // Every bit of an honest one.
        let honest = signer.sign(b"message").to_bytes();
        for bit in 0..512 {
            let mut bytes = honest;
            bytes[bit / 8] ^= 1 << (bit % 8);
            compare(bytes);
        }
        compare(honest);
        // The honest one, and 5 times the base point.
        assert_eq!(accepted, 2);
    }
}
