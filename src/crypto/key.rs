//! Keys as TUF's metadata names them: by a type, a scheme and a text.

use super::ed25519::PublicKey;
#[cfg(feature = "tuf-keys")]
use super::p256::{P256Key, halves};
#[cfg(feature = "tuf-keys")]
use super::rsa::RsaKey;
use super::signature::Signature;
use super::spki::{Algorithm, key_in};
#[cfg(feature = "tuf-keys")]
use crate::digest::Sha256Digest;

/// A key of any type that this build can use. Equal keys are the same key material,
/// however they were spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// Ed25519 (RFC 8032).
    Ed25519(PublicKey),
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5 6).
    #[cfg(feature = "tuf-keys")]
    P256(P256Key),
    /// RSASSA-PSS with SHA-256 (RFC 8017).
    #[cfg(feature = "tuf-keys")]
    Rsa(RsaKey),
}

/// Why a key can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// This build has no such keys, or nobody has: `keytype/scheme`, as they came.
    Unsupported(String),
    /// The type and the scheme are known; the text is no safe key of them.
    Invalid,
}

impl Key {
    /// The key that metadata describes (TUF 4.2). What the text looks like decides
    /// nothing: the type and the scheme do.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn parse(keytype: &str, scheme: &str, public: &str) -> Result<Self, Unusable> {
        let key = match (keytype, scheme) {
            ("ed25519", "ed25519") => ed25519(public).map(Self::Ed25519),
            #[cfg(feature = "tuf-keys")]
            ("ecdsa" | "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => {
                P256Key::parse(public).map(Self::P256)
            }
            #[cfg(feature = "tuf-keys")]
            ("rsa", "rsassa-pss-sha256") => RsaKey::parse(public).map(Self::Rsa),
            _ => return Err(Unusable::Unsupported([keytype, scheme].join("/"))),
        };
        key.ok_or(Unusable::Invalid)
    }

    /// The name of its scheme, as TUF has it.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "ed25519",
            #[cfg(feature = "tuf-keys")]
            Self::P256(_) => "ecdsa-sha2-nistp256",
            #[cfg(feature = "tuf-keys")]
            Self::Rsa(_) => "rsassa-pss-sha256",
        }
    }

    /// Whether the signature has the form of one by this key.
    #[must_use]
    pub fn admits(&self, signature: &Signature) -> bool {
        match self {
            Self::Ed25519(_) => signature.halves().is_some(),
            #[cfg(feature = "tuf-keys")]
            Self::P256(_) => halves(signature.raw()).is_some(),
            #[cfg(feature = "tuf-keys")]
            Self::Rsa(key) => key.admits(signature.raw()),
        }
    }

    /// Whether the signature is this key's over `message`.
    #[must_use]
    pub fn made(&self, signature: &Signature, message: &[u8]) -> bool {
        self.signed(signature, &Message::new(message))
    }

    /// The same, of a message that others are asked for too.
    pub(super) fn signed(&self, signature: &Signature, message: &Message<'_>) -> bool {
        match self {
            Self::Ed25519(key) => signature.is_by(key, message.bytes),
            // OpenPGP's flavour is mamba's, of Ed25519 alone.
            #[cfg(feature = "tuf-keys")]
            _ if signature.is_openpgp() => false,
            #[cfg(feature = "tuf-keys")]
            Self::P256(key) => key.made(signature.raw(), message.hash()),
            #[cfg(feature = "tuf-keys")]
            Self::Rsa(key) => key.made(signature.raw(), message.hash()),
        }
    }
}

/// What signatures are over. Most keys sign its SHA-256, which is taken once for all.
pub(super) struct Message<'a> {
    pub(super) bytes: &'a [u8],
    #[cfg(feature = "tuf-keys")]
    hash: std::cell::OnceCell<Sha256Digest>,
}

impl<'a> Message<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            #[cfg(feature = "tuf-keys")]
            hash: std::cell::OnceCell::new(),
        }
    }

    #[cfg(feature = "tuf-keys")]
    fn hash(&self) -> &Sha256Digest {
        self.hash.get_or_init(|| Sha256Digest::of(self.bytes))
    }
}

/// Hex, or PEM as some clients take it.
fn ed25519(text: &str) -> Option<PublicKey> {
    PublicKey::parse(text).or_else(|| {
        let bytes = key_in(text, &Algorithm::Ed25519)?;
        PublicKey::of_bytes(bytes.as_slice().try_into().ok()?)
    })
}

impl From<PublicKey> for Key {
    fn from(key: PublicKey) -> Self {
        Self::Ed25519(key)
    }
}
