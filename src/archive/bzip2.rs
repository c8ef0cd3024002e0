//! bzip2: every stream of the file, and nothing after the last.

use bzip2::{Decompress, Error as DecodeError, Status};

use super::source::{ReadAt, Section};
use crate::error::{Error, Fault};

/// How much is read from the source at once.
const INPUT_BYTES: usize = 64 << 10;
/// pbzip2 makes a stream of each 900 kB: twice what the default limits allow to
/// unpack. Every stream costs a decoder of 4 MB, however short it is.
const MAX_STREAMS: u64 = 20_000;

/// The decoded content of a `.tar.bz2`.
pub(crate) struct Bzip2Stream {
    section: Section,
    decoder: Decompress,
    input: Vec<u8>,
    used: usize,
    streams: u64,
    within_stream: bool,
}

impl Bzip2Stream {
    pub(crate) fn open(source: &dyn ReadAt) -> Self {
        Self {
            section: Section::new(0, source.size()),
            decoder: Decompress::new(false),
            input: Vec::new(),
            used: 0,
            streams: 1,
            within_stream: true,
        }
    }

    /// The streams begun so far: pbzip2 writes many, and some installers read
    /// the first one only.
    pub(crate) const fn streams(&self) -> u64 {
        self.streams
    }

    /// Offset of the next byte that the decoder takes.
    pub(crate) fn position(&self) -> u64 {
        let waiting = self.input.len().saturating_sub(self.used);
        self.section.position().saturating_sub(u64::try_from(waiting).unwrap_or(0))
    }

    /// Decodes up to `into.len()` bytes; 0 after the last stream.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        while !into.is_empty() {
            self.fill(source)?;
            let input = self.input.get(self.used..).unwrap_or_default();
            if !self.within_stream {
                if input.is_empty() {
                    return Ok(0);
                }
                // Real files have one stream; a second must begin like one.
                if !matches!(input, [b'B', b'Z', b'h', b'1'..=b'9', ..]) {
                    return Err(self.trailing_data());
                }
                self.decoder = Decompress::new(false);
                self.within_stream = true;
                self.streams = self.streams.saturating_add(1);
                if self.streams > MAX_STREAMS {
                    return Err(Error::new(Fault::LimitExceeded {
                        limit: "bzip2Streams",
                        max: MAX_STREAMS,
                    }));
                }
            }
            let (in_before, out_before) = (self.decoder.total_in(), self.decoder.total_out());
            let status =
                self.decoder.decompress(input, into).map_err(|error| malformed(explain(error)))?;
            let taken = self.decoder.total_in().saturating_sub(in_before);
            let given = self.decoder.total_out().saturating_sub(out_before);
            let ended_early = input.is_empty() && given == 0;
            self.used = self.used.saturating_add(usize::try_from(taken).unwrap_or(usize::MAX));
            match status {
                Status::StreamEnd if self.decoder.total_out() == 0 => {
                    return Err(malformed("a stream has no content"));
                }
                Status::StreamEnd => self.within_stream = false,
                Status::MemNeeded => return Err(malformed("the decoder has no memory")),
                _ if ended_early => return Err(malformed("it is cut off")),
                _ => {}
            }
            if given > 0 {
                return Ok(usize::try_from(given).unwrap_or(0));
            }
        }
        Ok(0)
    }

    /// Keeps at least four bytes of input at hand, the length of a stream's
    /// magic, as long as the source has them.
    fn fill(&mut self, source: &mut dyn ReadAt) -> Result<(), Error> {
        if self.input.len().saturating_sub(self.used) >= 4 || self.section.left() == 0 {
            return Ok(());
        }
        self.input.drain(..self.used.min(self.input.len()));
        self.used = 0;
        let kept = self.input.len();
        self.input.resize(kept.saturating_add(INPUT_BYTES), 0);
        let read = self.section.read(source, self.input.get_mut(kept..).unwrap_or_default())?;
        self.input.truncate(kept.saturating_add(read));
        Ok(())
    }

    fn trailing_data(&self) -> Error {
        let offset = self.position();
        let length = self.section.position().saturating_add(self.section.left());
        Error::new(Fault::Bzip2TrailingData { offset, length: length.saturating_sub(offset) })
    }
}

const fn explain(error: DecodeError) -> &'static str {
    match error {
        DecodeError::DataMagic => "it does not begin with the magic number",
        DecodeError::Data => "a block's checksum or structure is wrong",
        DecodeError::Sequence | DecodeError::Param => "the decoder refused it",
    }
}

fn malformed(reason: &str) -> Error {
    Error::new(Fault::Bzip2Malformed { reason: reason.to_owned() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use conda_verifier_fixtures::bzip2;

    use super::Bzip2Stream;

    fn decode(bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut source = bytes;
        let mut stream = Bzip2Stream::open(&source);
        let (mut out, mut buffer) = (Vec::new(), vec![0; piece]);
        loop {
            match stream.read(&mut source, &mut buffer).unwrap() {
                0 => return out,
                length => out.extend_from_slice(&buffer[..length]),
            }
        }
    }

    #[test]
    fn every_stream_is_decoded_in_pieces_of_any_size() {
        for piece in [1, 2, 511, 100_000] {
            let bytes = bzip2::compress_streams(&[b"a", b"bc", &[b'd'; 3_000]], 1);
            let expected = [b"abc".as_slice(), &[b'd'; 3_000]].concat();
            assert_eq!(decode(&bytes, piece), expected, "{piece}");
            assert_eq!(decode(&bzip2::repeat(b"x", 3_000), piece), [b'x'; 3_000]);
        }
    }
}
