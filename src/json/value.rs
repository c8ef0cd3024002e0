//! A document as a tree that keeps what signatures are over.

use std::collections::BTreeMap;

use super::number::Number;
use super::reader::Reader;
use crate::error::Error;
use crate::limits::Limits;

/// A strict JSON value (RFC 8259): no member twice, no lone surrogates, numbers
/// as exact as their text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number with the text it was written as.
    Number(Number),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object; UTF-8 order is the order of code points, which every
    /// canonical form asks for.
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// Reads a whole document; `document` names it in messages.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`](crate::Fault::JsonInvalid) where it is not strict JSON or a number overflows;
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `jsonDepth` and `entries`.
    pub fn parse(bytes: &[u8], document: &str, limits: &Limits) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, document, limits)?;
        let value = reader.value()?;
        reader.end()?;
        Ok(value)
    }

    /// The members, if it is an object.
    #[must_use]
    pub const fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// A member of an object; one that is `null` is as good as absent.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name).filter(|value| **value != Self::Null)
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The texts of an array that has nothing else.
    pub(crate) fn as_texts(&self) -> Option<Vec<String>> {
        self.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one from 0 to 2^64 - 1, written as such.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            _ => None,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Value;
    use crate::error::Error;
    use crate::limits::Limits;

    fn parse(text: &str) -> Result<Value, Error> {
        Value::parse(text.as_bytes(), "x.json", &Limits::default())
    }

    #[test]
    fn every_kind_of_value() {
        let value = parse(r#" {"b":[1,-2.50,true,null],"a":{"\u00e9":"\ud83d\udc0d"}} "#).unwrap();
        let object = value.as_object().unwrap();
        assert_eq!(object.keys().collect::<Vec<_>>(), ["a", "b"]);
        let array = object.get("b").and_then(Value::as_array).unwrap();
        assert_eq!(array.first().and_then(Value::as_u64), Some(1));
        assert_eq!(array.get(1).and_then(Value::as_u64), None);
        let inner = object.get("a").and_then(Value::as_object).unwrap();
        assert_eq!(inner.get("é").and_then(Value::as_str), Some("🐍"));
    }

    #[test]
    fn no_name_makes_a_number_of_an_object() {
        let text = r#"{"$serde_json::private::Number":"1"}"#;
        assert!(parse(text).unwrap().as_object().is_some());
        let text = r#"{"$serde_json::private::RawValue":"1"}"#;
        assert!(parse(text).unwrap().as_object().is_some());
    }

    #[test]
    fn what_signers_read_differently_is_refused() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#""\ud800""#,
            "[1e400]",
            "[-1e400]",
            "NaN",
            "[Infinity]",
            "\u{feff}{}",
            "{} 1",
            "",
            "[1 2]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
