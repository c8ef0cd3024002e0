//! What an examination hands out: each sound file once, links at the end, nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
mod support;

use std::collections::BTreeMap;

use conda_verifier::{
    Code, Expectation, Fate, Level, NodeKind, Phase, Policy, Sha256Digest, Status, Verifier,
};
use conda_verifier_fixtures::bzip2;
use conda_verifier_fixtures::manifest;
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::{Content, Format, Package};
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::spoil::Spoil;
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::tar::Entry;

use support::{Handed, hand_out, pinned};

/// Above and below every size there is, and in the midst.
const HOSTS: [Option<u64>; 4] = [None, Some(0), Some(40), Some(1 << 40)];

fn handed(bytes: &[u8], host_from: Option<u64>) -> Handed {
    hand_out(&Verifier::new(), bytes, &Expectation::nothing(), host_from)
}

/// The files of `info/`, then the payload's, as the generator made them.
fn files_of(package: &Package) -> Vec<(String, Vec<u8>)> {
    let stages = package.stages();
    let info = stages
        .info
        .entries
        .iter()
        .map(|entry| (String::from_utf8(entry.path.clone()).unwrap(), entry.data.clone()));
    let payload = package.files.iter().filter_map(|file| match &file.content {
        Content::Regular(bytes) => Some((file.path.clone(), bytes.clone())),
        _ => None,
    });
    info.chain(payload).collect()
}

#[test]
fn every_file_comes_once_in_the_order_of_the_archive() {
    for package in sample::all() {
        for format in Format::ALL {
            let bytes = package.bytes(format);
            let Handed { files, links, refused, verdict } = handed(&bytes, None);
            let contents: Vec<_> =
                files.into_iter().map(|(path, _, bytes)| (path, bytes)).collect();
            assert_eq!(contents, files_of(&package));
            assert!(refused.is_empty() && verdict.status == Status::Unverified);
            let mut expected: Vec<_> = package
                .files
                .iter()
                .filter_map(|file| match &file.content {
                    Content::Symlink(target) => Some((&file.path, NodeKind::Symlink, target)),
                    Content::HardLink(target) => Some((&file.path, NodeKind::Hardlink, target)),
                    _ => None,
                })
                .collect();
            expected.sort_by_key(|(path, ..)| *path);
            let links: Vec<_> =
                links.iter().map(|link| (&link.path, link.kind, &link.target)).collect();
            assert_eq!(links, expected);
        }
    }
}

#[test]
fn whoever_hashes_the_same_files_come() {
    for package in sample::all() {
        for format in Format::ALL {
            let bytes = package.bytes(format);
            let sorted = |handed: Handed| -> BTreeMap<_, _> {
                handed.files.into_iter().map(|(path, mode, bytes)| (path, (mode, bytes))).collect()
            };
            let expected = sorted(handed(&bytes, None));
            for host_from in HOSTS {
                assert_eq!(sorted(handed(&bytes, host_from)), expected, "{host_from:?}");
            }
        }
    }
}

/// A file of more than a block, and one of exactly a block's length.
#[test]
fn large_files_come_in_pieces() {
    let mut noise = Noise::new(11);
    let large = noise.bytes(9_000_001);
    let block = noise.bytes(4 << 20);
    let package = Package::new("large", "1", "0")
        .file("a", large.clone())
        .file("b", b"small".to_vec())
        .file("c", block.clone())
        .file("d", Vec::new());
    let bytes = package.bytes(Format::Conda);
    for host_from in HOSTS {
        let Handed { mut files, verdict, .. } = handed(&bytes, host_from);
        files.retain(|(path, ..)| !path.starts_with("info/"));
        files.sort();
        let contents: Vec<_> =
            files.iter().map(|(path, _, bytes)| (path.as_str(), bytes)).collect();
        let empty = Vec::new();
        let small = b"small".to_vec();
        assert_eq!(contents, [("a", &large), ("b", &small), ("c", &block), ("d", &empty)]);
        assert_eq!(verdict.status, Status::Unverified);
    }
}

#[test]
fn what_is_not_as_it_is_listed_goes_to_nobody() {
    let package = sample::hello();
    let honest: BTreeMap<_, _> = files_of(&package).into_iter().collect();
    for spoil in Spoil::ALL.into_iter().filter(|spoil| spoil.fits(&package)) {
        for format in Format::ALL {
            let bytes = spoil.apply(&package, format);
            for host_from in HOSTS {
                let named = Expectation::nothing().named(package.file_name(format));
                let Handed { files, refused, verdict, .. } =
                    hand_out(&Verifier::new(), &bytes, &named, host_from);
                assert_eq!(verdict.status, Status::Rejected, "{spoil}");
                for (path, _, bytes) in &files {
                    // What is listed otherwise, or is not what it was, is not there.
                    let is_known = honest.get(path).is_some_and(|honest| honest == bytes);
                    let is_edited = matches!(
                        spoil,
                        Spoil::WrongSize | Spoil::DigestsSwapped | Spoil::WrongName
                    );
                    assert!(
                        is_known || (is_edited && path.starts_with("info/")),
                        "{spoil}: {path}"
                    );
                }
                let is_refused = matches!(
                    spoil,
                    Spoil::ContentChanged
                        | Spoil::UnlistedFile
                        | Spoil::WrongSize
                        | Spoil::DigestsSwapped
                        | Spoil::DuplicateEntry
                );
                // Where a bit is flipped, it may be one of a file.
                if spoil != Spoil::FlippedByte {
                    assert_eq!(!refused.is_empty(), is_refused, "{spoil}: {refused:?}");
                }
            }
        }
    }
}

#[test]
fn nothing_comes_before_the_archive_is_the_expected_one() {
    let bytes = sample::hello().bytes(Format::Conda);
    let other = sample::big().bytes(Format::Conda);
    let expectation = pinned("hello-1.0-0.conda", &other);
    for host_from in HOSTS {
        let Handed { files, refused, links, verdict } =
            hand_out(&Verifier::new(), &bytes, &expectation, host_from);
        assert!(files.is_empty() && refused.is_empty() && links.is_empty());
        assert_eq!(verdict.rejection().unwrap().code(), Code::Sha256Mismatch);
    }
}

/// With its manifest behind the payload, a `.tar.bz2` is read twice.
#[test]
fn a_late_manifest_lets_nothing_come_twice() {
    let Stages { info, pkg, .. } = sample::hello().stages();
    let mut tar = sample::hello().stages().tar();
    let (early, late) = info.entries.split_at(2);
    tar.entries = early.iter().chain(&pkg.entries).chain(late).cloned().collect();
    let bytes = bzip2::compress(&tar.bytes(), 1);
    for host_from in HOSTS {
        let Handed { files, verdict, .. } = handed(&bytes, host_from);
        assert_eq!(verdict.status, Status::Unverified, "{:?}", verdict.findings);
        let mut paths: Vec<_> = files.iter().map(|(path, ..)| path.clone()).collect();
        paths.sort();
        let mut expected: Vec<_> =
            files_of(&sample::hello()).into_iter().map(|(path, _)| path).collect();
        expected.sort();
        assert_eq!(paths, expected);
    }
}

/// What the host says decides, and what it owes is waited for.
#[test]
fn a_digest_of_the_host_is_compared_and_waited_for() {
    let bytes = sample::hello().bytes(Format::Conda);
    let mut examination = Verifier::new().examine(bytes.as_slice(), Expectation::nothing());
    examination.let_host_hash(1);
    assert!(examination.wants_archive_digest());
    let mut owed = Vec::new();
    loop {
        let phase = examination.step().unwrap().phase;
        owed.extend(
            examination
                .parts()
                .filter(|part| part.fate == Fate::DigestWanted)
                .map(|part| part.number),
        );
        if phase == Phase::Comparing {
            break;
        }
    }
    assert!(owed.len() > 1);
    assert_eq!(examination.step().unwrap().phase, Phase::Comparing, "it waits");
    for number in &owed {
        assert_eq!(examination.supply_digest(*number, Sha256Digest::EMPTY), Some(Fate::Refused));
    }
    assert_eq!(examination.supply_digest(u32::MAX, Sha256Digest::EMPTY), None);
    while examination.step().unwrap().phase != Phase::Done {}
    let verdict = examination.finish();
    let mismatches = verdict.findings.iter();
    let mismatches = mismatches.filter(|finding| finding.error.code() == Code::FileSha256Mismatch);
    assert_eq!(mismatches.count(), owed.len());
}

/// A digest of the archive that the host finds is compared as one that is found here.
#[test]
fn an_archive_digest_of_the_host_is_compared() {
    let bytes = sample::hello().bytes(Format::Conda);
    let expectation = pinned(&sample::hello().file_name(Format::Conda), &bytes);
    let verifier = Verifier::new();
    let mut examination = verifier.examine(bytes.as_slice(), expectation.clone());
    examination.let_host_hash(1 << 40);
    examination.supply_archive_digest(Sha256Digest::EMPTY);
    assert!(!examination.wants_archive_digest());
    let verdict = examination.run().unwrap();
    assert_eq!(verdict.rejection().unwrap().code(), Code::Sha256Mismatch);

    // A source that can change is read here, and remembered.
    let reads = std::cell::Cell::new(0);
    let changeable = support::Changeable { bytes: &bytes, reads: &reads };
    let mut examination = verifier.examine(changeable, expectation);
    examination.let_host_hash(1 << 40);
    assert!(!examination.wants_archive_digest());
    examination.supply_archive_digest(Sha256Digest::EMPTY);
    assert_eq!(examination.run().unwrap().status, Status::Verified);
}

/// Whoever makes a hard link needs the file that it leads to.
#[test]
fn a_hard_link_comes_only_with_its_file() {
    let mut stages = sample::hello().stages();
    stages.pkg.entries.push(Entry::file("unlisted", "x"));
    stages.pkg.entries.push(Entry::hard_link("share/alias", "unlisted"));
    stages.edit_paths(|paths| paths.push(manifest::regular("share/alias", b"x")));
    let mut policy = Policy::default();
    policy.set(Code::FileUnlisted, Level::Warn).unwrap();
    let verifier = Verifier::new().with_policy(policy);
    for host_from in HOSTS {
        let bytes = stages.bytes(Format::Conda);
        let handed = hand_out(&verifier, &bytes, &Expectation::nothing(), host_from);
        assert_eq!(handed.verdict.status, Status::Unverified, "{:?}", handed.verdict.findings);
        assert!(handed.refused.contains("unlisted"));
        assert!(handed.links.iter().all(|link| link.path != "share/alias"));
    }
}

/// Each tar of a `.conda` is unpacked by itself.
#[test]
fn a_hard_link_leads_to_its_own_tar() {
    let mut stages = sample::hello().stages();
    let about = stages.info.entry("info/about.json").data.clone();
    stages.pkg.entries.push(Entry::hard_link("share/about", "info/about.json"));
    stages.edit_paths(|paths| paths.push(manifest::regular("share/about", &about)));
    let verdict = handed(&stages.bytes(Format::Conda), None).verdict;
    assert_eq!(verdict.rejection().unwrap().code(), Code::LinkTargetMissing);
    assert_eq!(handed(&stages.bytes(Format::TarBz2), None).verdict.status, Status::Unverified);
}

/// Whoever unpacks would write through the link, however many entries there are.
#[test]
fn nothing_below_a_link_comes() {
    let mut stages = sample::hello().stages();
    stages.pkg.entries.push(Entry::symlink("share/a", "hello"));
    for name in ["share/a/one", "share/a/two", "share/a/b/three", "share/a/b/four"] {
        stages.add(name, b"x");
    }
    for format in Format::ALL {
        let Handed { files, refused, verdict, .. } = handed(&stages.bytes(format), Some(1));
        assert_eq!(verdict.status, Status::Rejected);
        assert!(files.iter().all(|(path, ..)| !path.starts_with("share/a/")));
        assert_eq!(refused.len(), 4, "{refused:?}");
    }
}

/// Folders that nobody listed are none of the package's files.
#[test]
fn directories_are_not_handed_out() {
    let mut stages = sample::hello().stages();
    stages.pkg.entries.insert(0, Entry::directory("share"));
    let Handed { files, links, .. } = handed(&stages.bytes(Format::Conda), None);
    assert!(files.iter().all(|(path, ..)| path != "share"));
    assert!(links.iter().all(|link| link.path != "share"));
    let paths: Vec<_> = files[..2].iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, ["info/about.json", "info/files"]);
    if files.is_empty() {
        panic!("nothing came");
    }
}

/// As whom a file runs is nothing that a package decides.
#[test]
fn set_id_bits_are_taken_off() {
    let mut stages = sample::hello().stages();
    stages.pkg.entry("bin/hello").mode = 0o6777;
    let Handed { files, verdict, .. } = handed(&stages.bytes(Format::Conda), None);
    assert_eq!(verdict.status, Status::Unverified);
    let mode = files.iter().find(|(path, ..)| path == "bin/hello").map(|(_, mode, _)| *mode);
    assert_eq!(mode, Some(0o777));
}
