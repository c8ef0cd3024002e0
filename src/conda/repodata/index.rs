//! Where the records and their signatures are in a text.

use std::ops::Range;

use super::names::Names;
use crate::digest::Sha256Digest;
use crate::error::Error;

/// A range of the text: it is below 4 GiB, so that half the memory suffices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn new(span: &Range<u64>) -> Self {
        let offset = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: offset(span.start), end: offset(span.end) }
    }

    pub(super) fn range(self) -> Range<u64> {
        self.start.into()..self.end.into()
    }

    const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Values by name, in the order of the text.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    pub(super) names: Names,
    pub(super) spans: Vec<Span>,
    /// Of each value's text, where it is asked for; else none.
    pub(super) digests: Vec<Sha256Digest>,
}

/// The records of a text, found by their file names.
#[derive(Clone, Debug)]
pub(super) struct Index {
    records: Spans,
    /// The numbers of the records by file name. Of two records of one name the
    /// first in the text comes first.
    sorted: Vec<u32>,
    /// The signatures of each record; empty for one that has none. No entry at all
    /// where nothing is signed.
    signatures: Vec<Span>,
    signature_digests: Vec<Sha256Digest>,
    orphans: u64,
    len: usize,
}

/// A value of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) span: Span,
    pub(super) digest: Option<Sha256Digest>,
}

/// All that the text has on one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) file_name: &'a str,
    pub(super) record: Place,
    /// The other record of the name, where one is in `v3` and one is not.
    pub(super) twin: Option<Place>,
    pub(super) signatures: Option<Place>,
}

impl Index {
    /// Brings records and signatures together. `v3` are the numbers of the records
    /// that are in `v3`.
    ///
    /// # Errors
    /// [`Error::RepodataInvalid`] where a name occurs twice in `signatures`, in `v3`,
    /// or in `packages` and `packages.conda`.
    pub(super) fn new(records: Spans, v3: &Range<u32>, signatures: Spans) -> Result<Self, Error> {
        let invalid = |reason| Error::RepodataInvalid { reason };
        let sorted = records.names.sorted();
        let is_same_part = |a, b| v3.contains(&a) == v3.contains(&b);
        if let Some(name) = records.names.repeated(&sorted, is_same_part) {
            return Err(invalid(format!("{name:?} has two records")));
        }
        let mut index = Self {
            records,
            sorted,
            signatures: Vec::new(),
            signature_digests: Vec::new(),
            orphans: 0,
            len: 0,
        };
        index.len = index.file_names().count();
        if signatures.names.len() > 0 {
            let order = signatures.names.sorted();
            if let Some(name) = signatures.names.repeated(&order, |_, _| true) {
                return Err(invalid(format!("signatures has {name:?} twice")));
            }
            index.join(&signatures, &order);
        }
        Ok(index)
    }

    /// Gives each record its signatures. Both lists are sorted by name.
    fn join(&mut self, signatures: &Spans, order: &[u32]) {
        let count = self.records.spans.len();
        self.signatures = vec![Span::default(); count];
        let with_digests = !signatures.digests.is_empty();
        self.signature_digests = vec![Sha256Digest::EMPTY; if with_digests { count } else { 0 }];
        let mut left = self.sorted.iter().copied().filter_map(to_usize).peekable();
        for number in order.iter().copied().filter_map(to_usize) {
            let Some(name) = signatures.names.get(number) else { continue };
            let record_name = |record: &usize| self.records.names.get(*record);
            while left.next_if(|record| record_name(record) < Some(name)).is_some() {}
            let mut is_orphan = true;
            while let Some(record) = left.next_if(|record| record_name(record) == Some(name)) {
                is_orphan = false;
                let span = signatures.spans.get(number).copied();
                if let (Some(into), Some(span)) = (self.signatures.get_mut(record), span) {
                    *into = span;
                }
                let digest = signatures.digests.get(number).copied();
                let into = self.signature_digests.get_mut(record);
                if let (Some(into), Some(digest)) = (into, digest) {
                    *into = digest;
                }
            }
            self.orphans = self.orphans.saturating_add(u64::from(is_orphan));
        }
    }

    /// The number of file names that have a record.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Signatures that name no record.
    pub(super) const fn orphans(&self) -> u64 {
        self.orphans
    }

    /// The file names, sorted, each once.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.sorted.iter().filter_map(move |number| {
            let name = self.records.names.get(to_usize(*number)?);
            let is_twin = last == name;
            last = name;
            name.filter(|_| !is_twin)
        })
    }

    pub(super) fn find(&self, file_name: &str) -> Option<Found<'_>> {
        let name_of = |number: &u32| self.records.names.get(to_usize(*number)?);
        let start = self.sorted.partition_point(|number| name_of(number) < Some(file_name));
        let mut numbers = self
            .sorted
            .get(start..)?
            .iter()
            .take_while(|number| name_of(number) == Some(file_name))
            .filter_map(|number| to_usize(*number));
        let first = numbers.next()?;
        let place = |number| place(&self.records.spans, &self.records.digests, number);
        Some(Found {
            file_name: self.records.names.get(first)?,
            record: place(first)?,
            twin: numbers.next().and_then(place),
            signatures: self::place(&self.signatures, &self.signature_digests, first)
                .filter(|place| !place.span.is_empty()),
        })
    }

    /// All that there is, in the order of the text; two records of one name come
    /// together where the first of them is.
    pub(super) fn entries(&self) -> impl Iterator<Item = Found<'_>> {
        (0..self.records.names.len()).filter_map(|number| {
            let found = self.find(self.records.names.get(number)?)?;
            let span = self.records.spans.get(number)?;
            (found.record.span == *span).then_some(found)
        })
    }
}

fn place(spans: &[Span], digests: &[Sha256Digest], number: usize) -> Option<Place> {
    Some(Place { span: *spans.get(number)?, digest: digests.get(number).copied() })
}

fn to_usize(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}
