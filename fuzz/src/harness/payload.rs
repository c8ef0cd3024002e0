//! Any bytes as the tar of a `.conda` whose container is honest.

use std::sync::LazyLock;

use conda_verifier::{Expectation, Verifier};
use conda_verifier_fixtures::{sample, zip::Archive, zstd::Frame};

use super::listed::mended;

static HONEST: LazyLock<Archive> = LazyLock::new(|| sample::empty().stages().conda_archive());

/// Runs it.
pub fn run(bytes: &[u8]) {
    let Some((which, tar)) = bytes.split_first() else { return };
    // As it is, or with headers that pass.
    let tar = if which % 2 == 0 { tar.to_vec() } else { mended(tar) };
    for member in ["pkg-", "info-"] {
        let mut archive = HONEST.clone();
        archive.member(member).set_data(Frame::raw(&tar).bytes());
        let bytes = archive.bytes();
        let examination = Verifier::new().examine(bytes.as_slice(), Expectation::nothing());
        examination.run().expect("a slice is read");
    }
}
