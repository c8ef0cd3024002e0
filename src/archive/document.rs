//! A document, plain or compressed as a whole.

use std::ops::Range;

use super::bzip2::Bzip2Stream;
use super::source::ReadAt;
use super::zstd::ZstdStream;
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};

/// How much of it is read at once.
const BLOCK: usize = 1 << 20;

/// A document that may be compressed with zstd or bzip2, read block by block.
pub(crate) struct Document {
    decoder: Decoder,
    budget: Budget,
    /// The most bytes that so short a source may unpack to.
    plausible: u64,
    ratio: u64,
}

impl Document {
    /// Opens the document that fills `source`. `name` is the document's in
    /// messages, `budget` the bound on its length, unpacked.
    ///
    /// # Errors
    /// The `Zstd…` errors; [`Fault::LimitExceeded`] where it says that it is longer
    /// than that; what `source` fails with.
    pub(crate) fn open(
        source: &mut dyn ReadAt,
        name: &str,
        budget: Budget,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let size = source.size();
        let mut magic = vec![0; usize::try_from(size.min(4)).unwrap_or(4)];
        source.read_at(0, &mut magic)?;
        let decoder = match magic.as_slice() {
            [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => {
                Decoder::Zstd(Box::new(ZstdStream::open(source, name, 0, size, limits)?))
            }
            [b'B', b'Z', b'h', b'1'..=b'9'] => Decoder::Bzip2(Box::new(Bzip2Stream::open(source))),
            _ => Decoder::Plain(0..size),
        };
        let plausible = size.saturating_mul(limits.ratio).max(limits.ratio_floor_bytes);
        let document = Self { decoder, budget, plausible, ratio: limits.ratio };
        document.budget.clone().spend(document.known_bytes().unwrap_or(0))?;
        Ok(document)
    }

    /// Whether it is what fills the source, byte for byte.
    pub(crate) const fn is_plain(&self) -> bool {
        matches!(self.decoder, Decoder::Plain(_))
    }

    /// The length, unpacked, where it is known beforehand.
    fn known_bytes(&self) -> Option<u64> {
        match &self.decoder {
            Decoder::Plain(range) => Some(range.end.saturating_sub(range.start)),
            Decoder::Zstd(stream) => stream.declared_bytes(),
            Decoder::Bzip2(_) => None,
        }
    }

    /// Reads up to `into.len()` bytes; 0 at the end.
    ///
    /// # Errors
    /// The `Zstd…` and `Bzip2…` errors; [`Fault::LimitExceeded`] for
    /// the budget's limit and for `ratio`; what `source` fails with.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        let length = match &mut self.decoder {
            Decoder::Plain(range) => read_plain(range, source, into)?,
            Decoder::Zstd(stream) => stream.read(source, into)?,
            Decoder::Bzip2(stream) => stream.read(source, into)?,
        };
        self.budget.spend(u64::try_from(length).unwrap_or(u64::MAX))?;
        if self.budget.spent() > self.plausible {
            return Err(Error::new(Fault::LimitExceeded { limit: "ratio", max: self.ratio }));
        }
        Ok(length)
    }

    /// All bytes that have not been read.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn read_to_end(&mut self, source: &mut dyn ReadAt) -> Result<Vec<u8>, Error> {
        let mut block = vec![0; BLOCK];
        // A frame may declare any length: no more is believed than could come.
        let known = self.known_bytes().unwrap_or(0).min(self.plausible);
        let mut text = Vec::new();
        text.reserve_exact(usize::try_from(known).unwrap_or(0));
        loop {
            let length = self.read(source, &mut block)?;
            if length == 0 {
                return Ok(text);
            }
            if text.capacity().saturating_sub(text.len()) < length {
                let more = length.max(text.len() >> 3);
                lengthen(&mut text, more);
            }
            text.extend_from_slice(block.get(..length).unwrap_or_default());
        }
    }
}

/// All bytes of a document that may be compressed, as [`Document`] reads them.
///
/// # Errors
/// As [`Document::open`] and [`Document::read`].
pub(crate) fn read_document(
    source: &mut dyn ReadAt,
    name: &str,
    budget: Budget,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    Document::open(source, name, budget, limits)?.read_to_end(source)
}

/// The content of the zstd frame that fills `frame`, up to `max_bytes`, for fuzz targets.
///
/// # Errors
/// As [`read_document`].
#[cfg(feature = "fuzz")]
pub fn decode_zstd(mut frame: &[u8], max_bytes: u64, limits: &Limits) -> Result<Vec<u8>, Error> {
    let end = frame.size();
    let mut stream: ZstdStream = ZstdStream::open(&mut frame, "frame", 0, end, limits)?;
    let (mut block, mut content) = (vec![0; 1 << 16], Vec::new());
    let mut budget = Budget::new("documentBytes", max_bytes);
    loop {
        let length = stream.read(&mut frame, &mut block)?;
        if length == 0 {
            return Ok(content);
        }
        budget.spend(u64::try_from(length).unwrap_or(u64::MAX))?;
        content.extend_from_slice(block.get(..length).unwrap_or_default());
    }
}

/// Reads from the front of the range, and takes off what was read.
fn read_plain(
    range: &mut Range<u64>,
    source: &mut dyn ReadAt,
    into: &mut [u8],
) -> Result<usize, Error> {
    let left = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let length = into.len().min(left);
    source.read_at(range.start, into.get_mut(..length).unwrap_or_default())?;
    range.start = range.start.saturating_add(u64::try_from(length).unwrap_or(0));
    Ok(length)
}

/// Makes room for `more` bytes where the text is, if nothing lies behind it.
///
/// Moving it would cost its length once more, for good: the memory of WebAssembly
/// never shrinks. The allocator there lengthens a block in its place only into
/// memory that it has, so it is made to get some.
fn lengthen(text: &mut Vec<u8>, more: usize) {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(more)));
    text.reserve_exact(more);
}

enum Decoder {
    /// What has not been read. No `Section`: nobody asks for its CRC-32, which takes half
    /// as long as to scan the text.
    Plain(Range<u64>),
    Zstd(Box<ZstdStream>),
    Bzip2(Box<Bzip2Stream>),
}
