//! Any bytes as the zstd frame of a `.conda` whose container is honest.

use std::sync::LazyLock;

use conda_verifier::{Expectation, Limits, Verifier};
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::zip::Archive;

static HONEST: LazyLock<Archive> = LazyLock::new(|| sample::empty().stages().conda_archive());

/// Runs it.
pub fn run(frame: &[u8]) {
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    let mut archive = HONEST.clone();
    archive.member("info-").set_data(frame);
    let bytes = archive.bytes();
    let verifier = Verifier::new().with_limits(limits);
    verifier.examine(bytes.as_slice(), Expectation::nothing()).run().expect("a slice is read");
}
