//! A package of which only `info/` is read, range by range.
//!
//! Nothing that is found so vouches for the archive: only all of its bytes have its digest.
//! What is at hand is checked as strictly as ever, and what is not is told.

mod info;
mod plan;

use self::info::Info;
use super::claims;
use super::documents::Names;
use super::expectation::Expectation;
use super::layout::Layout;
use super::report::{Account, Report};
use crate::archive::{Format, ReadAt, Sparse, list_members};
use crate::conda::FileName;
use crate::error::{Class, Code, Error, Fault, RemoteChange};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::proof::{Check, PackageId, Reason, Status, Verdict};

/// A package takes two or three requests, a hostile one some more.
const MAX_REQUESTS: u64 = 16;

const PARTS: &str = "only parts of the archive were read";

/// What a part of the archive says nothing about, and why it was not checked.
const OPEN: [(Check, &str); 15] = [
    (Check::Signature, "nobody vouches for parts of an archive"),
    (Check::Freshness, "nobody vouches for parts of an archive"),
    (Check::Completeness, "nobody vouches for parts of an archive"),
    (Check::MatchesUnsignedRecord, PARTS),
    (Check::ArchiveSha256, PARTS),
    (Check::ArchiveMd5, PARTS),
    (Check::Container, "of the member pkg- only the header was read"),
    (Check::Entries, "only those of info/ were read"),
    (Check::FilesListed, PARTS),
    (Check::FilesPresent, PARTS),
    (Check::FileTypes, PARTS),
    (Check::FileSizes, PARTS),
    (Check::FileSha256, PARTS),
    (Check::LinkTargets, PARTS),
    (Check::InfoFiles, "no manifest lists info/; the archive's digest alone covers it"),
];

/// Bytes of the archive that are next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// Offset of the first byte.
    pub offset: u64,
    /// How many there are; at least one.
    pub length: u64,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartialStep {
    /// It needs these bytes: give them to the source, in any order, tell
    /// [`PartialExamination::arrived`], and take the next step.
    Wanted(Vec<ByteRange>),
    /// It is of no use, for that reason. An [`Examination`](crate::Examination) of the whole
    /// archive is.
    Whole(WholeBecause),
    /// It worked for a while, and there is more to do.
    Working,
    /// The answer is ready.
    Done,
}

/// Why parts of an archive are of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeBecause {
    /// In a `.tar.bz2` nothing can be found without what is before it.
    TarBz2,
    /// The zip is of a form that the policy lets pass and that only who has all of it can read:
    /// its members have data descriptors, or lie in a folder.
    Container,
}

impl WholeBecause {
    /// The word for it in JavaScript.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TarBz2 => "tar.bz2",
            Self::Container => "container",
        }
    }
}

/// By what a server tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The header `ETag` (RFC 9110, 8.8.3).
    ETag,
    /// The header `Last-Modified` (RFC 9110, 8.8.2).
    LastModified,
    /// The length, in bytes.
    Length,
}

impl Mark {
    /// What it is called in messages.
    const fn as_str(self) -> &'static str {
        match self {
            Self::ETag => "ETag",
            Self::LastModified => "Last-Modified",
            Self::Length => "length",
        }
    }
}

/// What the host knows of where the ranges came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Whether somebody but the caller said that the file is as long as the source.
    pub size: bool,
    /// Whether all ranges are known to be of one state of the file: by an `ETag` or a
    /// `Last-Modified`, or because there was one request alone.
    pub coherence: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialAnswer {
    /// At best `unverified`, with the reason `partial`.
    pub verdict: Verdict,
    /// The regular files of `info/`, in the archive's order: path, and bytes that nobody vouches
    /// for. Where the verdict is a rejection, those that came before what stopped it.
    pub info: Vec<(String, Vec<u8>)>,
}

/// A remote package on its way to its `info/`, of which as few bytes are asked for as it takes.
///
/// `source` has the length of the archive. It is read where bytes have
/// [arrived](Self::arrived), and nowhere else.
pub struct PartialExamination<S> {
    source: Sparse<S>,
    expectation: Expectation,
    file_name: Option<FileName>,
    limits: Limits,
    report: Report,
    requests: u64,
    state: State,
    stem: Option<String>,
    verdict: Verdict,
    info: Vec<(String, Vec<u8>)>,
}

enum State {
    Opening,
    Whole(WholeBecause),
    Reading(Box<Info>),
    Done,
    /// The host failed: nothing was decided, and nothing will be.
    Failed(Error),
}

impl<S: ReadAt> PartialExamination<S> {
    /// Prepares to examine a part of `source`.
    pub fn new(source: S, expectation: Expectation, policy: Policy, limits: Limits) -> Self {
        let size = source.size();
        let mut report = Report::new(policy, limits.findings);
        for (check, reason) in OPEN {
            report.skip(check, reason);
        }
        if expectation.record.is_none() && expectation.verified.is_none() {
            report.skip(Check::Record, "no repodata record was given");
        }
        let file_name = claims::check_name(&expectation, &mut report);
        let mut examination = Self {
            source: Sparse::new(source),
            verdict: Verdict::begun(expectation.file_name.clone(), size),
            expectation,
            file_name,
            limits,
            report,
            requests: 0,
            state: State::Opening,
            stem: None,
            info: Vec::new(),
        };
        if let Some(Err(error)) = &examination.expectation.record {
            let error = error.clone();
            if error.code().class() == Class::Host {
                examination.state = State::Failed(error);
            } else {
                examination.report.refuse(error);
                examination.state = State::Done;
            }
            return examination;
        }
        let Self { expectation, limits, report, .. } = &mut examination;
        if let Err(error) = claims::check_size(expectation, size, limits, report) {
            examination.report.stop(error);
            examination.state = State::Done;
        }
        examination
    }

    /// The source, to give it the bytes that were asked for.
    pub const fn source_mut(&mut self) -> &mut S {
        self.source.source_mut()
    }

    /// Says that the source has these bytes now, be they more or fewer than were asked for.
    pub fn arrived(&mut self, range: ByteRange) {
        self.source.hold(range.offset..range.offset.saturating_add(range.length));
    }

    /// Says that the bytes from `offset` on are of another state of the file than what was read
    /// before, as a mark shows that was `expected` then and is `actual` now: that rejects, and
    /// ends the examination.
    pub fn changed(&mut self, offset: u64, mark: Mark, expected: String, actual: String) {
        if !matches!(self.state, State::Done | State::Failed(_)) {
            self.state = State::Done;
            let mark = mark.as_str();
            let error =
                Error::new(Fault::RemoteChanged(RemoteChange { offset, mark, expected, actual }));
            self.report.stop_in(Check::Coherence, error);
        }
    }

    /// Works for a while, up to where bytes are missing.
    ///
    /// # Errors
    /// [`Fault::SourceRead`] where the source can't deliver what has arrived: nothing was decided
    /// then, and every further step says so again. Everything about the package goes into the
    /// verdict.
    pub fn step(&mut self) -> Result<PartialStep, Error> {
        let outcome = match std::mem::replace(&mut self.state, State::Done) {
            State::Opening => self.open(),
            State::Reading(info) => self.read(info),
            State::Whole(because) => {
                self.state = State::Whole(because);
                return Ok(PartialStep::Whole(because));
            }
            State::Done => return Ok(PartialStep::Done),
            State::Failed(error) => Err(error),
        };
        outcome.or_else(|error| {
            if error.code().class() == Class::Host {
                self.state = State::Failed(error.clone());
                return Err(error);
            }
            self.report.stop(error);
            Ok(PartialStep::Done)
        })
    }

    /// The answer. Before [`PartialStep::Done`] it is a rejection of what was not examined to
    /// its end.
    #[must_use]
    pub fn finish(mut self, told: Told) -> PartialAnswer {
        if told.coherence {
            self.report.begin(Check::Coherence);
        } else {
            let reason = "nothing shows whether the file was changed between the requests";
            self.report.skip(Check::Coherence, reason);
        }
        if !told.size {
            self.report.skip(Check::ArchiveSize, "nobody told how long the file is");
        }
        let is_done = matches!(self.state, State::Done);
        let has_failed = self.report.has_failed();
        let record = self.expectation.found_record();
        let has_record = self.expectation.record.is_some();
        let has_md5 = record.is_some_and(|record| record.md5.is_some());
        let account = self.report.finish(&|check| match check {
            Check::Record => record.is_none(),
            Check::Removed | Check::BaseUrl | Check::PkgMgrJson | Check::PackageTarget => false,
            Check::MatchesUnsignedRecord => has_record,
            Check::ArchiveMd5 => has_md5,
            _ => !check.is_of_installed(),
        });
        let Account { checks, not_checked, findings, findings_omitted, lowered } = account;
        let mut verdict = self.verdict;
        if !has_failed && is_done {
            verdict.status = Status::Unverified;
            verdict.reasons.push(Reason::Partial);
        }
        let verdict =
            Verdict { checks, not_checked, findings, findings_omitted, lowered, ..verdict };
        PartialAnswer { verdict, info: self.info }
    }

    /// Begins from the front with each range that has arrived: until `info/` is decoded there
    /// is little to do.
    fn open(&mut self) -> Result<PartialStep, Error> {
        let mut report = self.report.clone();
        let opened = self.opened(&mut report);
        let missing = self.source.take_missing();
        if opened.is_err() && !missing.is_empty() {
            let count = u64::try_from(missing.len()).unwrap_or(u64::MAX);
            self.requests = self.requests.saturating_add(count);
            if self.requests > MAX_REQUESTS {
                let limit = "rangedRequests";
                return Err(Error::new(Fault::LimitExceeded { limit, max: MAX_REQUESTS }));
            }
            self.state = State::Opening;
            let ranges = missing.into_iter().map(|range| ByteRange {
                offset: range.start,
                length: range.end.saturating_sub(range.start),
            });
            return Ok(PartialStep::Wanted(ranges.collect()));
        }
        self.report = report;
        self.state = opened?;
        self.step()
    }

    /// Opens the archive, as far as that does not take all of it.
    fn opened(&mut self, report: &mut Report) -> Result<State, Error> {
        let size = self.source.size();
        self.source.require(&plan::ends(size))?;
        let format = Format::detect(&mut self.source)?;
        self.verdict.format = Some(format.extension());
        report.begin(Check::Container);
        if let Some(file_name) = &self.file_name
            && file_name.format() != format
        {
            report.find(Error::new(Fault::FormatMismatch {
                file_name: file_name.as_str().to_owned(),
                named: file_name.format().extension(),
                found: format.extension(),
            }));
        }
        if format == Format::TarBz2 {
            return Ok(State::Whole(WholeBecause::TarBz2));
        }
        let listed = list_members(&mut self.source)?;
        if plan::takes_all(&listed, report)? {
            return Ok(State::Whole(WholeBecause::Container));
        }
        self.source.require(&plan::members(&listed, size, &self.limits)?)?;
        let layout = Layout::read(&mut self.source, &self.limits, report)?;
        report.begin(Check::Entries);
        self.stem = Some(layout.stem);
        // Where its local header is longer than tools write it, the member ends later than
        // was supposed.
        self.source.require(std::slice::from_ref(&(layout.info.start..layout.info.end)))?;
        let info = Info::open(&mut self.source, &layout.info, &self.limits)?;
        Ok(State::Reading(Box::new(info)))
    }

    fn read(&mut self, mut info: Box<Info>) -> Result<PartialStep, Error> {
        let outcome = info.step(&mut self.source, &mut self.report);
        if matches!(outcome, Ok(true)) {
            self.state = State::Reading(info);
            return Ok(PartialStep::Working);
        }
        let is_complete = outcome.is_ok();
        if is_complete {
            info.contents.load_manifest(&mut self.report);
        }
        let code = outcome.as_ref().err().map(|error| error.code());
        // Documents that are damaged tell nothing.
        let is_damaged = code == Some(Code::ZipCrcMismatch);
        if is_complete || (info.contents.documents.has_index_json() && !is_damaged) {
            self.identify(&info);
        }
        // It has reasons of its own for what this leaves open.
        for (check, reason) in OPEN {
            self.report.skip(check, reason);
        }
        self.info = info.files;
        outcome.map(|_| PartialStep::Done)
    }

    fn identify(&mut self, info: &Info) {
        let names = Names {
            file_name: self.file_name.as_ref(),
            record: self.expectation.found_record(),
            subdir: self.expectation.subdir(),
            stem: self.stem.as_deref(),
        };
        let index = info.contents.documents.identify(&names, &self.limits, &mut self.report);
        self.verdict.package = index.map(PackageId::from);
    }
}
