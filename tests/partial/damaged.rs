//! Who is to blame: a download that was damaged, or the maker of the package.

use conda_verifier::{Code, Expectation, PinnedDigest, Record, Sha256Digest, Status, Verifier};
use conda_verifier_fixtures::package::{Format, Package};
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::{record, sample, tar};

use super::codes;
use super::served::read;

fn whole(bytes: &[u8], expectation: Expectation) -> conda_verifier::Verdict {
    Verifier::new().examine(bytes, expectation).run().unwrap()
}

/// Wherever a member is damaged, it is the checksum that is told, not what the damage made of
/// the content.
#[test]
fn a_damaged_member_is_told_by_its_checksum() {
    for (package, step) in [(sample::empty(), 1), (sample::hello(), 11)] {
        let archive = package.stages().conda_archive();
        let (honest, spans) = (archive.bytes(), archive.spans());
        for (member, span) in archive.members.iter().zip(spans) {
            let name = String::from_utf8(member.local.name.clone()).unwrap();
            for (at, flip) in
                (span.data..span.end).step_by(step).flat_map(|at| [(at, 0xFF), (at, 4)])
            {
                let mut bytes = honest.clone();
                bytes[at] ^= flip;
                let verdict = whole(&bytes, Expectation::nothing());
                let what = format!("{name} at {at}: {:?}", verdict.findings);
                assert_eq!(verdict.rejection().unwrap().code(), Code::ZipCrcMismatch, "{what}");
                if name.starts_with("pkg-") {
                    continue;
                }
                // What is damaged says nothing about the package, nor about who made it.
                assert!(verdict.package.is_none(), "{what}");
                assert!(!codes(&verdict).contains(&Code::IndexJsonInvalid), "{what}");
                let (answer, _) = read(&bytes, &Expectation::nothing());
                let verdict = answer.verdict;
                let what = format!("{name} at {at}: {:?}", verdict.findings);
                assert_eq!(verdict.rejection().unwrap().code(), Code::ZipCrcMismatch, "{what}");
                assert!(verdict.package.is_none() || name == "metadata.json", "{what}");
            }
        }
    }
}

/// A tar that its maker spoiled, in a member whose checksum is right or not.
fn spoiled(is_damaged: bool) -> (Package, Vec<u8>) {
    let package = sample::hello();
    let mut stages: Stages = package.stages();
    stages.info.entries.push(tar::Entry::new(b'6', "info/pipe", b"".as_slice()));
    let mut archive = stages.conda_archive();
    if is_damaged {
        archive.member("info-").both(|header| header.crc32 ^= 1);
    }
    (package, archive.bytes())
}

#[test]
fn who_made_it_is_to_blame_where_a_checksum_or_a_digest_is_right() {
    let (_, bytes) = spoiled(false);
    for verdict in
        [whole(&bytes, Expectation::nothing()), read(&bytes, &Expectation::nothing()).0.verdict]
    {
        assert_eq!(verdict.rejection().unwrap().code(), Code::TarEntryUnsupported);
    }
    let (package, bytes) = spoiled(true);
    for verdict in
        [whole(&bytes, Expectation::nothing()), read(&bytes, &Expectation::nothing()).0.verdict]
    {
        assert_eq!(verdict.rejection().unwrap().code(), Code::ZipCrcMismatch);
    }
    // These are the bytes that were meant: nothing was damaged on the way.
    let pinned = PinnedDigest::new(Sha256Digest::of(&bytes));
    let json = record::record(&package, &bytes).to_string();
    let name = package.file_name(Format::Conda);
    let limits = conda_verifier::Limits::default();
    let record = Record::parse(&name, json.as_bytes(), &limits);
    for expectation in
        [Expectation::nothing().pinned(pinned), Expectation::nothing().record(record)]
    {
        let verdict = whole(&bytes, expectation);
        assert_eq!(verdict.status, Status::Rejected);
        assert_eq!(verdict.rejection().unwrap().code(), Code::TarEntryUnsupported);
    }
}

/// A frame that its maker cut short.
#[test]
fn a_frame_that_is_wrong_in_a_sound_member_is_its_makers() {
    let mut archive = sample::hello().stages().conda_archive();
    let data = archive.member("info-").data.clone();
    archive.member("info-").set_data(&data[..data.len() - 9]);
    let bytes = archive.bytes();
    for verdict in
        [whole(&bytes, Expectation::nothing()), read(&bytes, &Expectation::nothing()).0.verdict]
    {
        assert_eq!(verdict.rejection().unwrap().code(), Code::ZstdMalformed);
    }
}
