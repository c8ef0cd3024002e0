//! Zstandard (RFC 8878): one data frame, decoded piece by piece.
//!
//! The frame's structure is walked before anything is decoded. So what two
//! decoders could read differently is refused first, and the decoder's window
//! is as large as the content can need, not as large as the frame declares.

#[cfg(test)]
mod agreement;
mod blocks;
mod frame;

use std::hash::Hasher as _;

use twox_hash::XxHash64;

use self::blocks::{Blocks, Decoder, Refused};
use self::frame::Frame;
use super::source::{ReadAt, Section};
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// Length of a block's header (RFC 8878 3.1.1.2).
const BLOCK_HEADER: usize = 3;
/// Length of the content's checksum, where there is one (RFC 8878 3.1.1).
const CHECKSUM: usize = 4;

/// The decoded content of a stored zip member, or of any range that holds a frame.
pub(crate) struct ZstdStream<D = Decoder> {
    member: String,
    section: Section,
    frame: Frame,
    decoder: D,
    /// The header of the block that was not read yet, then what lies behind it: the header
    /// of the next one, or the checksum. So a block takes one read.
    buffer: Vec<u8>,
    /// Whether the last block was given to the decoder.
    ended: bool,
    produced: u64,
    /// The XXH64 of what was produced, where the frame has a checksum.
    hasher: Option<XxHash64>,
}

impl<D: Blocks> ZstdStream<D> {
    /// Looks over the frame in `start..end` and prepares to decode it.
    /// `member` names the range in messages.
    ///
    /// # Errors
    /// The `Zstd…` errors; [`Fault::LimitExceeded`] for `windowBytes`.
    pub(crate) fn open(
        source: &mut dyn ReadAt,
        member: &str,
        start: u64,
        end: u64,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let frame = Frame::survey(source, member, start, end, limits)?;
        let mut section = Section::new(start, end);
        let mut buffer = vec![0; frame.header_bytes.saturating_add(BLOCK_HEADER)];
        section.read(source, &mut buffer)?;
        buffer.drain(..frame.header_bytes);

        let hasher = frame.has_checksum.then(|| XxHash64::with_seed(0));
        // The decoder may reserve the whole window at once, and 9 kB packages of
        // level 22 declare 128 MiB: it is told a window that is large enough.
        let decoder =
            D::begin(&frame).map_err(|Refused| malformed(member, "its header can't be decoded"))?;
        let member = member.to_owned();
        Ok(Self { member, section, frame, decoder, buffer, ended: false, produced: 0, hasher })
    }

    /// The content's length, where the frame declares it.
    pub(crate) const fn declared_bytes(&self) -> Option<u64> {
        self.frame.declared_bytes
    }

    /// The range that is decoded, of which every byte was read once
    /// [`Self::read`] returned 0.
    pub(crate) const fn section(&self) -> &Section {
        &self.section
    }

    /// Decodes up to `into.len()` bytes; 0 at the end, when size and checksum
    /// of the content matched what the frame declares.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            while self.decoder.is_hungry() && !self.ended {
                self.feed(source)?;
            }
            let length = self
                .decoder
                .read(into)
                .map_err(|Refused| malformed(&self.member, "a block can't be decoded"))?;
            if length == 0 && !self.ended {
                continue;
            }
            self.produced = self.produced.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            if let Some(hasher) = &mut self.hasher {
                hasher.write(into.get(..length).unwrap_or_default());
            }
            if let Some(expected) = self.frame.declared_bytes
                && (self.produced > expected || (length == 0 && self.produced < expected))
            {
                return Err(Error::new(Fault::ZstdSizeMismatch {
                    member: self.member.clone(),
                    expected,
                    actual: self.produced,
                }));
            }
            if length == 0 {
                self.check_end()?;
            }
            return Ok(length);
        }
    }

    /// Reads the next block and gives it to the decoder.
    fn feed(&mut self, source: &mut dyn ReadAt) -> Result<(), Error> {
        // RFC 8878 3.1.1.2: Last_Block, Block_Type, Block_Size.
        let header =
            self.buffer.iter().rev().fold(0_u32, |all, byte| (all << 8) | u32::from(*byte));
        let size = if (header >> 1) & 3 == 1 { 1 } else { header >> 3 };
        let size = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(BLOCK_HEADER);
        self.ended = header & 1 == 1;
        let behind = match (self.ended, &self.hasher) {
            (false, _) => BLOCK_HEADER,
            (true, Some(_)) => CHECKSUM,
            (true, None) => 0,
        };
        let whole = size.saturating_add(behind);
        self.buffer.resize(whole, 0);
        let rest = self.buffer.get_mut(BLOCK_HEADER..).unwrap_or_default();
        if self.section.read(source, rest)? != rest.len() {
            return Err(malformed(&self.member, "a block is cut off"));
        }
        self.decoder
            .feed(self.buffer.get(..size).unwrap_or_default())
            .map_err(|Refused| malformed(&self.member, "a block can't be decoded"))?;
        self.buffer.drain(..size);
        Ok(())
    }

    /// RFC 8878 3.1.1: the low 32 bits of the content's XXH64, little-endian.
    fn check_end(&self) -> Result<(), Error> {
        if let (Some(hasher), Some(&expected)) = (&self.hasher, self.buffer.first_chunk()) {
            let [first, second, third, fourth, ..] = hasher.finish().to_le_bytes();
            let actual = u32::from_le_bytes([first, second, third, fourth]);
            let expected = u32::from_le_bytes(expected);
            if expected != actual {
                return Err(Error::new(Fault::ZstdChecksumMismatch {
                    member: self.member.clone(),
                    expected,
                    actual,
                }));
            }
        }
        if self.section.left() != 0 {
            // The survey ended the frame elsewhere than the decoder did.
            return Err(malformed(&self.member, "the frame ends before its last block"));
        }
        Ok(())
    }
}

fn malformed(member: &str, reason: &str) -> Error {
    Error::new(Fault::ZstdMalformed { member: member.to_owned(), reason: reason.to_owned() })
}
