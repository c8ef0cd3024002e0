//! A text that is looked for in bytes.

use std::ops::Range;

use memchr::memmem::Finder;

use super::work::{Stop, Work};

/// A text, and how to look for it. A hostile one is found in linear time too.
#[derive(Clone, Debug)]
pub(super) struct Needle(Finder<'static>);

impl Needle {
    /// `None` for no bytes, which would be everywhere.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        (!bytes.is_empty()).then(|| Self(Finder::new(bytes).into_owned()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.needle().len()
    }

    /// Where the text begins for the first time from an offset on.
    pub(super) async fn find(
        &self,
        haystack: &[u8],
        mut from: usize,
        work: &mut Work<'_>,
    ) -> Option<usize> {
        // So many more bytes as it takes to find one that begins at the end of a block.
        let longest = Work::BLOCK.saturating_add(self.len()).saturating_sub(1);
        loop {
            let rest = haystack.get(from..)?;
            let block = rest.get(..longest).unwrap_or(rest);
            if let Some(at) = self.0.find(block) {
                work.passed(at.saturating_add(self.len())).await;
                return from.checked_add(at);
            }
            work.passed(block.len()).await;
            if block.len() == rest.len() {
                return None;
            }
            from = from.checked_add(Work::BLOCK)?;
        }
    }

    /// How often the text occurs, from left to right without overlap.
    async fn count(&self, haystack: &[u8], work: &mut Work<'_>) -> usize {
        let (mut count, mut from) = (0_usize, 0);
        while let Some(at) = self.find(haystack, from, work).await {
            count = count.saturating_add(1);
            from = at.saturating_add(self.len());
        }
        count
    }

    /// Bytes by which others grow where this many take the place of all occurrences.
    pub(super) async fn growth(&self, haystack: &[u8], by: usize, work: &mut Work<'_>) -> usize {
        match by.saturating_sub(self.len()) {
            0 => 0,
            longer => longer.saturating_mul(self.count(haystack, work).await),
        }
    }

    /// Puts another text in the place of all occurrences, from left to right. It is refused
    /// before anything is written.
    pub(super) async fn replace(
        &self,
        haystack: &[u8],
        by: &[u8],
        work: &mut Work<'_>,
    ) -> Result<Vec<u8>, Stop> {
        self.replace_within(haystack, 0..haystack.len(), by, work).await
    }

    /// The same in a part of the bytes; the others stay as they are.
    pub(super) async fn replace_within(
        &self,
        haystack: &[u8],
        part: Range<usize>,
        by: &[u8],
        work: &mut Work<'_>,
    ) -> Result<Vec<u8>, Stop> {
        let before = haystack.get(..part.start).unwrap_or_default();
        let behind = haystack.get(part.end..).unwrap_or_default();
        let part = haystack.get(part).unwrap_or_default();
        let longer = self.growth(part, by.len(), work).await;
        let mut replaced = work.room(haystack.len(), longer)?;
        work.copy(before, &mut replaced).await;
        self.replace_into(part, by, &mut replaced, work).await;
        work.copy(behind, &mut replaced).await;
        Ok(replaced)
    }

    /// The same at the end of bytes that have room for it; how often the text occurred.
    pub(super) async fn replace_into(
        &self,
        haystack: &[u8],
        by: &[u8],
        into: &mut Vec<u8>,
        work: &mut Work<'_>,
    ) -> usize {
        let (mut count, mut from) = (0_usize, 0);
        while let Some(at) = self.find(haystack, from, work).await {
            work.copy(haystack.get(from..at).unwrap_or_default(), into).await;
            into.extend_from_slice(by);
            from = at.saturating_add(self.len());
            count = count.saturating_add(1);
        }
        work.copy(haystack.get(from..).unwrap_or_default(), into).await;
        count
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::Needle;
    use crate::installed::growth::Growth;
    use crate::installed::work::{Work, to_the_end};
    use crate::limits::Limits;

    fn growth() -> Growth {
        Growth::new(&Limits::default())
    }

    fn find(needle: &Needle, haystack: &[u8], from: usize) -> Option<usize> {
        to_the_end(needle.find(haystack, from, &mut Work::new(&mut growth())))
    }

    #[test]
    fn occurrences_do_not_overlap() {
        let mut growth = growth();
        let mut work = Work::new(&mut growth);
        let needle = Needle::new(b"aba").unwrap();
        assert_eq!(find(&needle, b"ababa", 0), Some(0));
        assert_eq!(find(&needle, b"ababa", 1), Some(2));
        assert_eq!(find(&needle, b"", 7), None);
        assert_eq!(to_the_end(needle.count(b"ababaaba", &mut work)), 2);
        let whole = to_the_end(needle.replace(b"xababaabax", b"-", &mut work));
        assert_eq!(whole.unwrap(), b"x-ba-x");
        let part = to_the_end(needle.replace_within(b"abaabaaba", 3..6, b"-", &mut work));
        assert_eq!(part.unwrap(), b"aba-aba");
        assert!(Needle::new(b"").is_none());
    }

    /// Blocks are gone over one by one.
    #[test]
    fn what_lies_across_blocks_is_found() {
        let text = b"placeholder";
        let needle = Needle::new(text).unwrap();
        let mut haystack = vec![0; 2 * Work::BLOCK + 100];
        for at in [0, 5, Work::BLOCK - 11, Work::BLOCK - 10, Work::BLOCK - 1, Work::BLOCK] {
            for at in [at, at + Work::BLOCK] {
                haystack[at..at + text.len()].copy_from_slice(text);
                assert_eq!(find(&needle, &haystack, 0), Some(at));
                assert_eq!(find(&needle, &haystack, at), Some(at));
                assert_eq!(find(&needle, &haystack, at + 1), None);
                haystack[at..at + text.len()].fill(0);
            }
        }
        assert_eq!(find(&needle, &haystack, 0), None);
    }

    #[test]
    fn growth_is_bounded() {
        let mut growth = growth();
        let mut work = Work::new(&mut growth);
        let needle = Needle::new(b"/").unwrap();
        let mut is_refused = |length: usize| {
            to_the_end(needle.replace(&vec![b'/'; length], &[b'x'; 4_096], &mut work)).is_err()
        };
        assert!(is_refused(20_000));
        // Nothing was taken of what is left, and all files take of the same.
        assert!(!is_refused(16_000));
        assert!(is_refused(16_000));
    }
}
