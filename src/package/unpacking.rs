//! The passes over an opened archive.

use super::block::Block;
use super::contents::{Contents, Part};
use super::layout::Layout;
use super::report::Report;
use super::unpacked::FilePart;
use crate::archive::{Doubt, Entries, EntryKind, Format, Meter, ReadAt};
use crate::error::Error;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::proof::Check;

/// How many bytes go through at a step, and how much an entry costs in them.
const STEP_BYTES: u64 = 1 << 20;
const ENTRY_COST: u64 = 4 << 10;

/// An archive that is being unpacked.
pub(super) struct Unpacking<S> {
    source: S,
    limits: Limits,
    doubt: Doubt,
    meter: Meter,
    layout: Option<Layout>,
    pass: Pass,
    pub(super) contents: Contents,
    /// What a search finds: the main pass meets it again and reports it then.
    unheard: Report,
    /// The report as it was before the first pass, for those that begin again.
    before: Report,
    block: Block,
    /// Whether the block was compared, and waits to be given up.
    is_settled: bool,
    /// Entries that were met in this pass.
    met: u32,
    /// Entries that an earlier pass has met: nobody gets them twice.
    met_before: u32,
    /// Whether the next step looks for the manifest of a `.tar.bz2` that has it late.
    is_search_next: bool,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is more.
    More,
    /// Everything was read to its end.
    Ended,
}

struct Pass {
    part: Part,
    member: String,
    entries: Entries,
    current: Option<Current>,
    /// Looks for the manifest only: a `.tar.bz2` that has it behind payload is
    /// read twice, since nothing may be handed out before it is listed.
    is_search: bool,
}

/// A file whose content goes by.
struct Current {
    number: u32,
    left: u64,
    /// Whether some of it went by.
    is_begun: bool,
    /// What is kept of it beside the block.
    document: Option<Vec<u8>>,
    /// Whether nothing else is wanted of it.
    is_passing: bool,
}

impl Pass {
    fn of_tar_bz2(source: &dyn ReadAt, limits: &Limits, is_search: bool) -> Self {
        Self {
            part: Part::Whole,
            member: "the archive".to_owned(),
            entries: Entries::of_tar_bz2(source, limits),
            current: None,
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
        doubt: Doubt,
        limits: &Limits,
        report: &mut Report,
    ) -> Result<Self, Error> {
        let meter = Meter::new(source.size(), limits);
        let block = Block::for_archive(source.size());
        report.begin(Check::Container);
        let (layout, pass) = match format {
            Format::TarBz2 => (None, Pass::of_tar_bz2(&source, limits, false)),
            Format::Conda => {
                let layout = Layout::read(&mut source, limits, report)?;
                // Info first, wherever it lies: what it lists decides on the rest.
                let pass = Pass {
                    part: Part::Info,
                    member: layout.info.name.clone(),
                    entries: Entries::of_member(&mut source, &layout.info, &meter, limits, doubt)?,
                    current: None,
                    is_search: false,
                };
                (Some(layout), pass)
            }
        };
        report.begin(Check::Entries);
        Ok(Self {
            source,
            limits: limits.clone(),
            doubt,
            meter,
            layout,
            pass,
            contents: Contents::new(limits),
            unheard: Report::new(Policy::default(), 0),
            before: report.clone(),
            block,
            is_settled: false,
            met: 0,
            met_before: 0,
            is_search_next: false,
        })
    }

    /// The stem that the members of a `.conda` carry.
    pub(super) fn stem(&self) -> Option<&str> {
        self.layout.as_ref().map(|layout| layout.stem.as_str())
    }

    /// Whether what was unpacked so far has its checksums: not so within `info/`.
    pub(super) fn has_whole_info(&self) -> bool {
        self.pass.part == Part::Payload
    }

    /// Offset in the archive that unpacking has come to.
    pub(super) fn position(&self) -> u64 {
        self.pass.entries.position()
    }

    /// Unpacks a bounded piece. Where a block of content is full it is settled, and lies
    /// there until the next step.
    ///
    /// # Errors
    /// The facts beyond which nothing can be unpacked; the others are reported.
    pub(super) fn step(&mut self, report: &mut Report) -> Result<Step, Error> {
        self.give_block_up();
        if std::mem::take(&mut self.is_search_next) {
            self.met_before = self.met;
            self.restart(true, report);
        }
        let mut work = 0_u64;
        while work < STEP_BYTES {
            let Some(current) = &mut self.pass.current else {
                if let Some(step) = self.next_entry(report)? {
                    self.settle(report);
                    return Ok(step);
                }
                work = work.saturating_add(ENTRY_COST);
                continue;
            };
            if !current.is_passing && (!current.is_begun || current.left > 0) {
                let wanted = if current.is_begun { current.left.min(1) } else { current.left };
                if !self.block.suits(wanted) {
                    self.settle(report);
                    return Ok(Step::More);
                }
                if !current.is_begun || self.block.parts().is_empty() {
                    self.block.begin(current.number, !current.is_begun);
                }
                current.is_begun = true;
            }
            if current.left == 0 {
                self.leave_file();
                continue;
            }
            let into = self.block.room(current.left);
            let length = self.pass.entries.read(&mut self.source, &mut self.meter, into)?;
            if let (Some(document), Some(bytes)) = (&mut current.document, into.get(..length)) {
                document.extend_from_slice(bytes);
            }
            if !current.is_passing {
                self.block.advance(length);
            }
            let length = u64::try_from(length).unwrap_or(0);
            current.left = current.left.saturating_sub(length);
            work = work.saturating_add(length);
        }
        Ok(Step::More)
    }

    /// Compares what lies in the block, which is then at the host's disposal.
    pub(super) fn settle(&mut self, report: &mut Report) {
        if !self.is_settled {
            self.contents.settle(&self.block, report);
            self.is_settled = true;
        }
    }

    fn give_block_up(&mut self) {
        if self.is_settled {
            self.is_settled = false;
            self.block.clear();
            self.contents.forget_decided();
        }
    }

    /// The pieces of files that lie in the block, where it is settled.
    pub(super) fn parts(&self) -> impl Iterator<Item = FilePart<'_>> {
        let from = if self.is_settled { self.met_before } else { u32::MAX };
        self.contents.parts(&self.block).filter(move |part| part.number >= from)
    }

    /// The block's bytes, of which the parts are pieces.
    pub(super) fn block(&self) -> &[u8] {
        self.block.all()
    }

    /// The content of the current file has gone by.
    fn leave_file(&mut self) {
        let Some(current) = self.pass.current.take() else { return };
        if let Some(document) = current.document {
            self.contents.keep_document(current.number, document);
        }
        if !current.is_passing {
            self.block.end();
        }
    }

    /// Goes to the next entry, or to the next pass; what the step came to where it ends here.
    fn next_entry(&mut self, report: &mut Report) -> Result<Option<Step>, Error> {
        let Some(entry) = self.pass.entries.next(&mut self.source, &mut self.meter)? else {
            return self.next_pass(report);
        };
        let is_payload = !entry.path.is_info();
        let is_whole = self.pass.part == Part::Whole;
        if is_whole && is_payload && !self.pass.is_search && !self.contents.is_manifest_loaded() {
            if !self.contents.documents.has_paths_json() {
                self.is_search_next = true;
                return Ok(Some(Step::More));
            }
            self.contents.load_manifest(report);
        }
        let number = self.met;
        self.met = self.met.saturating_add(1);
        let (is_file, left) = (entry.kind == EntryKind::File, entry.size);
        let is_passing = self.pass.is_search;
        let document = if is_passing && is_payload {
            None
        } else {
            let (part, member) = (self.pass.part, self.pass.member.as_str());
            let report = if is_passing { &mut self.unheard } else { report };
            self.contents.meet(number, entry, part, member, report)?
        };
        if is_file {
            self.pass.current =
                Some(Current { number, left, is_begun: false, document, is_passing });
        }
        Ok(None)
    }

    fn next_pass(&mut self, report: &mut Report) -> Result<Option<Step>, Error> {
        if self.pass.is_search {
            self.restart(false, report);
            self.contents.load_manifest(report);
            return Ok(None);
        }
        match (&self.layout, self.pass.part) {
            (Some(layout), Part::Info) => {
                report_oddity(&self.pass.entries, report);
                self.contents.load_manifest(report);
                let (pkg, meter) = (&layout.pkg, &self.meter);
                let entries =
                    Entries::of_member(&mut self.source, pkg, meter, &self.limits, self.doubt)?;
                self.pass = Pass {
                    part: Part::Payload,
                    member: layout.pkg.name.clone(),
                    entries,
                    current: None,
                    is_search: false,
                };
                Ok(None)
            }
            _ => {
                report_oddity(&self.pass.entries, report);
                Ok(Some(Step::Ended))
            }
        }
    }

    /// Leaves the digests of files of at least so many bytes to the host.
    pub(super) const fn let_host_hash(&mut self, from: u64) {
        self.contents.let_host_hash(from);
    }

    /// Begins a `.tar.bz2` again. The documents that a search found stay.
    fn restart(&mut self, is_search: bool, report: &mut Report) {
        report.clone_from(&self.before);
        self.meter = Meter::new(self.source.size(), &self.limits);
        self.pass = Pass::of_tar_bz2(&self.source, &self.limits, is_search);
        self.met = 0;
        self.block.clear();
        let found = self.contents.begin_again();
        if !is_search {
            self.contents.documents = found.with_fresh_budget(&self.limits);
        }
    }
}

/// Tells what is odd about how a tar that was read to its end is compressed.
fn report_oddity(entries: &Entries, report: &mut Report) {
    if let Some(oddity) = entries.oddity() {
        report.find(oddity);
    }
}
