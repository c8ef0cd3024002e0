//! Bounds, each reached on its own.

use conda_verifier::{Code, Error, Fault, Limits, Repodata, Status};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::zstd::{Block, Frame, rle_blocks};
use conda_verifier_fixtures::{bzip2, sample, tar};

use super::{Case, support};

pub(crate) fn cases() -> Vec<Case> {
    let bounded = |name, limit: &str, max| {
        Case::both(name, Code::LimitExceeded, |_| {}).map(|case| case.limit(limit, max))
    };
    let mut cases: Vec<_> = [
        bounded("a large archive", "archiveBytes", 100),
        bounded("much content", "unpackedBytes", 2_000),
        bounded("many entries", "entries", 3),
        bounded("long paths", "pathBytes", 20),
        bounded("long components", "componentBytes", 8),
        bounded("large documents", "infoBytes", 100),
        bounded("many names", "nameBytes", 200),
        Case::both("a deep tree of folders", Code::LimitExceeded, |s| {
            for index in 0..200 {
                let path = format!("{index}/{}x", "d/".repeat(2_000));
                s.pkg.entries.push(tar::Entry::file(path, b"".as_slice()));
            }
        }),
        Case::both("links that are long to follow", Code::LimitExceeded, |s| {
            let deep = format!("{}x", "d/".repeat(800));
            s.pkg.entries.push(tar::Entry::file(deep.as_str(), b"".as_slice()));
            for index in 0..100 {
                let link = format!("links/{index}");
                s.pkg.entries.push(tar::Entry::symlink(link, format!("../{deep}")));
            }
        }),
        Case::both("a pax header of 2 MiB", Code::LimitExceeded, |s| {
            let comment = tar::pax_record("comment", vec![b'x'; 2 << 20]);
            s.pkg.entries[0].before.push(tar::Entry::pax(comment));
        }),
        Case::both("a link's target of 5,000 bytes", Code::LimitExceeded, |s| {
            s.pkg.entries.push(tar::Entry::symlink("long", "x".repeat(5_000)));
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    cases.extend([zstd_bomb(), bzip2_bomb()]);
    cases.extend(idle_pieces());
    cases
}

/// 10 GiB of zeros as one file, in less than 1 MiB.
fn zstd_bomb() -> Case {
    let package = sample::hello();
    let mut archive = package.stages().conda_archive();
    let mut zeros = tar::Entry::file("zeros", b"".as_slice());
    zeros.size_field = Some(tar::base256(10 << 30));
    let mut blocks = vec![Block::Raw(zeros.header().to_vec())];
    blocks.extend(rle_blocks(0, 10 << 30));
    let mut frame = Frame::new(blocks);
    (frame.window, frame.content_size) = (Some(0x68), None);
    archive.member("pkg-").set_data(frame.bytes());
    let case = Case::new(
        "a zstd bomb",
        Code::LimitExceeded,
        &package.file_name(Format::Conda),
        archive.bytes(),
    );
    assert!(case.bytes.len() < 1 << 20, "{}", case.bytes.len());
    case
}

/// 128 MiB of zeros as one file, which bzip2 makes 200 bytes of.
fn bzip2_bomb() -> Case {
    let package = sample::hello();
    let mut zeros = tar::Entry::file("zeros", b"".as_slice());
    zeros.size = Some(128 << 20);
    let tar = [zeros.header().to_vec(), vec![0; 128 << 20]].concat();
    let bytes = bzip2::compress(&tar, bzip2::LEVEL);
    Case::new("a bzip2 bomb", Code::LimitExceeded, &package.file_name(Format::TarBz2), bytes)
}

/// Each piece costs a decoder a lot and gives nothing.
fn idle_pieces() -> [Case; 2] {
    let package = sample::hello();
    let mut archive = package.stages().conda_archive();
    let mut frame = Frame::new(vec![Block::Raw(Vec::new()); (1 << 20) + 1]);
    (frame.window, frame.content_size) = (Some(0x68), None);
    archive.member("pkg-").set_data(frame.bytes());
    [
        Case::new(
            "a million empty zstd blocks",
            Code::LimitExceeded,
            &package.file_name(Format::Conda),
            archive.bytes(),
        ),
        Case::new(
            "thirty thousand bzip2 streams",
            Code::LimitExceeded,
            &package.file_name(Format::TarBz2),
            bzip2::repeat(b"\0", 30_000),
        ),
    ]
}

#[test]
fn findings_are_counted_past_their_limit() {
    let mut limits = Limits::default();
    limits.set("findings", 2).unwrap();
    let mut stages = sample::hello().stages();
    for index in 0..10 {
        stages.pkg.entries.push(tar::Entry::file(format!("extra{index}"), b"".as_slice()));
    }
    let bytes = stages.bytes(Format::Conda);
    let expectation = support::pinned("hello-1.0-pyh0_0.conda", &bytes);
    let verifier = support::verifier(conda_verifier::Policy::default(), limits);
    let verdict = support::examine_with(&verifier, &bytes, &expectation);
    assert_eq!((verdict.findings.len(), verdict.findings_omitted), (2, 8));
    assert_eq!(verdict.status, Status::Rejected);
}

#[test]
fn compressed_repodata_is_bounded_too() {
    let limits = {
        let mut limits = Limits::default();
        limits.set("repodataBytes", 1 << 20).unwrap();
        limits
    };
    let zeros = vec![b' '; 4 << 20];
    for bytes in [bzip2::compress(&zeros, 9), Frame::compressed(&zeros).bytes(), zeros] {
        let refused = Repodata::read(&mut bytes.as_slice(), &limits).unwrap_err();
        assert_eq!(
            refused,
            Error::new(Fault::LimitExceeded { limit: "repodataBytes", max: 1 << 20 })
        );
    }
}
