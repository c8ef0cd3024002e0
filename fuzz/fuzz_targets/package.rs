//! Any bytes as a package file: zip, bzip2 and all behind them.
#![no_main]

use conda_verifier::{Expectation, Limits, Status, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    let verifier = Verifier::new().with_limits(limits);
    let verdict = verifier.examine(bytes, Expectation::nothing()).run().expect("a slice is read");
    assert_ne!(verdict.status, Status::Verified, "nobody vouched for it");
    assert_eq!(verdict.rejection().is_some(), verdict.status == Status::Rejected);
});
