//! MessagePack, read as strictly as JSON and into the same tree.
//!
//! Decoded by hand: the format is a few dozen markers, and a crate for it would bring
//! errors and readers of its own, and none of the bounds.

use std::collections::BTreeMap;
use std::ops::Range;

use super::max_depth;
use super::number::Number;
use super::value::Value;
use crate::by_name::Names;
use crate::digest::hex;
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// Reads a document from its front.
///
/// Refused are extension types, keys that are no strings, keys that a map has twice,
/// text that is not UTF-8, and doubles that are not finite. A length is compared with
/// the bytes that are left before anything is made of it.
pub(crate) struct Msgpack<'a> {
    bytes: &'a [u8],
    at: usize,
    document: &'a str,
    depth: u64,
    /// The most items of an array or map.
    items: u64,
}

/// A value, or how many items follow that are one.
enum Head<'a> {
    Nil,
    Bool(bool),
    Number(Number),
    Text(&'a str),
    Bytes(&'a [u8]),
    Array(u64),
    Map(u64),
}

/// Whether bytes are what JSON has in hex: digests have such a key.
fn is_digest(key: &str) -> bool {
    key.ends_with("sha256") || key.ends_with("md5")
}

impl<'a> Msgpack<'a> {
    /// A reader of all of `bytes`; `document` names them in messages.
    pub(crate) fn new(bytes: &'a [u8], document: &'a str, limits: &Limits) -> Self {
        Self { bytes, at: 0, document, depth: max_depth(limits), items: limits.entries }
    }

    /// A reader of a part of them.
    pub(crate) fn of_span(&self, span: Range<usize>) -> Self {
        let bytes = self.bytes.get(span).unwrap_or_default();
        Self { bytes, at: 0, ..*self }
    }

    /// The number of members of the map that is next, whose keys and values follow in
    /// turn.
    ///
    /// # Errors
    /// [`Fault::MsgpackInvalid`], also where something else is next;
    /// [`Fault::LimitExceeded`] for `entries`.
    pub(crate) fn map(&mut self) -> Result<u64, Error> {
        match self.head()? {
            Head::Map(count) => self.bound(count),
            _ => Err(self.invalid("it has something else where a map has to be")),
        }
    }

    /// The number of items of the array that is next.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub(crate) fn array(&mut self) -> Result<u64, Error> {
        match self.head()? {
            Head::Array(count) => self.bound(count),
            _ => Err(self.invalid("it has something else where an array has to be")),
        }
    }

    /// The text that is next.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        match self.head()? {
            Head::Text(text) => Ok(text),
            _ => Err(self.invalid("it has something else where text has to be")),
        }
    }

    /// The key that is next, if the map has not had it: `seen` are those before.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub(crate) fn key(&mut self, seen: &mut Names<'a>) -> Result<&'a str, Error> {
        let key = self.text()?;
        if seen.insert(key) { Ok(key) } else { Err(self.twice()) }
    }

    /// The digest that is next, in hex: bytes, or text, which is handed out as it is.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub(crate) fn digest(&mut self) -> Result<String, Error> {
        match self.head()? {
            Head::Text(text) => Ok(text.to_owned()),
            Head::Bytes(bytes) => Ok(hex(bytes)),
            _ => Err(self.invalid("it has something else where a digest has to be")),
        }
    }

    /// The value that is next. Bytes are hex in members whose keys end in `sha256` or
    /// `md5`, as JSON has these; elsewhere they are the array of their numbers, which
    /// nothing takes for text.
    ///
    /// # Errors
    /// [`Fault::MsgpackInvalid`]; [`Fault::LimitExceeded`] for `jsonDepth`, counted
    /// from this value, and for `entries`.
    pub(crate) fn value(&mut self) -> Result<Value, Error> {
        self.value_of("", self.depth)
    }

    fn value_of(&mut self, key: &str, depth_left: u64) -> Result<Value, Error> {
        Ok(match self.head()? {
            Head::Nil => Value::Null,
            Head::Bool(bool) => Value::Bool(bool),
            Head::Number(number) => Value::Number(number),
            Head::Text(text) => Value::String(text.to_owned()),
            Head::Bytes(bytes) if is_digest(key) => Value::String(hex(bytes)),
            Head::Bytes(bytes) => {
                self.bound(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
                let number = |byte: &u8| Value::Number(Number::of_integer(false, (*byte).into()));
                Value::Array(bytes.iter().map(number).collect())
            }
            Head::Array(count) => {
                let inner = self.deeper(depth_left, count)?;
                let items = (0..count).map(|_| self.value_of("", inner));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Head::Map(count) => {
                let inner = self.deeper(depth_left, count)?;
                let mut members = BTreeMap::new();
                for _ in 0..count {
                    let key = self.text()?;
                    let value = self.value_of(key, inner)?;
                    if members.insert(key.to_owned(), value).is_some() {
                        return Err(self.twice());
                    }
                }
                Value::Object(members)
            }
        })
    }

    /// Where the value that is next lies: checked as strictly, and nothing made of it.
    ///
    /// # Errors
    /// As [`Self::value`].
    pub(crate) fn skip(&mut self) -> Result<Range<usize>, Error> {
        let start = self.at;
        self.skip_of(self.depth)?;
        Ok(start..self.at)
    }

    fn skip_of(&mut self, depth_left: u64) -> Result<(), Error> {
        match self.head()? {
            Head::Array(count) => {
                let inner = self.deeper(depth_left, count)?;
                (0..count).try_for_each(|_| self.skip_of(inner))
            }
            Head::Map(count) => {
                let inner = self.deeper(depth_left, count)?;
                let mut keys = Names::default();
                for _ in 0..count {
                    self.key(&mut keys)?;
                    self.skip_of(inner)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the value that is next is nil, which is then read.
    pub(crate) fn is_nil(&mut self) -> bool {
        let is_nil = self.bytes.get(self.at) == Some(&0xc0);
        self.at = self.at.saturating_add(usize::from(is_nil));
        is_nil
    }

    /// Nothing may follow.
    ///
    /// # Errors
    /// [`Fault::MsgpackInvalid`].
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.at < self.bytes.len() {
            return Err(self.invalid("it goes on behind its end"));
        }
        Ok(())
    }

    fn deeper(&self, depth_left: u64, count: u64) -> Result<u64, Error> {
        self.bound(count)?;
        let exceeded = Error::new(Fault::LimitExceeded { limit: "jsonDepth", max: self.depth });
        depth_left.checked_sub(1).ok_or(exceeded)
    }

    fn bound(&self, count: u64) -> Result<u64, Error> {
        if count > self.items {
            return Err(Error::new(Fault::LimitExceeded { limit: "entries", max: self.items }));
        }
        Ok(count)
    }

    fn head(&mut self) -> Result<Head<'a>, Error> {
        let marker = u8::try_from(self.number(1)?).unwrap_or(0);
        let low = |bits: u8| u64::from(marker & bits);
        Ok(match marker {
            0x00..=0x7f => Head::Number(Number::of_integer(false, marker.into())),
            0x80..=0x8f => self.items_of(low(0x0f), 2).map(Head::Map)?,
            0x90..=0x9f => self.items_of(low(0x0f), 1).map(Head::Array)?,
            0xa0..=0xbf => self.text_of(low(0x1f))?,
            0xc0 => Head::Nil,
            0xc2 | 0xc3 => Head::Bool(marker == 0xc3),
            0xc4..=0xc6 => {
                let length = self.length(marker, 0xc4)?;
                Head::Bytes(self.take(length)?)
            }
            0xca => {
                let bits = u32::try_from(self.number(4)?).unwrap_or(0);
                self.double(f32::from_bits(bits).into())?
            }
            0xcb => {
                let bits = self.number(8)?;
                self.double(f64::from_bits(bits))?
            }
            0xcc..=0xcf => {
                let number = self.length(marker, 0xcc)?;
                Head::Number(Number::of_integer(false, number))
            }
            0xd0..=0xd3 => {
                let bits = self.length(marker, 0xd0)?;
                // Sign-extended from as many bits as were read.
                let unused = 64_u32.saturating_sub(8_u32 << (marker & 3));
                let number = (bits << unused).cast_signed() >> unused;
                Head::Number(Number::of_integer(number < 0, number.unsigned_abs()))
            }
            0xd9..=0xdb => {
                let length = self.length(marker, 0xd9)?;
                self.text_of(length)?
            }
            0xdc | 0xdd => {
                let count = self.length(marker, 0xdb)?;
                self.items_of(count, 1).map(Head::Array)?
            }
            0xde | 0xdf => {
                let count = self.length(marker, 0xdd)?;
                self.items_of(count, 2).map(Head::Map)?
            }
            0xe0..=0xff => {
                Head::Number(Number::of_integer(true, 0x100_u64.saturating_sub(marker.into())))
            }
            0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => {
                return Err(
                    self.invalid("it has an extension type, or a marker that means nothing")
                );
            }
        })
    }

    /// The number behind a marker: of one byte behind `first`, and twice as many behind
    /// each marker after that.
    fn length(&mut self, marker: u8, first: u8) -> Result<u64, Error> {
        self.number(1 << (marker.saturating_sub(first) & 3))
    }

    fn number(&mut self, width: u64) -> Result<u64, Error> {
        let bytes = self.take(width)?;
        Ok(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn text_of(&mut self, length: u64) -> Result<Head<'a>, Error> {
        let text = std::str::from_utf8(self.take(length)?);
        text.map(Head::Text).map_err(|_| self.invalid("it has text that is not UTF-8"))
    }

    fn double(&self, double: f64) -> Result<Head<'a>, Error> {
        let number = Number::of_double(double);
        number.map(Head::Number).ok_or_else(|| self.invalid("it has a number that is not finite"))
    }

    /// The count, if the items can be there: each takes `least` bytes at the least.
    fn items_of(&self, count: u64, least: u64) -> Result<u64, Error> {
        let left = self.bytes.len().saturating_sub(self.at);
        if u64::try_from(left).is_ok_and(|left| count.saturating_mul(least) <= left) {
            return Ok(count);
        }
        Err(self.ended())
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Error> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.ended())?;
        self.at = self.at.saturating_add(taken.len());
        Ok(taken)
    }

    fn ended(&self) -> Error {
        self.invalid("it ends too early")
    }

    /// The error for a key that a map has had before.
    pub(crate) fn twice(&self) -> Error {
        self.invalid("a map has a key twice")
    }

    fn invalid(&self, reason: &'static str) -> Error {
        Error::new(Fault::MsgpackInvalid { document: self.document.to_owned(), reason })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Msgpack;
    use crate::error::{Code, Error, Fault};
    use crate::json::Value;
    use crate::limits::Limits;

    fn read(bytes: &[u8]) -> Result<Value, Error> {
        let limits = Limits::default();
        let mut reader = Msgpack::new(bytes, "x", &limits);
        let value = reader.value().and_then(|value| reader.end().map(|()| value));
        let mut skipper = Msgpack::new(bytes, "x", &limits);
        let skipped = skipper.skip().and_then(|span| skipper.end().map(|()| span));
        assert_eq!(value.as_ref().err(), skipped.as_ref().err(), "{bytes:?}");
        value
    }

    #[test]
    fn every_kind_of_value_reads_as_json_has_it() {
        for (bytes, json) in [
            (b"\x00".as_slice(), "0"),
            (b"\x7f", "127"),
            (b"\xff", "-1"),
            (b"\xe0", "-32"),
            (b"\xc0", "null"),
            (b"\xc2", "false"),
            (b"\xc3", "true"),
            (b"\xcc\xff", "255"),
            (b"\xcd\x01\x00", "256"),
            (b"\xce\xff\xff\xff\xff", "4294967295"),
            (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
            (b"\xd0\x80", "-128"),
            (b"\xd0\x7f", "127"),
            (b"\xd1\xff\x7f", "-129"),
            (b"\xd2\x80\x00\x00\x00", "-2147483648"),
            (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808"),
            (b"\xca\x3f\x00\x00\x00", "0.5"),
            (b"\xcb\xbf\xb9\x99\x99\x99\x99\x99\x9a", "-0.1"),
            (b"\xa0", r#""""#),
            (b"\xa2\xc3\xa9", r#""é""#),
            (b"\xd9\x01a", r#""a""#),
            (b"\xda\x00\x01a", r#""a""#),
            (b"\xdb\x00\x00\x00\x01a", r#""a""#),
            (b"\x92\x01\xc0", "[1,null]"),
            (b"\xdc\x00\x01\x02", "[2]"),
            (b"\xdd\x00\x00\x00\x01\x02", "[2]"),
            (b"\x81\xa1a\x90", r#"{"a":[]}"#),
            (b"\xde\x00\x01\xa1a\x80", r#"{"a":{}}"#),
            (b"\xdf\x00\x00\x00\x01\xa1a\x01", r#"{"a":1}"#),
            (b"\x81\xa3md5\xc4\x02\xab\x01", r#"{"md5":"ab01"}"#),
            (b"\x81\xa1a\xc5\x00\x02\xab\x01", r#"{"a":[171,1]}"#),
            (b"\xc6\x00\x00\x00\x00", "[]"),
        ] {
            let expected = Value::parse(json.as_bytes(), "x", &Limits::default()).unwrap();
            assert_eq!(read(bytes), Ok(expected), "{json}");
        }
    }

    #[test]
    fn what_readers_could_differ_about_is_refused() {
        for bytes in [
            b"".as_slice(),
            b"\x01\x01",
            b"\xc1",
            b"\xc7\x00\x01",
            b"\xd4\x01\x00",
            b"\xd6\xff\x00\x00\x00\x00",
            b"\xa1\xff",
            b"\xa3\xed\xa0\x80",
            b"\xca\x7f\x80\x00\x00",
            b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
            b"\x82\xa1a\x01\xa1a\x01",
            b"\x82\xa1a\x01\xd9\x01a\x01",
            b"\x81\x01\x01",
            b"\x81\xc4\x01a\x01",
            b"\x81\xa1a",
            b"\x91",
            b"\xdf\xff\xff\xff\xff",
            b"\xdd\xff\xff\xff\xff\x00",
            b"\xc6\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xcf\x00",
        ] {
            assert_eq!(read(bytes).unwrap_err().code(), Code::MsgpackInvalid, "{bytes:?}");
        }
    }

    #[test]
    fn depth_and_items_are_bounded() {
        let nested = |depth: usize| [vec![0x91; depth], vec![0xc0]].concat();
        read(&nested(64)).unwrap();
        for depth in [65, 100_000] {
            let refused = read(&nested(depth)).unwrap_err();
            assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "jsonDepth", max: 64 }));
        }
        let limits = Limits { entries: 3, ..Limits::default() };
        for bytes in [b"\x94\x01\x01\x01\x01".as_slice(), b"\xc4\x04\x01\x01\x01\x01"] {
            let refused = Msgpack::new(bytes, "x", &limits).value().unwrap_err();
            assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "entries", max: 3 }));
        }
    }
}
