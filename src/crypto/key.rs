//! Keys as TUF's metadata names them: by a type, a scheme and a text.

use super::ed25519::PublicKey;
use super::signature::Signature;

/// A key of any type that this build can use. Equal keys are the same key material,
/// however they were spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// Ed25519 (RFC 8032).
    Ed25519(PublicKey),
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
            ("ed25519", "ed25519") => PublicKey::parse(public).map(Self::Ed25519),
            _ => return Err(Unusable::Unsupported([keytype, scheme].join("/"))),
        };
        key.ok_or(Unusable::Invalid)
    }

    /// Whether the signature has the form of one by this key.
    #[must_use]
    pub fn admits(&self, signature: &Signature) -> bool {
        match self {
            Self::Ed25519(_) => signature.halves().is_some(),
        }
    }

    /// Whether the signature is this key's over `message`.
    #[must_use]
    pub fn made(&self, signature: &Signature, message: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => signature.is_by(key, message),
        }
    }
}

impl From<PublicKey> for Key {
    fn from(key: PublicKey) -> Self {
        Self::Ed25519(key)
    }
}
