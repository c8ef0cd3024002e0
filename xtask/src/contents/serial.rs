//! The serial number of a bill of materials.

use anyhow::{Context as _, Result};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::digest::hex;

/// A UUID of version 8 (RFC 9562, 5.8) made of the document without it: the same content has
/// the same number, and any other content another.
pub(super) fn serial(document: &Value) -> Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(document)?);
    let mut bytes = *digest.first_chunk::<16>().context("a digest has 32 bytes")?;
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = "urn:uuid:".to_owned();
    for (at, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&at) {
            text.push('-');
        }
        text.push_str(&hex(&[*byte]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::serial;

    #[test]
    fn another_content_has_another_number() -> anyhow::Result<()> {
        let one = serial(&json!({ "components": [] }))?;
        assert_eq!(one, serial(&json!({ "components": [] }))?);
        assert_ne!(one, serial(&json!({ "components": [1] }))?);
        assert_eq!(one.len(), "urn:uuid:00112233-4455-8677-8899-aabbccddeeff".len());
        let digits: Vec<_> = one.split(['-', ':']).collect();
        assert!(digits.get(4).is_some_and(|group| group.starts_with('8')), "{one}");
        assert!(digits.get(5).is_some_and(|group| group.starts_with(['8', '9', 'a', 'b'])));
        Ok(())
    }
}
