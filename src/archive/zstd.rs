//! Zstandard (RFC 8878): one data frame, decoded piece by piece.
//!
//! The frame's structure is walked before anything is decoded. So what two
//! decoders could read differently is refused first, and the decoder's window
//! is as large as the content can need, not as large as the frame declares.

mod frame;

use std::io::Read as _;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use self::frame::Frame;
use super::source::{ReadAt, Section, SectionReader};
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// The decoded content of a stored zip member, or of any range that holds a frame.
pub(crate) struct ZstdStream {
    member: String,
    section: Section,
    frame: Frame,
    decoder: FrameDecoder,
    produced: u64,
}

impl ZstdStream {
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
        let mut header = vec![0; frame.header_bytes];
        section.read(source, &mut header)?;

        let mut decoder = FrameDecoder::new();
        // The decoder reserves the whole window at once, and 9 kB packages of
        // level 22 declare 128 MiB: it is told a window that is large enough.
        decoder.set_max_window_size(frame.window_bytes);
        decoder
            .reset(frame.bounded_header().as_slice())
            .map_err(|_| malformed(member, "its header can't be decoded"))?;
        Ok(Self { member: member.to_owned(), section, frame, decoder, produced: 0 })
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
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let mut input = SectionReader::new(source, &mut self.section);
            let decoded =
                self.decoder.decode_blocks(&mut input, BlockDecodingStrategy::UptoBlocks(1));
            if decoded.is_err() {
                // The decoder's own words speak of its innards, not of the file.
                let refused = || malformed(&self.member, "a block can't be decoded");
                return Err(input.failure().unwrap_or_else(refused));
            }
        }
        let length =
            self.decoder.read(into).map_err(|_| malformed(&self.member, "it can't be decoded"))?;
        self.produced = self.produced.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        if let Some(expected) = self.frame.declared_bytes {
            let ended = length == 0 && !into.is_empty();
            if self.produced > expected || (ended && self.produced < expected) {
                return Err(Error::new(Fault::ZstdSizeMismatch {
                    member: self.member.clone(),
                    expected,
                    actual: self.produced,
                }));
            }
        }
        if length == 0 && !into.is_empty() {
            self.check_end()?;
        }
        Ok(length)
    }

    /// RFC 8878 3.1.1: the low 32 bits of the content's XXH64. The decoder
    /// finds both values and leaves the comparison to its caller.
    fn check_end(&self) -> Result<(), Error> {
        let found = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
        if let (true, (Some(expected), Some(actual))) = (self.frame.has_checksum, found)
            && expected != actual
        {
            return Err(Error::new(Fault::ZstdChecksumMismatch {
                member: self.member.clone(),
                expected,
                actual,
            }));
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
