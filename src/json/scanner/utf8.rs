//! UTF-8 byte by byte (RFC 3629 4).

/// What must follow within a character: how many bytes, and the range of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Continuation {
    left: u8,
    low: u8,
    high: u8,
}

impl Continuation {
    /// The character is complete.
    pub(super) const END: Self = Self::any(0);

    const fn any(left: u8) -> Self {
        Self { left, low: 0x80, high: 0xBF }
    }

    /// What must follow a character's first byte that is not ASCII.
    pub(super) const fn of_first(byte: u8) -> Option<Self> {
        Some(match byte {
            0xC2..=0xDF => Self::any(1),
            // Neither longer than needed nor a surrogate.
            0xE0 => Self { low: 0xA0, ..Self::any(2) },
            0xED => Self { high: 0x9F, ..Self::any(2) },
            0xE1..=0xEF => Self::any(2),
            // Up to U+10FFFF.
            0xF0 => Self { low: 0x90, ..Self::any(3) },
            0xF4 => Self { high: 0x8F, ..Self::any(3) },
            0xF1..=0xF3 => Self::any(3),
            _ => return None,
        })
    }

    /// What must follow after one byte more.
    pub(super) const fn next(self, byte: u8) -> Option<Self> {
        if byte < self.low || byte > self.high {
            return None;
        }
        Some(Self::any(self.left.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::Continuation;

    fn is_utf8(bytes: &[u8]) -> bool {
        let mut expected = Continuation::END;
        for byte in bytes {
            let next = match expected {
                Continuation::END if byte.is_ascii() => Some(Continuation::END),
                Continuation::END => Continuation::of_first(*byte),
                _ => expected.next(*byte),
            };
            let Some(next) = next else { return false };
            expected = next;
        }
        expected == Continuation::END
    }

    #[test]
    fn agrees_with_the_standard_library() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                for tail in [&b""[..], b"\x80", b"\xBF\xBF", b"a", b"\xC0"] {
                    let bytes = [&[first, second], tail].concat();
                    assert_eq!(is_utf8(&bytes), std::str::from_utf8(&bytes).is_ok(), "{bytes:x?}");
                }
            }
        }
    }
}
