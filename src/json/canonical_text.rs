//! OLPC canonical JSON straight from a text: no tree of values in between.
//!
//! Nearly every text has its members in order. It is written in one pass. Where members
//! are not in order, it is noted where they are, and the whole is written once more.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use super::reader::Reader;
use crate::error::Error;
use crate::limits::Limits;
use crate::order::{order, sort};

#[cfg(test)]
mod tests;

/// The bytes that a signature of TUF is over: a document in OLPC's canonical form, as
/// [`CanonicalForm::Olpc`](super::CanonicalForm::Olpc) writes its value. `document` names
/// it in messages.
///
/// Memory and time are bounded by a small multiple of the text; an object may have any
/// number of members.
///
/// # Errors
/// [`Fault::JsonInvalid`](crate::Fault::JsonInvalid) where it is not strict JSON, or has
/// a number that signers read differently: with a fraction or an exponent, `-0`, or an
/// integer outside of `i64` and `u64`. [`Fault::LimitExceeded`](crate::Fault::LimitExceeded)
/// for `jsonDepth`.
pub fn canonical_text(text: &[u8], document: &str, limits: &Limits) -> Result<String, Error> {
    let mut reader = Reader::new(text, document, limits)?;
    let canonical = reader.canonical()?;
    reader.end()?;
    Ok(canonical)
}

impl Reader<'_> {
    /// Reads a value and writes it in OLPC's canonical form.
    ///
    /// # Errors
    /// As [`canonical_text`].
    pub(crate) fn canonical(&mut self) -> Result<String, Error> {
        // No canonical form is longer than what it is of.
        let mut writer =
            Writer { out: String::with_capacity(self.rest().len()), ..Writer::default() };
        self.unbounded(&mut |reader| writer.value(reader))?;
        if writer.unsorted.is_empty() {
            return Ok(writer.out);
        }
        // Objects are noted when they end.
        sort(&mut writer.unsorted, |a, b| a.start.cmp(&b.start));
        let mut out = String::with_capacity(writer.out.len());
        writer.sorted(0..writer.out.len(), &mut out);
        Ok(out)
    }
}

/// The order of two names as canonical texts have them, which is that of their code
/// points.
fn name_order(a: &str, b: &str) -> Ordering {
    let has_escape = |name: &str| name.as_bytes().contains(&b'\\');
    if has_escape(a) || has_escape(b) {
        return unescaped(a).cmp(unescaped(b));
    }
    order(a, b)
}

/// The characters of a string of a canonical text.
fn unescaped(text: &str) -> impl Iterator<Item = char> {
    let mut characters = text.chars();
    std::iter::from_fn(move || match characters.next()? {
        '\\' => characters.next(),
        character => Some(character),
    })
}

/// Writes a string's text between its quotation marks.
fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            into.push('\\');
        }
        into.push(character);
    }
}

/// What has been written.
#[derive(Default)]
struct Writer {
    out: String,
    /// The members of the objects that have not ended.
    members: Vec<Member>,
    /// The objects whose members are not in order.
    unsorted: Vec<Unsorted>,
    /// Their members, in order.
    sorted: Vec<Member>,
}

/// Where in the text that has been written a member is.
#[derive(Clone, Copy)]
struct Member {
    start: usize,
    /// Behind the name and its quotation mark.
    name_end: usize,
    end: usize,
}

#[derive(Clone, Copy)]
struct Unsorted {
    start: usize,
    end: usize,
    /// The first of its members in [`Writer::sorted`], and the one after the last.
    first: usize,
    last: usize,
}

impl Writer {
    fn value(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        match reader.peek() {
            Some(b'{') => self.object(reader),
            Some(b'[') => {
                self.out.push('[');
                let start = self.out.len();
                reader.array(&mut |reader| {
                    if self.out.len() > start {
                        self.out.push(',');
                    }
                    self.value(reader)
                })?;
                self.out.push(']');
                Ok(())
            }
            Some(b'"') => {
                let text = reader.string()?;
                self.string(text);
                Ok(())
            }
            _ => {
                let word = reader.raw()?;
                if !is_exact(word) {
                    return Err(reader.invalid("a number is no integer of 64 bits"));
                }
                self.out.push_str(word);
                Ok(())
            }
        }
    }

    fn object(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let start = self.out.len();
        let first = self.members.len();
        let mut is_sorted = true;
        self.out.push('{');
        reader.members(&mut |reader, _, name| {
            let last = self.members.get(first..).and_then(<[_]>::last).copied();
            if last.is_some() {
                self.out.push(',');
            }
            let start = self.out.len();
            self.string(name);
            let member = Member { start, name_end: self.out.len(), end: 0 };
            if let Some(last) = last {
                match self.order(last, member) {
                    Ordering::Less => {}
                    Ordering::Equal => return Err(reader.repeated(self.name(member))),
                    Ordering::Greater => is_sorted = false,
                }
            }
            self.members.push(member);
            self.out.push(':');
            self.value(reader)?;
            let end = self.out.len();
            if let Some(member) = self.members.last_mut() {
                member.end = end;
            }
            Ok(())
        })?;
        self.out.push('}');
        if is_sorted {
            self.members.truncate(first);
            return Ok(());
        }
        let mut members = self.members.split_off(first);
        sort(&mut members, |a, b| self.order(*a, *b));
        for pair in members.windows(2) {
            if let [first, second] = pair
                && self.order(*first, *second) == Ordering::Equal
            {
                return Err(reader.repeated(self.name(*first)));
            }
        }
        let first = self.sorted.len();
        self.sorted.append(&mut members);
        let (end, last) = (self.out.len(), self.sorted.len());
        self.unsorted.push(Unsorted { start, end, first, last });
        Ok(())
    }

    /// Writes a range of what has been written with all members in order.
    fn sorted(&self, range: Range<usize>, into: &mut String) {
        let text = |range: Range<usize>| self.out.get(range).unwrap_or_default();
        let next = |start: usize| {
            let number = self.unsorted.partition_point(|object| object.start < start);
            self.unsorted.get(number).filter(|object| object.start < range.end)
        };
        let mut from = range.start;
        while let Some(object) = next(from) {
            into.push_str(text(from..object.start));
            let mut before = '{';
            for member in self.sorted.get(object.first..object.last).unwrap_or_default() {
                into.push(before);
                self.sorted(member.start..member.end, into);
                before = ',';
            }
            into.push('}');
            from = object.end;
        }
        into.push_str(text(from..range.end));
    }

    /// `text` is borrowed where it had no escape, and needs none.
    fn string(&mut self, text: Cow<'_, str>) {
        self.out.push('"');
        match text {
            Cow::Borrowed(text) => self.out.push_str(text),
            Cow::Owned(text) => escape(&text, &mut self.out),
        }
        self.out.push('"');
    }

    fn order(&self, a: Member, b: Member) -> Ordering {
        name_order(self.name(a), self.name(b))
    }

    fn name(&self, member: Member) -> &str {
        let quoted = self.out.get(member.start..member.name_end).unwrap_or_default();
        quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// Whether it is a literal, or a number that is the same to everybody.
fn is_exact(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        || (word != "-0" && (word.parse::<u64>().is_ok() || word.parse::<i64>().is_ok()))
}
