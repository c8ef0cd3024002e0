//! Keys, signatures, and the one count of signatures against a threshold.

mod batch;
mod der;
mod ed25519;
mod key;
mod key_set;
#[cfg(feature = "tuf-keys")]
mod p256;
#[cfg(feature = "tuf-keys")]
mod power;
#[cfg(feature = "tuf-keys")]
mod rsa;
mod signature;
mod signature_state;
mod signers;
mod spki;
mod threshold;

pub use batch::Batch;
pub use ed25519::PublicKey;
pub use key::{Key, Unusable};
pub use key_set::KeySet;
pub use signature::Signature;
pub use signature_state::SignatureState;
pub use signers::{Signer, Signers};
pub use threshold::{Offer, Tally, verify_threshold};

use crate::digest::unhex;

/// The bytes that lower-case hex of exactly their length spells, or `None`:
/// two spellings of one key must not count as two.
fn lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (is_lower(text) && unhex(&mut bytes, text)).then_some(bytes)
}

/// The same for any length but zero.
fn lower_hex_any(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len().checked_div(2)?];
    (!text.is_empty() && is_lower(text) && unhex(&mut bytes, text)).then_some(bytes)
}

fn is_lower(text: &str) -> bool {
    !text.bytes().any(|digit| digit.is_ascii_uppercase())
}
