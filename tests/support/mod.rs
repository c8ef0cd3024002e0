//! Every entrance of the Rust library, and short ways to ask a verdict for its codes.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use conda_verifier::{
    Code, Error, Expectation, Fate, HashedBy, Limits, Phase, PinnedDigest, Policy, ReadAt,
    Rejection, Severity, Sha256Digest, UnpackedNode, Verdict, Verifier,
};

/// A source that somebody could change, so that every read is authenticated
/// again, and that counts what is read of it.
pub(crate) struct Changeable<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) reads: &'a Cell<u64>,
}

impl ReadAt for Changeable<'_> {
    fn size(&self) -> u64 {
        self.bytes.size()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        self.reads.set(self.reads.get() + 1);
        self.bytes.read_at(offset, into)
    }
}

/// The verdict, the same through every entrance.
pub(crate) fn examine(bytes: &[u8], expectation: &Expectation) -> Verdict {
    examine_with(&Verifier::new(), bytes, expectation)
}

/// The verdict under a policy and limits, the same through every entrance.
pub(crate) fn examine_with(
    verifier: &Verifier,
    bytes: &[u8],
    expectation: &Expectation,
) -> Verdict {
    let whole = verifier.examine(bytes, expectation.clone()).run().unwrap();
    let reads = Cell::new(0);
    let changeable = Changeable { bytes, reads: &reads };
    let sliced = verifier.examine(changeable, expectation.clone()).run().unwrap();
    assert_eq!(whole, sliced, "the entrances differ");
    let mut handed = hand_out(verifier, bytes, expectation, Some(1)).verdict;
    assert_eq!(handed.hashed_by, HashedBy::Host);
    handed.hashed_by = HashedBy::Core;
    assert_eq!(whole, handed, "the verdict differs where the host hashes");
    match verifier.verify_package(bytes, expectation.clone()) {
        Ok(verdict) => assert_eq!((verdict.rejection(), &verdict), (None, &whole)),
        Err(Rejection::Rejected(verdict)) => {
            assert!(verdict.rejection().is_some(), "a rejection without a reason");
            assert_eq!(*verdict, whole);
        }
        Err(Rejection::Undecided(error)) => panic!("{error}"),
    }
    whole
}

/// What an examination handed out, and its verdict.
#[derive(Debug)]
pub(crate) struct Handed {
    /// Sound files with their bytes, in the order in which they became known.
    pub(crate) files: Vec<(String, u32, Vec<u8>)>,
    /// Files that nobody gets.
    pub(crate) refused: BTreeSet<String>,
    pub(crate) links: Vec<UnpackedNode>,
    pub(crate) verdict: Verdict,
}

/// Examines, and collects what is handed out. The digests of files of at least
/// `host_from` bytes are found here, and given in the wrong order.
pub(crate) fn hand_out(
    verifier: &Verifier,
    bytes: &[u8],
    expectation: &Expectation,
    host_from: Option<u64>,
) -> Handed {
    let mut examination = verifier.examine(bytes, expectation.clone());
    if let Some(from) = host_from {
        examination.let_host_hash(from);
    }
    if examination.wants_archive_digest() {
        examination.supply_archive_digest(Sha256Digest::of(bytes));
    }
    let (mut files, mut refused) = (Vec::new(), BTreeSet::new());
    let mut begun: BTreeMap<u32, (String, u32, Vec<u8>)> = BTreeMap::new();
    let mut owed = Vec::new();
    loop {
        let phase = examination.step().unwrap().phase;
        for part in examination.parts() {
            if part.is_first {
                let file = (part.path.to_owned(), part.mode, Vec::new());
                assert!(begun.insert(part.number, file).is_none(), "{} comes twice", part.path);
            }
            let file = begun.get_mut(&part.number).unwrap();
            file.2.extend_from_slice(part.bytes);
            match part.fate {
                Fate::Incomplete => {}
                Fate::DigestWanted => owed.push(part.number),
                Fate::Sound => files.push(begun.remove(&part.number).unwrap()),
                Fate::Refused => {
                    refused.insert(part.path.to_owned());
                }
            }
        }
        if phase == Phase::Comparing || owed.len() > 5 {
            for number in owed.drain(..).rev() {
                let file = begun.remove(&number).unwrap();
                match examination.supply_digest(number, Sha256Digest::of(&file.2)).unwrap() {
                    Fate::Sound => files.push(file),
                    fate => {
                        assert_eq!(fate, Fate::Refused);
                        refused.insert(file.0);
                    }
                }
                assert_eq!(examination.supply_digest(number, Sha256Digest::EMPTY), None);
            }
        }
        if phase == Phase::Done {
            let links = examination.links().to_vec();
            return Handed { files, refused, links, verdict: examination.finish() };
        }
    }
}

pub(crate) fn verifier(policy: Policy, limits: Limits) -> Verifier {
    Verifier::new().with_policy(policy).with_limits(limits)
}

/// An expectation that vouches for exactly these bytes.
pub(crate) fn pinned(file_name: &str, bytes: &[u8]) -> Expectation {
    Expectation::nothing().named(file_name).pinned(PinnedDigest::new(Sha256Digest::of(bytes)))
}

/// The codes of the findings of that severity.
pub(crate) fn codes(verdict: &Verdict, severity: Severity) -> BTreeSet<Code> {
    let of_severity = verdict.findings.iter().filter(|finding| finding.severity == severity);
    of_severity.map(|finding| finding.error.code()).collect()
}
