//! Strict JSON (RFC 8259): no repeated members, bounded depth, nothing after it.

mod big;
mod canonical;
mod canonical_text;
mod decimal;
mod grisu2;
mod msgpack;
mod number;
mod reader;
mod scanner;
mod value;

pub use canonical::CanonicalForm;
pub use canonical_text::canonical_text;
pub(crate) use msgpack::Msgpack;
pub(crate) use number::MAX_SAFE_INTEGER;
pub use number::Number;
pub(crate) use reader::Reader;
pub(crate) use scanner::{Kind, Scanner, Sink, Visit};
pub use value::Value;

use crate::limits::Limits;

/// Readers of a value recurse: no limit may come near the end of the stack.
const MAX_DEPTH: u64 = 100;

/// How deep documents may nest.
pub(crate) fn max_depth(limits: &Limits) -> u64 {
    limits.json_depth.min(MAX_DEPTH)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Reader;
    use crate::error::{Error, Fault};
    use crate::limits::Limits;

    /// Reads a whole document and keeps nothing of it.
    fn check(bytes: &[u8], document: &str, limits: &Limits) -> Result<(), Error> {
        let mut reader = Reader::new(bytes, document, limits)?;
        reader.skip()?;
        reader.end()
    }

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
            assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "entries", max: 3 }));
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
