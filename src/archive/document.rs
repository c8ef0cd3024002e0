//! A document, plain or compressed as a whole.

use super::bzip2::Bzip2Stream;
use super::source::{ReadAt, Section};
use super::zstd::ZstdStream;
use crate::error::Error;
use crate::limits::{Budget, Limits};

/// All bytes of a document that may be compressed with zstd or bzip2.
///
/// `name` is the document's in messages, `max` the bound on its length,
/// unpacked.
///
/// # Errors
/// The `Zstd…` and `Bzip2…` errors; [`Error::LimitExceeded`] for
/// `repodataBytes` and `ratio`; what `source` fails with.
pub(crate) fn read_document(
    source: &mut dyn ReadAt,
    name: &str,
    max: u64,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let size = source.size();
    let mut budget = Budget::new("repodataBytes", max);
    let mut magic = vec![0; usize::try_from(size.min(4)).unwrap_or(4)];
    source.read_at(0, &mut magic)?;
    let mut decoder = match magic.as_slice() {
        [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => {
            Decoder::Zstd(Box::new(ZstdStream::open(source, name, 0, size, limits)?))
        }
        [b'B', b'Z', b'h', b'1'..=b'9'] => Decoder::Bzip2(Box::new(Bzip2Stream::open(source))),
        _ => Decoder::Plain(Section::new(0, size)),
    };
    let mut text = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let length = match &mut decoder {
            Decoder::Plain(section) => section.read(source, &mut buffer)?,
            Decoder::Zstd(stream) => stream.read(source, &mut buffer)?,
            Decoder::Bzip2(stream) => stream.read(source, &mut buffer)?,
        };
        if length == 0 {
            return Ok(text);
        }
        budget.spend(u64::try_from(length).unwrap_or(u64::MAX))?;
        if budget.spent() > limits.ratio_floor_bytes
            && budget.spent() > size.saturating_mul(limits.ratio)
        {
            return Err(Error::LimitExceeded { limit: "ratio", max: limits.ratio });
        }
        text.extend_from_slice(buffer.get(..length).unwrap_or_default());
    }
}

enum Decoder {
    Plain(Section),
    Zstd(Box<ZstdStream>),
    Bzip2(Box<Bzip2Stream>),
}
