//! zstd frames of a `.conda`'s members.

use conda_verifier::Code;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::zstd::{self, Block, Frame};

use super::Case;

/// The pkg member's data, made from its tar.
fn member(name: &'static str, code: Code, data: impl FnOnce(&[u8]) -> Vec<u8>) -> Case {
    let package = sample::hello();
    let stages = package.stages();
    let mut archive = stages.conda_archive();
    archive.member("pkg-").set_data(data(&stages.pkg.bytes()));
    Case::new(name, code, &package.file_name(Format::Conda), archive.bytes())
}

/// The same, with the frame spoiled before it is written.
fn frame(name: &'static str, code: Code, spoil: impl FnOnce(&mut Frame)) -> Case {
    member(name, code, |tar| {
        let mut frame = Frame::compressed(tar);
        spoil(&mut frame);
        frame.bytes()
    })
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        member("no bytes", Code::ZstdMalformed, |_| Vec::new()),
        member("no frame", Code::ZstdMalformed, |_| b"no zstd frame".to_vec()),
        member("cut off", Code::ZstdMalformed, |tar| {
            let mut bytes = zstd::compress(tar);
            bytes.truncate(bytes.len() - 1);
            bytes
        }),
        frame("a block of nonsense", Code::ZstdMalformed, |f| {
            f.blocks.insert(0, Block::Compressed(vec![0xFF; 20]));
        }),
        frame("no last block", Code::ZstdMalformed, |f| f.ends = false),
        frame("a reserved bit", Code::ZstdMalformed, |f| f.reserved_bit = true),
        frame("a dictionary", Code::ZstdMalformed, |f| f.dictionary = Some(7)),
        frame("a reserved block", Code::ZstdMalformed, |f| {
            f.blocks.insert(0, Block::Reserved(vec![0; 3]));
        }),
        frame("a block above its maximum", Code::ZstdMalformed, |f| {
            f.blocks.insert(0, Block::Rle { byte: 0, times: (128 << 10) + 1 });
        }),
        frame("a size above the content's", Code::ZstdSizeMismatch, |f| {
            f.content_size = f.content_size.map(|size| size + 512);
        }),
        member("a size below the content's", Code::ZstdSizeMismatch, |tar| {
            let mut frame = Frame::windowed(tar, 20);
            frame.content_size = Some(tar.len() as u64 - 512);
            frame.bytes()
        }),
        frame("a wrong checksum", Code::ZstdChecksumMismatch, |f| f.checksum = Some(1)),
        member("two frames", Code::ZstdAmbiguous, |tar| {
            let (front, back) = tar.split_at(1_024);
            [zstd::compress(front), zstd::compress(back)].concat()
        }),
        member("a skippable frame behind", Code::ZstdAmbiguous, |tar| {
            [zstd::compress(tar), zstd::skippable(3, b"hidden")].concat()
        }),
        member("a skippable frame in front", Code::ZstdAmbiguous, |tar| {
            [zstd::skippable(0, b"hidden"), zstd::compress(tar)].concat()
        }),
        member("bytes behind", Code::ZstdTrailingData, |tar| {
            [zstd::compress(tar), b"hidden".to_vec()].concat()
        }),
        member("one byte behind", Code::ZstdTrailingData, |tar| {
            [zstd::compress(tar), b"\0".to_vec()].concat()
        }),
        member("a window of 256 MiB", Code::LimitExceeded, |tar| Frame::windowed(tar, 28).bytes()),
        member("a declared size of 2^60", Code::LimitExceeded, |tar| {
            let mut frame = Frame::windowed(tar, 20);
            frame.content_size = Some(1 << 60);
            frame.bytes()
        }),
    ]
}

/// Real packages of level 22 declare 128 MiB, however small they are.
#[test]
fn a_large_window_is_fine_and_costs_what_its_content_needs() {
    let package = sample::hello();
    let stages = package.stages();
    let mut archive = stages.conda_archive();
    archive.member("pkg-").set_data(Frame::windowed(&stages.pkg.bytes(), 27).bytes());
    let bytes = archive.bytes();
    let expectation = crate::support::pinned(&package.file_name(Format::Conda), &bytes);
    assert_eq!(crate::support::examine(&bytes, &expectation).findings, []);
}

#[test]
fn frames_of_every_honest_shape_decode() {
    let package = sample::big();
    let tar = package.stages().pkg.bytes();
    let mut plain = Frame::windowed(&tar, 23);
    plain.content_size = None;
    for frame in [
        Frame::raw(&tar),
        Frame::compressed(&tar),
        Frame::compressed(&tar).with_checksum(&tar),
        Frame::windowed(&tar, 23),
        plain,
    ] {
        let mut archive = package.stages().conda_archive();
        archive.member("pkg-").set_data(frame.bytes());
        let bytes = archive.bytes();
        let expectation = crate::support::pinned(&package.file_name(Format::Conda), &bytes);
        assert_eq!(crate::support::examine(&bytes, &expectation).findings, []);
    }
}
