//! A zip member that may hold more than one zstd frame.
//!
//! Of several frames some installers read the first, others all, and skippable ones hide
//! data from all of them (RFC 8878 3.1.2). No tool writes either. They are read as one
//! content, as libarchive does, and told as an oddity, for the caller to reject.

use super::source::{ReadAt, Section};
use super::zip::Member;
use super::zstd::ZstdStream;
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// Bound on the frames of a member, those of no content included.
const MAX_FRAMES: u64 = 1_024;
/// RFC 8878 3.1.2: magic number and length of a skippable frame.
const SKIPPABLE_HEADER_BYTES: u64 = 8;
/// The polynomial of CRC-32 (APPNOTE 4.4.7), as its bits are read backwards.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The content of a stored member, frame by frame.
pub(super) struct Frames {
    member: Member,
    limits: Limits,
    current: Box<ZstdStream>,
    /// Where the current frame began.
    start: u64,
    /// Where the frame after the current one begins, if there is one.
    next: Option<u64>,
    frames: u64,
    /// CRC-32 of all that was read before the current frame.
    crc: u32,
    oddity: Option<Error>,
}

/// A frame that was found, and what of the member comes before and after it.
struct Opened {
    stream: ZstdStream,
    start: u64,
    next: Option<u64>,
}

/// What is known of the frames before one.
struct Before {
    frames: u64,
    crc: u32,
    oddity: Option<Error>,
}

impl Frames {
    /// Opens the first frame.
    ///
    /// # Errors
    /// As [`ZstdStream::open`], but for what is told by [`Self::oddity`].
    pub(super) fn open(
        source: &mut dyn ReadAt,
        member: &Member,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut before = Before { frames: 0, crc: 0, oddity: None };
        let Some(opened) = before.open(source, member, limits, member.start)? else {
            // Nothing but skippable frames, or nothing at all.
            return Err(before.oddity.unwrap_or_else(|| {
                Error::new(Fault::ZstdMalformed {
                    member: member.name.clone(),
                    reason: "it is cut off".into(),
                })
            }));
        };
        let Before { frames, crc, oddity } = before;
        let Opened { stream, start, next } = opened;
        let (member, limits, current) = (member.clone(), limits.clone(), Box::new(stream));
        Ok(Self { member, limits, current, start, next, frames, crc, oddity })
    }

    /// What it is the content of.
    pub(super) const fn member(&self) -> &Member {
        &self.member
    }

    /// That there is more than one frame.
    pub(super) const fn oddity(&self) -> Option<&Error> {
        self.oddity.as_ref()
    }

    /// The content's length, where the only frame declares it.
    pub(super) const fn declared_bytes(&self) -> Option<u64> {
        self.current.declared_bytes()
    }

    /// Offset in the archive up to which compressed bytes were taken.
    pub(super) const fn position(&self) -> u64 {
        self.current.section().position()
    }

    /// Decodes up to `into.len()` bytes; 0 at the end, when every frame was as it declares
    /// and the member's CRC-32 matched.
    pub(super) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        loop {
            let length = self.current.read(source, into)?;
            if length > 0 || into.is_empty() {
                return Ok(length);
            }
            let section = self.current.section();
            let read = section.position().saturating_sub(self.start);
            let crc = joined(self.crc, section.crc32(), read);
            let Some(next) = self.next else {
                self.member.check_crc(crc)?;
                return Ok(0);
            };
            let mut before = Before { frames: self.frames, crc, oddity: self.oddity.take() };
            let opened = before.open(source, &self.member, &self.limits, next)?;
            (self.frames, self.crc, self.oddity) = (before.frames, before.crc, before.oddity);
            let Some(Opened { stream, start, next }) = opened else {
                self.member.check_crc(self.crc)?;
                return Ok(0);
            };
            (*self.current, self.start, self.next) = (stream, start, next);
        }
    }
}

impl Before {
    /// The next data frame from `start` on, if there is one.
    fn open(
        &mut self,
        source: &mut dyn ReadAt,
        member: &Member,
        limits: &Limits,
        mut start: u64,
    ) -> Result<Option<Opened>, Error> {
        let stream = |source: &mut dyn ReadAt, start, end| {
            ZstdStream::open(source, &member.name, start, end, limits)
        };
        while start < member.end || self.frames == 0 {
            self.frames = self.frames.saturating_add(1);
            if self.frames > MAX_FRAMES {
                let (limit, max) = ("zstdFrames", MAX_FRAMES);
                return Err(Error::new(Fault::LimitExceeded { limit, max }));
            }
            let error = match stream(source, start, member.end) {
                Ok(stream) => return Ok(Some(Opened { stream, start, next: None })),
                Err(error) => error,
            };
            let Fault::ZstdAmbiguous { offset, .. } = &*error else { return Err(error) };
            let offset = *offset;
            self.oddity.get_or_insert(error);
            if offset > start {
                let stream = stream(source, start, offset)?;
                return Ok(Some(Opened { stream, start, next: Some(offset) }));
            }
            start = self.skip(source, member, start)?;
        }
        Ok(None)
    }

    /// Reads over the skippable frame at `start`; where it ends.
    fn skip(&mut self, source: &mut dyn ReadAt, member: &Member, start: u64) -> Result<u64, Error> {
        let mut length = [0; 4];
        let cut_off = || {
            Error::new(Fault::ZstdMalformed {
                member: member.name.clone(),
                reason: "a skippable frame is cut off".into(),
            })
        };
        let content = start.checked_add(SKIPPABLE_HEADER_BYTES).filter(|it| *it <= member.end);
        let content = content.ok_or_else(cut_off)?;
        source.read_at(content.saturating_sub(4), &mut length)?;
        let end = content.checked_add(u32::from_le_bytes(length).into());
        let end = end.filter(|end| *end <= member.end).ok_or_else(cut_off)?;
        let mut section = Section::new(start, end);
        let mut buffer = vec![0; 64 << 10];
        while section.read(source, &mut buffer)? > 0 {}
        self.crc = joined(self.crc, section.crc32(), end.saturating_sub(start));
        Ok(end)
    }
}

/// The CRC-32 of two pieces, of which the second has `length` bytes: the first one's is
/// multiplied by x^(8 length), modulo the polynomial.
fn joined(first: u32, second: u32, length: u64) -> u32 {
    // x^8, whose powers of two are multiplied.
    let (mut power, mut product, mut bits) = (1 << 23, first, length);
    while bits > 0 && product > 0 {
        if bits & 1 == 1 {
            product = times(product, power);
        }
        power = times(power, power);
        bits >>= 1;
    }
    product ^ second
}

/// The product of two polynomials, the highest bit of each being x^0.
fn times(a: u32, mut b: u32) -> u32 {
    (0..32).fold(0, |product, bit| {
        let sum = if a & (1 << 31 >> bit) == 0 { product } else { product ^ b };
        b = if b & 1 == 1 { b >> 1 ^ POLYNOMIAL } else { b >> 1 };
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::archive::source::Section;

    #[test]
    fn a_crc_of_two_pieces_is_that_of_both() {
        let text = b"The quick brown fox jumps over the lazy dog.".repeat(100);
        let crc = |mut bytes: &[u8]| {
            let mut section = Section::new(0, u64::try_from(bytes.len()).unwrap_or(0));
            let mut buffer = vec![0; bytes.len()];
            assert_eq!(section.read(&mut bytes, &mut buffer), Ok(buffer.len()));
            section.crc32()
        };
        for at in [0, 1, 7, 44, 1_000, text.len()] {
            let (first, second) = text.split_at(at);
            let length = u64::try_from(second.len()).unwrap_or(0);
            assert_eq!(joined(crc(first), crc(second), length), crc(&text), "{at}");
        }
    }
}
