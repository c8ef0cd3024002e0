//! A source of which only some ranges are at hand.

use std::ops::Range;

use super::source::ReadAt;
use crate::error::{Error, Fault};

/// Ranges that lie nearer to each other are asked for as one: a request costs more.
const NEAR: u64 = 8 << 10;

/// A source that refuses to read what is not held yet, and keeps in mind what it was.
#[derive(Debug)]
pub(crate) struct Sparse<S> {
    source: S,
    /// In order, none of them empty, no two of them touching.
    held: Vec<Range<u64>>,
    missing: Vec<Range<u64>>,
}

impl<S: ReadAt> Sparse<S> {
    pub(crate) const fn new(source: S) -> Self {
        Self { source, held: Vec::new(), missing: Vec::new() }
    }

    pub(crate) const fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    /// Says that the source has these bytes now.
    pub(crate) fn hold(&mut self, range: Range<u64>) {
        insert(&mut self.held, range, 0);
    }

    /// Whether it holds all of these bytes.
    fn holds(&self, range: &Range<u64>) -> bool {
        range.is_empty()
            || self.held.iter().any(|held| held.start <= range.start && range.end <= held.end)
    }

    /// What was asked for since the last call and is not held: in order, few ranges rather
    /// than short ones. Empty where nothing was missing.
    pub(crate) fn take_missing(&mut self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.missing)
    }

    /// Fails unless all of these ranges are held.
    pub(crate) fn require(&mut self, ranges: &[Range<u64>]) -> Result<(), Error> {
        for range in ranges {
            self.miss(range.clone());
        }
        match self.missing.first() {
            None => Ok(()),
            Some(first) => Err(not_held(first)),
        }
    }

    /// Keeps in mind which parts of a range are not held.
    fn miss(&mut self, range: Range<u64>) {
        let mut start = range.start;
        for held in &self.held {
            let gap = start..held.start.min(range.end);
            insert(&mut self.missing, gap, NEAR);
            start = start.max(held.end);
        }
        insert(&mut self.missing, start..range.end, NEAR);
    }
}

impl<S: ReadAt> ReadAt for Sparse<S> {
    fn size(&self) -> u64 {
        self.source.size()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        let length = u64::try_from(into.len()).unwrap_or(u64::MAX);
        let range = offset..offset.saturating_add(length);
        // Past the end there is nothing to ask for: the source itself says so.
        if !self.holds(&range) && range.end <= self.size() {
            self.miss(range.clone());
            return Err(not_held(&range));
        }
        self.source.read_at(offset, into)
    }

    fn is_fixed(&self) -> bool {
        self.source.is_fixed()
    }
}

fn not_held(range: &Range<u64>) -> Error {
    Error::new(Fault::SourceRead {
        offset: range.start,
        length: range.end.saturating_sub(range.start),
        reason: "these bytes were not fetched yet".into(),
    })
}

/// Adds a range to others that are in order, and joins those that lie no farther apart than
/// `near`.
fn insert(ranges: &mut Vec<Range<u64>>, mut range: Range<u64>, near: u64) {
    if range.is_empty() {
        return;
    }
    ranges.retain(|other| {
        let is_apart = other.end.saturating_add(near) < range.start
            || range.end.saturating_add(near) < other.start;
        if !is_apart {
            range = range.start.min(other.start)..range.end.max(other.end);
        }
        is_apart
    });
    let place = ranges.partition_point(|other| other.start < range.start);
    ranges.insert(place, range);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{NEAR, ReadAt as _, Sparse};
    use crate::error::Code;

    #[test]
    fn what_is_missing_is_told_and_what_is_held_is_read() {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let mut sparse = Sparse::new(bytes.as_slice());
        let mut into = [0; 10];
        assert_eq!(sparse.read_at(50, &mut into).unwrap_err().code(), Code::SourceRead);
        assert_eq!(sparse.take_missing().as_slice(), std::slice::from_ref(&(50..60)));
        assert!(sparse.take_missing().is_empty());

        sparse.hold(40..55);
        assert!(sparse.read_at(50, &mut into).is_err());
        assert_eq!(sparse.take_missing().as_slice(), std::slice::from_ref(&(55..60)));
        // Ranges that touch are one.
        sparse.hold(55..70);
        sparse.read_at(50, &mut into).unwrap();
        assert_eq!(into, [50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);

        // Past the end there is nothing to fetch.
        assert!(sparse.read_at(99_995, &mut into).is_err());
        assert!(sparse.take_missing().is_empty());
    }

    #[test]
    fn ranges_that_are_near_are_asked_for_together() {
        let bytes = vec![0; 100_000];
        let mut sparse = Sparse::new(bytes.as_slice());
        sparse.hold(10..20);
        assert!(sparse.require(&[0..30, 90_000..90_001, NEAR..NEAR + 1]).is_err());
        assert_eq!(sparse.take_missing(), [0..NEAR + 1, 90_000..90_001]);
        sparse.hold(0..100_000);
        sparse.require(&[0..30, 90_000..90_001]).unwrap();
    }
}
