//! Any bytes as the tar of a `.conda` whose container is honest.
#![no_main]

use conda_verifier::{Expectation, Verifier};
use conda_verifier_fixtures::{sample, zstd::Frame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|tar: &[u8]| {
    for member in ["pkg-", "info-"] {
        let mut archive = sample::empty().stages().conda_archive();
        archive.member(member).set_data(Frame::raw(tar).bytes());
        let bytes = archive.bytes();
        let examination = Verifier::new().examine(bytes.as_slice(), Expectation::nothing());
        examination.run().expect("a slice is read");
    }
});
