//! The entries of `info/`, of which every file is kept.

use crate::archive::{Doubt, Entries, EntryKind, Member, Meter, ReadAt};
use crate::error::Error;
use crate::limits::Limits;
use crate::package::contents::{Contents, Part};
use crate::package::report::Report;

/// How many bytes go through at a step, and how much an entry costs in them.
const STEP_BYTES: usize = 256 << 10;
const ENTRY_COST: usize = 4 << 10;

/// A file of `info/`: its path and its bytes.
type File = (String, Vec<u8>);

/// The tar of `info-`.
pub(super) struct Info {
    pub(super) contents: Contents,
    pub(super) files: Vec<File>,
    entries: Entries,
    meter: Meter,
    member: String,
    current: Option<Current>,
    /// Entries that were met.
    met: u32,
    buffer: Vec<u8>,
}

/// A file whose content goes by.
struct Current {
    number: u32,
    /// `None` where it is not of `info/`.
    file: Option<File>,
    /// What is kept of it for the checks.
    document: Option<Vec<u8>>,
}

impl Info {
    /// # Errors
    /// The `Zstd…` errors; [`Fault::LimitExceeded`](crate::error::Fault::LimitExceeded); what
    /// the source fails with.
    pub(super) fn open(
        source: &mut dyn ReadAt,
        member: &Member,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let meter = Meter::new(source.size(), limits);
        Ok(Self {
            contents: Contents::new(limits),
            files: Vec::new(),
            entries: Entries::of_member(source, member, &meter, limits, Doubt::Damage)?,
            meter,
            member: member.name.clone(),
            current: None,
            met: 0,
            buffer: vec![0; 64 << 10],
        })
    }

    /// Reads a bounded piece; `false` once everything was read to its end.
    ///
    /// # Errors
    /// The facts beyond which nothing can be read; the others are reported.
    pub(super) fn step(
        &mut self,
        source: &mut dyn ReadAt,
        report: &mut Report,
    ) -> Result<bool, Error> {
        let mut work = 0_usize;
        while work < STEP_BYTES {
            let Some(current) = &mut self.current else {
                if !self.next_entry(source, report)? {
                    return Ok(false);
                }
                work = work.saturating_add(ENTRY_COST);
                continue;
            };
            let length = self.entries.read(source, &mut self.meter, &mut self.buffer)?;
            work = work.saturating_add(length);
            let bytes = self.buffer.get(..length).unwrap_or_default();
            if let Some((_, kept)) = &mut current.file {
                kept.extend_from_slice(bytes);
            }
            if let Some(document) = &mut current.document {
                document.extend_from_slice(bytes);
            }
            if length == 0
                && let Some(Current { number, file, document }) = self.current.take()
            {
                if let Some(document) = document {
                    self.contents.keep_document(number, document);
                }
                self.files.extend(file);
            }
        }
        Ok(true)
    }

    fn next_entry(&mut self, source: &mut dyn ReadAt, report: &mut Report) -> Result<bool, Error> {
        let Some(entry) = self.entries.next(source, &mut self.meter)? else {
            if let Some(oddity) = self.entries.oddity() {
                report.find(oddity);
            }
            return Ok(false);
        };
        let number = self.met;
        self.met = self.met.saturating_add(1);
        let (is_info, is_file) = (entry.path.is_info(), entry.kind == EntryKind::File);
        let file = (is_info && is_file).then(|| (entry.path.as_str().to_owned(), Vec::new()));
        // All of `info/` counts against its limit before a byte of it is kept.
        let document = self.contents.meet(number, entry, Part::Info, &self.member, report)?;
        self.current = is_file.then_some(Current { number, file, document });
        Ok(true)
    }
}
