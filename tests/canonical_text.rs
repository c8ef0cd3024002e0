//! Hostile texts in canonical form: the time is that of their length.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::time::Instant;

use conda_verifier::{Limits, canonical_text};

/// A million members backwards, and objects backwards within each other to the greatest
/// depth: each level written anew would be a hundred times the work.
#[test]
fn no_order_of_members_takes_long() {
    let started = Instant::now();
    let mut text = String::from("{");
    for number in (0..1_000_000).rev() {
        write!(text, "\"{number:07}\":{{\"b\":0,\"a\":0}},").unwrap();
    }
    text.push_str("\"\":0}");
    let written = canonical_text(text.as_bytes(), "x.json", &Limits::default()).unwrap();
    assert!(written.starts_with(r#"{"":0,"0000000":{"a":0,"b":0},"0000001":"#));
    assert_eq!(written.len(), text.len());

    let mut text = format!("\"{}\"", "x".repeat(10_000_000));
    for _ in 0..64 {
        text = format!("{{\"b\":{text},\"a\":0}}");
    }
    let written = canonical_text(text.as_bytes(), "x.json", &Limits::default()).unwrap();
    assert!(written.starts_with(r#"{"a":0,"b":{"a":0,"b":{"#));
    assert_eq!(written.len(), text.len());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
