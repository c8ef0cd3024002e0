//! Packages around a tar that list what is found in it.

use conda_verifier::{Expectation, Fault, Limits, Verdict, Verifier};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::{bzip2, sample, tar, zstd};

/// A verifier with little patience.
#[must_use]
pub fn verifier() -> Verifier {
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    Verifier::new().with_limits(limits)
}

/// The verdict on bytes of which nothing is expected.
#[must_use]
pub fn verdict(bytes: &[u8]) -> Verdict {
    verifier().examine(bytes, Expectation::nothing()).run().expect("a slice is read")
}

/// A package with that payload and that list of names. Without paths.json: a digest or a type
/// that is not as it is listed would hide how the tar is read.
fn package(payload: &[u8], names: &str, format: Format) -> Vec<u8> {
    let mut stages = sample::empty().stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    stages.info.entry("info/files").data = names.into();
    match format {
        Format::Conda => {
            let mut archive = stages.conda_archive();
            archive.member("pkg-").set_data(zstd::Frame::raw(payload).bytes());
            archive.bytes()
        }
        Format::TarBz2 => {
            stages.info.end_blocks = 0;
            bzip2::compress(&[stages.info.bytes(), payload.to_vec()].concat(), 1)
        }
    }
}

/// A package with that payload, which lists what we find in it; `None` where it is refused all
/// the same.
#[must_use]
pub fn listing_package(payload: &[u8], format: Format) -> Option<Vec<u8>> {
    let found = verdict(&package(payload, "", format));
    let names = found.findings.iter().filter_map(|finding| match &*finding.error {
        Fault::FileUnlisted { path } => Some(format!("{path}\n")),
        _ => None,
    });
    let bytes = package(payload, &names.collect::<String>(), format);
    verdict(&bytes).rejection().is_none().then_some(bytes)
}

/// The blocks that end a tar, without which no reader is content.
#[must_use]
pub fn ended(tar: &[u8]) -> Vec<u8> {
    [tar, &[0; 2 * tar::BLOCK]].concat()
}
