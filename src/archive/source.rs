//! Where compressed bytes come from.

use std::convert::Infallible;
use std::fmt;
use std::sync::LazyLock;

use crc::{CRC_32_ISO_HDLC, Crc, Table};

use crate::error::{Error, Fault};

/// The CRC-32 of zip (APPNOTE 4.4.7), sixteen bytes at a time.
static CRC_32: LazyLock<Crc<u32, Table<16>>> =
    LazyLock::new(|| Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC));

/// Bytes that stay with the host and are read slice by slice: a buffer, a
/// `Uint8Array`, a file that is open.
pub trait ReadAt {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Fills `into` with the bytes from `offset`.
    ///
    /// # Errors
    /// [`Fault::SourceRead`] where the host can't deliver all of them.
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error>;

    /// Whether nobody can change the bytes while they are verified. The bytes
    /// of a source that can change are authenticated again at each read.
    fn is_fixed(&self) -> bool {
        false
    }
}

impl ReadAt for &[u8] {
    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..start.checked_add(into.len())?))
            .ok_or_else(|| {
                Error::new(Fault::SourceRead {
                    offset,
                    length: u64::try_from(into.len()).unwrap_or(u64::MAX),
                    reason: "the source ends before".into(),
                })
            })?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn is_fixed(&self) -> bool {
        true
    }
}

/// No source: there is none of the type.
impl ReadAt for Infallible {
    fn size(&self) -> u64 {
        match *self {}
    }

    fn read_at(&mut self, _: u64, _: &mut [u8]) -> Result<(), Error> {
        match *self {}
    }
}

impl<S: ReadAt + ?Sized> ReadAt for Box<S> {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        (**self).read_at(offset, into)
    }

    fn is_fixed(&self) -> bool {
        (**self).is_fixed()
    }
}

/// How far a range has been read, and the CRC-32 of what was read.
#[derive(Clone)]
pub(crate) struct Section {
    position: u64,
    end: u64,
    crc: crc::Digest<'static, u32, Table<16>>,
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({}..{})", self.position, self.end)
    }
}

impl Section {
    pub(crate) fn new(position: u64, end: u64) -> Self {
        Self { position, end, crc: CRC_32.digest() }
    }

    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    pub(crate) const fn left(&self) -> u64 {
        self.end.saturating_sub(self.position)
    }

    pub(crate) fn crc32(&self) -> u32 {
        self.crc.clone().finalize()
    }

    /// Reads up to `into.len()` bytes; 0 at the end of the range.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn ReadAt,
        into: &mut [u8],
    ) -> Result<usize, Error> {
        let length = into.len().min(usize::try_from(self.left()).unwrap_or(usize::MAX));
        let Some(into) = into.get_mut(..length) else { return Ok(0) };
        source.read_at(self.position, into)?;
        self.crc.update(into);
        self.position = self.position.saturating_add(u64::try_from(length).unwrap_or(0));
        Ok(length)
    }
}
