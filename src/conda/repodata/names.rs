//! Many names in one text, in the order they came in.

use crate::error::Error;
use crate::limits::{Budget, Limits};

/// Names one behind the other: a `String` each would cost more than the index.
#[derive(Clone, Debug)]
pub(super) struct Names {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    budget: Budget,
    max: u64,
}

impl Names {
    pub(super) fn new(limits: &Limits) -> Self {
        // An end is a `u32`.
        let bytes = limits.name_bytes.min(u32::MAX.into());
        let budget = Budget::new("nameBytes", bytes);
        Self { text: String::new(), ends: Vec::new(), budget, max: limits.records }
    }

    /// Adds the name that consists of these parts.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] for `nameBytes` and `records`.
    pub(super) fn push(&mut self, parts: [&str; 2]) -> Result<(), Error> {
        if u64::try_from(self.ends.len()).is_ok_and(|count| count >= self.max) {
            return Err(Error::LimitExceeded { limit: "records", max: self.max });
        }
        for part in parts {
            self.budget.spend(u64::try_from(part.len()).unwrap_or(u64::MAX))?;
            grow(part.len(), self.text.len(), self.text.capacity(), |more| {
                self.text.reserve_exact(more);
            });
            self.text.push_str(part);
        }
        push(&mut self.ends, u32::try_from(self.budget.spent()).unwrap_or(u32::MAX));
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(number)?).ok()?;
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = usize::try_from(before.copied().unwrap_or(0)).ok()?;
        self.text.get(start..end)
    }

    /// The numbers of the names, by name and then by number.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).collect();
        // Stable, and quick with runs that are sorted: real sections are.
        sorted.sort_by(|a, b| self.at(*a).cmp(&self.at(*b)));
        sorted
    }

    fn at(&self, number: u32) -> Option<&str> {
        self.get(usize::try_from(number).ok()?)
    }

    /// A name that two neighbours of `sorted` share, if both are in question.
    pub(super) fn repeated(
        &self,
        sorted: &[u32],
        in_question: impl Fn(u32, u32) -> bool,
    ) -> Option<&str> {
        sorted.windows(2).find_map(|pair| match pair {
            [first, second] if self.at(*first) == self.at(*second) => {
                self.at(*first).filter(|_| in_question(*first, *second))
            }
            _ => None,
        })
    }
}

/// Pushes onto a list that grows by an eighth: doubled lists would be the larger
/// part of what an index keeps, and WebAssembly gives no memory back.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) {
    grow(1, list.len(), list.capacity(), |more| list.reserve_exact(more));
    list.push(item);
}

fn grow(needed: usize, length: usize, capacity: usize, reserve: impl FnOnce(usize)) {
    if capacity.saturating_sub(length) < needed {
        reserve(needed.max(length >> 3).max(256));
    }
}
