//! Entry by entry: a compressed tar inside of an archive, pulled.

use super::bzip2::Bzip2Stream;
use super::frames::Frames;
use super::meter::Meter;
use super::source::ReadAt;
use super::tar::{Entry, Input, TarReader};
use super::zip::Member;
use crate::error::{Class, Code, Error, Fault};
use crate::limits::Limits;

/// The largest block of bzip2, unpacked: level 9. Runs of one byte take less than
/// they become, which this leaves out.
const BZIP2_BLOCK_BYTES: usize = 900_000;
/// The longest member that is read to its end to find out whether it is damaged.
const MAX_DOUBTED_BYTES: u64 = 64 << 20;

/// Whether the archive may be another one than its maker made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It has the digest that is expected: who made it is to blame for what is wrong.
    None,
    /// It may have been damaged on its way.
    Damage,
}

/// The entries of one tar, in its order.
pub(crate) struct Entries {
    unpacker: Unpacker,
    /// What the unpacker failed with: decoders are not to be called again then.
    failure: Option<Error>,
    tar: TarReader,
    doubt: Doubt,
}

enum Unpacker {
    Zstd(Box<Frames>),
    Bzip2(Box<Bzip2Stream>),
}

/// An unpacker with its source and its budget at hand.
struct Metered<'a> {
    unpacker: &'a mut Unpacker,
    failure: &'a mut Option<Error>,
    source: &'a mut dyn ReadAt,
    meter: &'a mut Meter,
    doubt: Doubt,
}

impl Input for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.unpack(into).inspect_err(|error| *self.failure = Some(error.clone()))
    }
}

impl Metered<'_> {
    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let length = match self.unpacker {
            Unpacker::Zstd(frames) => frames.read(self.source, into)?,
            Unpacker::Bzip2(stream) => stream.read(self.source, into)?,
        };
        self.meter.unpacked(length)?;
        Ok(length)
    }

    /// What stands behind an error of the tar or of its frame. bzip2 hands out a block before
    /// it compares the block's checksum, and a zip's CRC-32 is known at the end of the member:
    /// where that fails, it is the cause.
    fn cause_of(&mut self, error: Error) -> Error {
        if let Unpacker::Zstd(frames) = self.unpacker {
            return self.doubt.cause_of(self.source, frames.member(), error);
        }
        if self.failure.is_some() {
            return error;
        }
        let mut rest = vec![0; 64 << 10];
        let mut left = BZIP2_BLOCK_BYTES;
        while left > 0 {
            match self.read(&mut rest) {
                Ok(0) => break,
                Ok(length) => left = left.saturating_sub(length),
                Err(cause) if cause.code() == Code::Bzip2Malformed => return cause,
                Err(_) => break,
            }
        }
        error
    }
}

impl Doubt {
    /// The error, unless the member is damaged, which explains it.
    fn cause_of(self, source: &mut dyn ReadAt, member: &Member, error: Error) -> Error {
        let length = member.end.saturating_sub(member.start);
        let is_known = matches!(error.code(), Code::ZipCrcMismatch | Code::SourceChanged)
            || error.code().class() == Class::Host;
        if self == Self::None || is_known || length > MAX_DOUBTED_BYTES {
            return error;
        }
        member.check(source).err().unwrap_or(error)
    }
}

impl Entries {
    /// The entries of a member of a `.conda`.
    pub(crate) fn of_member(
        source: &mut dyn ReadAt,
        member: &Member,
        meter: &Meter,
        limits: &Limits,
        doubt: Doubt,
    ) -> Result<Self, Error> {
        let frames = Frames::open(source, member, limits)
            .map_err(|error| doubt.cause_of(source, member, error))?;
        if let Some(bytes) = frames.declared_bytes() {
            meter.announce(bytes)?;
        }
        Ok(Self {
            tar: TarReader::new(&member.name, limits),
            failure: None,
            unpacker: Unpacker::Zstd(Box::new(frames)),
            doubt,
        })
    }

    /// The entries of a `.tar.bz2`.
    pub(crate) fn of_tar_bz2(source: &dyn ReadAt, limits: &Limits) -> Self {
        Self {
            unpacker: Unpacker::Bzip2(Box::new(Bzip2Stream::open(source))),
            failure: None,
            tar: TarReader::new("the archive", limits),
            doubt: Doubt::None,
        }
    }

    /// The next entry, past what was left of the one before; `None` once the
    /// archive was read to its last byte and every checksum matched.
    pub(crate) fn next(
        &mut self,
        source: &mut dyn ReadAt,
        meter: &mut Meter,
    ) -> Result<Option<Entry>, Error> {
        let Self { unpacker, failure, doubt, .. } = self;
        let mut input = Metered { unpacker, failure, source, meter, doubt: *doubt };
        let entry = self.tar.next(&mut input).map_err(|error| input.cause_of(error))?;
        if entry.is_some() {
            meter.entry()?;
        }
        Ok(entry)
    }

    /// Up to `into.len()` bytes of the current entry's content; 0 at its end.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        meter: &mut Meter,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        let Self { unpacker, failure, doubt, .. } = self;
        let mut input = Metered { unpacker, failure, source, meter, doubt: *doubt };
        self.tar.read(&mut input, into).map_err(|error| input.cause_of(error))
    }

    /// What is odd about the compression, though it has one meaning here.
    pub(crate) fn oddity(&self) -> Option<Error> {
        match &self.unpacker {
            Unpacker::Zstd(frames) => frames.oddity().cloned(),
            Unpacker::Bzip2(stream) if stream.streams() > 1 => {
                Some(Error::new(Fault::Bzip2MultipleStreams { streams: stream.streams() }))
            }
            Unpacker::Bzip2(_) => None,
        }
    }

    /// Offset in the archive up to which compressed bytes were taken.
    pub(crate) fn position(&self) -> u64 {
        match &self.unpacker {
            Unpacker::Zstd(frames) => frames.position(),
            Unpacker::Bzip2(stream) => stream.position(),
        }
    }
}
