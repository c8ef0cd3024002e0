//! Unpacked content, a few MiB at a time.

/// Most files lie in one block as a whole, and WebAssembly's memory never shrinks.
const MAX_BYTES: usize = 4 << 20;
const MIN_BYTES: usize = 64 << 10;
/// Files without content take no room in it: what is known of them does.
const MAX_PARTS: usize = 4_096;
/// What a package unpacks to, seldom more: a small one needs no large block.
const EXPANSION: u64 = 16;

static ZEROS: [u8; 4_096] = [0; 4_096];

/// Contents of files, one behind the other, until whoever wants them has taken them.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Vec<u8>,
    capacity: usize,
    filled: usize,
    parts: Vec<Part>,
}

/// A piece of a file's content in a block, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The file's number, in the order of the archive.
    pub(super) number: u32,
    /// From this byte of the block.
    pub(super) start: usize,
    /// Up to the byte before this one.
    pub(super) end: usize,
    /// Whether the content begins here.
    pub(super) is_first: bool,
    /// Whether it ends here.
    pub(super) is_last: bool,
}

impl Block {
    /// A block that suits an archive of so many bytes.
    pub(super) fn for_archive(bytes: u64) -> Self {
        let wanted = usize::try_from(bytes.saturating_mul(EXPANSION)).unwrap_or(MAX_BYTES);
        let capacity = wanted.clamp(MIN_BYTES, MAX_BYTES);
        Self { bytes: Vec::new(), capacity, filled: 0, parts: Vec::new() }
    }

    /// Whether so many bytes more should go into this block: as a whole, or if no block
    /// holds them, in pieces.
    pub(super) fn suits(&self, bytes: u64) -> bool {
        let left = self.capacity.saturating_sub(self.filled);
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let has_room = left >= bytes || (bytes > self.capacity && left > 0);
        has_room && self.parts.len() < MAX_PARTS
    }

    /// Begins the content of a file, or goes on with it in a new block.
    pub(super) fn begin(&mut self, number: u32, is_first: bool) {
        let (start, end) = (self.filled, self.filled);
        self.parts.push(Part { number, start, end, is_first, is_last: false });
    }

    /// Room for the next bytes, no more than `wanted`.
    pub(super) fn room(&mut self, wanted: u64) -> &mut [u8] {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let end = self.filled.saturating_add(wanted).min(self.capacity);
        if self.bytes.len() < end {
            // Once, for what a block of this archive will need: what is not touched of it
            // takes no memory of the machine.
            self.bytes.reserve_exact(self.capacity.saturating_sub(self.bytes.len()));
            // Piece by piece, which WebAssembly copies; it would set a byte at a time.
            while let missing @ 1.. = end.saturating_sub(self.bytes.len()) {
                let zeros = ZEROS.get(..missing).unwrap_or(&ZEROS);
                self.bytes.extend_from_slice(zeros);
            }
        }
        self.bytes.get_mut(self.filled..end).unwrap_or_default()
    }

    /// So many bytes of the room were filled.
    pub(super) fn advance(&mut self, length: usize) {
        self.filled = self.filled.saturating_add(length).min(self.capacity);
        if let Some(part) = self.parts.last_mut() {
            part.end = self.filled;
        }
    }

    /// The content of the file that came last is complete.
    pub(super) fn end(&mut self) {
        if let Some(part) = self.parts.last_mut() {
            part.is_last = true;
        }
    }

    /// The pieces, in the order of the archive.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The bytes of a piece.
    pub(super) fn bytes(&self, part: &Part) -> &[u8] {
        self.bytes.get(part.start..part.end).unwrap_or_default()
    }

    /// All bytes that lie here.
    pub(super) fn all(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// Forgets what lies here.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
        self.parts.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, MAX_BYTES, MIN_BYTES};

    #[test]
    fn a_file_begins_where_all_of_it_fits() {
        let mut block = Block::for_archive(1);
        assert!(block.suits(0) && block.suits(1) && block.suits(1 << 40));
        block.begin(0, true);
        assert_eq!(block.room(100).len(), 100);
        block.advance(60);
        block.end();
        assert!(block.suits(u64::try_from(MIN_BYTES).unwrap_or(0) - 60));
        assert!(!block.suits(u64::try_from(MIN_BYTES).unwrap_or(0) - 59));
        block.begin(1, true);
        assert_eq!(block.room(u64::MAX).len(), MIN_BYTES - 60);
        let lengths: Vec<_> = block.parts().iter().map(|part| block.bytes(part).len()).collect();
        assert_eq!(lengths, [60, 0]);
        block.clear();
        assert!(block.parts().is_empty() && block.all().is_empty());
    }

    #[test]
    fn its_size_is_bounded() {
        assert_eq!(Block::for_archive(u64::MAX).room(u64::MAX).len(), MAX_BYTES);
        assert_eq!(Block::for_archive(0).room(u64::MAX).len(), MIN_BYTES);
    }
}
