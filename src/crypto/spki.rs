//! Public keys as PEM (RFC 7468 13) of a `SubjectPublicKeyInfo` (RFC 5280 4.1).

use super::der::{BIT_STRING, Der, SEQUENCE};

/// The contents of an `AlgorithmIdentifier`.
pub(super) enum Algorithm {
    /// RFC 8410 3: `id-Ed25519`, without parameters.
    Ed25519,
    /// RFC 5480 2.1: `id-ecPublicKey` of the curve `secp256r1`.
    #[cfg(feature = "tuf-keys")]
    P256,
    /// RFC 3279 2.3.1: `rsaEncryption`, with the parameter `NULL`.
    #[cfg(feature = "tuf-keys")]
    Rsa,
}

impl Algorithm {
    const fn identifier(&self) -> &'static [u8] {
        match self {
            Self::Ed25519 => &[0x06, 3, 0x2B, 0x65, 0x70],
            #[cfg(feature = "tuf-keys")]
            Self::P256 => {
                b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"
            }
            #[cfg(feature = "tuf-keys")]
            Self::Rsa => b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00",
        }
    }
}

/// The key in a PEM text, as the bytes that `algorithm` writes keys in; `None` where it is
/// of another one.
pub(super) fn key_in(pem: &str, algorithm: &Algorithm) -> Option<Vec<u8>> {
    let text = pem.trim().strip_prefix("-----BEGIN PUBLIC KEY-----")?;
    let bytes = base64(text.strip_suffix("-----END PUBLIC KEY-----")?)?;
    let mut whole = Der(&bytes);
    let mut info = Der(whole.take(SEQUENCE)?);
    whole.end()?;
    let identifier = info.take(SEQUENCE)?;
    // No bits of the last byte are unused.
    let (0, key) = info.take(BIT_STRING)?.split_first()? else { return None };
    info.end()?;
    (identifier == algorithm.identifier()).then(|| key.to_vec())
}

/// RFC 4648 4, with line breaks, and padded.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|digit| !digit.is_ascii_whitespace());
    let mut bytes = Vec::with_capacity(text.len());
    // The bits of the group of four, and how many digits and signs of padding it has.
    let (mut group, mut count, mut padding) = (0_u32, 0_u32, 0_usize);
    for digit in digits {
        let value = match digit {
            b'=' => {
                padding = padding.saturating_add(1);
                0
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => digit.wrapping_sub(b'A'),
            b'a'..=b'z' => digit.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => digit.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        group = (group << 6) | u32::from(value);
        count = count.wrapping_add(1);
        if count == 4 {
            let [_, whole @ ..] = group.to_be_bytes();
            bytes.extend(whole);
            (group, count) = (0, 0);
        }
    }
    let length = bytes.len().checked_sub(padding)?;
    // RFC 4648 3.5: the bits that padding leaves over are zero.
    let is_whole = count == 0 && padding <= 2 && bytes.iter().skip(length).all(|byte| *byte == 0);
    bytes.truncate(length);
    is_whole.then_some(bytes)
}
