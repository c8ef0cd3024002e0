//! Ed25519 public keys (RFC 8032 5.1.2), checked when they are loaded.

use std::fmt;

use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;

use super::lower_hex;
use crate::digest::hex;

/// A key that can have one owner only.
///
/// Keys are equal, and ordered, by their 32 bytes. Keys of small order, which
/// verify signatures that nobody made, and other encodings of a point than the
/// canonical one are none; so are points with a torsion component, on which
/// verification of one signature and of a batch may disagree.
#[derive(Clone, Copy)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key with these bytes, or `None` where they are no safe key.
    #[must_use]
    pub fn of_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        let point = key.to_edwards();
        let is_canonical = point.compress().to_bytes() == *bytes;
        (is_canonical && !key.is_weak() && is_torsion_free(&point)).then_some(Self(key))
    }

    /// The key that 64 lower-case hex digits spell, or `None`.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        Self::of_bytes(&lower_hex(hex)?)
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(super) const fn verifying_key(&self) -> &VerifyingKey {
        &self.0
    }
}

/// Whether the group's order ℓ times the point is the identity, asked as
/// (ℓ - 1)P = -P: the library's own question brings a multiplication in constant
/// time, which a public key does not need.
#[expect(clippy::arithmetic_side_effects, reason = "in a group")]
fn is_torsion_free(point: &EdwardsPoint) -> bool {
    let minus_one = -Scalar::ONE;
    let product =
        EdwardsPoint::vartime_double_scalar_mul_basepoint(&minus_one, point, &Scalar::ZERO);
    product == -point
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

/// Keys are ordered as their bytes are.
impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Display for PublicKey {
    /// Lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::PublicKey;

    /// RFC 8032 7.1, TEST 1.
    const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    #[test]
    fn one_spelling_alone_is_a_key() {
        assert_eq!(PublicKey::parse(KEY).unwrap().to_string(), KEY);
        let upper = KEY.to_uppercase();
        let longer = format!("{KEY}00");
        for text in ["", "d7", upper.as_str(), longer.as_str(), &KEY.replacen('d', "x", 1)] {
            assert_eq!(PublicKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn points_that_anybody_can_sign_for_are_no_keys() {
        for text in [
            // The eight points of small order, where they have a canonical encoding.
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            // Others of their encodings.
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0100000000000000000000000000000000000000000000000000000000000080",
        ] {
            assert_eq!(PublicKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_with_a_torsion_component_is_none() {
        use curve25519_dalek::constants::EIGHT_TORSION;
        use ed25519_dalek::VerifyingKey;
        let bytes: [u8; 32] = crate::crypto::lower_hex(KEY).unwrap();
        let point = VerifyingKey::from_bytes(&bytes).unwrap().to_edwards();
        for (index, torsion) in EIGHT_TORSION.iter().enumerate() {
            let mixed = (point + torsion).compress().to_bytes();
            assert!(VerifyingKey::from_bytes(&mixed).is_ok());
            // The first of the eight is the identity.
            assert_eq!(PublicKey::of_bytes(&mixed).is_some(), index == 0);
        }
    }
}
