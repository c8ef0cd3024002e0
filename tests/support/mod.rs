//! Every entrance of the Rust library, and short ways to ask a verdict for its codes.

use std::cell::Cell;
use std::collections::BTreeSet;

use conda_verifier::{
    Code, Error, Expectation, Limits, PinnedDigest, Policy, ReadAt, Rejection, Severity,
    Sha256Digest, Verdict, Verifier,
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
