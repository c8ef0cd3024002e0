//! What the host or the caller does wrong.

use std::cell::Cell;

use conda_verifier::{
    Code, Error, Expectation, Fault, Level, Policy, ReadAt, Rejection, Sha256Digest, Status,
    Verifier,
};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;

use super::support;

/// The codes that the tests of this file cover.
pub(crate) const CODES: [Code; 3] = [Code::ArgumentInvalid, Code::SourceRead, Code::SourceChanged];

/// A source that does something else after some reads.
struct Fickle {
    bytes: Vec<u8>,
    reads_left: Cell<u32>,
    then: fn(&mut Vec<u8>) -> Result<(), Error>,
}

impl ReadAt for Fickle {
    fn size(&self) -> u64 {
        self.bytes.as_slice().size()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        match self.reads_left.get().checked_sub(1) {
            Some(left) => self.reads_left.set(left),
            None => {
                self.reads_left.set(u32::MAX);
                (self.then)(&mut self.bytes)?;
            }
        }
        self.bytes.as_slice().read_at(offset, into)
    }
}

/// A source of the sample that fails at its second read, or at its first.
fn failing(reads: u32) -> (Fickle, Expectation) {
    let bytes = sample::hello().conda();
    let expectation = support::pinned("hello-1.0-pyh0_0.conda", &bytes);
    let then = |_: &mut Vec<u8>| {
        Err(Error::new(Fault::SourceRead {
            offset: 0,
            length: 0,
            reason: "the disk is gone".into(),
        }))
    };
    (Fickle { bytes, reads_left: Cell::new(reads), then }, expectation)
}

/// One read authenticates the only block, a second brings it back to be decoded.
const READS: std::ops::Range<u32> = 0..2;

#[test]
fn a_source_that_fails_decides_nothing() {
    for reads in READS {
        let (source, expectation) = failing(reads);
        match Verifier::new().verify_package(source, expectation).unwrap_err() {
            Rejection::Undecided(error) => assert_eq!(error.code(), Code::SourceRead),
            Rejection::Rejected(verdict) => panic!("{:?}", verdict.findings),
        }
    }
}

/// Whoever asks on after a failure is told the same, and never a good verdict.
#[test]
fn a_failure_of_the_host_stays_one() {
    for reads in READS {
        let (source, expectation) = failing(reads);
        let mut examination = Verifier::new().examine(source, expectation);
        let error = loop {
            if let Err(error) = examination.step() {
                break error;
            }
        };
        assert_eq!(examination.step(), Err(error));
        assert_eq!(examination.finish().status, Status::Rejected);
    }
}

#[test]
fn a_source_that_changes_after_it_was_authenticated_is_refused() {
    let changes = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        Ok(())
    };
    for format in Format::ALL {
        let package = sample::big();
        let bytes = package.bytes(format);
        let blocks = u32::try_from(bytes.len().div_ceil(1 << 20)).unwrap();
        assert!(blocks > 1, "the sample needs several blocks");
        let expectation = support::pinned(&package.file_name(format), &bytes);
        let source = Fickle { bytes, reads_left: Cell::new(blocks), then: changes };
        let Err(Rejection::Rejected(verdict)) = Verifier::new().verify_package(source, expectation)
        else {
            panic!("{format:?}");
        };
        assert_eq!(verdict.rejection().map(|error| error.code()), Some(Code::SourceChanged));
        assert_eq!(verdict.status, Status::Rejected);
    }
}

#[test]
fn arguments_say_what_they_take() {
    let error = Sha256Digest::parse("abc").unwrap_err();
    assert_eq!(error.code(), Code::ArgumentInvalid);
    assert!(error.to_string().contains("64 hex digits"), "{error}");
    let error = Policy::default().set(Code::Sha256Mismatch, Level::Ignore).unwrap_err();
    assert_eq!(error.code(), Code::ArgumentInvalid);
    assert_eq!(Level::parse("loud").unwrap_err().code(), Code::ArgumentInvalid);
}

#[test]
fn an_examination_that_was_not_finished_is_no_verdict() {
    let bytes = sample::hello().conda();
    let expectation = Expectation::nothing();
    let mut examination = Verifier::new().examine(bytes.as_slice(), expectation);
    examination.step().unwrap();
    assert_eq!(examination.finish().status, Status::Rejected);
}
