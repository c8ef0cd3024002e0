//! ECDSA over the curve P-256 with SHA-256 (FIPS 186-5 6.4).

use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::ops::{LinearCombination as _, Reduce};
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};

use super::der::{Der, SEQUENCE};
use super::lower_hex;
use super::spki::{Algorithm, key_in};
use crate::digest::Sha256Digest;

/// A point of the curve that is not at infinity. The curve has no others that are unsafe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct P256Key(AffinePoint);

impl P256Key {
    /// The key in PEM, or as old metadata of Sigstore has it: hex of the point.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match lower_hex::<65>(text) {
            Some(point) => Self::of_point(&point),
            None => Self::of_point(&key_in(text, &Algorithm::P256)?),
        }
    }

    /// SEC 1 2.3.4: an uncompressed point.
    fn of_point(bytes: &[u8]) -> Option<Self> {
        let (4, coordinates) = bytes.split_first()? else { return None };
        let (x, y) = coordinates.split_first_chunk::<32>()?;
        let (x, y) = (FieldBytes::from(*x), FieldBytes::from(<[u8; 32]>::try_from(y).ok()?));
        Option::from(AffinePoint::from_coordinates(&x, &y)).map(Self)
    }

    /// Whether a signature of a message of that hash is this key's.
    pub(super) fn made(&self, signature: &[u8], hash: &Sha256Digest) -> bool {
        self.verify(signature, hash).is_some()
    }

    /// FIPS 186-5 6.4.2, by its steps.
    #[expect(clippy::arithmetic_side_effects, reason = "modulo the group's order")]
    fn verify(&self, signature: &[u8], hash: &Sha256Digest) -> Option<()> {
        // 1: both are in [1, n - 1].
        let (r, s) = halves(signature)?;
        let (r, s) = (scalar(r)?, scalar(s)?);
        // 2, 3: as long as the order is, the hash is taken whole.
        let hash = FieldBytes::from(*hash.as_bytes());
        let e = <Scalar as Reduce<FieldBytes>>::reduce(&hash);
        // 4, 5
        let inverse = Option::<Scalar>::from(s.invert_vartime())?;
        let (u, v) = (e * inverse, r * inverse);
        // 6, 7
        let point = ProjectivePoint::lincomb_vartime(&[
            (ProjectivePoint::GENERATOR, u),
            (self.0.into(), v),
        ]);
        // 8: the identity has no x, and no r is its zero.
        let x = point.to_affine().x();
        // 9
        (<Scalar as Reduce<FieldBytes>>::reduce(&x) == r).then_some(())
    }
}

/// RFC 3279 2.2.3: `ECDSA-Sig-Value`, r and s.
pub(super) fn halves(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut whole = Der(signature);
    let mut halves = Der(whole.take(SEQUENCE)?);
    whole.end()?;
    let both = (halves.unsigned()?, halves.unsigned()?);
    halves.end()?;
    Some(both)
}

/// A number that is not 0 and below the group's order.
fn scalar(number: &[u8]) -> Option<Scalar> {
    let mut bytes = FieldBytes::default();
    let start = bytes.len().checked_sub(number.len())?;
    bytes.get_mut(start..)?.copy_from_slice(number);
    let scalar = Option::<Scalar>::from(Scalar::from_repr(bytes))?;
    (scalar != Scalar::ZERO).then_some(scalar)
}
