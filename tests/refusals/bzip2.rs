//! bzip2 streams of a `.tar.bz2`.

use conda_verifier::Code;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::{bzip2, sample};

use super::Case;

fn tar_bz2(name: &'static str, code: Code, bytes: Vec<u8>) -> Case {
    Case::new(name, code, &sample::hello().file_name(Format::TarBz2), bytes)
}

pub(crate) fn cases() -> Vec<Case> {
    let tar = sample::hello().stages().tar().bytes();
    let honest = bzip2::compress(&tar, bzip2::LEVEL);
    let with = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = honest.clone();
        edit(&mut bytes);
        bytes
    };
    let (front, back) = tar.split_at(3_000);
    vec![
        tar_bz2("cut off", Code::Bzip2Malformed, with(&|bytes| bytes.truncate(bytes.len() / 2))),
        tar_bz2(
            "the last byte missing",
            Code::Bzip2Malformed,
            with(&|bytes| bytes.truncate(bytes.len() - 1)),
        ),
        tar_bz2("a header alone", Code::Bzip2Malformed, honest[..4].to_vec()),
        tar_bz2("a flipped bit", Code::Bzip2Malformed, with(&|bytes| bytes[100] ^= 1)),
        tar_bz2("bytes behind", Code::Bzip2TrailingData, with(&|b| b.extend(b"hidden"))),
        tar_bz2("one byte behind", Code::Bzip2TrailingData, with(&|b| b.push(0))),
        tar_bz2(
            "an empty stream behind",
            Code::Bzip2Malformed,
            with(&|b| b.extend(bzip2::compress(b"", 9))),
        ),
        tar_bz2("a stream's header behind", Code::Bzip2Malformed, with(&|b| b.extend(b"BZh9"))),
        tar_bz2(
            "several streams",
            Code::Bzip2MultipleStreams,
            bzip2::compress_streams(&[front, back], bzip2::LEVEL),
        ),
    ]
}

/// The order of old tools has info/ behind the payload: such a file is read twice.
#[test]
fn a_manifest_behind_the_payload_is_found() {
    let package = sample::hello();
    let stages = package.stages();
    let mut tar = stages.tar();
    tar.entries.rotate_left(stages.info.entries.len());
    let bytes = bzip2::compress(&tar.bytes(), bzip2::LEVEL);
    let expectation = crate::support::pinned(&package.file_name(Format::TarBz2), &bytes);
    let verdict = crate::support::examine(&bytes, &expectation);
    assert_eq!(verdict.findings, []);
    assert_eq!(verdict.files, package.files.len() as u64);
}
