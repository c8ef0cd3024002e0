//! Any bytes as the zstd frame of a `.conda` whose container is honest.
#![no_main]

use conda_verifier::{Expectation, Limits, Verifier};
use conda_verifier_fixtures::sample;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| {
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    let mut archive = sample::empty().stages().conda_archive();
    archive.member("info-").set_data(frame);
    let bytes = archive.bytes();
    let verifier = Verifier::new().with_limits(limits);
    verifier.examine(bytes.as_slice(), Expectation::nothing()).run().expect("a slice is read");
});
