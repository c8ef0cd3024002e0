//! What became of one signature.

/// What became of the signature of a key. Of two signatures by one key the later state in
/// this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureState {
    /// There is none.
    Missing,
    /// This build can't use the key.
    Unsupported,
    /// The signature, or the key itself, is malformed.
    Malformed,
    /// Nobody looked: too many others failed, or the document is too long for so many.
    Unverified,
    /// It is not over these bytes.
    Bad,
    /// The key signed.
    Signed,
}

impl SignatureState {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unsupported => "unsupported",
            Self::Malformed => "malformed",
            Self::Unverified => "unverified",
            Self::Bad => "bad",
            Self::Signed => "signed",
        }
    }
}
