//! A strict scanner of JSON text (RFC 8259) that is fed chunk by chunk.
//!
//! serde_json can't be fed piecewise, and a host of 128 MB can't hold a text of
//! 300 MB: that is why this one is ours. It checks the grammar of the whole text
//! and of its UTF-8, and reports no more than an index needs: where values begin
//! and end near the surface, and the decoded names that they have. What lies
//! deeper is skipped at speed, in constant memory.
//!
//! Three rules of strict reading need a value's whole text and are left to whoever
//! reads that value ([`super::check`]): members that occur twice, lone surrogates
//! and numbers out of range within a value that was skipped.

mod name;
mod number;
mod plain;
mod utf8;

use std::ops::Range;

use self::name::Name;
use self::number::Number;
use self::plain::{plain_length, without_space};
use self::utf8::Continuation;
use crate::error::Error;

/// What kind of value begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false` or `null`.
    Literal,
}

/// What to do with a value that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// Report its members one by one; possible with objects only.
    Members,
    /// Skip it and report its text.
    Whole,
}

/// Is told what the scanner finds. What it refuses ends the scan.
pub(crate) trait Sink {
    /// A value begins: the document, whose name is empty, or a member of an object
    /// of which the members are reported.
    fn begin(&mut self, name: &str, kind: Kind) -> Result<Visit, Error>;

    /// The next part of the text of the value that is skipped.
    fn text(&mut self, part: &[u8]) -> Result<(), Error>;

    /// The value that was skipped has ended; its text is that of these offsets.
    fn end(&mut self, span: Range<u64>) -> Result<(), Error>;

    /// The object of which the members were reported has ended.
    fn leave(&mut self);
}

/// What the next byte must be.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A value.
    Value,
    /// A value or the end of the array that has just begun.
    FirstItem,
    /// A name or the end of the object that has just begun.
    FirstName,
    Name,
    Colon,
    /// A comma or the end of the container; nothing after the document.
    After,
    /// Within a string.
    Text,
    Escape,
    /// Hexadecimal digits of an escape.
    Hex {
        left: u8,
        unit: u16,
    },
    Utf8(Continuation),
    Number(Number),
    /// The rest of `true`, `false` or `null`.
    Literal(&'static [u8]),
}

/// The scan of one text.
#[derive(Debug)]
pub(crate) struct Scanner {
    document: &'static str,
    max_depth: u64,
    state: State,
    /// The open containers, from outside in: whether each is an object.
    open: Vec<bool>,
    /// How many of them, from outside in, have their members reported.
    reported: usize,
    /// Whether the string is a member's name.
    is_name: bool,
    /// Whether that name is to be reported.
    is_kept: bool,
    name: Name,
    /// Where the value begins that is skipped.
    start: u64,
    /// Offset of the next chunk.
    offset: u64,
}

/// A refusal before it is known where.
enum Refusal {
    Syntax(&'static str),
    Other(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<&'static str> for Refusal {
    fn from(what: &'static str) -> Self {
        Self::Syntax(what)
    }
}

/// A chunk, and how far it has been read.
struct Chunk<'a> {
    whole: &'a [u8],
    rest: &'a [u8],
    /// Where in it the text begins that has not been reported.
    told: usize,
}

impl Chunk<'_> {
    const fn position(&self) -> usize {
        self.whole.len().saturating_sub(self.rest.len())
    }

    /// The next byte that is no white space.
    #[inline]
    fn token(&mut self) -> Option<u8> {
        self.rest = without_space(self.rest);
        self.byte()
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }
}

impl Scanner {
    /// A scan of the text that messages call `document`. Containers nest `max_depth`
    /// deep at most, reported names have `max_name` bytes at most.
    pub(crate) fn new(document: &'static str, max_depth: u64, max_name: u64) -> Self {
        Self {
            document,
            max_depth,
            state: State::Value,
            open: Vec::new(),
            reported: 0,
            is_name: false,
            is_kept: false,
            name: Name::new(max_name),
            start: 0,
            offset: 0,
        }
    }

    /// Scans the next bytes of the text.
    ///
    /// # Errors
    /// [`Error::JsonInvalid`], [`Error::LimitExceeded`] for `jsonDepth` and `pathBytes`,
    /// what `sink` fails with. The scan can then not go on.
    pub(crate) fn push<S: Sink>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Error> {
        let mut chunk = Chunk { whole: bytes, rest: bytes, told: 0 };
        if let Err(refusal) = self.scan(&mut chunk, sink) {
            return Err(self.error(refusal, chunk.position().saturating_sub(1)));
        }
        if self.is_within_value() {
            sink.text(bytes.get(chunk.told..).unwrap_or_default())?;
        }
        self.offset = self.offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Ends the scan: the text has no more bytes.
    ///
    /// # Errors
    /// [`Error::JsonInvalid`] where it ends too early; what `sink` fails with.
    pub(crate) fn finish<S: Sink>(mut self, sink: &mut S) -> Result<(), Error> {
        if matches!(self.state, State::Number(number) if number.is_complete()) {
            let mut nothing = Chunk { whole: &[], rest: &[], told: 0 };
            self.end_value(&mut nothing, 0, sink)?;
        }
        if matches!(self.state, State::After) && self.open.is_empty() {
            return Ok(());
        }
        Err(self.error(Refusal::Syntax("the text ends too early"), 0))
    }

    #[cold]
    fn error(&self, refusal: Refusal, position: usize) -> Error {
        let what = match refusal {
            Refusal::Other(error) => return error,
            Refusal::Syntax(what) => what,
        };
        let offset = self.offset.saturating_add(u64::try_from(position).unwrap_or(0));
        Error::JsonInvalid {
            document: self.document.to_owned(),
            reason: format!("{what} at byte {offset}"),
        }
    }

    /// Whether a value is being skipped of which the text is reported.
    const fn is_within_value(&self) -> bool {
        self.open.len() > self.reported
            || match self.state {
                State::Number(_) | State::Literal(_) => true,
                State::Text | State::Escape | State::Hex { .. } | State::Utf8(_) => !self.is_name,
                _ => false,
            }
    }

    fn scan<S: Sink>(&mut self, chunk: &mut Chunk<'_>, sink: &mut S) -> Result<(), Refusal> {
        loop {
            match self.state {
                State::Text => {
                    let (plain, rest) =
                        chunk.rest.split_at_checked(plain_length(chunk.rest)).unwrap_or_default();
                    if self.is_kept {
                        self.name.push(plain)?;
                    }
                    chunk.rest = rest;
                    let Some(byte) = chunk.byte() else { return Ok(()) };
                    match byte {
                        b'"' => self.end_string(chunk, sink)?,
                        b'\\' => self.state = State::Escape,
                        _ => self.unusual(byte)?,
                    }
                }
                State::After => {
                    let Some(byte) = chunk.token() else { return Ok(()) };
                    match (byte, self.open.last()) {
                        (b',', Some(true)) => self.state = State::Name,
                        (b',', Some(false)) => self.state = State::Value,
                        (b'}', Some(true)) | (b']', Some(false)) => self.close(chunk, sink)?,
                        (_, None) => return Err("there is something after the document".into()),
                        _ => return Err("a comma or the end was expected".into()),
                    }
                }
                State::Name | State::FirstName => {
                    let Some(byte) = chunk.token() else { return Ok(()) };
                    match (byte, self.state) {
                        (b'"', _) => {
                            self.state = State::Text;
                            self.is_name = true;
                            self.is_kept = self.open.len() == self.reported;
                        }
                        (b'}', State::FirstName) => self.close(chunk, sink)?,
                        _ => return Err("a member's name was expected".into()),
                    }
                }
                State::Colon => {
                    let Some(byte) = chunk.token() else { return Ok(()) };
                    if byte != b':' {
                        return Err("a colon was expected".into());
                    }
                    self.state = State::Value;
                }
                State::Value | State::FirstItem => {
                    let Some(byte) = chunk.token() else { return Ok(()) };
                    match (byte, self.state) {
                        (b']', State::FirstItem) => self.close(chunk, sink)?,
                        _ => self.begin_value(byte, chunk, sink)?,
                    }
                }
                State::Number(number) => {
                    let (number, rest) = number.scan(chunk.rest)?;
                    chunk.rest = rest;
                    self.state = State::Number(number);
                    if rest.is_empty() {
                        return Ok(());
                    }
                    if !number.is_complete() {
                        // The byte that does not belong there.
                        chunk.byte();
                        return Err("a digit was expected".into());
                    }
                    self.end_value(chunk, chunk.position(), sink)?;
                }
                State::Literal(expected) => match expected.split_first() {
                    None => self.end_value(chunk, chunk.position(), sink)?,
                    Some((expected, left)) => {
                        let Some(byte) = chunk.byte() else { return Ok(()) };
                        if byte != *expected {
                            return Err("a value was expected".into());
                        }
                        self.state = State::Literal(left);
                    }
                },
                State::Escape | State::Hex { .. } | State::Utf8(_) => {
                    let Some(byte) = chunk.byte() else { return Ok(()) };
                    self.unusual(byte)?;
                }
            }
        }
    }

    /// RFC 8259 7: what is no plain ASCII within a string.
    fn unusual(&mut self, byte: u8) -> Result<(), Refusal> {
        let mut unit = None;
        self.state = match self.state {
            State::Escape if byte == b'u' => State::Hex { left: 4, unit: 0 },
            State::Escape => {
                let character = name::unescaped(byte).ok_or("the escape is unknown")?;
                if self.is_kept {
                    self.name.push(&[character])?;
                }
                State::Text
            }
            State::Hex { left, unit: high } => {
                let digit = char::from(byte).to_digit(16).and_then(|digit| digit.try_into().ok());
                let digit: u16 = digit.ok_or("a hexadecimal digit was expected")?;
                let value = (high << 4) | digit;
                match left.saturating_sub(1) {
                    0 => {
                        unit = Some(value);
                        State::Text
                    }
                    left => State::Hex { left, unit: value },
                }
            }
            state => {
                let next = match state {
                    State::Utf8(continuation) => continuation.next(byte),
                    _ if byte < b' ' => return Err("a string has a control character".into()),
                    _ => Continuation::of_first(byte),
                };
                if self.is_kept {
                    self.name.push(&[byte])?;
                }
                match next.ok_or("a string is no UTF-8")? {
                    Continuation::END => State::Text,
                    continuation => State::Utf8(continuation),
                }
            }
        };
        match unit {
            Some(unit) if self.is_kept => Ok(self.name.push_unit(unit)?),
            _ => Ok(()),
        }
    }

    #[inline]
    fn end_string<S: Sink>(&mut self, chunk: &mut Chunk<'_>, sink: &mut S) -> Result<(), Refusal> {
        if self.is_name {
            self.is_name = false;
            self.is_kept = false;
            self.state = State::Colon;
            return Ok(());
        }
        Ok(self.end_value(chunk, chunk.position(), sink)?)
    }

    #[inline]
    fn begin_value<S: Sink>(
        &mut self,
        byte: u8,
        chunk: &mut Chunk<'_>,
        sink: &mut S,
    ) -> Result<(), Refusal> {
        let (kind, state) = match byte {
            b'"' => (Kind::String, State::Text),
            b'{' => (Kind::Object, State::FirstName),
            b'[' => (Kind::Array, State::FirstItem),
            b't' => (Kind::Literal, State::Literal(b"rue")),
            b'f' => (Kind::Literal, State::Literal(b"alse")),
            b'n' => (Kind::Literal, State::Literal(b"ull")),
            b'-' | b'0'..=b'9' => (Kind::Number, State::Number(Number::of_first(byte))),
            _ => return Err("a value was expected".into()),
        };
        let is_visited = self.open.len() == self.reported
            && self.begin_reported(kind, chunk, sink)? == Visit::Members;
        self.state = state;
        if matches!(kind, Kind::Object | Kind::Array) {
            if u64::try_from(self.open.len()).is_ok_and(|depth| depth >= self.max_depth) {
                let max = self.max_depth;
                return Err(Error::LimitExceeded { limit: "jsonDepth", max }.into());
            }
            self.open.push(kind == Kind::Object);
            if is_visited && kind == Kind::Object {
                self.reported = self.open.len();
            }
        }
        Ok(())
    }

    fn begin_reported<S: Sink>(
        &mut self,
        kind: Kind,
        chunk: &mut Chunk<'_>,
        sink: &mut S,
    ) -> Result<Visit, Refusal> {
        chunk.told = chunk.position().saturating_sub(1);
        self.start = self.offset.saturating_add(u64::try_from(chunk.told).unwrap_or(0));
        let visit = sink.begin(self.name.text()?, kind)?;
        self.name.clear();
        Ok(visit)
    }

    /// A value has ended before `position` in the chunk.
    #[inline]
    fn end_value<S: Sink>(
        &mut self,
        chunk: &mut Chunk<'_>,
        position: usize,
        sink: &mut S,
    ) -> Result<(), Error> {
        self.state = State::After;
        if self.open.len() == self.reported {
            sink.text(chunk.whole.get(chunk.told..position).unwrap_or_default())?;
            let end = self.offset.saturating_add(u64::try_from(position).unwrap_or(0));
            sink.end(self.start..end)?;
        }
        Ok(())
    }

    fn close<S: Sink>(&mut self, chunk: &mut Chunk<'_>, sink: &mut S) -> Result<(), Error> {
        self.open.pop();
        if self.open.len() < self.reported {
            self.reported = self.open.len();
            self.state = State::After;
            sink.leave();
            return Ok(());
        }
        self.end_value(chunk, chunk.position(), sink)
    }
}
