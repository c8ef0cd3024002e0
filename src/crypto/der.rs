//! The little of DER (X.690) that public keys and signatures are written in. Every value has
//! one encoding; others are refused.

/// Tags of X.690 8.
#[cfg(feature = "tuf-keys")]
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const SEQUENCE: u8 = 0x30;

/// What is left of an encoding.
pub(super) struct Der<'a>(pub(super) &'a [u8]);

impl<'a> Der<'a> {
    /// Takes the next value, which has to have that tag, and gives its content.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        // X.690 10.1: the length in the fewest bytes. Nothing here is longer than two.
        let (length, rest) = match *first {
            short @ ..=0x7F => (usize::from(short), rest),
            0x81 => {
                let (length, rest) = rest.split_first()?;
                (usize::from(*length).checked_sub(0x80).map(|_| usize::from(*length))?, rest)
            }
            0x82 => {
                let (length, rest) = rest.split_first_chunk()?;
                let length = u16::from_be_bytes(*length);
                (usize::from(length).checked_sub(0x100).map(|_| usize::from(length))?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (*found == tag).then_some(content)
    }

    #[cfg(feature = "tuf-keys")]
    /// Takes a whole number that is not negative, and gives its bytes, big end first, without
    /// leading zeros: none at all for 0.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            [0] => Some(&[]),
            // X.690 8.3.2: no more zeros than the sign asks for.
            [0, rest @ ..] if matches!(rest, [0x80..=0xFF, ..]) => Some(rest),
            number @ [0x01..=0x7F, ..] => Some(number),
            _ => None,
        }
    }

    /// Whether nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
