//! Any bytes as the tar of a `.conda` whose container is honest.

use conda_verifier::{Expectation, Verifier};
use conda_verifier_fixtures::{sample, zstd::Frame};

/// Runs it.
pub fn run(tar: &[u8]) {
    for member in ["pkg-", "info-"] {
        let mut archive = sample::empty().stages().conda_archive();
        archive.member(member).set_data(Frame::raw(tar).bytes());
        let bytes = archive.bytes();
        let examination = Verifier::new().examine(bytes.as_slice(), Expectation::nothing());
        examination.run().expect("a slice is read");
    }
}
