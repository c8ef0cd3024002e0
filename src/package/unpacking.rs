//! The passes over an opened archive.

use super::contents::{Contents, Current, Part};
use super::layout::Layout;
use super::report::Report;
use crate::archive::{Entries, Format, Meter, ReadAt};
use crate::error::{Error, Fault};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::proof::Check;

/// How many bytes go through at a step, and how much an entry costs in them.
const STEP_BYTES: usize = 256 << 10;
const ENTRY_COST: usize = 4 << 10;

/// An archive that is being unpacked.
pub(super) struct Unpacking<S> {
    source: S,
    limits: Limits,
    meter: Meter,
    layout: Option<Layout>,
    pass: Pass,
    pub(super) contents: Contents,
    /// What a search finds: the main pass meets it again and reports it then.
    unheard: Report,
    /// The report as it was before the first pass, for those that begin again.
    before: Report,
    buffer: Vec<u8>,
}

struct Pass {
    part: Part,
    member: String,
    entries: Entries,
    current: Option<Current>,
    /// An entry goes by of which nothing is wanted.
    passing: bool,
    /// Looks for the manifest only: a `.tar.bz2` that has it behind payload is
    /// read twice, since nothing may be handed out before it is listed.
    is_search: bool,
}

impl Pass {
    fn of_tar_bz2(source: &dyn ReadAt, limits: &Limits, is_search: bool) -> Self {
        Self {
            part: Part::Whole,
            member: "the archive".to_owned(),
            entries: Entries::of_tar_bz2(source, limits),
            current: None,
            passing: false,
            is_search,
        }
    }
}

impl<S: ReadAt> Unpacking<S> {
    /// Opens the archive.
    ///
    /// # Errors
    /// The facts beyond which nothing can be unpacked; the others are reported.
    pub(super) fn open(
        mut source: S,
        format: Format,
        limits: &Limits,
        report: &mut Report,
    ) -> Result<Self, Error> {
        let meter = Meter::new(source.size(), limits);
        report.begin(Check::Container);
        let (layout, pass) = match format {
            Format::TarBz2 => (None, Pass::of_tar_bz2(&source, limits, false)),
            Format::Conda => {
                let layout = Layout::read(&mut source, limits, report)?;
                // Info first, wherever it lies: what it lists decides on the rest.
                let pass = Pass {
                    part: Part::Info,
                    member: layout.info.name.clone(),
                    entries: Entries::of_member(&mut source, &layout.info, &meter, limits)?,
                    current: None,
                    passing: false,
                    is_search: false,
                };
                (Some(layout), pass)
            }
        };
        report.begin(Check::Entries);
        Ok(Self {
            source,
            limits: limits.clone(),
            meter,
            layout,
            pass,
            contents: Contents::new(limits),
            unheard: Report::new(Policy::default(), 0),
            before: report.clone(),
            buffer: Vec::new(),
        })
    }

    /// The stem that the members of a `.conda` carry.
    pub(super) fn stem(&self) -> Option<&str> {
        self.layout.as_ref().map(|layout| layout.stem.as_str())
    }

    /// Offset in the archive that unpacking has come to.
    pub(super) fn position(&self) -> u64 {
        self.pass.entries.position()
    }

    /// Unpacks a bounded piece; `false` once everything was read to its end.
    ///
    /// # Errors
    /// The facts beyond which nothing can be unpacked; the others are reported.
    pub(super) fn step(&mut self, report: &mut Report) -> Result<bool, Error> {
        self.buffer.resize(64 << 10, 0);
        let mut work = 0_usize;
        while work < STEP_BYTES {
            if self.pass.current.is_none() && !self.pass.passing {
                if !self.next_entry(report)? {
                    return Ok(false);
                }
                work = work.saturating_add(ENTRY_COST);
                continue;
            }
            let length =
                self.pass.entries.read(&mut self.source, &mut self.meter, &mut self.buffer)?;
            work = work.saturating_add(length);
            if length > 0 {
                if let Some(current) = &mut self.pass.current {
                    current.update(self.buffer.get(..length).unwrap_or_default());
                }
                continue;
            }
            self.pass.passing = false;
            if let Some(current) = self.pass.current.take() {
                let report = if self.pass.is_search { &mut self.unheard } else { &mut *report };
                self.contents.leave(current, report);
            }
        }
        Ok(true)
    }

    /// Goes to the next entry, or to the next pass; `false` after the last.
    fn next_entry(&mut self, report: &mut Report) -> Result<bool, Error> {
        let Some(entry) = self.pass.entries.next(&mut self.source, &mut self.meter)? else {
            return self.next_pass(report);
        };
        let is_payload = !entry.path.is_info();
        if self.pass.is_search && is_payload {
            self.pass.passing = true;
            return Ok(true);
        }
        let is_whole = self.pass.part == Part::Whole;
        if is_whole && is_payload && !self.contents.is_manifest_loaded() {
            if !self.contents.documents.has_paths_json() {
                self.restart(true, report);
                return Ok(true);
            }
            self.contents.load_manifest(report);
        }
        let (part, member) = (self.pass.part, self.pass.member.as_str());
        let report = if self.pass.is_search { &mut self.unheard } else { report };
        self.pass.current = Some(self.contents.meet(entry, part, member, report)?);
        Ok(true)
    }

    fn next_pass(&mut self, report: &mut Report) -> Result<bool, Error> {
        if self.pass.is_search {
            self.restart(false, report);
            self.contents.load_manifest(report);
            return Ok(true);
        }
        match (&self.layout, self.pass.part) {
            (Some(layout), Part::Info) => {
                self.contents.load_manifest(report);
                let entries =
                    Entries::of_member(&mut self.source, &layout.pkg, &self.meter, &self.limits)?;
                self.pass = Pass {
                    part: Part::Payload,
                    member: layout.pkg.name.clone(),
                    entries,
                    current: None,
                    passing: false,
                    is_search: false,
                };
                Ok(true)
            }
            _ => {
                let streams = self.pass.entries.streams();
                if streams > 1 {
                    report.find(Error::new(Fault::Bzip2MultipleStreams { streams }));
                }
                Ok(false)
            }
        }
    }

    /// Begins a `.tar.bz2` again. The documents that a search found stay.
    fn restart(&mut self, is_search: bool, report: &mut Report) {
        report.clone_from(&self.before);
        self.meter = Meter::new(self.source.size(), &self.limits);
        self.pass = Pass::of_tar_bz2(&self.source, &self.limits, is_search);
        let found = std::mem::replace(&mut self.contents, Contents::new(&self.limits));
        if !is_search {
            self.contents.documents = found.documents.with_fresh_budget(&self.limits);
        }
    }
}
