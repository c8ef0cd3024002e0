//! Packages around a tar that list what is found in it.

use conda_verifier::{Expectation, Fault, Limits, Verdict, Verifier};
use std::sync::LazyLock;

use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::zip::{Archive, Member};
use conda_verifier_fixtures::{bzip2, sample, tar, zstd};

static STAGES: LazyLock<Stages> = LazyLock::new(|| {
    let mut stages = sample::empty().stages();
    stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
    stages
});

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
    let mut stages = STAGES.clone();
    stages.info.entry("info/files").data = names.into();
    match format {
        Format::Conda => {
            // Not compressed, which takes longer than all else.
            let member = |part: &str, tar: &[u8]| {
                let name = format!("{part}-{}.tar.zst", stages.stem);
                Member::stored(name, zstd::Frame::raw(tar).bytes())
            };
            let metadata = Member::stored("metadata.json", stages.metadata.clone());
            let members =
                vec![metadata, member("pkg", payload), member("info", &stages.info.bytes())];
            Archive::new(members).bytes()
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

/// A tar whose headers have the right checksums, where they have a magic number, and with the
/// blocks that end it: no reader would go on otherwise, and the engine does not find them.
#[must_use]
pub fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut tar = bytes.to_vec();
    for block in tar.chunks_exact_mut(tar::BLOCK) {
        if block[257..].starts_with(b"ustar") {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    tar.extend([0; 2 * tar::BLOCK]);
    tar
}
