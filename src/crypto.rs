//! Keys, signatures, and the one count of signatures against a threshold.

mod key;
mod signature;
mod threshold;

pub use key::PublicKey;
pub use signature::Signature;
pub use threshold::{Offer, Tally, verify_threshold};

/// The bytes that lower-case hex of exactly their length spells, or `None`:
/// two spellings of one key must not count as two.
fn lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (text.len() == N.checked_mul(2)? && fill(&mut bytes, text)).then_some(bytes)
}

/// The same for any length but zero.
fn lower_hex_any(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len().checked_div(2)?];
    let is_even = text.len().is_multiple_of(2);
    (!text.is_empty() && is_even && fill(&mut bytes, text)).then_some(bytes)
}

fn fill(bytes: &mut [u8], text: &str) -> bool {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
        _ => None,
    };
    bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)).all(|(byte, pair)| {
        let &[high, low] = pair else { return false };
        let (Some(high), Some(low)) = (nibble(high), nibble(low)) else { return false };
        *byte = (high << 4) | low;
        true
    })
}
