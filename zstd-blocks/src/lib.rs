//! The blocks of one zstd frame (RFC 8878, section 3.1.1.2), decoded one by one.
//!
//! What is behind conda-verifier's reader of frames, and of little use without it: the frame
//! header, the order of the blocks, the content's length and its checksum are looked after
//! there. In go blocks, each with its header; out comes content, read into a buffer of the
//! caller's. At most two windows of it are kept.
#![forbid(unsafe_code)]

mod queue;
mod sections;

use std::io::Read as _;

use zrip::FrameDecoder;

use self::queue::Queue;
use self::sections::Sections;

/// The most that a block may decode to (RFC 8878 3.1.1.2.4), unless the window is smaller.
pub const MAX_BLOCK_BYTES: usize = 128 << 10;

/// A block can't be decoded. What is wrong with it is told by nobody: the decoder's own words
/// speak of its innards, not of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Decodes the blocks of one frame.
pub struct Blocks {
    decoder: FrameDecoder<Queue>,
    queue: Queue,
    /// Whether the queue holds a block that surely decodes to something, or the last one.
    /// The decoder pulls: behind a block that decodes to nothing it wants the next at once.
    holds_content: bool,
    max_block_bytes: usize,
    /// What the block that is being read decoded to, so far.
    block_bytes: usize,
}

impl Blocks {
    /// Prepares to decode the blocks of a frame.
    ///
    /// `window_descriptor` is the byte of RFC 8878 3.1.1.1.2 and says how much content is
    /// kept; `max_block_bytes` the most that one block may decode to.
    #[must_use]
    pub fn new(window_descriptor: u8, max_block_bytes: usize) -> Self {
        let queue = Queue::default();
        // A header that declares the window, no content size and no checksum.
        queue.push(&[0x28, 0xB5, 0x2F, 0xFD, 0, window_descriptor]);
        let decoder = FrameDecoder::new(queue.clone());
        Self { decoder, queue, holds_content: false, max_block_bytes, block_bytes: 0 }
    }

    /// Whether it wants a block before it can say that there is nothing to read.
    #[must_use]
    pub const fn is_hungry(&self) -> bool {
        !self.holds_content
    }

    /// Takes the next block, its header included. It is decoded when it is read.
    ///
    /// # Errors
    /// [`Refused`] for a compressed block whose sections do not add up.
    pub fn feed(&mut self, block: &[u8]) -> Result<(), Refused> {
        let sections = Sections::of(block)?;
        self.queue.push(block);
        self.holds_content = sections.hold_content || sections.is_last;
        Ok(())
    }

    /// Decodes up to `into.len()` bytes; 0 where the blocks fed so far hold no more. Not to be
    /// called while it [is hungry](Self::is_hungry), unless the last block was fed.
    ///
    /// # Errors
    /// [`Refused`] for a block that can't be decoded, or decodes to more than it may.
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, Refused> {
        let before = self.queue.left();
        let length = self.decoder.read(into).map_err(|_| Refused)?;
        let left = self.queue.left();
        if left < before {
            // It takes a block once all of the one before was given out.
            self.block_bytes = 0;
            self.holds_content &= left != 0;
        }
        self.block_bytes = self.block_bytes.saturating_add(length);
        if self.block_bytes > self.max_block_bytes { Err(Refused) } else { Ok(length) }
    }
}
