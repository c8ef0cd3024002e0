//! The two loops that most bytes go through, eight bytes at a time.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// How many bytes at the front stand for themselves within a string: ASCII without
/// control characters, quotes and backslashes.
#[inline]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, next)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*eight);
        // The high bit of a byte that is below ' ', equal to '"' or '\\', or not
        // ASCII. A borrow reaches the bytes above such a one only, and the first
        // of them is the one that counts.
        let special = (word.wrapping_sub(SPACES)
            | (word ^ QUOTES).wrapping_sub(ONES)
            | (word ^ BACKSLASHES).wrapping_sub(ONES)
            | word)
            & HIGH_BITS;
        if special != 0 {
            return bytes.len().saturating_sub(rest.len()).saturating_add(first_byte(special));
        }
        rest = next;
    }
    let special = |byte: &u8| !matches!(byte, b' '..=b'~' | 0x7F) || matches!(byte, b'"' | b'\\');
    let length = rest.iter().position(special).unwrap_or(rest.len());
    bytes.len().saturating_sub(rest.len()).saturating_add(length)
}

/// The bytes from the first one that is no white space (RFC 8259 2).
#[inline]
pub(super) fn without_space(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = bytes {
        bytes = rest;
        // Indentation.
        while let Some((eight, next)) = bytes.split_first_chunk() {
            let others = u64::from_le_bytes(*eight) ^ SPACES;
            if others != 0 {
                bytes = bytes.get(first_byte(others)..).unwrap_or_default();
                break;
            }
            bytes = next;
        }
    }
    bytes
}

/// Which of eight bytes is the first that is not zero.
#[inline]
fn first_byte(word: u64) -> usize {
    usize::try_from(word.trailing_zeros() >> 3).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{plain_length, without_space};

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=u8::MAX {
            let is_plain = (b' '..0x80).contains(&byte) && byte != b'"' && byte != b'\\';
            for length in 1..20 {
                for place in 0..length {
                    let mut text = vec![b'!'; length];
                    if let Some(there) = text.get_mut(place) {
                        *there = byte;
                    }
                    let expected = if is_plain { length } else { place };
                    assert_eq!(plain_length(&text), expected, "{byte} at {place} of {length}");
                }
            }
        }
    }

    #[test]
    fn space_is_what_json_calls_so() {
        for byte in 0..=u8::MAX {
            let is_space = b" \t\n\r".contains(&byte);
            for front in 0..20 {
                let text = [vec![b' '; front], vec![byte, b'x']].concat();
                let expected = if is_space { b"x".to_vec() } else { vec![byte, b'x'] };
                assert_eq!(without_space(&text), expected, "{byte} after {front}");
            }
        }
        assert_eq!(without_space(b"\n\n        \t   \r\n   "), b"");
    }
}
