//! The grammar of numbers (RFC 8259 6).

/// What of a number has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::json) enum Number {
    /// `-`
    Minus,
    /// `0`, which no digit may follow.
    Zero,
    Whole,
    /// The point, without a digit after it.
    Point,
    Fraction,
    /// `e` or `E`
    Exponent,
    /// The exponent's sign.
    Sign,
    Power,
}

impl Number {
    /// A number that begins with that byte, a digit or a minus.
    pub(in crate::json) const fn of_first(byte: u8) -> Self {
        match byte {
            b'-' => Self::Minus,
            b'0' => Self::Zero,
            _ => Self::Whole,
        }
    }

    /// Reads on, up to the first byte that is not of it.
    pub(in crate::json) fn scan(mut self, mut bytes: &[u8]) -> (Self, &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            self = match (self, byte) {
                (Self::Minus, b'0') => Self::Zero,
                (Self::Minus | Self::Whole, b'0'..=b'9') => Self::Whole,
                (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
                (Self::Exponent | Self::Sign | Self::Power, b'0'..=b'9') => Self::Power,
                (Self::Zero | Self::Whole, b'.') => Self::Point,
                (Self::Zero | Self::Whole | Self::Fraction, b'e' | b'E') => Self::Exponent,
                (Self::Exponent, b'+' | b'-') => Self::Sign,
                _ => break,
            };
            bytes = rest;
            // No further digit changes these.
            if matches!(self, Self::Whole | Self::Fraction | Self::Power) {
                while let [b'0'..=b'9', rest @ ..] = bytes {
                    bytes = rest;
                }
            }
        }
        (self, bytes)
    }

    /// Whether it may end here.
    pub(in crate::json) const fn is_complete(self) -> bool {
        matches!(self, Self::Zero | Self::Whole | Self::Fraction | Self::Power)
    }
}
