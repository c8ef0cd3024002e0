//! A header block and its fields.

use std::borrow::Cow;

use tar::Header;

/// The unit of a tar, in bytes.
pub(super) const BLOCK: u64 = 512;

/// Fields of POSIX ustar, which GNU tar shares up to `linkname`.
const MODE: std::ops::Range<usize> = 100..108;
const UID: std::ops::Range<usize> = 108..116;
const GID: std::ops::Range<usize> = 116..124;
const SIZE: std::ops::Range<usize> = 124..136;
const MTIME: std::ops::Range<usize> = 136..148;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const TYPE_FLAG: usize = 156;
const DEVMAJOR: std::ops::Range<usize> = 329..337;
const DEVMINOR: std::ops::Range<usize> = 337..345;
/// Where POSIX has a prefix of the name and GNU tar other fields.
const PREFIX: std::ops::Range<usize> = 345..500;

/// What the type flag makes of a block.
pub(super) enum TypeFlag {
    /// `x`: pax records for the next entry.
    PaxNext,
    /// `g`: pax records for all entries after it.
    PaxGlobal,
    /// `L`: the next entry's name, GNU.
    LongName,
    /// `K`: the next entry's link target, GNU.
    LongLink,
    /// An entry itself.
    Entry(u8),
}

/// 512 bytes that should be a header.
pub(super) struct Block([u8; 512]);

impl Block {
    pub(super) const fn new(bytes: [u8; 512]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    /// Magic, checksum, and every number that there is.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let header = self.header();
        if header.as_ustar().is_none() && header.as_gnu().is_none() {
            return Err("a header is neither of ustar nor of GNU tar");
        }
        // Python reads a prefix there whatever the magic says, GNU tar does not.
        let has_prefix = self.0.get(PREFIX).is_some_and(|p| p.iter().any(|byte| *byte != 0));
        if header.as_ustar().is_none() && has_prefix {
            return Err("a GNU header has bytes where POSIX has a prefix of the name");
        }
        // The checksum's own field counts as spaces.
        let sum = self.0.iter().enumerate().fold(0_u64, |sum, (at, byte)| {
            sum.saturating_add(if CHECKSUM.contains(&at) { 32 } else { u64::from(*byte) })
        });
        if self.number(CHECKSUM) != Ok(sum) {
            return Err("a header's checksum is wrong");
        }
        // POSIX has these in octal. In base 256 not every reader takes the one, or sees the
        // bits of the other.
        if [CHECKSUM, MODE]
            .iter()
            .any(|field| self.0.get(field.start).is_some_and(|b| !b.is_ascii()))
        {
            return Err("a mode or a checksum is not octal");
        }
        // A number that nobody needs, and that Python's tarfile can't read, is the end of the
        // archive to it: what follows is not there, and no error is raised.
        for field in [MODE, UID, GID, SIZE, MTIME, DEVMAJOR, DEVMINOR] {
            // GNU's negative numbers, of times before 1970.
            if field == SIZE || self.0.get(field.start) != Some(&0xFF) {
                self.number(field)?;
            }
        }
        Ok(())
    }

    pub(super) fn type_flag(&self) -> TypeFlag {
        match self.0.get(TYPE_FLAG).copied().unwrap_or(0) {
            b'x' => TypeFlag::PaxNext,
            b'g' => TypeFlag::PaxGlobal,
            b'L' => TypeFlag::LongName,
            b'K' => TypeFlag::LongLink,
            flag => TypeFlag::Entry(flag),
        }
    }

    /// The name, joined with the prefix in POSIX headers.
    pub(super) fn path(&self) -> Vec<u8> {
        self.header().path_bytes().into_owned()
    }

    pub(super) fn link(&self) -> Vec<u8> {
        self.header().link_name_bytes().map(Cow::into_owned).unwrap_or_default()
    }

    pub(super) fn size(&self) -> Result<u64, &'static str> {
        // 0 to most readers, and to the `tar` crate nothing.
        if self.0.get(SIZE).is_some_and(|field| field.iter().all(|b| matches!(b, b' ' | 0))) {
            return Err("a size is blank");
        }
        self.number(SIZE)
    }

    /// The permission bits.
    pub(super) fn mode(&self) -> Result<u32, &'static str> {
        u32::try_from(self.number(MODE)? & 0o7777).map_err(|_| "a mode is malformed")
    }

    fn header(&self) -> &Header {
        Header::from_byte_slice(&self.0)
    }

    /// Octal digits between spaces or NULs, or GNU's base 256 if it is positive
    /// and below 2^63.
    fn number(&self, field: std::ops::Range<usize>) -> Result<u64, &'static str> {
        let bytes = self.0.get(field).unwrap_or_default();
        if let [first @ 0x80..=0xFF, rest @ ..] = bytes {
            if *first != 0x80 {
                return Err("a number is negative or too large");
            }
            return rest.iter().try_fold(0_u64, |number, byte| {
                if number >> 55 == 0 {
                    Ok((number << 8) | u64::from(*byte))
                } else {
                    Err("a number is too large")
                }
            });
        }
        // libarchive takes no other whitespace for it.
        let start = bytes.iter().position(|byte| *byte != b' ').unwrap_or(bytes.len());
        let (_, digits) = bytes.split_at(start);
        let end = digits.iter().position(|byte| !matches!(byte, b'0'..=b'7'));
        let (digits, rest) = digits.split_at(end.unwrap_or(digits.len()));
        if rest.iter().any(|byte| !matches!(byte, b' ' | 0)) {
            return Err("a number is not octal");
        }
        // At most eleven digits of three bits each: no overflow.
        Ok(digits.iter().fold(0, |number, digit| (number << 3) | u64::from(digit & 7)))
    }
}
