//! The structure of a frame: its header, and where its blocks are.

use super::malformed;
use crate::archive::source::ReadAt;
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// RFC 8878 3.1.1.
const MAGIC: u32 = 0xFD2F_B528;
/// RFC 8878 3.1.2: sixteen magic numbers whose low nibble is free.
const SKIPPABLE_MAGIC: u32 = 0x184D_2A50;
/// RFC 8878 3.1.1.2.4: Block_Maximum_Size, unless the window is smaller.
const MAX_BLOCK_BYTES: u64 = 128 << 10;
/// Encoders fill their blocks: 8 GiB are 65,536 of them. The bound keeps the walk
/// over blocks of no content short.
const MAX_BLOCKS: u64 = 1 << 20;
/// RFC 8878 3.1.1.1.2: the smallest window.
const MIN_WINDOW_BYTES: u64 = 1 << 10;
/// Magic number, descriptor, window, dictionary and content size at their longest.
const MAX_HEADER_BYTES: u64 = 18;

/// What a walk over the block headers found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Length of the frame header, magic number included.
    pub(super) header_bytes: usize,
    /// The content's length as the frame declares it.
    pub(super) declared_bytes: Option<u64>,
    /// Whether four bytes of checksum follow the last block.
    pub(super) has_checksum: bool,
    /// A window that suffices: the declared one, or the most that the blocks
    /// can decode to, whichever is smaller, as a window descriptor can say it.
    pub(super) window_bytes: u64,
    /// The most that a block may decode to.
    pub(super) max_block_bytes: u64,
    pub(super) window_descriptor: u8,
}

/// Reads numbers of a range that must not end yet.
struct Walk<'a> {
    source: &'a mut dyn ReadAt,
    member: &'a str,
    position: u64,
    end: u64,
}

impl Walk<'_> {
    /// A little-endian number of `length` bytes, up to 8.
    fn number(&mut self, length: u64) -> Result<u64, Error> {
        let start = self.position;
        self.skip(length)?;
        let mut bytes = [0; 8];
        let into = usize::try_from(length).ok().and_then(|length| bytes.get_mut(..length));
        self.source.read_at(start, into.unwrap_or_default())?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn skip(&mut self, length: u64) -> Result<(), Error> {
        let next = self.position.checked_add(length).filter(|next| *next <= self.end);
        self.position = next.ok_or_else(|| malformed(self.member, "it is cut off"))?;
        Ok(())
    }

    const fn left(&self) -> u64 {
        self.end.saturating_sub(self.position)
    }
}

impl Frame {
    /// Walks the one frame that fills `start..end`.
    pub(super) fn survey(
        source: &mut dyn ReadAt,
        member: &str,
        start: u64,
        end: u64,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut walk = Walk { source, member, position: start, end };
        let magic = walk.number(4)?;
        if magic & !0xF == u64::from(SKIPPABLE_MAGIC) {
            return Err(ambiguous(member, start, "a skippable frame"));
        }
        if magic != u64::from(MAGIC) {
            return Err(malformed(member, &format!("its magic number is {magic:08x}")));
        }

        // RFC 8878 3.1.1.1.1: Frame_Header_Descriptor.
        let descriptor = walk.number(1)?;
        let single_segment = descriptor & 0x20 != 0;
        let has_checksum = descriptor & 0x04 != 0;
        if descriptor & 0x08 != 0 {
            return Err(malformed(member, "a reserved bit of its header is set"));
        }
        if descriptor & 0x03 != 0 {
            return Err(malformed(member, "it needs a dictionary, which packages do not have"));
        }
        // 3.1.1.1.2: Window_Descriptor, absent in a single segment.
        let window = if single_segment { None } else { Some(window_bytes(walk.number(1)?)) };
        // 3.1.1.1.4: Frame_Content_Size.
        let declared_bytes = match (descriptor >> 6, single_segment) {
            (0, false) => None,
            (0, true) => Some(walk.number(1)?),
            (1, _) => Some(walk.number(2)?.saturating_add(256)),
            (2, _) => Some(walk.number(4)?),
            _ => Some(walk.number(8)?),
        };
        let declared_window = window.or(declared_bytes).unwrap_or(0);
        if declared_window > limits.window_bytes {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "windowBytes",
                max: limits.window_bytes,
            }));
        }
        let header_bytes = walk.position.saturating_sub(start).min(MAX_HEADER_BYTES);

        // RFC 8878 3.1.1.2.4: Block_Maximum_Size.
        let max_block_bytes = declared_window.clamp(MIN_WINDOW_BYTES, MAX_BLOCK_BYTES);
        let content_bound = walk_blocks(&mut walk, max_block_bytes)?;
        if has_checksum {
            walk.skip(4)?;
        }
        check_nothing_follows(&mut walk)?;

        let window_descriptor = smallest_window(declared_window.min(content_bound));
        Ok(Self {
            header_bytes: usize::try_from(header_bytes).unwrap_or(0),
            declared_bytes,
            has_checksum,
            window_bytes: window_bytes(window_descriptor.into()),
            max_block_bytes,
            window_descriptor,
        })
    }

    /// RFC 8878 3.1.1.1: a header for the same blocks that declares [`Self::window_bytes`] and no
    /// content size, which is compared by our own count.
    #[cfg(any(feature = "ruzstd", test))]
    pub(super) const fn bounded_header(&self) -> [u8; 6] {
        let [first, second, third, fourth] = MAGIC.to_le_bytes();
        [first, second, third, fourth, 0, self.window_descriptor]
    }
}

/// Goes to the end of the last block; the most that all of them can decode to, where one
/// decodes to `max`.
fn walk_blocks(walk: &mut Walk<'_>, max: u64) -> Result<u64, Error> {
    let mut content_bound = 0_u64;
    for _ in 0..MAX_BLOCKS {
        // RFC 8878 3.1.1.2: Last_Block, Block_Type, Block_Size.
        let header = walk.number(3)?;
        let size = header >> 3;
        let (stored, decoded) = match (header >> 1) & 3 {
            0 => (size, size),
            1 => (1, size),
            2 => (size, max),
            _ => return Err(malformed(walk.member, "a block has the reserved type")),
        };
        if size > max {
            return Err(malformed(walk.member, "a block is larger than its window allows"));
        }
        walk.skip(stored)?;
        content_bound = content_bound.saturating_add(decoded);
        if header & 1 == 1 {
            return Ok(content_bound);
        }
    }
    Err(Error::new(Fault::LimitExceeded { limit: "zstdBlocks", max: MAX_BLOCKS }))
}

/// Real packages have one frame a member. Of several, some installers read the
/// first, others all; skippable frames hide data from all of them.
fn check_nothing_follows(walk: &mut Walk<'_>) -> Result<(), Error> {
    let offset = walk.position;
    let length = walk.left();
    match length {
        0 => return Ok(()),
        1..=3 => {}
        _ => match walk.number(4)? {
            magic if magic == u64::from(MAGIC) => {
                return Err(ambiguous(walk.member, offset, "a second zstd frame"));
            }
            magic if magic & !0xF == u64::from(SKIPPABLE_MAGIC) => {
                return Err(ambiguous(walk.member, offset, "a skippable frame"));
            }
            _ => {}
        },
    }
    Err(Error::new(Fault::ZstdTrailingData { member: walk.member.to_owned(), offset, length }))
}

fn ambiguous(member: &str, offset: u64, found: &'static str) -> Error {
    Error::new(Fault::ZstdAmbiguous { member: member.to_owned(), offset, found })
}

/// RFC 8878 3.1.1.1.2: five bits of exponent, three of mantissa; at most 2^41 * 15/8.
fn window_bytes(descriptor: u64) -> u64 {
    let base = MIN_WINDOW_BYTES << ((descriptor >> 3) & 0x1F);
    base.saturating_add((base >> 3).saturating_mul(descriptor & 7))
}

/// The descriptor of the smallest window of at least `bytes`.
fn smallest_window(bytes: u64) -> u8 {
    (0..=u8::MAX).find(|descriptor| window_bytes((*descriptor).into()) >= bytes).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::{smallest_window, window_bytes};

    #[test]
    fn the_smallest_window_holds_what_is_asked_and_its_predecessor_does_not() {
        for bytes in [0, 1, 1_024, 1_025, 1_152, 9_000, 131_072, 131_073, (8 << 20) + 1, 128 << 20]
        {
            let descriptor = smallest_window(bytes);
            assert!(window_bytes(descriptor.into()) >= bytes, "{bytes}");
            if let Some(smaller) = descriptor.checked_sub(1) {
                assert!(window_bytes(smaller.into()) < bytes, "{bytes}");
            }
        }
        assert_eq!(window_bytes(smallest_window(128 << 20).into()), 128 << 20);
    }
}
