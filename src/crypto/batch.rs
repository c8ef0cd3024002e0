//! Many Ed25519 signatures verified together.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity as _, IsIdentity as _};
use sha2::{Digest as _, Sha512};

use super::ed25519::PublicKey;
use super::signature::{Signature, is_small_order};

/// Signatures that are verified together, some five times faster than one by one.
///
/// **For summaries, never for a proof.** The answer is about all of them, and it
/// is not quite the strict one: [`Signature::is_by`] also refuses an R to which a
/// point of small order was added, and RFC 8032 5.1.7 and a batch, which multiply
/// by 8, don't see that. Only who has the key can make such a signature. Where a
/// batch fails, ask for each signature.
///
/// The same signatures in the same order have the same answer, always: what other
/// libraries draw at random is derived from them, by SHA-512.
///
/// Of a message nothing is kept, of a signature 104 bytes; verifying takes 176
/// more of each. [`Batch::BEST`] is a good number of them.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    entries: Vec<Entry>,
    /// The keys that occur: few, so they are looked for one by one.
    keys: Vec<PublicKey>,
    /// Whether something in it is no signature of Ed25519 at all.
    is_spoiled: bool,
    /// Everything that the answer depends on; the weights come from it.
    transcript: Sha512,
}

#[derive(Clone, Debug)]
struct Entry {
    r: [u8; 32],
    s: [u8; 32],
    /// SHA-512(R ‖ A ‖ what is signed), modulo the group's order.
    h: Scalar,
    /// Which of the keys.
    key: usize,
}

/// An R, and what its signature is multiplied by: 128 bits, little end first.
struct Weighted {
    r: EdwardsPoint,
    weight: [u8; 16],
}

impl Batch {
    /// How many signatures make a batch that is fast and small: in WebAssembly 16 µs
    /// each, where one alone takes 86, and half a megabyte.
    pub const BEST: usize = 2048;

    /// A batch without signatures.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a signature of `key` over `message`.
    pub fn push(&mut self, key: &PublicKey, signature: &Signature, message: &[u8]) {
        let Some((r, s)) = signature.halves() else {
            self.is_spoiled = true;
            return;
        };
        let h = signature.with_signed(message, |signed| {
            Sha512::new().chain_update(r).chain_update(key.as_bytes()).chain_update(signed)
        });
        let h = Scalar::from_bytes_mod_order_wide(&h.finalize().into());
        for part in [&r, &s, key.as_bytes(), h.as_bytes()] {
            self.transcript.update(part);
        }
        let known = self.keys.iter().position(|known| known == key);
        let key = known.unwrap_or_else(|| {
            self.keys.push(*key);
            self.keys.len().saturating_sub(1)
        });
        self.entries.push(Entry { r, s, h, key });
    }

    /// The number of signatures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no signature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether all of them verify; those of an empty batch do.
    #[must_use]
    pub fn verify(self) -> bool {
        // RFC 8032 5.1.7: [8][S]B = [8]R + [8][h]A, for the weighted sum of all.
        !self.is_spoiled && self.sum().is_some_and(|sum| sum.mul_by_cofactor().is_identity())
    }

    /// Σ zR + Σ (Σ zh)A - (Σ zS)B: the weights z of 128 bits keep what is wrong
    /// with one signature from making up for what is wrong with another. `None`
    /// where an R or an S is not one.
    #[expect(clippy::arithmetic_side_effects, reason = "modulo the group's order")]
    fn sum(self) -> Option<EdwardsPoint> {
        let seed = self.transcript.finalize();
        let mut points = Vec::with_capacity(self.entries.len());
        let mut s_sum = Scalar::ZERO;
        let mut h_sums = vec![Scalar::ZERO; self.keys.len()];
        for (index, entry) in (0_u64..).zip(&self.entries) {
            let hash = Sha512::new().chain_update(seed).chain_update(index.to_le_bytes());
            let weight = *hash.finalize().first_chunk()?;
            let z = Scalar::from(u128::from_le_bytes(weight));
            // RFC 8032 5.1.7: S is below the group's order.
            let s: Option<Scalar> = Scalar::from_canonical_bytes(entry.s).into();
            s_sum += z * s?;
            *h_sums.get_mut(entry.key)? += z * entry.h;
            points.push(Weighted { r: point(entry.r)?, weight });
        }
        let mut sum = weighted_sum(&points);
        let mut minus_s = -s_sum;
        for (key, h_sum) in self.keys.iter().zip(&h_sums) {
            let key = key.verifying_key().to_edwards();
            sum += EdwardsPoint::vartime_double_scalar_mul_basepoint(h_sum, &key, &minus_s);
            // Once is enough.
            minus_s = Scalar::ZERO;
        }
        Some(sum)
    }
}

/// The R of a signature, as RFC 8032 5.1.3 decodes a point, and none of small
/// order: strict verification knows none.
fn point(bytes: [u8; 32]) -> Option<EdwardsPoint> {
    // The library also takes the 19 values of y that are too large.
    let [low, middle @ .., high] = bytes;
    let is_too_large = low >= 0xED && middle == [0xFF; 30] && (high & 0x7F) == 0x7F;
    // That a zero x is not negative goes without asking: its points have small order.
    if is_too_large || is_small_order(&bytes) {
        return None;
    }
    CompressedEdwardsY(bytes).decompress()
}

/// Σ weight·R, byte by byte of the weights (Pippenger's buckets). The library has
/// the same for scalars of 256 bits; it is no faster here and adds 3 kB to the
/// shipped file.
#[expect(clippy::arithmetic_side_effects, reason = "in a group")]
fn weighted_sum(points: &[Weighted]) -> EdwardsPoint {
    let mut sum = EdwardsPoint::identity();
    // The points whose byte is 1, 2, … 255; those of zero add nothing.
    let mut buckets = [EdwardsPoint::identity(); 255];
    for byte in (0..16).rev() {
        sum = sum.mul_by_cofactor().mul_by_cofactor();
        sum = sum + sum;
        sum = sum + sum;
        buckets.fill(EdwardsPoint::identity());
        for Weighted { r, weight } in points {
            let digit = weight.get(byte).copied().map_or(0, usize::from);
            if let Some(bucket) = digit.checked_sub(1).and_then(|index| buckets.get_mut(index)) {
                *bucket += r;
            }
        }
        // 255 times the last one, 254 times the one before it, …
        let mut running = EdwardsPoint::identity();
        for bucket in buckets.iter().rev() {
            running += bucket;
            sum += running;
        }
    }
    sum
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
    use curve25519_dalek::scalar::Scalar;
    use curve25519_dalek::traits::{Identity as _, IsIdentity as _};
    use ed25519_dalek::{Signer as _, SigningKey};
    use sha2::{Digest as _, Sha512};

    use super::{Batch, Weighted, point, weighted_sum};
    use crate::crypto::{PublicKey, Signature, lower_hex};
    use crate::digest::hex;

    #[derive(Clone)]
    struct Signed(PublicKey, Signature, Vec<u8>);

    impl Signed {
        fn is_strict(&self) -> bool {
            self.1.is_by(&self.0, &self.2)
        }
    }

    fn signed(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> Signed {
        let signature = Signature::parse(&hex(signature), None).unwrap();
        Signed(PublicKey::of_bytes(key).unwrap(), signature, message.to_vec())
    }

    /// Test keys: their seeds are 32 times one byte.
    fn honest(seed: u8, message: &[u8]) -> Signed {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        signed(signer.verifying_key().as_bytes(), &signer.sign(message).to_bytes(), message)
    }

    /// By a signer who takes the nonce `r`, adds a point to R and a number to S.
    fn crooked(message: &[u8], r: u64, torsion: &EdwardsPoint, s_more: Scalar) -> Signed {
        let signer = SigningKey::from_bytes(&[1; 32]);
        let key = signer.verifying_key().to_bytes();
        let point = (ED25519_BASEPOINT_POINT * Scalar::from(r) + torsion).compress().to_bytes();
        let hash = Sha512::new().chain_update(point).chain_update(key).chain_update(message);
        let h = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let s = Scalar::from(r) + h * signer.to_scalar() + s_more;
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&point);
        signature[32..].copy_from_slice(s.as_bytes());
        signed(&key, &signature, message)
    }

    fn verifies<'a>(all: impl IntoIterator<Item = &'a Signed>) -> bool {
        let mut batch = Batch::new();
        for Signed(key, signature, message) in all {
            batch.push(key, signature, message);
        }
        batch.verify()
    }

    fn many(count: u8) -> Vec<Signed> {
        (0..count).map(|index| honest(index % 2, &[index])).collect()
    }

    /// RFC 8032 7.1: TEST 1, 2 and 3.
    #[test]
    fn the_rfcs_own_signatures_verify() {
        let vectors = [
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555\
                 fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
                [].as_slice(),
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
                &[0x72],
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
                &[0xAF, 0x82],
            ),
        ];
        let all = vectors.map(|(key, signature, message)| {
            signed(&lower_hex(key).unwrap(), &lower_hex(signature).unwrap(), message)
        });
        assert!(verifies(&all));
        for one in &all {
            assert!(verifies([one]));
            let Signed(key, signature, message) = one.clone();
            assert!(!verifies([&Signed(key, signature, [&message, b"x".as_slice()].concat())]));
        }
    }

    #[test]
    fn none_are_all_good() {
        assert!(Batch::new().is_empty() && Batch::new().verify());
    }

    #[test]
    fn one_bad_signature_among_many_is_enough() {
        let all = many(100);
        assert!(verifies(&all));
        for index in [0, 1, 50, 99] {
            let bads: [fn(&Signed) -> Signed; 3] = [
                |good| Signed(good.0, good.1.clone(), b"another message".to_vec()),
                |good| Signed(honest(9, b"").0, good.1.clone(), good.2.clone()),
                |good| Signed(good.0, honest(9, &good.2).1, good.2.clone()),
            ];
            for spoil in bads {
                let mut all = all.clone();
                let bad = spoil(&all.remove(index));
                all.insert(index, bad);
                assert!(!verifies(&all), "{index}");
            }
        }
    }

    #[test]
    fn what_is_wrong_in_two_does_not_cancel_out() {
        let identity = EdwardsPoint::identity();
        let (more, less) = (Scalar::from(5_u8), -Scalar::from(5_u8));
        let pair = [crooked(b"a", 2, &identity, more), crooked(b"b", 3, &identity, less)];
        assert!(!verifies(&pair));
        assert!(verifies(&[
            crooked(b"a", 2, &identity, Scalar::ZERO),
            crooked(b"b", 3, &identity, Scalar::ZERO),
        ]));
    }

    #[test]
    fn duplicates_shared_nonces_and_several_keys_are_as_good() {
        let identity = EdwardsPoint::identity();
        let twin = |message| crooked(message, 7, &identity, Scalar::ZERO);
        let mut all = vec![twin(b"a"), twin(b"b"), twin(b"a"), honest(3, b"a"), honest(3, b"a")];
        all.extend((0..40).map(|seed| honest(seed, b"one message")));
        assert!(all.iter().all(Signed::is_strict) && verifies(&all));
        all.push(Signed(honest(4, b"").0, honest(5, b"m").1, b"m".to_vec()));
        assert!(!verifies(&all));
    }

    #[test]
    fn openpgp_signatures_are_over_a_digest() {
        let signer = SigningKey::from_bytes(&[7; 32]);
        let headers = [4, 0, 0x16, 8, 0, 0];
        let digest = crate::crypto::signature::openpgp_digest(b"message", &headers);
        let signature = hex(&signer.sign(digest.as_bytes()).to_bytes());
        let signature = Signature::parse(&signature, Some(&hex(&headers))).unwrap();
        let key = PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap();
        let good = Signed(key, signature, b"message".to_vec());
        assert!(verifies([&good, &honest(1, b"raw")]));
        assert!(!verifies([&Signed(key, good.1, b"massage".to_vec())]));
    }

    /// The one difference: this is why a batch makes no proof.
    #[test]
    fn a_torsion_component_of_r_is_seen_by_strict_verification_alone() {
        for torsion in EIGHT_TORSION.iter().filter(|point| !point.is_identity()) {
            let odd = crooked(b"message", 2, torsion, Scalar::ZERO);
            assert!(!odd.is_strict());
            // Wherever it is and whatever else is there, the answer is the same.
            assert!(verifies([&odd]) && verifies([&odd, &odd]));
            let mut all = many(30);
            all.insert(11, odd);
            assert!(verifies(&all));
        }
    }

    #[test]
    fn an_r_of_small_order_is_refused() {
        for torsion in &EIGHT_TORSION {
            let weak = crooked(b"message", 0, torsion, Scalar::ZERO);
            assert!(!weak.is_strict() && !verifies([&weak]));
        }
    }

    #[test]
    fn an_r_has_one_encoding() {
        // y = 3 is the smallest that is on the curve and has no small order.
        let mut bytes = [0; 32];
        bytes[0] = 3;
        assert!(point(bytes).is_some());
        // 3 more than p = 2^255 - 19, which the library reads as the same point.
        let mut other = [0xFF; 32];
        (other[0], other[31]) = (0xED + 3, 0x7F);
        assert_eq!(CompressedEdwardsY(other).decompress(), CompressedEdwardsY(bytes).decompress());
        assert_eq!(point(other), None);
        // The largest y below p that is on the curve and has no small order.
        (other[0], other[31]) = (0xED - 3, 0x7F);
        assert!(point(other).is_some());
        // No point at all.
        bytes[0] = 2;
        assert_eq!(point(bytes), None);
    }

    #[test]
    fn another_s_of_the_same_value_is_refused() {
        let Signed(key, signature, message) = honest(1, b"message");
        let (r, s) = signature.halves().unwrap();
        let order: [u8; 32] =
            lower_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
        let mut larger = [0; 32];
        let mut carry = 0;
        for ((sum, s), l) in larger.iter_mut().zip(s).zip(order) {
            carry += u16::from(s) + u16::from(l);
            *sum = u8::try_from(carry & 0xFF).unwrap();
            carry >>= 8;
        }
        let text = |s: &[u8]| Signature::parse(&(hex(&r) + &hex(s)), None).unwrap();
        assert!(verifies([&Signed(key, text(&s), message.clone())]));
        assert!(!verifies([&Signed(key, text(&larger), message)]));
    }

    #[test]
    fn the_answer_is_always_the_same() {
        let all = many(20);
        let sums = || {
            let mut batch = Batch::new();
            all.iter().for_each(|one| batch.push(&one.0, &one.1, b"none of theirs"));
            batch.sum().unwrap().compress()
        };
        assert_eq!(sums(), sums());
        assert_ne!(sums(), EdwardsPoint::identity().compress());
    }

    #[test]
    fn buckets_sum_as_products_do() {
        let weights = [[0; 16], [1; 16], [0xFF; 16], *b"weights, 16 long"];
        let points: Vec<_> = (2_u64..)
            .zip(weights)
            .map(|(r, weight)| Weighted { r: ED25519_BASEPOINT_POINT * Scalar::from(r), weight })
            .collect();
        let products = points
            .iter()
            .map(|Weighted { r, weight }| r * Scalar::from(u128::from_le_bytes(*weight)));
        assert_eq!(weighted_sum(&points), products.sum::<EdwardsPoint>());
        assert!(weighted_sum(&[]).is_identity());
    }
}
