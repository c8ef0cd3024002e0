//! What servers and archives do to those who read them in parts.

use conda_verifier::{
    Check, Code, Expectation, Limits, Mark, Outcome, PartialStep, Status, Told, Verifier,
};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::spoil::Spoil;
use conda_verifier_fixtures::zip::{Archive, Member, zip64_extra};

use super::served::{Log, Served, read, read_with};
use super::{big_info, codes, outcome};

const TOLD: Told = Told { size: true, coherence: true };

/// The first code that rejects.
fn refused(bytes: &[u8]) -> (Code, Log) {
    let (answer, log) = read(bytes, &Expectation::nothing());
    assert_eq!(answer.verdict.status, Status::Rejected);
    (answer.verdict.rejection().unwrap().code(), log)
}

fn whole(bytes: &[u8], expectation: &Expectation) -> std::collections::BTreeSet<Code> {
    codes(&Verifier::new().examine(bytes, expectation.clone()).run().unwrap())
}

/// A part never rejects what the whole would not reject for the same reason.
#[test]
fn nothing_is_found_in_a_part_that_the_whole_does_not_have() {
    let mut rejected = 0;
    for package in sample::all() {
        let name = package.file_name(Format::Conda);
        for spoil in Spoil::ALL.into_iter().filter(|spoil| spoil.fits(&package)) {
            let bytes = spoil.apply(&package, Format::Conda);
            let expectation = Expectation::nothing().named(name.clone());
            let (answer, log) = read(&bytes, &expectation);
            let whole = whole(&bytes, &expectation);
            let part = codes(&answer.verdict);
            assert!(part.is_subset(&whole), "{spoil}: {part:?}, {whole:?}");
            rejected += u32::from(answer.verdict.status == Status::Rejected);
            assert!(log.requests <= 16);
        }
    }
    assert!(rejected > 3, "only {rejected}");
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let bytes = sample::big().conda();
    for sixteenth in 0..16 {
        let (code, log) = refused(&bytes[..bytes.len() * sixteenth / 16]);
        let expected = if sixteenth == 0 { Code::NotAnArchive } else { Code::ZipMalformed };
        assert_eq!((code, log.rounds <= 1), (expected, true), "{sixteenth}/16");
    }
}

/// The caller's length is too long: the server has no such bytes, and says so by sending fewer.
#[test]
fn a_server_that_sends_fewer_bytes_is_left_soon() {
    let bytes = sample::big().conda();
    let size = bytes.len() as u64 + 1000;
    let answer = |_: u64, range: std::ops::Range<usize>| {
        bytes.get(range.start..range.end.min(bytes.len())).unwrap_or_default().to_vec()
    };
    let (answer, log) =
        read_with(&Verifier::new(), Served::answering(size, answer), &Expectation::nothing(), TOLD);
    assert_eq!(answer.verdict.rejection().unwrap().code(), Code::LimitExceeded);
    assert!(log.requests <= 16, "{log:?}");
    assert!(answer.info.is_empty());
}

/// A name, a way to spoil an archive, and what it is refused for.
type Lie = (&'static str, fn(&mut Archive), Code);

#[test]
fn a_directory_that_lies_is_refused() {
    let stages = sample::big().stages();
    let spoiled = |spoil: fn(&mut Archive)| {
        let mut archive = stages.conda_archive();
        spoil(&mut archive);
        archive.bytes()
    };
    let cases: [Lie; 13] = [
        ("bytes behind the end", |a| a.trailing = vec![0; 100], Code::ZipHiddenData),
        ("bytes before the first", |a| a.leading = b"PK\x03\x04 no".to_vec(), Code::ZipHiddenData),
        ("a comment", |a| a.end.comment = b"hello".to_vec(), Code::ZipHiddenData),
        (
            "a comment that is longer than what is asked for first",
            |a| a.end.comment = vec![b'x'; 65_535],
            Code::ZipHiddenData,
        ),
        (
            "an end record within the comment",
            |a| {
                let mut inner = Archive::new(Vec::new()).bytes();
                // It says that its directory is where the outer one is.
                inner.truncate(22);
                a.end.comment = inner;
            },
            Code::ZipHiddenData,
        ),
        ("a directory elsewhere", |a| a.end.offset = Some(4), Code::ZipHiddenData),
        ("a directory past the end", |a| a.end.offset = Some(u32::MAX - 1), Code::ZipMalformed),
        ("a directory of 2 GiB", |a| a.end.size = Some(1 << 31), Code::ZipMalformed),
        (
            "a member of another name",
            |a| a.members.push(Member::stored("more.txt", "more")),
            Code::CondaMemberUnexpected,
        ),
        (
            "two members of one name",
            |a| a.members.push(a.members[2].clone()),
            Code::ZipDuplicateMember,
        ),
        ("headers that differ", |a| a.member("pkg-").local.crc32 ^= 1, Code::ZipHeadersDisagree),
        ("info elsewhere", |a| a.member("info-").offset = Some(4000), Code::ZipOverlap),
        (
            "spoiled info",
            |a| a.member("info-").both(|header| header.crc32 ^= 1),
            Code::ZipCrcMismatch,
        ),
    ];
    for (name, spoil, code) in cases {
        let bytes = spoiled(spoil);
        let (found, log) = refused(&bytes);
        let whole = whole(&bytes, &Expectation::nothing());
        assert!(whole.contains(&found), "{name}: {found}, {whole:?}");
        assert_eq!(found, code, "{name}");
        assert!(log.requests <= 5 && log.bytes < 400_000, "{name}: {log:?}");
    }
}

/// Whoever believes it asks for 2 GiB.
#[test]
fn a_member_that_says_it_is_huge_is_not_asked_for() {
    for name in ["info-", "metadata.json"] {
        let mut archive = sample::big().stages().conda_archive();
        let member = archive.member(name);
        member.both(|header| (header.compressed, header.uncompressed) = (1 << 31, 1 << 31));
        let (code, log) = refused(&archive.bytes());
        assert_eq!((code, log.rounds), (Code::LimitExceeded, 1), "{name}");

        let mut archive = sample::big().stages().conda_archive();
        archive.member(name).both(|header| {
            (header.compressed, header.uncompressed) = (u32::MAX, u32::MAX);
            header.extra = zip64_extra(&[u64::MAX, u64::MAX]);
        });
        let (code, log) = refused(&archive.bytes());
        assert_eq!((code, log.rounds), (Code::LimitExceeded, 1), "{name}");
    }
}

#[test]
fn limits_hold() {
    for (limit, max, code) in [
        ("infoBytes", 100, Code::LimitExceeded),
        ("archiveBytes", 1000, Code::LimitExceeded),
        ("windowBytes", 10, Code::LimitExceeded),
        ("unpackedBytes", 1000, Code::LimitExceeded),
        ("entries", 2, Code::LimitExceeded),
    ] {
        let mut limits = Limits::default();
        limits.set(limit, max).unwrap();
        let verifier = Verifier::new().with_limits(limits);
        let bytes = sample::big().conda();
        let (answer, _) = read_with(&verifier, Served::new(&bytes), &Expectation::nothing(), TOLD);
        assert_eq!(answer.verdict.rejection().unwrap().code(), code, "{limit}");
    }
}

#[test]
fn info_without_files_has_no_package() {
    let mut stages = sample::big().stages();
    stages.info.entries.clear();
    let bytes = stages.bytes(Format::Conda);
    let (answer, _) = read(&bytes, &Expectation::nothing());
    assert_eq!(answer.verdict.status, Status::Rejected);
    assert!(codes(&answer.verdict).contains(&Code::IndexJsonMissing));
    assert!(answer.info.is_empty() && answer.verdict.package.is_none());
}

/// A file that is replaced between two requests, by one of the same length.
#[test]
fn parts_of_two_files_are_noticed() {
    let package = big_info();
    let mut stages = package.stages();
    let old = stages.bytes(Format::Conda);
    stages.info.entry("info/test/noise.bin").data = Noise::new(6).bytes(300_000);
    let new = stages.bytes(Format::Conda);
    assert_eq!(old.len(), new.len(), "the test needs files of one length");
    for change in 0..3 {
        let answer = |request: u64, range: std::ops::Range<usize>| {
            if request < change { old[range].to_vec() } else { new[range].to_vec() }
        };
        let served = Served::answering(old.len() as u64, answer);
        let (answer, _) =
            read_with(&Verifier::new(), served, &Expectation::nothing(), Told::default());
        let codes = codes(&answer.verdict);
        // The head alone is the same in both; the directory is in the tail.
        if change < 2 {
            assert_eq!(answer.verdict.status, Status::Unverified, "{change}: {codes:?}");
        } else {
            assert_eq!(answer.verdict.status, Status::Rejected, "{change}");
            // The directory is the old one's.
            assert!(codes.contains(&Code::ZipHeadersDisagree), "{change}: {codes:?}");
        }
    }
}

#[test]
fn a_host_that_sees_the_change_ends_it() {
    let bytes = sample::big().conda();
    let source = bytes.as_slice();
    let mut examination = Verifier::new().examine_partially(source, Expectation::nothing());
    assert!(matches!(examination.step(), Ok(PartialStep::Wanted(_))));
    examination.changed(77, Mark::ETag, "\"one\"".into(), "\"two\"".into());
    assert_eq!(examination.step(), Ok(PartialStep::Done));
    examination.changed(78, Mark::Length, "1".into(), "2".into());
    let verdict = examination.finish(Told::default()).verdict;
    let error = verdict.rejection().unwrap();
    assert_eq!(error.code(), Code::SourceChanged);
    assert_eq!(error.expected().as_deref(), Some("\"one\""));
    assert_eq!(error.actual().as_deref(), Some("\"two\""));
    let (message, hint) = (error.to_string(), error.hint());
    assert!(message.contains("another ETag") && message.contains("offset 77"), "{message}");
    assert!(hint.contains("URL") && !hint.contains("Copy it"), "{hint}");
    assert_eq!(outcome(&verdict, Check::Coherence), Some(Outcome::Failed));
    assert_eq!(verdict.findings.len(), 1);
}

/// Given up early, it is no good verdict.
#[test]
fn what_was_not_examined_to_its_end_is_rejected() {
    let bytes = sample::big().conda();
    let mut examination =
        Verifier::new().examine_partially(bytes.as_slice(), Expectation::nothing());
    examination.step().unwrap();
    assert_eq!(examination.finish(TOLD).verdict.status, Status::Rejected);
}

#[test]
fn a_flipped_byte_never_panics_nor_costs_more_than_some_requests() {
    let honest = sample::empty().conda();
    for at in 0..honest.len() {
        let mut bytes = honest.clone();
        bytes[at] ^= 0xFF;
        let (answer, log) = read(&bytes, &Expectation::nothing());
        assert_eq!(answer.verdict.rejection().is_some(), answer.verdict.status == Status::Rejected);
        assert!(log.requests <= 16);
        let part = codes(&answer.verdict);
        let whole = whole(&bytes, &Expectation::nothing());
        // A name that is wrong in the directory is refused before the header that has it right.
        let is_name = part.contains(&Code::CondaMemberUnexpected)
            && whole.contains(&Code::ZipHeadersDisagree);
        assert!(is_name || part.is_subset(&whole), "{at}: {part:?}, {whole:?}");
    }
}
