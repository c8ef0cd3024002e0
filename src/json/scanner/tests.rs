//! The scanner against serde_json, and against itself in other pieces.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use std::ops::Range;

use serde::de::IgnoredAny;

use super::{Kind, Scanner, Sink, Visit};
use crate::error::{Code, Error, Fault};

/// Writes down what it is told, and looks that deep.
#[derive(Debug, Default, PartialEq, Eq)]
struct Recorder {
    depth: usize,
    open: usize,
    told: Vec<(String, Kind)>,
    text: Vec<u8>,
    texts: Vec<(Range<u64>, Vec<u8>)>,
}

impl Sink for Recorder {
    fn begin(&mut self, name: &str, kind: Kind) -> Result<Visit, Error> {
        self.told.push((name.to_owned(), kind));
        if kind == Kind::Object && self.open < self.depth {
            self.open = self.open.wrapping_add(1);
            return Ok(Visit::Members);
        }
        Ok(Visit::Whole)
    }

    fn text(&mut self, part: &[u8]) -> Result<(), Error> {
        self.text.extend_from_slice(part);
        Ok(())
    }

    fn end(&mut self, span: Range<u64>) -> Result<(), Error> {
        self.texts.push((span, std::mem::take(&mut self.text)));
        Ok(())
    }

    fn leave(&mut self) {
        self.open = self.open.wrapping_sub(1);
    }
}

fn scan<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, depth: usize) -> Result<Recorder, Error> {
    let mut recorder = Recorder { depth, ..Recorder::default() };
    let mut scanner = Scanner::new("x.json", 1_000, 100);
    for piece in pieces {
        scanner.push(piece, &mut recorder)?;
    }
    scanner.finish(&mut recorder)?;
    Ok(recorder)
}

const VALID: &[&str] = &[
    "{}",
    "[]",
    " \t\r\n{ } \n",
    "0",
    "-0.5e-07 ",
    "12E+3",
    "true",
    " false",
    "null",
    r#""""#,
    r#""a\"b\\\/\b\f\n\r\t\u00e9\ud83d\udc0d\ud800é🐍ｘ""#,
    r#"{"a":1,"b":[1,2,{"c":null}],"":{"d":{"e":"f"}},"é":"é"}"#,
    r#"{"a":{},"b":[],"c":[[],{}],"d":{"e":[{"f":[true,false,null,1.5]}]}}"#,
    r#"{"\u0061\ud83d\udc0d\n":{"\"":"a long text that has more than eight bytes","y" : 1 }}"#,
    "{\n  \"packages\": {\n    \"a-1-0.conda\": {\n      \"depends\": [\n        \"b >=1\"\n      ],\n      \"size\": 1234567890\n    }\n  }\n}\n",
];

const INVALID: &[&str] = &[
    "",
    " ",
    "{",
    "[1,]",
    "{,}",
    r#"{"a"}"#,
    r#"{"a":}"#,
    r#"{"a":1,}"#,
    r#"{"a":1 "b":2}"#,
    "{1:2}",
    "{'a':1}",
    "[1 2]",
    "[}",
    "{]",
    "]",
    "01",
    "-",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x10",
    "NaN",
    "Infinity",
    "tru",
    "truee",
    "nul]",
    "{} {}",
    "{} x",
    "1 2",
    "\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\\u123\"",
    "\"a\nb\"",
    "\"a\0b\"",
    "\"\u{1f}\"",
    "\0",
    "{}\0",
    "\u{feff}{}",
    "/**/{}",
    "[\"a\",\u{a0}1]",
];

fn agree(bytes: &[u8]) -> bool {
    let expected = std::str::from_utf8(bytes)
        .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    // Names that are skipped are not decoded, as serde_json ignores them.
    let found = scan([bytes], 0);
    assert_eq!(found.is_ok(), expected, "{:?}: {found:?}", String::from_utf8_lossy(bytes));
    expected
}

#[test]
fn accepts_what_serde_json_accepts() {
    for text in VALID {
        assert!(agree(text.as_bytes()), "{text}");
    }
    for text in INVALID {
        assert!(!agree(text.as_bytes()), "{text}");
    }
    for bytes in [
        b"\"\xff\"".as_slice(),
        b"\"\xed\xa0\x80\"",
        b"\"\xc3\"",
        b"\"a\xf0\x9f\x92\"",
        b"\xc3\xa9",
    ] {
        assert!(!agree(bytes), "{bytes:x?}");
    }
}

#[test]
fn accepts_what_serde_json_accepts_of_spoiled_texts() {
    const BYTES: &[u8] = b"{}[],:\"\\ \n\tu0129.eE+-tfnaldr/\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";
    let mut state: u64 = 7;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut valid, mut invalid) = (0, 0);
    for text in VALID {
        for _ in 0..4_000 {
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
    // Both sides have been asked about plenty.
    assert!(valid > 5_000 && invalid > 5_000, "{valid} valid, {invalid} invalid");
}

#[test]
fn texts_are_those_of_their_spans() {
    for depth in 0..4 {
        for text in VALID {
            let Ok(found) = scan([text.as_bytes()], depth) else {
                assert!(text.contains("\\ud800") && depth > 0, "{text}");
                continue;
            };
            for (span, told) in found.texts {
                let range =
                    usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap();
                assert_eq!(text.as_bytes()[range.clone()], told);
                serde_json::from_str::<IgnoredAny>(&text[range.clone()]).unwrap();
                assert_eq!(text[range.clone()].trim(), &text[range], "{text}");
            }
        }
    }
}

#[test]
fn every_cut_gives_the_same() {
    for text in VALID.iter().chain(INVALID) {
        let bytes = text.as_bytes();
        for depth in 0..4 {
            let whole = scan([bytes], depth);
            assert_eq!(scan(bytes.chunks(1), depth), whole, "{text}");
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(scan(pieces, depth), whole, "{text} cut at {first}, {second}");
                }
            }
        }
    }
}

#[test]
fn names_are_decoded_and_bounded() {
    let text = r#"{"\u0061\ud83d\udc0d\n\"é":1,"__proto__":{},"\u0000":"","":[]}"#;
    let found = scan([text.as_bytes()], 1).unwrap();
    let names: Vec<_> = found.told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["", "a🐍\n\"é", "__proto__", "\0", ""]);

    for name in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud800a", r"\ud800\n", r"\ud83d\u0061"] {
        let text = format!("{{\"{name}\":1}}");
        assert_eq!(scan([text.as_bytes()], 1).unwrap_err().code(), Code::JsonInvalid, "{name}");
        // Whoever reads the value will refuse it.
        scan([text.as_bytes()], 0).unwrap();
    }
    for (escape, length) in [("a", 100), ("\\u0061", 100), ("é", 50), ("\\ud83d\\udc0d", 25)] {
        let text = |count| format!("{{\"{}\":1}}", escape.repeat(count));
        scan([text(length).as_bytes()], 1).unwrap();
        let refused = scan([text(length + 1).as_bytes()], 1).unwrap_err();
        assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "pathBytes", max: 100 }));
        scan([text(length + 1).as_bytes()], 0).unwrap();
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    scan([nested(1_000).as_bytes()], 0).unwrap();
    for text in [nested(1_001), "[".repeat(1_000_000), "{\"a\":".repeat(1_000_000)] {
        let refused = scan([text.as_bytes()], 3).unwrap_err();
        assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "jsonDepth", max: 1_000 }));
    }
}

#[test]
fn a_refusal_says_where() {
    for (text, expected) in [
        ("{\"a\":x}", "a value was expected at byte 5"),
        ("{\"a\":1", "the text ends too early at byte 6"),
        ("{} {}", "there is something after the document at byte 3"),
        ("{\"a\\q\":1}", "the escape is unknown at byte 4"),
        ("[1.]", "a number is malformed at byte 3"),
        ("{\"\\ud800abc\":1}", "a name has half a surrogate pair at byte 8"),
        ("{\"\\ud800\":1}", "a name has half a surrogate pair at byte 10"),
        ("{\"a\":1,}", "a member's name was expected at byte 7"),
    ] {
        for size in [1, 2, 100] {
            let refused = scan(text.as_bytes().chunks(size), 1).unwrap_err();
            let reason = expected.to_owned();
            assert_eq!(
                refused,
                Error::new(Fault::JsonInvalid { document: "x.json".into(), reason })
            );
        }
    }
}
