//! Damaged and random bytes: a typed verdict each, never a panic, never a hang.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
mod support;

use std::collections::BTreeSet;

use conda_verifier::{Code, Expectation, Severity, Status};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::spoil::Spoil;

#[test]
fn truncated_at_every_sixteenth() {
    for format in Format::ALL {
        let bytes = sample::big().bytes(format);
        for sixteenth in 0..16 {
            let cut = &bytes[..bytes.len() * sixteenth / 16];
            let verdict = support::examine(cut, &Expectation::nothing());
            assert_eq!(verdict.status, Status::Rejected, "{format:?} {sixteenth}/16");
            let expected = match (sixteenth, format) {
                (0, _) => Code::NotAnArchive,
                (_, Format::Conda) => Code::ZipMalformed,
                (_, Format::TarBz2) => Code::Bzip2Malformed,
            };
            let codes = support::codes(&verdict, Severity::Error);
            assert!(codes.contains(&expected), "{format:?} {sixteenth}/16: {codes:?}");

            // Where a digest is expected, nothing of it is parsed.
            let verdict = support::examine(cut, &support::pinned("big-2.3.4-h0_1.conda", &bytes));
            let codes = support::codes(&verdict, Severity::Error);
            assert_eq!(codes, BTreeSet::from([Code::Sha256Mismatch]));
        }
    }
}

/// Nobody vouches for the bytes: whatever is flipped, it ends in a verdict.
#[test]
fn a_flipped_byte_anywhere_never_panics() {
    for format in Format::ALL {
        let honest = sample::empty().bytes(format);
        for at in 0..honest.len() {
            let mut bytes = honest.clone();
            bytes[at] ^= 0xFF;
            let verdict = support::examine(&bytes, &Expectation::nothing());
            assert_eq!(verdict.rejection().is_some(), verdict.status == Status::Rejected);
            // With a digest it is always noticed.
            let expectation = support::pinned("empty-0-0.conda", &honest);
            assert_eq!(support::examine(&bytes, &expectation).status, Status::Rejected);
        }
    }
}

#[test]
fn noise_never_panics() {
    let mut noise = Noise::new(7);
    for format in Format::ALL {
        let honest = sample::hello().bytes(format);
        for _ in 0..300 {
            let mut bytes = honest.clone();
            // A run of noise somewhere behind the magic number.
            let start = 4 + noise.next() as usize % (bytes.len() - 4);
            let end = (start + 1 + noise.next() as usize % 40).min(bytes.len());
            let run = noise.bytes(end - start);
            bytes[start..end].copy_from_slice(&run);
            support::examine(&bytes, &Expectation::nothing());
        }
    }
}

/// A compromised channel has a record that fits the spoiled bytes; the archive
/// itself still gives the package away.
#[test]
fn every_spoil_is_noticed_even_by_those_who_trust_its_digest() {
    for package in sample::all() {
        for format in Format::ALL {
            for spoil in Spoil::ALL.into_iter().filter(|spoil| spoil.fits(&package)) {
                let bytes = spoil.apply(&package, format);
                let expectation = support::pinned(&package.file_name(format), &bytes);
                let verdict = support::examine(&bytes, &expectation);
                assert_eq!(verdict.status, Status::Rejected, "{spoil} {}", package.stem());
            }
        }
    }
}

/// Untrusted names are data: they come back as values and are shown quoted.
#[test]
fn names_do_not_disturb_those_who_read_them() {
    let mut stages = sample::hello().stages();
    let name = "bin/\u{202e}gpj.exe<img onerror=alert(1)>";
    stages.pkg.entries.push(conda_verifier_fixtures::tar::Entry::file(name, b"".as_slice()));
    let bytes = stages.bytes(Format::Conda);
    let verdict = support::examine(&bytes, &support::pinned("hello-1.0-pyh0_0.conda", &bytes));
    let error = verdict.rejection().unwrap();
    assert_eq!((error.code(), error.path()), (Code::FileUnlisted, Some(name)));
    assert!(!error.to_string().contains('\u{202e}'), "{error}");
}
