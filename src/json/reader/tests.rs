//! The reader against serde_json, on texts that are spoiled at random.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use serde_json::Value as Expected;

use super::Reader;
use crate::error::Error;
use crate::json::Value;
use crate::limits::Limits;

const TEXTS: &[&str] = &[
    r#" {"a": [1, -2, 3.5e2, true, null, "\u00e9\ud83d\udc0d"], "": {}, "b":{"c":[[],{}]}} "#,
    r#"{"a\n":"\"\\\/\b\f\n\r\t","\u0061":"é🐍","c":false}"#,
    "[0,-0,10,-0.5,1E+2,1e-2,123456789012345678901234567890]",
    r#"["","a","ab\u0000c","\ud83d\udc0d\ud83d\udc0d"]"#,
    "\"x\"",
    "true",
    "12.5",
];

/// Whether they are the same, but for how exact numbers are.
fn is_same(value: &Value, expected: &Expected) -> bool {
    match (value, expected) {
        (Value::Null, Expected::Null) => true,
        (Value::Bool(value), Expected::Bool(expected)) => value == expected,
        (Value::Number(value), Expected::Number(expected)) => {
            let (value, expected) =
                (value.python_repr().parse::<f64>().unwrap(), expected.as_f64().unwrap());
            (value - expected).abs() <= expected.abs() * 1e-15
        }
        (Value::String(value), Expected::String(expected)) => value == expected,
        (Value::Array(value), Expected::Array(expected)) => {
            value.len() == expected.len()
                && value.iter().zip(expected).all(|(value, expected)| is_same(value, expected))
        }
        (Value::Object(value), Expected::Object(expected)) => {
            value.len() == expected.len()
                && value.iter().all(|(name, value)| is_same(value, &expected[name]))
        }
        _ => false,
    }
}

fn skip(bytes: &[u8]) -> Result<(), Error> {
    let mut reader = Reader::new(bytes, "x.json", &Limits::default())?;
    reader.skip()?;
    reader.end()
}

/// Whether both accept it.
fn agree(bytes: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(bytes);
    let found = Value::parse(bytes, "x.json", &Limits::default());
    assert_eq!(found.as_ref().err(), skip(bytes).as_ref().err(), "{shown}");
    let expected = serde_json::from_slice::<Expected>(bytes);
    match (&found, &expected) {
        (Ok(found), Ok(expected)) => assert!(is_same(found, expected), "{shown}: {found:?}"),
        (Err(error), Ok(_)) => assert!(error.to_string().contains("twice"), "{shown}: {error}"),
        (Ok(_), Err(error)) => {
            // serde_json reads an integer that is too great for 64 bits as a double.
            assert!(error.to_string().contains("out of range"), "{shown}: {error}");
        }
        (Err(_), Err(_)) => {}
    }
    found.is_ok()
}

#[test]
fn reads_what_serde_json_reads() {
    const BYTES: &[u8] =
        b"{}[],:\"\\ \n\tu0129dD8.eE+-tfnalr/\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";
    let mut state: u64 = 11;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut valid, mut invalid) = (0, 0);
    for text in TEXTS {
        assert!(agree(text.as_bytes()), "{text}");
        for _ in 0..8_000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..=random(2) {
                let (at, byte) = (random(bytes.len()), BYTES[random(BYTES.len())]);
                match random(4) {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => {
                        let again = bytes[at..].to_vec();
                        bytes.splice(at..at, again.into_iter().take(random(9)));
                    }
                }
            }
            *if agree(&bytes) { &mut valid } else { &mut invalid } += 1;
        }
    }
    assert!(valid > 5_000 && invalid > 5_000, "{valid} valid, {invalid} invalid");
}

#[test]
fn every_cut_text_is_refused() {
    for text in TEXTS.iter().filter(|text| text.trim_start().starts_with(['{', '['])) {
        for length in 0..text.trim_end().len() {
            assert!(!agree(&text.as_bytes()[..length]), "{text:.length$}");
        }
    }
}

#[test]
fn halves_of_surrogate_pairs_are_refused() {
    for text in [
        r#""\ud83d""#,
        r#""\udc0d""#,
        r#""\ud83dx""#,
        r#""\ud83d\u0041""#,
        r#""\ud83d\ud83d""#,
        r#""\udc0d\ud83d""#,
        r#""\u+041""#,
        r#""\u00é""#,
    ] {
        assert!(!agree(text.as_bytes()), "{text}");
    }
}
