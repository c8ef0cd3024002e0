//! One pass over a text of repodata, by which it is indexed.

use std::ops::Range;

use super::index::{Index, Span, Spans};
use super::info::RepodataInfo;
use super::names::Names;
use super::pages::Pages;
use crate::archive::{Document, ReadAt};
use crate::digest::Sha256Hasher;
use crate::error::{Error, Fault, Quoted};
use crate::json::{self, Kind, Scanner, Sink, Visit};
use crate::limits::{Budget, Limits};

/// Top-level members, and buckets of `v3`. Real ones have less than 10.
const MAX_MEMBERS: usize = 100;
/// How much of a text is scanned by one call: engines replace the code of a function
/// between two calls.
pub(super) const PIECE: usize = 256 << 10;
/// Bytes of `info`. Real ones stay below 1 kB, notes on revisions below 10 kB.
const MAX_INFO_BYTES: usize = 1 << 20;

/// Builds an index from a text that comes chunk by chunk.
#[derive(Debug)]
pub(super) struct Builder {
    scanner: Scanner,
    parts: Parts,
    budget: Budget,
    failure: Option<Error>,
}

impl Builder {
    /// `with_digests`: whether the SHA-256 of each value is found.
    pub(super) fn new(limits: &Limits, with_digests: bool) -> Self {
        let spans =
            || Spans { names: Names::new(limits), spans: Pages::new(), digests: Pages::new() };
        Self {
            scanner: Scanner::new("repodata", json::max_depth(limits), limits.path_bytes),
            parts: Parts {
                within: Within::Nothing,
                value: Member::Other,
                top_level: Vec::new(),
                buckets: Vec::new(),
                suffix: String::new(),
                records: spans(),
                v3: 0..0,
                signatures: spans(),
                has_signatures: false,
                has_section: false,
                info: Vec::new(),
                hasher: with_digests.then(Sha256Hasher::default),
                limits: limits.clone(),
            },
            // Offsets are kept as `u32`.
            budget: Budget::new("repodataBytes", limits.repodata_bytes.min(u32::MAX.into())),
            failure: None,
        }
    }

    /// Reads the next bytes of the text.
    ///
    /// # Errors
    /// As [`super::Repodata::parse`]. Whoever goes on is told the same again.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let pushed = self
            .budget
            .spend(u64::try_from(chunk.len()).unwrap_or(u64::MAX))
            .and_then(|()| self.scanner.push(chunk, &mut self.parts));
        self.failure = pushed.clone().err();
        pushed
    }

    /// Reads all of a document.
    ///
    /// # Errors
    /// As [`super::Repodata::read`].
    pub(super) fn read(
        mut self,
        document: &mut Document,
        source: &mut dyn ReadAt,
    ) -> Result<Indexed, Error> {
        let mut piece = vec![0; PIECE];
        loop {
            let length = document.read(source, &mut piece)?;
            if length == 0 {
                return self.finish();
            }
            self.push(piece.get(..length).unwrap_or_default())?;
        }
    }

    /// The text has ended.
    ///
    /// # Errors
    /// As [`super::Repodata::parse`].
    pub(super) fn finish(mut self) -> Result<Indexed, Error> {
        if self.budget.spent() == 0 {
            // An empty file is an empty subdir to conda.
            self.push(b"{}")?;
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut parts = self.parts;
        self.scanner.finish(&mut parts)?;
        if !parts.has_section && !parts.top_level.is_empty() {
            return Err(invalid("it has none of the members packages, packages.conda and v3"));
        }
        let info = match parts.info.as_slice() {
            [] => RepodataInfo::default(),
            text => RepodataInfo::parse(text, &parts.limits)?,
        };
        let index = Index::new(parts.records, &parts.v3, parts.signatures)?;
        Ok(Indexed { index, info, has_signatures: parts.has_signatures })
    }
}

/// What one pass over a text gave.
#[derive(Clone, Debug)]
pub(super) struct Indexed {
    pub(super) index: Index,
    pub(super) info: RepodataInfo,
    /// Whether there is a member `signatures`, be it empty.
    pub(super) has_signatures: bool,
}

/// The object of which the members are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    TopLevel,
    /// `packages` or `packages.conda`.
    Section,
    /// `v3`.
    Buckets,
    Bucket,
    Signatures,
}

/// The value that is being skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Info,
    Record,
    Signatures,
    Other,
}

/// What has been found.
#[derive(Debug)]
struct Parts {
    within: Within,
    value: Member,
    top_level: Vec<String>,
    buckets: Vec<String>,
    /// What completes the names of the bucket: a dot and its extension.
    suffix: String,
    records: Spans,
    /// The numbers of the records that are in `v3`.
    v3: Range<u32>,
    signatures: Spans,
    has_signatures: bool,
    has_section: bool,
    info: Vec<u8>,
    hasher: Option<Sha256Hasher>,
    limits: Limits,
}

impl Parts {
    fn top_level(&mut self, name: &str, kind: Kind) -> Result<Visit, Error> {
        remember(&mut self.top_level, name, "it")?;
        let within = match name {
            "packages" | "packages.conda" => Within::Section,
            "v3" => Within::Buckets,
            "signatures" => Within::Signatures,
            _ => {
                self.value = if name == "info" { Member::Info } else { Member::Other };
                return Ok(Visit::Whole);
            }
        };
        if kind != Kind::Object {
            return Err(invalid(&format!("{name} is no object")));
        }
        if within == Within::Buckets {
            self.v3 = self.records.names.len()..u32::MAX;
        }
        self.has_signatures |= within == Within::Signatures;
        self.has_section |= within != Within::Signatures;
        self.within = within;
        Ok(Visit::Members)
    }

    /// CEP 48: records by extension, their keys without it.
    fn bucket(&mut self, extension: &str, kind: Kind) -> Result<Visit, Error> {
        remember(&mut self.buckets, extension, "v3")?;
        if kind != Kind::Object {
            return Err(invalid(&format!("{} of v3 is no object", Quoted::new(extension))));
        }
        self.suffix = format!(".{extension}");
        self.within = Within::Bucket;
        Ok(Visit::Members)
    }
}

impl Sink for Parts {
    fn begin(&mut self, name: &str, kind: Kind) -> Result<Visit, Error> {
        match self.within {
            Within::Nothing if kind == Kind::Object => {
                self.within = Within::TopLevel;
                return Ok(Visit::Members);
            }
            Within::Nothing => return Err(invalid("it is no object")),
            Within::TopLevel => return self.top_level(name, kind),
            Within::Buckets => return self.bucket(name, kind),
            Within::Section => {
                self.records.names.push([name, ""])?;
                self.value = Member::Record;
            }
            Within::Bucket => {
                self.records.names.push([name, &self.suffix])?;
                self.value = Member::Record;
            }
            Within::Signatures => {
                self.signatures.names.push([name, ""])?;
                self.value = Member::Signatures;
            }
        }
        Ok(Visit::Whole)
    }

    fn text(&mut self, part: &[u8]) -> Result<(), Error> {
        match (self.value, &mut self.hasher) {
            (Member::Info, _) => {
                if self.info.len().saturating_add(part.len()) > MAX_INFO_BYTES {
                    return Err(invalid(&format!("info has more than {MAX_INFO_BYTES} bytes")));
                }
                self.info.extend_from_slice(part);
            }
            (Member::Record | Member::Signatures, Some(hasher)) => hasher.update(part),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, span: Range<u64>) -> Result<(), Error> {
        let into = match self.value {
            Member::Record => &mut self.records,
            Member::Signatures => &mut self.signatures,
            Member::Info | Member::Other => return Ok(()),
        };
        into.spans.push(Span::new(&span));
        if let Some(hasher) = &mut self.hasher {
            into.digests.push(std::mem::take(hasher).finish());
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.within = match self.within {
            Within::Bucket => Within::Buckets,
            Within::Buckets => {
                self.v3.end = self.records.names.len();
                Within::TopLevel
            }
            Within::Section | Within::Signatures => Within::TopLevel,
            Within::TopLevel | Within::Nothing => Within::Nothing,
        };
    }
}

/// Notes a name of which there are few.
fn remember(names: &mut Vec<String>, name: &str, whose: &str) -> Result<(), Error> {
    if names.iter().any(|seen| seen == name) {
        return Err(invalid(&format!("{whose} has the member {} twice", Quoted::new(name))));
    }
    if names.len() >= MAX_MEMBERS {
        return Err(invalid(&format!("{whose} has more than {MAX_MEMBERS} members")));
    }
    names.push(name.to_owned());
    Ok(())
}

fn invalid(reason: &str) -> Error {
    Error::new(Fault::RepodataInvalid { reason: reason.to_owned() })
}
