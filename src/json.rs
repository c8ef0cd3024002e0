//! Strict JSON (RFC 8259): no repeated members, bounded depth, nothing after it.

mod big;
mod canonical;
mod decimal;
mod grisu2;
mod number;
mod scanner;
mod value;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

pub use canonical::CanonicalForm;
pub(crate) use number::MAX_SAFE_INTEGER;
pub use number::Number;
pub(crate) use scanner::{Kind, Scanner, Sink, Visit};
pub use value::Value;

use crate::error::Error;
use crate::limits::Limits;

/// serde_json recurses and stops at 128 by itself: no limit may come near.
const MAX_DEPTH: u64 = 100;

/// How deep documents may nest.
pub(crate) fn max_depth(limits: &Limits) -> u64 {
    limits.json_depth.min(MAX_DEPTH)
}

/// Checks a whole document and keeps nothing of it.
///
/// `document` names it in messages. A typed reading comes after it: members that
/// a type does not look at are held to the same rules, and what it allocates is
/// bounded.
pub(crate) fn check(bytes: &[u8], document: &str, limits: &Limits) -> Result<(), Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let exceeded = Cell::new(None);
    let depth = max_depth(limits);
    let strict = Strict { depth, depth_left: depth, items: limits.entries, exceeded: &exceeded };
    strict
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| exceeded.take().unwrap_or_else(|| invalid(document, &error)))
}

pub(crate) fn invalid(document: &str, error: &serde_json::Error) -> Error {
    Error::JsonInvalid { document: document.to_owned(), reason: error.to_string() }
}

/// Visits any value and refuses what strict readers refuse.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: u64,
    depth_left: u64,
    /// The most items of an array, members of an object.
    items: u64,
    /// The limit that was reached: serde can only carry a text.
    exceeded: &'a Cell<Option<Error>>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.exceed("jsonDepth", self.depth)),
        }
    }

    /// Counts an item off what is left.
    fn count<E: serde::de::Error>(self, left: &mut u64) -> Result<(), E> {
        *left = left.checked_sub(1).ok_or_else(|| self.exceed("entries", self.items))?;
        Ok(())
    }

    fn exceed<E: serde::de::Error>(self, limit: &'static str, max: u64) -> E {
        self.exceeded.set(Some(Error::LimitExceeded { limit, max }));
        E::custom(limit)
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (inner, mut left) = (self.deeper()?, self.items);
        while items.next_element_seed(inner)?.is_some() {
            self.count(&mut left)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (inner, mut left) = (self.deeper()?, self.items);
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if let Some(name) = names.replace(name) {
                return Err(A::Error::custom(format!("the member {name:?} occurs twice")));
            }
            members.next_value_seed(inner)?;
            self.count(&mut left)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::check;
    use crate::error::Error;
    use crate::limits::Limits;

    fn refused(text: &[u8]) -> String {
        check(text, "x.json", &Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn plain_json_passes() {
        let text = br#" {"a": [1, -2, 3.5e2, true, null, "\u00e9\ud83d\udc0d"], "": {}} "#;
        check(text, "x.json", &Limits::default()).unwrap();
    }

    #[test]
    fn what_readers_understand_differently_is_refused() {
        assert!(refused(br#"{"a":1,"\u0061":2}"#).contains("occurs twice"));
        for text in [
            b"".as_slice(),
            b"{} {}",
            b"\xef\xbb\xbf{}",
            b"[1,]",
            b"[01]",
            b"[+1]",
            b"[NaN]",
            b"[1e400]",
            b"[\"\\ud800\"]",
            b"[\"\xff\"]",
            b"[\"\n\"]",
            b"{'a':1}",
            b"{\"a\":{\"b\":1,\"b\":1}}",
        ] {
            refused(text);
        }
    }

    #[test]
    fn items_are_bounded() {
        let limits = Limits { entries: 3, ..Limits::default() };
        check(b"[1,[2,3,4],3]", "x.json", &limits).unwrap();
        for text in [b"[1,2,3,4]".as_slice(), br#"{"a":1,"b":2,"c":3,"d":4}"#] {
            let refused = check(text, "x.json", &limits).unwrap_err();
            assert_eq!(refused, Error::LimitExceeded { limit: "entries", max: 3 });
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        check(nested(64).as_bytes(), "x.json", &Limits::default()).unwrap();
        assert!(refused(nested(65).as_bytes()).contains("jsonDepth"));
        assert!(refused(nested(100_000).as_bytes()).contains("jsonDepth"));
    }
}
