//! Where the records and their signatures are in a text.

use std::ops::Range;

use super::names::Names;
use super::pages::Pages;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, Quoted};

/// A range of the text: it is below 4 GiB, so that half the memory suffices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// Values by name, numbered in the order of the text.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    pub(super) names: Names,
    pub(super) spans: Pages<Span>,
    /// Of each value's text, where it is asked for; else none.
    pub(super) digests: Pages<Sha256Digest>,
}

/// The records of a text, found by their file names.
#[derive(Clone, Debug)]
pub(super) struct Index {
    records: Spans,
    /// The numbers of the records by file name. Of two records of one name the
    /// first in the text comes first.
    sorted: Vec<u32>,
    /// The file names, each once.
    len: usize,
    signatures: Signatures,
    /// The numbers of the records that are in `v3`.
    v3: Range<u32>,
}

/// The entries of `signatures`, without their names.
#[derive(Clone, Debug)]
struct Signatures {
    spans: Pages<Span>,
    digests: Pages<Sha256Digest>,
    /// The number of each record's entry; `UNSIGNED` for one that has none. Empty
    /// where nothing is signed.
    by_record: Vec<u32>,
    /// Entries that name no record.
    orphans: u64,
}

const UNSIGNED: u32 = u32::MAX;

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

impl Spans {
    fn place(&self, number: u32) -> Option<Place> {
        place(&self.spans, &self.digests, number)
    }
}

impl Index {
    /// Brings records and signatures together. `v3` are the numbers of the records
    /// that are in `v3`.
    ///
    /// # Errors
    /// [`Fault::RepodataInvalid`] where a name occurs twice in `signatures`, in `v3`,
    /// or in `packages` and `packages.conda`.
    pub(super) fn new(records: Spans, v3: &Range<u32>, signatures: Spans) -> Result<Self, Error> {
        let invalid = |reason| Err(Error::new(Fault::RepodataInvalid { reason }));
        let sorted = records.names.sorted();
        let mut len = sorted.len();
        let mut last = None;
        for (first, second) in records.names.repeated(&sorted) {
            // One record in `v3` and one beside it, and no third one.
            if v3.contains(&first) == v3.contains(&second) || last == Some(first) {
                let name = records.names.get(first).unwrap_or_default();
                return invalid(format!("{} has two records", Quoted::new(name)));
            }
            last = Some(second);
            len = len.saturating_sub(1);
        }
        let order = signatures.names.sorted();
        if let Some((first, _)) = signatures.names.repeated(&order).next() {
            let name = signatures.names.get(first).unwrap_or_default();
            return invalid(format!("signatures has {} twice", Quoted::new(name)));
        }
        let (by_record, orphans) = join(&records.names, &sorted, &signatures.names, &order);
        let Spans { spans, digests, .. } = signatures;
        let signatures = Signatures { spans, digests, by_record, orphans };
        Ok(Self { records, sorted, len, signatures, v3: v3.clone() })
    }

    /// The number of file names that have a record.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Signatures that name no record.
    pub(super) const fn orphans(&self) -> u64 {
        self.signatures.orphans
    }

    /// The file names, sorted, each once.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.sorted.iter().filter_map(move |number| {
            let name = self.records.names.get(*number);
            let is_twin = last == name;
            last = name;
            name.filter(|_| !is_twin)
        })
    }

    /// Whether all that there is on a file is in `v3`.
    pub(super) fn is_v3(&self, file_name: &str) -> bool {
        let mut numbers = self.numbers(file_name).peekable();
        numbers.peek().is_some() && numbers.all(|number| self.v3.contains(&number))
    }

    /// The numbers of a file's records.
    fn numbers(&self, file_name: &str) -> impl Iterator<Item = u32> {
        let name = |number: &u32| self.records.names.get(*number);
        let start = self.sorted.partition_point(|number| name(number) < Some(file_name));
        let numbers = self.sorted.get(start..).unwrap_or_default();
        numbers.iter().copied().take_while(move |number| name(number) == Some(file_name))
    }

    pub(super) fn find(&self, file_name: &str) -> Option<Found<'_>> {
        let mut numbers = self.numbers(file_name);
        let first = numbers.next()?;
        Some(Found {
            file_name: self.records.names.get(first)?,
            record: self.records.place(first)?,
            twin: numbers.next().and_then(|second| self.records.place(second)),
            signatures: self.signatures.of(first),
        })
    }

    /// What there is under the names of these places in their order; two records of one name
    /// come together where the first of them is.
    pub(super) fn by_name(&self, places: Range<u32>) -> impl Iterator<Item = Found<'_>> {
        let at = |place: u32| {
            let number = *self.sorted.get(usize::try_from(place).ok()?)?;
            Some((number, self.records.names.get(number)?))
        };
        places.filter_map(move |place| {
            let (number, file_name) = at(place)?;
            let is_here = |other: &(u32, &str)| other.1 == file_name;
            if place.checked_sub(1).and_then(at).is_some_and(|before| is_here(&before)) {
                return None;
            }
            let twin = place.checked_add(1).and_then(at).filter(is_here);
            Some(Found {
                file_name,
                record: self.records.place(number)?,
                twin: twin.and_then(|(second, _)| self.records.place(second)),
                signatures: self.signatures.of(number),
            })
        })
    }

    /// The number of records, two of one name counted twice.
    pub(super) fn records(&self) -> u32 {
        self.records.names.len()
    }

    /// What there is under these numbers, in the order of the text; two records of one
    /// name come together where the first of them is.
    pub(super) fn entries(&self, numbers: Range<u32>) -> impl Iterator<Item = Found<'_>> {
        numbers.filter_map(|number| {
            let found = self.find(self.records.names.get(number)?)?;
            let span = self.records.spans.get(number)?;
            (found.record.span == *span).then_some(found)
        })
    }
}

impl Signatures {
    /// The entry of a record.
    fn of(&self, record: u32) -> Option<Place> {
        let number = self.by_record.get(usize::try_from(record).ok()?)?;
        place(&self.spans, &self.digests, *number)
    }
}

/// Finds the entry of each record, and counts the entries that have none. Both
/// orders are by name.
fn join(records: &Names, sorted: &[u32], entries: &Names, order: &[u32]) -> (Vec<u32>, u64) {
    if order.is_empty() {
        return (Vec::new(), 0);
    }
    let mut by_record = vec![UNSIGNED; sorted.len()];
    let mut orphans: u64 = 0;
    let mut left = sorted.iter().peekable();
    for entry in order {
        let name = entries.get(*entry);
        while left.next_if(|record| records.get(**record) < name).is_some() {}
        let mut is_orphan = true;
        while let Some(record) = left.next_if(|record| records.get(**record) == name) {
            is_orphan = false;
            let into = usize::try_from(*record).ok().and_then(|record| by_record.get_mut(record));
            if let Some(into) = into {
                *into = *entry;
            }
        }
        orphans = orphans.saturating_add(u64::from(is_orphan));
    }
    (by_record, orphans)
}

fn place(spans: &Pages<Span>, digests: &Pages<Sha256Digest>, number: u32) -> Option<Place> {
    Some(Place { span: *spans.get(number)?, digest: digests.get(number).copied() })
}
