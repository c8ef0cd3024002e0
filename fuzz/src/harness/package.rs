//! Any bytes as a package file: zip, bzip2 and all behind them.

use conda_verifier::{Expectation, Limits, Status, Verifier};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    let verifier = Verifier::new().with_limits(limits);
    let verdict = verifier.examine(bytes, Expectation::nothing()).run().expect("a slice is read");
    assert_ne!(verdict.status, Status::Verified, "nobody vouched for it");
    assert_eq!(verdict.rejection().is_some(), verdict.status == Status::Rejected);
}
