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
mod refusal;
mod sink;
#[cfg(test)]
mod tests;
mod utf8;

pub(super) use name::unescaped;
pub(super) use number::Number as Grammar;
pub(super) use plain::{text_length, without_space};
pub(crate) use sink::{Kind, Sink, Visit};

use self::name::Name;
use self::number::Number;
use self::plain::plain_length;
use self::refusal::Refusal;
use self::utf8::Continuation;
use crate::error::{Error, Fault};

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

impl State {
    /// Within a string, in a character or between two.
    fn of(continuation: Option<Continuation>) -> Result<Self, Refusal> {
        match continuation.ok_or("a string is no UTF-8")? {
            Continuation::END => Ok(Self::Text),
            continuation => Ok(Self::Utf8(continuation)),
        }
    }
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
    /// Where in the chunk its text begins that has not been reported.
    told: usize,
    /// Offset of the next chunk.
    offset: u64,
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
            told: 0,
            offset: 0,
        }
    }

    /// Scans the next bytes of the text.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`], [`Fault::LimitExceeded`] for `jsonDepth` and `pathBytes`,
    /// what `sink` fails with. The scan can then not go on.
    pub(crate) fn push<S: Sink>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Error> {
        self.told = 0;
        self.scan(bytes, sink)?;
        if self.is_within_value() {
            sink.text(bytes.get(self.told..).unwrap_or_default())?;
        }
        self.offset = self.offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Ends the scan: the text has no more bytes.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`] where it ends too early; what `sink` fails with.
    pub(crate) fn finish<S: Sink>(mut self, sink: &mut S) -> Result<(), Error> {
        if matches!(self.state, State::Number(number) if number.is_complete()) {
            self.told = 0;
            self.state = self.end_value(&[], &[], sink)?;
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
        Error::new(Fault::JsonInvalid {
            document: self.document.to_owned(),
            reason: format!("{what} at byte {offset}"),
        })
    }

    /// Whether what comes is within an object or array that is skipped: nothing is
    /// reported until that ends.
    #[inline(always)]
    const fn is_skipping(&self) -> bool {
        self.open.len() > self.reported
    }

    /// Whether a value is being skipped of which the text is reported.
    const fn is_within_value(&self) -> bool {
        self.is_skipping()
            || match self.state {
                State::Number(_) | State::Literal(_) => true,
                State::Text | State::Escape | State::Hex { .. } | State::Utf8(_) => !self.is_name,
                _ => false,
            }
    }

    fn scan<S: Sink>(&mut self, whole: &[u8], sink: &mut S) -> Result<(), Error> {
        // Local, so that they live in registers and known states need no dispatch.
        let (mut state, mut rest) = (self.state, whole);
        let result = loop {
            let next = match state {
                State::Text => {
                    let (plain, after) =
                        rest.split_at_checked(plain_length(rest)).unwrap_or_default();
                    if self.is_kept
                        && let Err(refusal) = self.name.push(plain)
                    {
                        // The first of them is at fault, wherever the chunk ends.
                        rest = rest.get(1..).unwrap_or_default();
                        break Err(refusal);
                    }
                    let Some((&byte, after)) = after.split_first() else { break Ok(()) };
                    rest = after;
                    match byte {
                        b'"' if self.is_name => {
                            self.is_name = false;
                            self.is_kept = false;
                            match rest {
                                // What comes most often needs no turn of its own.
                                [b':', b'"', after @ ..] if self.is_skipping() => {
                                    rest = after;
                                    Ok(State::Text)
                                }
                                [b':', after @ ..] => {
                                    rest = after;
                                    Ok(State::Value)
                                }
                                _ => Ok(State::Colon),
                            }
                        }
                        b'"' => match (rest, self.open.last()) {
                            // So does another string.
                            ([b',', b'"', after @ ..], Some(is_object)) if self.is_skipping() => {
                                self.is_name = *is_object;
                                rest = after;
                                Ok(State::Text)
                            }
                            _ => self.end_value(whole, rest, sink).map_err(Refusal::Other),
                        },
                        b'\\' => Ok(State::Escape),
                        _ => self.unusual(state, byte),
                    }
                }
                State::After => {
                    let Some((&byte, after)) = without_space(rest).split_first() else {
                        break Ok(());
                    };
                    rest = after;
                    match (byte, self.open.last()) {
                        (b',', Some(true)) => match without_space(rest) {
                            [b'"', after @ ..] => {
                                rest = after;
                                Ok(self.begin_name())
                            }
                            _ => Ok(State::Name),
                        },
                        (b',', Some(false)) => Ok(State::Value),
                        (b'}', Some(true)) | (b']', Some(false)) => self.close(whole, rest, sink),
                        (_, None) => Err("there is something after the document".into()),
                        _ => Err("a comma or the end was expected".into()),
                    }
                }
                State::Name | State::FirstName => {
                    let Some((&byte, after)) = without_space(rest).split_first() else {
                        break Ok(());
                    };
                    rest = after;
                    match (byte, state) {
                        (b'"', _) => Ok(self.begin_name()),
                        (b'}', State::FirstName) => self.close(whole, rest, sink),
                        _ => Err("a member's name was expected".into()),
                    }
                }
                State::Colon => {
                    let Some((&byte, after)) = without_space(rest).split_first() else {
                        break Ok(());
                    };
                    rest = after;
                    match byte {
                        b':' => Ok(State::Value),
                        _ => Err("a colon was expected".into()),
                    }
                }
                State::Value | State::FirstItem => {
                    let Some((&byte, after)) = without_space(rest).split_first() else {
                        break Ok(());
                    };
                    rest = after;
                    match (byte, state) {
                        (b']', State::FirstItem) => self.close(whole, rest, sink),
                        _ => self.begin_value(byte, whole, rest, sink),
                    }
                }
                State::Number(number) => {
                    let (number, after) = number.scan(rest);
                    rest = after;
                    state = State::Number(number);
                    match after.split_first() {
                        None => break Ok(()),
                        Some(_) if number.is_complete() => {
                            self.end_value(whole, rest, sink).map_err(Refusal::Other)
                        }
                        Some((_, after)) => {
                            rest = after;
                            Err("a number is malformed".into())
                        }
                    }
                }
                State::Literal(expected) => match expected.split_first() {
                    None => self.end_value(whole, rest, sink).map_err(Refusal::Other),
                    Some((expected, left)) => {
                        let Some((byte, after)) = rest.split_first() else { break Ok(()) };
                        rest = after;
                        match byte == expected {
                            true => Ok(State::Literal(left)),
                            false => Err("a value was expected".into()),
                        }
                    }
                },
                State::Escape | State::Hex { .. } | State::Utf8(_) => {
                    let Some((&byte, after)) = rest.split_first() else { break Ok(()) };
                    rest = after;
                    self.unusual(state, byte)
                }
            };
            match next {
                Ok(next) => state = next,
                Err(refusal) => break Err(refusal),
            }
        };
        self.state = state;
        result.map_err(|refusal| {
            let position = whole.len().saturating_sub(rest.len()).saturating_sub(1);
            self.error(refusal, position)
        })
    }

    /// RFC 8259 7: what is no plain ASCII within a string.
    fn unusual(&mut self, state: State, byte: u8) -> Result<State, Refusal> {
        let mut plain = byte;
        let next = match state {
            State::Escape if byte == b'u' => return Ok(State::Hex { left: 4, unit: 0 }),
            State::Escape => {
                plain = unescaped(byte).ok_or("the escape is unknown")?;
                State::Text
            }
            State::Hex { left, unit } => {
                let digit = char::from(byte).to_digit(16).and_then(|digit| digit.try_into().ok());
                let digit: u16 = digit.ok_or("a hexadecimal digit was expected")?;
                let unit = (unit << 4) | digit;
                if left > 1 {
                    return Ok(State::Hex { left: left.saturating_sub(1), unit });
                }
                if self.is_kept {
                    self.name.push_unit(unit)?;
                }
                return Ok(State::Text);
            }
            State::Utf8(continuation) => State::of(continuation.next(byte))?,
            _ if byte < b' ' => return Err("a string has a control character".into()),
            _ => State::of(Continuation::of_first(byte))?,
        };
        if self.is_kept {
            self.name.push(&[plain])?;
        }
        Ok(next)
    }

    #[inline(always)]
    fn begin_name(&mut self) -> State {
        self.is_name = true;
        self.is_kept = self.open.len() == self.reported;
        State::Text
    }

    #[inline(always)]
    fn begin_value<S: Sink>(
        &mut self,
        byte: u8,
        whole: &[u8],
        rest: &[u8],
        sink: &mut S,
    ) -> Result<State, Refusal> {
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
            && self.begin_reported(kind, whole, rest, sink)? == Visit::Members;
        if matches!(kind, Kind::Object | Kind::Array) {
            if u64::try_from(self.open.len()).is_ok_and(|depth| depth >= self.max_depth) {
                let max = self.max_depth;
                return Err(Error::new(Fault::LimitExceeded { limit: "jsonDepth", max }).into());
            }
            self.open.push(kind == Kind::Object);
            if is_visited && kind == Kind::Object {
                self.reported = self.open.len();
            }
        }
        Ok(state)
    }

    #[inline(never)]
    fn begin_reported<S: Sink>(
        &mut self,
        kind: Kind,
        whole: &[u8],
        rest: &[u8],
        sink: &mut S,
    ) -> Result<Visit, Refusal> {
        self.told = whole.len().saturating_sub(rest.len()).saturating_sub(1);
        self.start = self.offset.saturating_add(u64::try_from(self.told).unwrap_or(0));
        let visit = sink.begin(self.name.text()?, kind)?;
        self.name.clear();
        Ok(visit)
    }

    /// A value has ended before `rest`.
    #[inline(always)]
    fn end_value<S: Sink>(
        &mut self,
        whole: &[u8],
        rest: &[u8],
        sink: &mut S,
    ) -> Result<State, Error> {
        if self.open.len() == self.reported {
            self.end_reported(whole, rest, sink)?;
        }
        Ok(State::After)
    }

    #[inline(never)]
    fn end_reported<S: Sink>(
        &mut self,
        whole: &[u8],
        rest: &[u8],
        sink: &mut S,
    ) -> Result<(), Error> {
        let position = whole.len().saturating_sub(rest.len());
        sink.text(whole.get(self.told..position).unwrap_or_default())?;
        let end = self.offset.saturating_add(u64::try_from(position).unwrap_or(0));
        sink.end(self.start..end)
    }

    #[inline(always)]
    fn close<S: Sink>(
        &mut self,
        whole: &[u8],
        rest: &[u8],
        sink: &mut S,
    ) -> Result<State, Refusal> {
        self.open.pop();
        if self.open.len() < self.reported {
            self.reported = self.open.len();
            sink.leave();
            return Ok(State::After);
        }
        Ok(self.end_value(whole, rest, sink)?)
    }
}
