//! Many names, numbered in the order they came in.

use super::pages::Pages;
use crate::error::Error;
use crate::limits::{Budget, Limits};

/// Of a place, the bits that are the offset in the page; the rest is its number.
const OFFSET_BITS: u32 = 19;
/// Bytes of a page: as many as the offset can count.
const PAGE: usize = 0x7_FFFF;

/// Names one behind the other: a `String` each would cost more than the index.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pages: Vec<String>,
    /// Where each ends. It begins where the one before ends, or with the page.
    ends: Pages<u32>,
    budget: Budget,
    max: u64,
}

impl Names {
    pub(super) fn new(limits: &Limits) -> Self {
        // 8,192 pages, of which every two neighbours hold one page's bytes at least.
        let bytes = limits.name_bytes.min(1 << 30);
        Self {
            pages: Vec::new(),
            ends: Pages::new(),
            budget: Budget::new("nameBytes", bytes),
            max: limits.records,
        }
    }

    /// Adds the name that consists of these parts.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] for `nameBytes` and `records`.
    pub(super) fn push(&mut self, parts: [&str; 2]) -> Result<(), Error> {
        if u64::try_from(self.ends.len()).is_ok_and(|count| count >= self.max) {
            return Err(Error::LimitExceeded { limit: "records", max: self.max });
        }
        let length = parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.len()));
        if length > PAGE >> 1 {
            return Err(Error::LimitExceeded { limit: "nameBytes", max: self.budget.max() });
        }
        self.budget.spend(u64::try_from(length).unwrap_or(u64::MAX))?;
        let has_room = |page: &String| page.len().saturating_add(length) <= PAGE;
        if !self.pages.last().is_some_and(has_room) {
            let capacity = if self.pages.is_empty() { 0 } else { PAGE };
            self.pages.push(String::with_capacity(capacity));
        }
        let number = u32::try_from(self.pages.len().saturating_sub(1)).unwrap_or(0);
        let Some(page) = self.pages.last_mut() else { return Ok(()) };
        parts.iter().for_each(|part| page.push_str(part));
        self.ends.push((number << OFFSET_BITS) | u32::try_from(page.len()).unwrap_or(0));
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, number: u32) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let page = end >> OFFSET_BITS;
        let start = before.filter(|before| **before >> OFFSET_BITS == page).unwrap_or(&0);
        let offset = |end: u32| usize::try_from(end).ok().map(|end| end & PAGE);
        self.pages.get(usize::try_from(page).ok()?)?.get(offset(*start)?..offset(end)?)
    }

    /// The numbers of the names, by name and then by number.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..self.len()).collect();
        // Stable, and quick with runs that are sorted: real sections are.
        sorted.sort_by(|a, b| self.get(*a).cmp(&self.get(*b)));
        sorted
    }

    /// Those neighbours of `sorted` that have one name.
    pub(super) fn repeated(&self, sorted: &[u32]) -> impl Iterator<Item = (u32, u32)> {
        sorted.windows(2).filter_map(|pair| match pair {
            [first, second] if self.get(*first) == self.get(*second) => Some((*first, *second)),
            _ => None,
        })
    }
}
