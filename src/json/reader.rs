//! A strict reader of JSON (RFC 8259): its grammar, no member twice, no lone
//! surrogates, no number out of range, bounded depth and width.
//!
//! What a caller does not keep is held to the same rules.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::scanner::{Grammar, text_length, unescaped, without_space};
use super::{MAX_DEPTH, Number, Value, max_depth};
use crate::by_name::Names;
use crate::error::{Error, Fault, Quoted};
use crate::limits::Limits;

/// What [`Reader::read`] keeps of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    All,
    /// Containers become empty ones.
    Scalar,
    Nothing,
}

/// A document that is read value by value.
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// What of it has not been read.
    rest: &'a str,
    document: &'a str,
    depth: u64,
    depth_left: u64,
    /// The most items of an array, members of an object.
    items: u64,
    /// Whether it is known to be canonical (OLPC): then no member occurs twice, and
    /// control characters stand for themselves.
    is_canonical: bool,
}

type Result<T> = std::result::Result<T, Error>;

/// Is given where a member's name begins and the name, and must read its value.
type MemberReader<'m, 'a> = dyn FnMut(&mut Reader<'a>, usize, Cow<'a, str>) -> Result<()> + 'm;

impl<'a> Reader<'a> {
    /// A reader of the whole document that messages call `document`.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`] where it is no UTF-8.
    pub(crate) fn new(bytes: &'a [u8], document: &'a str, limits: &Limits) -> Result<Self> {
        let depth = max_depth(limits);
        let mut reader = Self {
            text: "",
            rest: "",
            document,
            depth,
            depth_left: depth,
            items: limits.entries,
            is_canonical: false,
        };
        reader.text = str::from_utf8(bytes).map_err(|_| reader.invalid("it is no UTF-8"))?;
        reader.rest = reader.text;
        Ok(reader)
    }

    /// A reader of what [`super::canonical_text`] wrote, or a part of it.
    pub(crate) fn of_canonical(text: &'a str, document: &'a str) -> Self {
        let depth = MAX_DEPTH;
        let items = u64::MAX;
        Self { text, rest: text, document, depth, depth_left: depth, items, is_canonical: true }
    }

    /// Reads with arrays and objects of any number of items.
    pub(super) fn unbounded(
        &mut self,
        read: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let bound = std::mem::replace(&mut self.items, u64::MAX);
        let result = read(self);
        self.items = bound;
        result
    }

    /// What has not been read.
    pub(crate) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// Where in the text the next value begins, or whatever comes next.
    #[inline(always)]
    pub(crate) fn offset(&mut self) -> usize {
        self.peek();
        self.text.len().saturating_sub(self.rest.len())
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`] where something comes after what has been read.
    pub(crate) fn end(mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.invalid("there is something after the document")),
        }
    }

    /// Reads a value.
    ///
    /// # Errors
    /// For this and all others: [`Fault::JsonInvalid`]; [`Fault::LimitExceeded`] for
    /// `jsonDepth` and `entries`.
    pub(crate) fn value(&mut self) -> Result<Value> {
        self.read(Keep::All)
    }

    /// Reads a value of which, if it is a container, only the kind is kept.
    pub(crate) fn scalar(&mut self) -> Result<Value> {
        self.read(Keep::Scalar)
    }

    /// Reads a value and keeps nothing.
    pub(crate) fn skip(&mut self) -> Result<()> {
        self.read(Keep::Nothing).map(|_| ())
    }

    /// Whether an object comes.
    pub(crate) fn is_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Whether an array comes.
    pub(crate) fn is_array(&mut self) -> bool {
        self.peek() == Some(b'[')
    }

    /// Reads an object; `member` is given each name and must read the value.
    pub(crate) fn object(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &str) -> Result<()>,
    ) -> Result<()> {
        let mut names = Names::default();
        self.members(&mut |reader, _, name| {
            if !reader.is_canonical && !names.insert(name.clone()) {
                return Err(reader.repeated(&name));
            }
            member(reader, &name)
        })
    }

    /// Reads an object of which `member` must see to it that no name occurs twice.
    #[inline(always)]
    pub(crate) fn members(&mut self, member: &mut MemberReader<'_, 'a>) -> Result<()> {
        self.container(b'{', b'}', &mut |reader| {
            let start = reader.offset();
            let name = reader.name()?;
            member(reader, start, name)
        })
    }

    /// Reads a member's name and its colon.
    pub(crate) fn name(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.invalid("a member's name was expected"));
        }
        let name = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.invalid("a colon was expected"));
        }
        self.advance(1);
        Ok(name)
    }

    /// Reads a value and returns its text.
    pub(crate) fn raw(&mut self) -> Result<&'a str> {
        self.peek();
        let before = self.rest;
        self.skip()?;
        let length = before.len().saturating_sub(self.rest.len());
        Ok(before.get(..length).unwrap_or_default())
    }

    /// Reads an array; `item` must read each item.
    pub(crate) fn array(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.container(b'[', b']', item)
    }

    fn read(&mut self, keep: Keep) -> Result<Value> {
        match self.peek() {
            Some(b'{') => {
                let mut object = BTreeMap::new();
                self.object(&mut |reader, name| {
                    let value = reader.read(keep.within())?;
                    if keep == Keep::All {
                        object.insert(name.to_owned(), value);
                    }
                    Ok(())
                })?;
                Ok(Value::Object(object))
            }
            Some(b'[') => {
                let mut array = Vec::new();
                self.array(&mut |reader| {
                    let item = reader.read(keep.within())?;
                    if keep == Keep::All {
                        array.push(item);
                    }
                    Ok(())
                })?;
                Ok(Value::Array(array))
            }
            Some(b'"') => {
                let text = self.string()?;
                Ok(match keep {
                    Keep::Nothing => Value::Null,
                    _ => Value::String(text.into_owned()),
                })
            }
            Some(first @ (b'-' | b'0'..=b'9')) => self.number(first, keep),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) -> Result<Value> {
        for (word, value) in
            [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.invalid("a value was expected"))
    }

    fn number(&mut self, first: u8, keep: Keep) -> Result<Value> {
        let after_first = self.rest.as_bytes().get(1..).unwrap_or_default();
        let (grammar, after) = Grammar::of_first(first).scan(after_first);
        let text = self.advance(self.rest.len().saturating_sub(after.len()));
        if !grammar.is_complete() {
            return Err(self.invalid("a number is malformed"));
        }
        let number = match keep {
            Keep::Nothing if Number::is_in_range(text) => return Ok(Value::Null),
            Keep::Nothing => None,
            _ => Number::of_checked(text),
        };
        number.map(Value::Number).ok_or_else(|| self.invalid("a number is out of range"))
    }

    /// Reads what comes between two brackets, with commas between.
    fn container(
        &mut self,
        open: u8,
        close: u8,
        item: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if self.peek() != Some(open) {
            return Err(self.invalid("a value has another type"));
        }
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            return Err(Error::new(Fault::LimitExceeded { limit: "jsonDepth", max: self.depth }));
        };
        self.depth_left = depth_left;
        self.advance(1);
        let mut left = self.items;
        let mut is_first = true;
        loop {
            match self.peek() {
                Some(byte) if byte == close && is_first => break,
                _ => item(self)?,
            }
            let Some(others) = left.checked_sub(1) else {
                return Err(Error::new(Fault::LimitExceeded { limit: "entries", max: self.items }));
            };
            (left, is_first) = (others, false);
            match self.peek() {
                Some(b',') => self.advance(1),
                Some(byte) if byte == close => break,
                _ => return Err(self.invalid("a comma or the end was expected")),
            };
        }
        self.advance(1);
        self.depth_left = self.depth_left.saturating_add(1);
        Ok(())
    }

    /// Reads a string; its first quotation mark has been seen.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>> {
        self.advance(1);
        let mut whole = Cow::Borrowed("");
        loop {
            let plain = self.advance(text_length(self.rest));
            if whole.is_empty() {
                whole = Cow::Borrowed(plain);
            } else {
                whole.to_mut().push_str(plain);
            }
            match self.rest.as_bytes().first() {
                Some(b'"') => {
                    self.advance(1);
                    return Ok(whole);
                }
                Some(b'\\') => {
                    let escaped =
                        self.escape().ok_or_else(|| self.invalid("an escape is malformed"))?;
                    whole.to_mut().push(escaped);
                }
                Some(_) if self.is_canonical => {
                    let control = self.advance(1);
                    whole.to_mut().push_str(control);
                }
                Some(_) => return Err(self.invalid("a string has a control character")),
                None => return Err(self.invalid("the text ends too early")),
            }
        }
    }

    /// RFC 8259 7: a backslash and what comes after it.
    fn escape(&mut self) -> Option<char> {
        if !self.rest.starts_with("\\u") {
            let byte = self.rest.as_bytes().get(1).copied().and_then(unescaped)?;
            self.advance(2);
            return Some(char::from(byte));
        }
        let first = self.unit()?;
        let second = if (0xD800..0xDC00).contains(&first) { Some(self.unit()?) } else { None };
        let mut characters = char::decode_utf16([Some(first), second].into_iter().flatten());
        let character = characters.next()?.ok()?;
        characters.next().is_none().then_some(character)
    }

    /// A code unit of UTF-16.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest.strip_prefix("\\u")?.get(..4)?;
        self.advance(6);
        let is_plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_plain)
    }

    /// The next byte that is no space.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        if matches!(self.rest.as_bytes().first(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.skip_space();
        }
        self.rest.as_bytes().first().copied()
    }

    fn skip_space(&mut self) {
        let after = without_space(self.rest.as_bytes()).len();
        self.advance(self.rest.len().saturating_sub(after));
    }

    /// Goes on by `length` bytes, which end with a character.
    #[inline(always)]
    fn advance(&mut self, length: usize) -> &'a str {
        let (read, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        read
    }

    #[cold]
    pub(super) fn repeated(&self, name: &str) -> Error {
        self.invalid(&format!("the member {} occurs twice", Quoted::new(name)))
    }

    #[cold]
    pub(super) fn invalid(&self, what: &str) -> Error {
        let offset = self.text.len().saturating_sub(self.rest.len());
        let reason = format!("{what} at byte {offset}");
        Error::new(Fault::JsonInvalid { document: self.document.to_owned(), reason })
    }
}

impl Keep {
    /// What is kept of what is within a container.
    fn within(self) -> Self {
        match self {
            Self::All => Self::All,
            _ => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
