//! Sizes and digests of bytes.

#[cfg(any(all(target_arch = "wasm32", target_feature = "simd128"), test))]
mod lanes;

use std::fmt;

use md5::Md5;
use sha2::{Digest as _, Sha256, Sha512};

use crate::error::{Error, Fault};

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fills `bytes` with what `text` spells in hex of either case; `false` where it
/// is not exactly that.
pub(crate) fn unhex(bytes: &mut [u8], text: &str) -> bool {
    let pairs = text.as_bytes().chunks_exact(2);
    let has_length = bytes.len() == pairs.len() && pairs.remainder().is_empty();
    // Whether each digit is one is asked at the end: nobody can predict a branch on digits.
    let mut seen = 0;
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        if let [high, low] = pair {
            let (high, low) = (nibble(*high), nibble(*low));
            seen |= high | low;
            *byte = (high << 4) | low;
        }
    }
    has_length && seen <= 0xF
}

/// The value of a hex digit; of any other byte one that no digit has.
#[inline(always)]
const fn nibble(digit: u8) -> u8 {
    let (decimal, letter) = (digit.wrapping_sub(b'0'), (digit | 0x20).wrapping_sub(b'a'));
    let of_letter = if letter < 6 { letter.wrapping_add(10) } else { u8::MAX };
    if decimal < 10 { decimal } else { of_letter }
}

macro_rules! digest_type {
    ($(#[doc = $doc:literal])+ $name:ident, $bytes:literal, $word:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The digest with these bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The digest that the text spells, in hex of either case.
            ///
            /// # Errors
            /// [`Fault::ArgumentInvalid`] for any other text.
            pub fn parse(text: &str) -> Result<Self, Error> {
                let mut bytes = [0; $bytes];
                if unhex(&mut bytes, text) {
                    return Ok(Self(bytes));
                }
                Err(Error::new(Fault::ArgumentInvalid {
                    argument: $word.into(),
                    reason: format!("{} hex digits are needed", 2 * $bytes),
                }))
            }

            /// The raw bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            /// Lower-case hex.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

digest_type!(
    /// A SHA-256 (FIPS 180-4).
    Sha256Digest,
    32,
    "sha256"
);
digest_type!(
    /// A SHA-512 (FIPS 180-4).
    Sha512Digest,
    64,
    "sha512"
);
digest_type!(
    /// An MD5 (RFC 1321). It can be forged: it binds nothing against an attacker.
    Md5Digest,
    16,
    "md5"
);

impl Sha256Digest {
    /// The digest of no bytes: what paths.json gives for links without content.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl Sha512Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha512::digest(bytes).into())
    }
}

/// SHA-512 over bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sha512Hasher(Sha512);

impl Sha512Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sha512Digest {
        Sha512Digest(self.0.finalize().into())
    }
}

/// SHA-256 over bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sha256Hasher(Sha256);

impl Sha256Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sha256Digest {
        Sha256Digest(self.0.finalize().into())
    }
}

/// Finds the SHA-256 of each message, and tells it with the message's place, in any order.
pub(crate) fn sha256_each<'a>(
    messages: impl Iterator<Item = &'a [u8]>,
    found: &mut dyn FnMut(usize, Sha256Digest),
) {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    lanes::sha256_each(messages, found);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    for (place, message) in messages.enumerate() {
        found(place, Sha256Digest::of(message));
    }
}

/// Size and digests of an archive, found in one pass over its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of all bytes.
    pub sha256: Sha256Digest,
    /// MD5 of all bytes, where something asked for it.
    pub md5: Option<Md5Digest>,
    /// SHA-512 of all bytes, where something asked for it.
    pub sha512: Option<Sha512Digest>,
}

/// Which digests to find beside the SHA-256: each costs as much as that one does, so only
/// who compares it pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) md5: bool,
    pub(crate) sha512: bool,
}

/// A SHA-256 that is being found, or comes from elsewhere.
#[derive(Clone, Debug)]
enum FoundSha256 {
    Here(Sha256Hasher),
    Supplied(Sha256Digest),
}

/// Finds [`Digests`] piece by piece.
#[derive(Clone, Debug)]
pub(crate) struct DigestsHasher {
    size: u64,
    sha256: FoundSha256,
    md5: Option<Md5>,
    sha512: Option<Sha512Hasher>,
}

impl DigestsHasher {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            size: 0,
            sha256: FoundSha256::Here(Sha256Hasher::default()),
            md5: wanted.md5.then(Md5::new),
            sha512: wanted.sha512.then(Sha512Hasher::default),
        }
    }

    /// Takes the SHA-256 of all bytes; `true` where they need not be seen then.
    pub(crate) fn supply_sha256(&mut self, size: u64, sha256: Sha256Digest) -> bool {
        self.sha256 = FoundSha256::Supplied(sha256);
        let is_all = self.md5.is_none() && self.sha512.is_none();
        if is_all {
            self.size = size;
        }
        is_all
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if let FoundSha256::Here(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(sha512) = &mut self.sha512 {
            sha512.update(bytes);
        }
    }

    pub(crate) fn finish(self) -> Digests {
        Digests {
            size: self.size,
            sha256: match self.sha256 {
                FoundSha256::Here(sha256) => sha256.finish(),
                FoundSha256::Supplied(sha256) => sha256,
            },
            md5: self.md5.map(|md5| Md5Digest(md5.finalize().into())),
            sha512: self.sha512.map(Sha512Hasher::finish),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{DigestsHasher, Md5Digest, Sha256Digest};

    #[test]
    fn known_digests_piece_by_piece() {
        let mut hasher = DigestsHasher::new(super::Wanted { md5: true, sha512: false });
        hasher.update(b"te");
        hasher.update(b"st");
        let digests = hasher.finish();
        assert_eq!(digests.size, 4);
        assert_eq!(
            digests.sha256.to_string(),
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        );
        assert_eq!(digests.md5.unwrap().to_string(), "098f6bcd4621d373cade4e832627b4f6");
        assert_eq!(Sha256Digest::of(b""), Sha256Digest::EMPTY);
    }

    #[test]
    fn hex_has_the_exact_length_and_digits() {
        let text = "098F6bcd4621d373cade4e832627b4f6";
        assert_eq!(Md5Digest::parse(text).unwrap().to_string(), text.to_lowercase());
        for wrong in
            ["", "09", "098f6bcd4621d373cade4e832627b4f", "098f6bcd4621d373cade4e832627b4fg"]
        {
            assert!(Md5Digest::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Md5Digest::parse("+98f6bcd4621d373cade4e832627b4f6").is_err());
        assert!(Sha256Digest::parse(text).is_err());
    }
}
