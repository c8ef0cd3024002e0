//! A text that is looked for in bytes.

use std::ops::Range;

use super::growth::Growth;
use crate::error::Error;

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
    /// Memory that each byte of the text takes, and what it is made of.
    pub(super) const BYTES_OF_EACH: usize = 2 + size_of::<usize>();

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
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) before anything is written.
    pub(super) fn replace(
        &self,
        haystack: &[u8],
        by: &[u8],
        growth: &mut Growth,
    ) -> Result<Vec<u8>, Error> {
        self.replace_within(haystack, 0..haystack.len(), by, growth)
    }

    /// The same in a part of the bytes; the others stay as they are.
    pub(super) fn replace_within(
        &self,
        haystack: &[u8],
        part: Range<usize>,
        by: &[u8],
        growth: &mut Growth,
    ) -> Result<Vec<u8>, Error> {
        let before = haystack.get(..part.start).unwrap_or_default();
        let behind = haystack.get(part.end..).unwrap_or_default();
        let part = haystack.get(part).unwrap_or_default();
        let longer = by.len().saturating_sub(self.len()).saturating_mul(self.count(part));
        let mut replaced = growth.room(haystack.len(), longer)?;
        replaced.extend_from_slice(before);
        self.replace_into(part, by, &mut replaced);
        replaced.extend_from_slice(behind);
        Ok(replaced)
    }

    /// The same at the end of bytes that have room for it; how often the text occurred.
    pub(super) fn replace_into(&self, haystack: &[u8], by: &[u8], into: &mut Vec<u8>) -> usize {
        let (mut count, mut from) = (0_usize, 0);
        while let Some(at) = self.find(haystack, from) {
            into.extend_from_slice(haystack.get(from..at).unwrap_or_default());
            into.extend_from_slice(by);
            from = at.saturating_add(self.len());
            count = count.saturating_add(1);
        }
        into.extend_from_slice(haystack.get(from..).unwrap_or_default());
        count
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Growth, Needle};
    use crate::limits::Limits;

    fn growth() -> Growth {
        Growth::new(&Limits::default())
    }

    #[test]
    fn occurrences_do_not_overlap() {
        let needle = Needle::new(b"aba".to_vec()).unwrap();
        assert_eq!(needle.find(b"ababa", 0), Some(0));
        assert_eq!(needle.find(b"ababa", 1), Some(2));
        assert_eq!(needle.count(b"ababaaba"), 2);
        assert_eq!(needle.replace(b"xababaabax", b"-", &mut growth()).unwrap(), b"x-ba-x");
        let part = needle.replace_within(b"abaabaaba", 3..6, b"-", &mut growth());
        assert_eq!(part.unwrap(), b"aba-aba");
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
        let mut growth = growth();
        assert!(needle.replace(&[b'/'; 20_000], &[b'x'; 4_096], &mut growth).is_err());
        // Nothing was taken of what is left, and all files take of the same.
        assert!(needle.replace(&[b'/'; 16_000], &[b'x'; 4_096], &mut growth).is_ok());
        assert!(needle.replace(&[b'/'; 16_000], &[b'x'; 4_096], &mut growth).is_err());
    }
}
