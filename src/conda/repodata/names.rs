//! Many names, numbered in the order they came in.

use super::pages::Pages;
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};
use crate::order::{order, sort};

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
    /// [`Fault::LimitExceeded`] for `nameBytes` and `records`.
    pub(super) fn push(&mut self, parts: [&str; 2]) -> Result<(), Error> {
        if u64::try_from(self.ends.len()).is_ok_and(|count| count >= self.max) {
            return Err(Error::new(Fault::LimitExceeded { limit: "records", max: self.max }));
        }
        let length = parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.len()));
        if length > PAGE >> 1 {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "nameBytes",
                max: self.budget.max(),
            }));
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
        let numbers = 0..self.len();
        let name = |number| self.get(number).unwrap_or_default();
        // As most are. What follows takes six times the memory of the numbers.
        if numbers.clone().map(name).is_sorted_by(|a, b| order(a, b).is_le()) {
            return numbers.collect();
        }
        // Together with the names, or most of the time would be spent on looking them up.
        let mut sorted: Vec<_> = numbers.map(|number| (name(number), number)).collect();
        sort(&mut sorted, |(a, _), (b, _)| order(a, b));
        // By reference: `into_iter` would collect into the memory of the longer list.
        sorted.iter().map(|(_, number)| *number).collect()
    }

    /// Those neighbours of `sorted` that have one name.
    pub(super) fn repeated(&self, sorted: &[u32]) -> impl Iterator<Item = (u32, u32)> {
        sorted.windows(2).filter_map(|pair| match pair {
            [first, second] if self.get(*first) == self.get(*second) => Some((*first, *second)),
            _ => None,
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Names;
    use crate::limits::Limits;

    #[test]
    fn names_are_sorted_and_those_that_are_equal_stay_in_order() {
        let mut seed = 1_u32;
        for count in 0..200_usize {
            for different in [1, 2, 7, 1_000] {
                let mut names = Names::new(&Limits::default());
                let mut expected = Vec::new();
                for number in (0..).take(count) {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let name = format!("name-{}", (seed >> 8) % different);
                    names.push([&name, ""]).unwrap();
                    expected.push((name, number));
                }
                expected.sort();
                let expected: Vec<u32> = expected.iter().map(|(_, number)| *number).collect();
                assert_eq!(names.sorted(), expected, "{count} of {different}");
            }
        }
    }
}
