//! The bytes that were authenticated are the bytes that are decoded.

use super::source::ReadAt;
use crate::digest::{Digests, DigestsHasher, Sha256Digest, Wanted};
use crate::error::{Error, Fault};

/// The unit of authentication and of re-reading. A digest for each MiB costs
/// 64 KiB for the largest archive.
const BLOCK: u64 = 1 << 20;

/// The pass that finds an archive's digests, a block at a time, and remembers
/// those of its blocks where the source can change.
#[derive(Debug)]
pub(crate) struct Pinning<S> {
    source: S,
    digests: DigestsHasher,
    blocks: Vec<Sha256Digest>,
    offset: u64,
    buffer: Vec<u8>,
}

impl<S: ReadAt> Pinning<S> {
    /// Starts a pass over `source`.
    pub(crate) fn new(source: S, wanted: Wanted) -> Self {
        Self {
            source,
            digests: DigestsHasher::new(wanted),
            blocks: Vec::new(),
            offset: 0,
            buffer: Vec::new(),
        }
    }

    /// The bytes read so far.
    pub(crate) const fn position(&self) -> u64 {
        self.offset
    }

    /// Whether the SHA-256 of all bytes may come from elsewhere: nobody can change them, and
    /// the pass has not begun.
    pub(crate) fn wants_sha256(&self) -> bool {
        self.offset == 0 && self.source.is_fixed()
    }

    /// Takes the SHA-256 of all bytes, and spares the pass if it is all that is wanted.
    pub(crate) fn supply_sha256(&mut self, sha256: Sha256Digest) {
        if self.wants_sha256() && self.digests.supply_sha256(self.source.size(), sha256) {
            self.offset = self.source.size();
        }
    }

    /// Reads one block more; `false` where there is none.
    ///
    /// # Errors
    /// What the source fails with; the pass can then not go on.
    pub(crate) fn step(&mut self) -> Result<bool, Error> {
        let length = block_length(self.offset, self.source.size());
        if length == 0 {
            return Ok(false);
        }
        self.buffer.resize(length, 0);
        self.source.read_at(self.offset, &mut self.buffer)?;
        self.digests.update(&self.buffer);
        if !self.source.is_fixed() {
            self.blocks.push(Sha256Digest::of(&self.buffer));
        }
        self.offset = self.offset.saturating_add(BLOCK).min(self.source.size());
        Ok(true)
    }

    /// The digests of all bytes, and the source bound to them.
    pub(crate) fn finish(self) -> (Digests, Pinned<S>) {
        let pinned = Pinned {
            size: self.source.size(),
            source: self.source,
            blocks: self.blocks,
            cache: self.buffer,
            cached: None,
        };
        (self.digests.finish(), pinned)
    }
}

/// A source that delivers the bytes whose digests were found, or fails.
#[derive(Debug)]
pub(crate) struct Pinned<S> {
    source: S,
    size: u64,
    blocks: Vec<Sha256Digest>,
    cache: Vec<u8>,
    cached: Option<u64>,
}

impl<S: ReadAt> Pinned<S> {
    /// Brings the block at `start` into the cache, authenticated.
    fn load(&mut self, start: u64) -> Result<(), Error> {
        if self.cached == Some(start) {
            return Ok(());
        }
        self.cached = None;
        let changed = Error::new(Fault::SourceChanged { offset: start });
        let index = usize::try_from(start.checked_div(BLOCK).unwrap_or(0)).ok();
        let expected = *index.and_then(|index| self.blocks.get(index)).ok_or(changed.clone())?;
        self.cache.resize(block_length(start, self.size), 0);
        self.source.read_at(start, &mut self.cache)?;
        if Sha256Digest::of(&self.cache) != expected {
            return Err(changed);
        }
        self.cached = Some(start);
        Ok(())
    }
}

impl<S: ReadAt> ReadAt for Pinned<S> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        if self.source.is_fixed() {
            return self.source.read_at(offset, into);
        }
        let mut rest = into;
        let mut offset = offset;
        while !rest.is_empty() {
            let within = offset.checked_rem(BLOCK).unwrap_or(0);
            self.load(offset.saturating_sub(within))?;
            let available = usize::try_from(within).ok().and_then(|start| self.cache.get(start..));
            let available = available.unwrap_or_default();
            let length = available.len().min(rest.len());
            let (Some(from), Some((to, later))) =
                (available.get(..length), rest.split_at_mut_checked(length))
            else {
                return Err(Error::new(Fault::SourceChanged { offset }));
            };
            if length == 0 {
                return Err(Error::new(Fault::SourceRead {
                    offset,
                    length: 1,
                    reason: "the source ends before".into(),
                }));
            }
            to.copy_from_slice(from);
            rest = later;
            offset = offset.saturating_add(u64::try_from(length).unwrap_or(0));
        }
        Ok(())
    }

    fn is_fixed(&self) -> bool {
        true
    }
}

/// Length of the block at `start` of a source of `size` bytes.
fn block_length(start: u64, size: u64) -> usize {
    usize::try_from(size.saturating_sub(start).min(BLOCK)).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::{Pinning, ReadAt};
    use crate::digest::{Sha256Digest, Wanted};
    use crate::error::{Code, Error, Fault};

    /// A buffer that somebody else still holds.
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl ReadAt for Shared {
        fn size(&self) -> u64 {
            self.0.borrow().as_slice().size()
        }

        fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
            self.0.borrow().as_slice().read_at(offset, into)
        }
    }

    #[test]
    fn a_source_that_changes_between_the_passes_is_noticed() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let shared = Rc::new(RefCell::new(bytes.clone()));
        let mut pinning = Pinning::new(Shared(Rc::clone(&shared)), Wanted::default());
        while pinning.step().unwrap() {}
        let (digests, mut pinned) = pinning.finish();
        assert_eq!(digests.sha256, Sha256Digest::of(&bytes));

        let mut slice = vec![0; 1_500_000];
        pinned.read_at(700_000, &mut slice).unwrap();
        assert_eq!(slice, bytes[700_000..2_200_000]);

        shared.borrow_mut()[2_500_000] ^= 1;
        // The block in the cache and the unchanged ones are still fine.
        pinned.read_at(0, &mut slice[..100]).unwrap();
        let refused = pinned.read_at(2_999_990, &mut slice[..10]).unwrap_err();
        assert_eq!(refused, Error::new(Fault::SourceChanged { offset: 2 << 20 }));

        shared.borrow_mut().truncate(10);
        let refused = pinned.read_at(1_100_000, &mut slice[..10]).unwrap_err();
        assert_eq!(refused.code(), Code::SourceRead);
    }

    #[test]
    fn reading_past_the_end_fails() {
        let shared = Shared(Rc::new(RefCell::new(vec![7; 100])));
        let mut pinning = Pinning::new(shared, Wanted { md5: true, sha512: false });
        while pinning.step().unwrap() {}
        let (digests, mut pinned) = pinning.finish();
        assert_eq!(digests.size, 100);
        assert!(digests.md5.is_some());
        assert_eq!(pinned.read_at(95, &mut [0; 10]).unwrap_err().code(), Code::SourceRead);
    }
}
