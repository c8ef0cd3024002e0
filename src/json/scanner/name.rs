//! A member's name, decoded piece by piece.

use super::refusal::Refusal;
use crate::error::{Error, Fault};

const LONE_SURROGATE: &str = "a name has half a surrogate pair";

/// The part of a name that has been read.
#[derive(Debug)]
pub(super) struct Name {
    text: Vec<u8>,
    /// The first half of a surrogate pair, which the second must follow at once.
    high: Option<u16>,
    /// Bytes that it may have.
    max: u64,
}

impl Name {
    pub(super) const fn new(max: u64) -> Self {
        Self { text: Vec::new(), high: None, max }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// Bytes that stand for themselves.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.high.is_some() {
            return Err(LONE_SURROGATE.into());
        }
        let length = self.text.len().saturating_add(bytes.len());
        if u64::try_from(length).is_ok_and(|length| length > self.max) {
            return Err(
                Error::new(Fault::LimitExceeded { limit: "pathBytes", max: self.max }).into()
            );
        }
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    /// A code unit of UTF-16, out of an escape.
    pub(super) fn push_unit(&mut self, unit: u16) -> Result<(), Refusal> {
        if self.high.is_none() && (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return Ok(());
        }
        let units = self.high.take().into_iter().chain([unit]);
        let mut bytes = [0; 4];
        for character in char::decode_utf16(units) {
            let character = character.map_err(|_| LONE_SURROGATE)?;
            self.push(character.encode_utf8(&mut bytes).as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn text(&self) -> Result<&str, &'static str> {
        match std::str::from_utf8(&self.text) {
            Ok(text) if self.high.is_none() => Ok(text),
            _ => Err(LONE_SURROGATE),
        }
    }
}

/// RFC 8259 7: the character that a backslash and `byte` stand for.
pub(in crate::json) const fn unescaped(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' | b'/' => byte,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}
