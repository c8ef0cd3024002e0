//! The state machine from bytes to verdict.

mod authentication;
mod handing;

use super::claims;
use super::documents::Names;
use super::expectation::Expectation;
use super::report::{Account, Report};
use super::unpacked::UnpackedNode;
use super::unpacking::{Step, Unpacking};
use super::unsigned::skip_what_nobody_signed;
use crate::archive::{Doubt, Format, Pinned, Pinning, ReadAt};
use crate::conda::FileName;
use crate::digest::Wanted;
use crate::error::{Class, Code, Error, Fault};
use crate::limits::Limits;
use crate::policy::{Level, Policy};
use crate::proof::{Check, PackageId, Reason, Status, Verdict};

/// What an examination is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding the archive's digests.
    Authenticating,
    /// Unpacking it and comparing its files.
    Unpacking,
    /// Waiting for the digests that the host was asked for.
    Comparing,
    /// Nothing any more: the verdict is ready.
    Done,
}

impl Phase {
    /// The word for it in JavaScript.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authenticating => "authenticating",
            Self::Unpacking => "unpacking",
            Self::Comparing => "comparing",
            Self::Done => "done",
        }
    }
}

/// How far an examination has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Bytes of the archive that went through this phase.
    pub done: u64,
    /// Bytes of the archive.
    pub total: u64,
}

/// One package on its way to a verdict, a bounded piece of work at each step.
///
/// Authenticated first, parsed then: where a digest is expected, no archive
/// code runs on bytes that do not have it.
pub struct Examination<S> {
    expectation: Expectation,
    file_name: Option<FileName>,
    limits: Limits,
    report: Report,
    state: State<S>,
    verdict: Verdict,
    /// Whether it may have been damaged on its way, as long as no digest matched.
    doubt: Doubt,
    /// Files of at least so many bytes are hashed by the host.
    host_hashes_from: Option<u64>,
    /// What was found of links, once all is unpacked.
    links: Vec<UnpackedNode>,
}

enum State<S> {
    Authenticating(Box<Pinning<S>>),
    Unpacking(Box<Unpacking<Pinned<S>>>),
    /// Unpacked to the end, or as far as it could be.
    Comparing(Box<Unpacking<Pinned<S>>>, Result<(), Error>),
    Done,
    /// The host failed: nothing was decided, and nothing will be.
    Failed(Error),
}

impl<S: ReadAt> Examination<S> {
    /// Prepares to examine `source`.
    pub fn new(source: S, expectation: Expectation, policy: Policy, limits: Limits) -> Self {
        let total = source.size();
        // Beside a SHA-256, an MD5 is worth finding only if a difference counts.
        let record = expectation.found_record();
        let with_md5 = record.is_some_and(|record| {
            record.md5.is_some()
                && (record.sha256.is_none()
                    || policy.level(Code::Md5ContradictsSha256) > Level::Ignore)
        });
        let with_sha512 = expectation.found_target().is_some_and(|it| it.sha512().is_some());
        let wanted = Wanted { md5: with_md5, sha512: with_sha512 };
        let mut report = Report::new(policy, limits.findings);
        skip_what_nobody_signed(&mut report, &expectation);
        let verdict = Verdict::begun(expectation.file_name.clone(), total);
        let mut examination = Self {
            expectation,
            file_name: None,
            limits,
            report,
            state: State::Authenticating(Box::new(Pinning::new(source, wanted))),
            verdict,
            doubt: Doubt::Damage,
            host_hashes_from: None,
            links: Vec::new(),
        };
        examination.check_signature();
        examination.file_name =
            claims::check_name(&examination.expectation, &mut examination.report);
        let found = match &examination.expectation.record {
            Some(Err(error)) if examination.expectation.verified.is_none() => {
                let error = error.clone();
                examination.state = if error.code().class() == Class::Host {
                    // Nobody is to blame, but that something was not loaded yet.
                    State::Failed(error)
                } else {
                    examination.report.refuse(error);
                    State::Done
                };
                return examination;
            }
            _ => examination.check_conflict().and_then(|()| {
                let Self { expectation, limits, report, .. } = &mut examination;
                claims::check_size(expectation, total, limits, report)
            }),
        };
        if let Err(error) = found {
            examination.report.stop(error);
            examination.state = State::Done;
        }
        examination
    }

    /// Works for a while: a few milliseconds.
    ///
    /// # Errors
    /// [`Fault::SourceRead`] where the host can't deliver the bytes, and
    /// [`Fault::RolesNotLoaded`] where it has not loaded what vouches for them: nothing was
    /// decided then, the examination is over, and every further step says so
    /// again. Everything about the package goes into the verdict.
    pub fn step(&mut self) -> Result<Progress, Error> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        let progress = self.advance();
        if let Err(error) = &progress {
            self.state = State::Failed(error.clone());
        }
        progress
    }

    fn advance(&mut self) -> Result<Progress, Error> {
        let total = self.verdict.digests.size;
        let (phase, done) = match std::mem::replace(&mut self.state, State::Done) {
            State::Authenticating(mut pinning) => {
                if pinning.step()? {
                    let done = pinning.position();
                    self.state = State::Authenticating(pinning);
                    (Phase::Authenticating, done)
                } else {
                    let (digests, source) = pinning.finish();
                    match self.authenticate(&digests).and_then(|()| self.open(source)) {
                        Ok(unpacking) => {
                            self.state = State::Unpacking(Box::new(unpacking));
                            (Phase::Unpacking, 0)
                        }
                        Err(error) => self.stop(error, total)?,
                    }
                }
            }
            State::Unpacking(mut unpacking) => match unpacking.step(&mut self.report) {
                Ok(Step::More) => {
                    let done = unpacking.position();
                    self.state = State::Unpacking(unpacking);
                    (Phase::Unpacking, done)
                }
                Ok(Step::Ended) => self.compare(unpacking, Ok(())),
                Err(error) if error.code().class() == Class::Host => return Err(error),
                Err(error) => self.compare(unpacking, Err(error)),
            },
            State::Comparing(unpacking, ended) if unpacking.contents.wants_digest() => {
                self.state = State::Comparing(unpacking, ended);
                (Phase::Comparing, total)
            }
            State::Comparing(unpacking, ended) => {
                self.end(*unpacking, ended);
                (Phase::Done, total)
            }
            State::Done | State::Failed(_) => (Phase::Done, total),
        };
        Ok(Progress { phase, done, total })
    }

    /// All of it is unpacked that can be: the rest is for the host, and for the next step.
    fn compare(
        &mut self,
        mut unpacking: Box<Unpacking<Pinned<S>>>,
        ended: Result<(), Error>,
    ) -> (Phase, u64) {
        unpacking.settle(&mut self.report);
        self.state = State::Comparing(unpacking, ended);
        (Phase::Comparing, self.verdict.digests.size)
    }

    /// After the last digest.
    fn end(&mut self, mut unpacking: Unpacking<Pinned<S>>, ended: Result<(), Error>) {
        // What is found now is about none of the entries.
        self.report.at(u32::MAX);
        let is_whole = ended.is_ok();
        let ended = ended.and_then(|()| unpacking.contents.finish(&mut self.report));
        // What has not been unpacked yet is not missing.
        // Documents that are damaged tell nothing.
        let code = ended.as_ref().err().map(|error| error.code());
        let is_damaged = code == Some(Code::ZipCrcMismatch) && !unpacking.has_whole_info();
        if is_whole || (unpacking.contents.documents.has_index_json() && !is_damaged) {
            self.identify(&unpacking);
        }
        self.links = unpacking.contents.take_links();
        if let Err(error) = ended {
            self.report.stop(error);
        }
    }

    /// Works to the end.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn run(mut self) -> Result<Verdict, Error> {
        while self.step()?.phase != Phase::Done {}
        Ok(self.finish())
    }

    /// The verdict. Before [`Phase::Done`] it is a rejection of what was not
    /// examined to its end.
    #[must_use]
    pub fn finish(self) -> Verdict {
        let is_done = matches!(self.state, State::Done);
        let mut verdict = self.verdict;
        let has_failed = self.report.has_failed();
        let is_signed = self.expectation.verified.is_some();
        let is_tuf = self.expectation.has_tuf_record();
        let has_target = self.expectation.found_target().is_some();
        let has_record = match &self.expectation.record {
            Some(Ok(_)) => !is_signed,
            Some(Err(_)) => !is_signed && !self.expectation.wants_signature,
            None => false,
        };
        let found = self.expectation.found_record();
        // Bound by an MD5 alone, or not at all.
        let is_weak = found.is_some_and(|record| record.sha256.is_none());
        let has_md5 = found.is_some_and(|record| record.md5.is_some());
        let account = self.report.finish(&|check| match check {
            Check::Record => found.is_none() || is_weak || is_signed || has_target,
            // What TUF vouches for, it vouches for as a whole.
            Check::Removed | Check::BaseUrl | Check::PkgMgrJson => is_signed && !is_tuf,
            Check::PackageTarget => self.expectation.target.is_some(),
            Check::MatchesUnsignedRecord => has_record,
            Check::ArchiveMd5 => has_md5,
            Check::Coherence => false,
            _ => !check.is_of_installed(),
        });
        let Account { checks, not_checked, findings, findings_omitted, lowered } = account;
        verdict.status = if has_failed || !is_done {
            Status::Rejected
        } else if verdict.authenticated.is_some() {
            Status::Verified
        } else {
            verdict.reasons.push(match (found.is_some(), is_weak, has_md5) {
                (true, false, _) => Reason::Unsigned,
                (true, true, true) => Reason::WeakDigest,
                _ => Reason::NoDigest,
            });
            Status::Unverified
        };
        Verdict { checks, not_checked, findings, findings_omitted, lowered, ..verdict }
    }

    /// A host's failure is the host's; everything else ends in the verdict.
    fn stop(&mut self, error: Error, total: u64) -> Result<(Phase, u64), Error> {
        if error.code().class() == Class::Host {
            return Err(error);
        }
        self.report.stop(error);
        Ok((Phase::Done, total))
    }

    /// Content trust 7, rule 9: what nobody signed is refused unless the policy says
    /// otherwise, where signatures are to be expected.
    fn check_signature(&mut self) {
        if self.expectation.wants_signature
            && self.expectation.verified.is_none()
            && let Some(record) = self.expectation.found_record()
        {
            let file_name = record.file_name.clone();
            self.report.find(Error::new(Fault::RecordUnsigned { file_name }));
        }
    }

    fn open(&mut self, mut source: Pinned<S>) -> Result<Unpacking<Pinned<S>>, Error> {
        let format = Format::detect(&mut source)?;
        self.verdict.format = Some(format.extension());
        if let Some(file_name) = &self.file_name
            && file_name.format() != format
        {
            self.report.find(Error::new(Fault::FormatMismatch {
                file_name: file_name.as_str().to_owned(),
                named: file_name.format().extension(),
                found: format.extension(),
            }));
        }
        let mut unpacking =
            Unpacking::open(source, format, self.doubt, &self.limits, &mut self.report)?;
        if let Some(from) = self.host_hashes_from {
            unpacking.let_host_hash(from);
        }
        Ok(unpacking)
    }

    /// Which package it says it is, as far as it was unpacked.
    fn identify(&mut self, unpacking: &Unpacking<Pinned<S>>) {
        let names = Names {
            file_name: self.file_name.as_ref(),
            record: self.expectation.found_record(),
            subdir: self.expectation.subdir(),
            stem: unpacking.stem(),
        };
        let index = unpacking.contents.documents.identify(&names, &self.limits, &mut self.report);
        self.verdict.package = index.map(PackageId::from);
        self.verdict.files = unpacking.contents.files;
        self.verdict.unpacked_size = unpacking.contents.unpacked_size;
    }
}
