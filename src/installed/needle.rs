//! A text that is looked for in bytes.

use crate::error::{Error, Fault};

/// Bytes that a file may grow by when a longer text takes the place of a shorter one. Real
/// files grow by some kB.
const MAX_GROWTH: usize = 256 << 20;

/// A text, and how to look for it: by steps of its length where that is possible (Horspool),
/// and byte by byte (Knuth, Morris and Pratt) where it was made so that it is not: a hostile
/// one is found in linear time too.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    bytes: Vec<u8>,
    /// For each byte, how far the text may move where it has that one at its end.
    steps: Vec<usize>,
    /// For each length that matched, the longest shorter one that still does.
    shorter: Vec<usize>,
}

impl Needle {
    /// `None` for no bytes, which would be everywhere.
    pub(super) fn new(bytes: Vec<u8>) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let mut steps = vec![bytes.len(); 256];
        let last = bytes.len().saturating_sub(1);
        for (at, byte) in bytes.iter().take(last).enumerate() {
            if let Some(step) = steps.get_mut(usize::from(*byte)) {
                *step = last.saturating_sub(at);
            }
        }
        let shorter = vec![0; bytes.len().saturating_add(1)];
        let mut needle = Self { bytes, steps, shorter };
        let mut matched = 0;
        for at in 1..needle.bytes.len() {
            matched = needle.advance(matched, needle.bytes.get(at).copied());
            if let Some(shorter) = needle.shorter.get_mut(at.saturating_add(1)) {
                *shorter = matched;
            }
        }
        Some(needle)
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How much matches after one more byte.
    #[inline(always)]
    fn advance(&self, mut matched: usize, byte: Option<u8>) -> usize {
        loop {
            if self.bytes.get(matched).copied() == byte {
                return matched.saturating_add(1);
            }
            if matched == 0 {
                return 0;
            }
            matched = self.shorter.get(matched).copied().unwrap_or_default();
        }
    }

    /// Where the text begins for the first time from an offset on.
    pub(super) fn find(&self, haystack: &[u8], from: usize) -> Option<usize> {
        let (mut at, mut work) = (from, 0_usize);
        // As much work as way, and a little more to begin with.
        while work <= at.saturating_sub(from).saturating_add(self.len()).saturating_mul(8) {
            let window = haystack.get(at..)?.get(..self.len())?;
            let last = *window.last()?;
            if self.bytes.last() == Some(&last) {
                if window == self.bytes {
                    return Some(at);
                }
                work = work.saturating_add(self.len());
            }
            work = work.saturating_add(1);
            at = at.saturating_add(*self.steps.get(usize::from(last))?);
        }
        self.find_slowly(haystack, at)
    }

    fn find_slowly(&self, haystack: &[u8], from: usize) -> Option<usize> {
        let mut matched = 0;
        for (at, byte) in haystack.iter().enumerate().skip(from) {
            matched = self.advance(matched, Some(*byte));
            if matched == self.bytes.len() {
                return at.checked_add(1)?.checked_sub(matched);
            }
        }
        None
    }

    /// How often the text occurs, from left to right without overlap.
    pub(super) fn count(&self, haystack: &[u8]) -> usize {
        let (mut count, mut from) = (0_usize, 0);
        while let Some(at) = self.find(haystack, from) {
            count = count.saturating_add(1);
            from = at.saturating_add(self.len());
        }
        count
    }

    /// Puts another text in the place of all occurrences, from left to right.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] before anything is written.
    pub(super) fn replace(&self, haystack: &[u8], by: &[u8]) -> Result<Vec<u8>, Error> {
        let growth = by.len().saturating_sub(self.len()).saturating_mul(self.count(haystack));
        let mut replaced = room(haystack.len(), growth)?;
        let mut from = 0;
        while let Some(at) = self.find(haystack, from) {
            replaced.extend_from_slice(haystack.get(from..at).unwrap_or_default());
            replaced.extend_from_slice(by);
            from = at.saturating_add(self.len());
        }
        replaced.extend_from_slice(haystack.get(from..).unwrap_or_default());
        Ok(replaced)
    }
}

/// An empty buffer for what a file of that length becomes.
///
/// # Errors
/// [`Fault::LimitExceeded`] where it grows by too much, or there is no room.
pub(super) fn room(length: usize, growth: usize) -> Result<Vec<u8>, Error> {
    let exceeded =
        || Error::new(Fault::LimitExceeded { limit: "replacementBytes", max: 256 << 20 });
    let mut buffer = Vec::new();
    if growth > MAX_GROWTH || buffer.try_reserve_exact(length.saturating_add(growth)).is_err() {
        return Err(exceeded());
    }
    Ok(buffer)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Needle;

    #[test]
    fn occurrences_do_not_overlap() {
        let needle = Needle::new(b"aba".to_vec()).unwrap();
        assert_eq!(needle.find(b"ababa", 0), Some(0));
        assert_eq!(needle.find(b"ababa", 1), Some(2));
        assert_eq!(needle.count(b"ababaaba"), 2);
        assert_eq!(needle.replace(b"xababaabax", b"-").unwrap(), b"x-ba-x");
        assert_eq!(needle.find(b"", 7), None);
        assert!(Needle::new(Vec::new()).is_none());
    }

    #[test]
    fn a_mismatch_goes_back_as_little_as_it_must() {
        let needle = Needle::new(b"aabaaab".to_vec()).unwrap();
        assert_eq!(needle.find(b"aabaabaaab", 0), Some(3));
        let hostile = vec![b'a'; 200_000];
        let mut text = vec![b'a'; 4_000];
        text.push(b'b');
        assert_eq!(Needle::new(text).unwrap().count(&hostile), 0);
    }

    /// Both ways find the same as a search that is too simple to be wrong.
    #[test]
    fn both_ways_find_the_same() {
        let mut state = 1_u32;
        let mut noise = |length: usize| -> Vec<u8> {
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if state >> 30 == 0 { b'b' } else { b'a' }
            };
            (0..length).map(next).collect()
        };
        for length in 1..12 {
            let (text, haystack) = (noise(length), noise(600));
            let needle = Needle::new(text.clone()).unwrap();
            for from in 0..haystack.len() {
                let rest = haystack.get(from..).unwrap();
                let simple = rest.windows(length).position(|window| window == text);
                let simple = simple.map(|at| at.saturating_add(from));
                assert_eq!(needle.find(&haystack, from), simple);
                assert_eq!(needle.find_slowly(&haystack, from), simple);
            }
        }
    }

    #[test]
    fn growth_is_bounded() {
        let needle = Needle::new(b"/".to_vec()).unwrap();
        assert!(needle.replace(&[b'/'; 70_000], &[b'x'; 4_096]).is_err());
    }
}
