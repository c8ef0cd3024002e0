//! Against the tree of values, on documents that are generated, spoiled and hostile.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::fmt::Write as _;

use super::canonical_text;
use crate::error::{Code, Error, Fault};
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;

fn canonical(text: &str) -> Result<String, Error> {
    canonical_text(text.as_bytes(), "x.json", &Limits::default())
}

/// What the tree of values has for it.
fn of_tree(text: &[u8]) -> Option<Vec<u8>> {
    let value = Value::parse(text, "x.json", &Limits::default()).ok()?;
    CanonicalForm::Olpc.write(&value)
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Names of which some are equal, but for how they are written, and some are in another
/// order as code points than as UTF-16 or as escaped text.
const STRINGS: &[&str] = &[
    "",
    "a",
    r"\u0061",
    "b",
    "ab",
    "é",
    r"\u00e9",
    "\u{ffff}",
    "🐍",
    r"\ud83d\udc0d",
    r#"\""#,
    r"\u0022",
    "!",
    "#",
    r"\\",
    r"\u005c",
    "[",
    "]",
    r"\\a",
    r#"a\""#,
    r"\/",
    "/",
    r"\n\t\u0000",
    "a long name that has more than eight bytes",
    "a long name that has more than eight byte\u{e9}",
];

fn generate(random: &mut Random, depth: usize, into: &mut String) {
    let space = ["", "", "", " ", "\n\t\r "][random.below(5)];
    into.push_str(space);
    match random.below(if depth == 0 { 4 } else { 10 }) {
        0 => {
            let numbers =
                ["0", "-1", "18446744073709551615", "-9223372036854775808", "7", "100000"];
            into.push_str(numbers[random.below(numbers.len())]);
        }
        1 => into.push_str(["true", "false", "null"][random.below(3)]),
        2 | 3 => write!(into, "\"{}\"", STRINGS[random.below(STRINGS.len())]).unwrap(),
        4 | 5 => {
            into.push('[');
            for index in 0..random.below(4) {
                into.push_str(if index > 0 { "," } else { "" });
                generate(random, depth - 1, into);
            }
            into.push(']');
        }
        _ => {
            into.push('{');
            for index in 0..random.below(6) {
                into.push_str(if index > 0 { "," } else { "" });
                write!(into, "{space}\"{}\"{space}:", STRINGS[random.below(STRINGS.len())])
                    .unwrap();
                generate(random, depth - 1, into);
            }
            into.push('}');
        }
    }
    into.push_str(space);
}

#[test]
fn it_is_what_the_tree_of_values_has() {
    let mut random = Random(7);
    let (mut accepted, mut unsorted) = (0, 0);
    for _ in 0..60_000 {
        let mut text = String::new();
        generate(&mut random, 5, &mut text);
        let written = canonical(&text).ok().map(String::into_bytes);
        assert_eq!(written, of_tree(text.as_bytes()), "{text}");
        accepted += usize::from(written.is_some());
        unsorted += usize::from(written.is_some_and(|written| {
            let mut bytes = text.into_bytes();
            bytes.retain(|byte| !byte.is_ascii_whitespace());
            written.len() > 40 && written.len() == bytes.len() && written != bytes
        }));
    }
    assert!(accepted > 20_000 && unsorted > 200, "{accepted} accepted, {unsorted} unsorted");
}

#[test]
fn spoiled_texts_are_refused_by_both() {
    const BYTES: &[u8] = b"{}[],:\"\\ \n\tu0129dD8+-tfnalr/\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";
    let mut random = Random(11);
    let (mut valid, mut invalid) = (0, 0);
    for _ in 0..40_000 {
        let mut text = String::new();
        generate(&mut random, 3, &mut text);
        let mut bytes = text.into_bytes();
        let at = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[at] = BYTES[random.below(BYTES.len())],
            1 => bytes.insert(at, BYTES[random.below(BYTES.len())]),
            _ => bytes.truncate(at),
        }
        let written = canonical_text(&bytes, "x.json", &Limits::default());
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let expected = of_tree(&bytes);
        match written {
            Ok(written) => assert_eq!(Some(written.into_bytes()), expected, "{shown}"),
            // The tree keeps integers of any length, and reads `-0` as zero.
            Err(error) if expected.is_some() => {
                assert!(error.to_string().contains("64 bits"), "{shown}: {error}");
            }
            Err(error) => assert_eq!(error.code(), Code::JsonInvalid, "{shown}"),
        }
        *if expected.is_some() { &mut valid } else { &mut invalid } += 1;
    }
    assert!(valid > 3_000 && invalid > 3_000, "{valid} valid, {invalid} invalid");
}

#[test]
fn members_are_in_the_order_of_their_code_points() {
    for (text, expected) in [
        (r#"{ "b" : 1 , "a" : [ 1 , 2 ] }"#, r#"{"a":[1,2],"b":1}"#),
        (
            r#"{"b":{"d":1,"c":2},"a":{"f":[{"h":1,"g":2}],"e":4}}"#,
            r#"{"a":{"e":4,"f":[{"g":2,"h":1}]},"b":{"c":2,"d":1}}"#,
        ),
        (r#"{"\ud83d\udc0d":1,"\uffff":2}"#, "{\"\u{ffff}\":2,\"🐍\":1}"),
        // As escaped texts they were the other way round.
        (r##"{"#":1,"\"":2}"##, r##"{"\"":2,"#":1}"##),
        (r#"{"]":1,"\\":2,"[":3}"#, r#"{"[":3,"\\":2,"]":1}"#),
        (r#"{"a\\":1,"a\"":2,"a":3}"#, r#"{"a":3,"a\"":2,"a\\":1}"#),
        (r#"{"a":"\n\u0001\/\u00e9"}"#, "{\"a\":\"\n\u{1}/é\"}"),
    ] {
        assert_eq!(canonical(text).unwrap(), expected);
        assert_eq!(of_tree(text.as_bytes()).unwrap(), expected.as_bytes());
    }
}

#[test]
fn what_signers_read_differently_is_refused() {
    for text in [
        r#"{"a":1,"\u0061":2}"#,
        r#"{"b":1,"a":1,"\u0062":2}"#,
        r#"{"\"":1,"\u0022":2}"#,
        r#"{"x":[{"a":{"b":1,"b":1}}]}"#,
        r#""\ud800""#,
        "[1.0]",
        "[1e2]",
        "[1E2]",
        "[-0]",
        "[18446744073709551616]",
        "[-9223372036854775809]",
        "[01]",
        "{} {}",
        "\u{feff}{}",
        "[\"\n\"]",
        "[1,]",
        "{\"a\":1,}",
    ] {
        assert_eq!(canonical(text).unwrap_err().code(), Code::JsonInvalid, "{text}");
    }
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(canonical(&nested(64)).unwrap(), nested(64));
    for depth in [65, 200_000] {
        let limit = Error::new(Fault::LimitExceeded { limit: "jsonDepth", max: 64 });
        assert_eq!(canonical(&nested(depth)).unwrap_err(), limit);
    }
}
