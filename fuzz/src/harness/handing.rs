//! Any bytes as a payload, or as what is changed of an honest package: what is handed out is
//! the same whoever hashes, each file once, and so is the verdict.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use conda_verifier::{Expectation, HashedBy};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;

use super::listed::{listing_package, mended, verdict, verifier};

#[path = "../../../tests/support/mod.rs"]
#[expect(dead_code, reason = "no target needs every entrance")]
pub mod support;

static HONEST: LazyLock<[Vec<u8>; 2]> =
    LazyLock::new(|| Format::ALL.map(|format| sample::hello().bytes(format)));

/// Runs it.
pub fn run(input: &[u8]) {
    let Some((which, bytes)) = input.split_first() else { return };
    let archive = match which % 4 {
        0 => listing_package(&mended(bytes), Format::Conda),
        1 => listing_package(&mended(bytes), Format::TarBz2),
        honest => {
            let mut archive = HONEST[usize::from(honest) - 2].clone();
            for change in bytes.chunks_exact(3) {
                let place = usize::from(u16::from_le_bytes([change[0], change[1]]));
                if let Some(byte) = archive.get_mut(place) {
                    *byte = change[2];
                }
            }
            Some(archive)
        }
    };
    let Some(archive) = archive else { return };
    let whole = verdict(&archive);
    let mut first = None;
    for host_from in [None, Some(0), Some(1), Some(20)] {
        let expectation = Expectation::nothing();
        let mut handed = support::hand_out(&verifier(), &archive, &expectation, host_from);
        handed.verdict.hashed_by = HashedBy::Core;
        assert_eq!(handed.verdict, whole, "{host_from:?}");
        let count = handed.files.len();
        let files: BTreeMap<_, _> =
            handed.files.into_iter().map(|(path, mode, bytes)| (path, (mode, bytes))).collect();
        assert_eq!(files.len(), count, "a file came twice");
        let got = (files, handed.refused, handed.links);
        assert!(*first.get_or_insert_with(|| got.clone()) == got, "{host_from:?}");
    }
}
