//! Tests that can't run here say so.

use std::io::Write as _;

/// Says it on standard error. Not by `println!`: the test runner would keep it to itself.
pub(crate) fn left_out(what: &str) {
    let _ = writeln!(std::io::stderr(), "left out: {what}");
}
