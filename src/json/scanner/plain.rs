//! The two loops that most bytes go through, eight bytes at a time.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// How many bytes at the front stand for themselves within a string: ASCII without
/// control characters, quotes and backslashes.
#[inline(always)]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    length(bytes, 0)
}

/// The same of text that is UTF-8, with the characters beyond ASCII.
#[inline(always)]
pub(in crate::json) fn text_length(text: &str) -> usize {
    length(text.as_bytes(), HIGH_BITS)
}

/// `allowed`: [`HIGH_BITS`] where a byte that is not ASCII stands for itself, or 0.
#[inline(always)]
fn length(bytes: &[u8], allowed: u64) -> usize {
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
            & HIGH_BITS
            & !(word & allowed);
        if special != 0 {
            return bytes.len().saturating_sub(rest.len()).saturating_add(first_byte(special));
        }
        rest = next;
    }
    let special = |byte: &u8| match byte {
        b'"' | b'\\' => true,
        b' '..=0x7F => false,
        0x80.. => allowed == 0,
        _ => true,
    };
    let length = rest.iter().position(special).unwrap_or(rest.len());
    bytes.len().saturating_sub(rest.len()).saturating_add(length)
}

/// The bytes from the first one that is no white space (RFC 8259 2).
#[inline(always)]
pub(in crate::json) fn without_space(mut bytes: &[u8]) -> &[u8] {
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
#[inline(always)]
fn first_byte(word: u64) -> usize {
    usize::try_from(word.trailing_zeros() >> 3).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{length, plain_length, without_space};

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
    fn within_utf_8_only_control_characters_quotes_and_backslashes_are_special() {
        for byte in 0..=u8::MAX {
            let is_plain = byte >= b' ' && byte != b'"' && byte != b'\\';
            for length_of_text in 1..20 {
                for place in 0..length_of_text {
                    for other in [b'!', 0x80, 0xFF] {
                        let mut text = vec![other; length_of_text];
                        if let Some(there) = text.get_mut(place) {
                            *there = byte;
                        }
                        let expected = if is_plain { length_of_text } else { place };
                        assert_eq!(length(&text, super::HIGH_BITS), expected, "{byte} at {place}");
                    }
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
