//! The records at the end of a zip (APPNOTE 4.3.14 to 4.3.16), each read once, strictly.

use super::fields::{Fields, SEE_ZIP64, malformed, read};
use crate::archive::source::ReadAt;
use crate::error::{Error, Fault};

const END_BYTES: u64 = 22;
const LOCATOR_BYTES: u64 = 20;
const END64_BYTES: u64 = 56;

/// What the end-of-central-directory records say (APPNOTE 4.3.14 to 4.3.16).
pub(super) struct EndRecord {
    pub(super) entries: u64,
    pub(super) directory_start: u64,
    pub(super) directory_bytes: u64,
}

impl EndRecord {
    /// The end of the directory, less `left` bytes.
    pub(super) fn directory_end(&self, left: usize) -> u64 {
        self.directory_start
            .saturating_add(self.directory_bytes)
            .saturating_sub(u64::try_from(left).unwrap_or(u64::MAX))
    }

    pub(super) fn read(source: &mut dyn ReadAt) -> Result<Self, Error> {
        let size = source.size();
        let Some(start) = size.checked_sub(END_BYTES) else {
            return Err(malformed(size, "the file is too short for a zip"));
        };
        let bytes: [u8; 22] = read(source, start)?;
        if !bytes.starts_with(b"PK\x05\x06") {
            return Err(explain_missing_end(source));
        }
        let mut fields = Fields::new(&bytes, start);
        fields.u32()?;
        let (disk, directory_disk) = (fields.u16()?, fields.u16()?);
        let (entries_here, entries) = (fields.u16()?, fields.u16()?);
        let (directory_bytes, directory_start) = (fields.u32()?, fields.u32()?);
        if fields.u16()? != 0 {
            return Err(malformed(start, "the comment's length goes past the end of the file"));
        }
        if (disk, directory_disk) != (0, 0) || entries_here != entries {
            return Err(malformed(start, "the archive is split over several disks"));
        }
        let classic = Self {
            entries: entries.into(),
            directory_start: directory_start.into(),
            directory_bytes: directory_bytes.into(),
        };
        let (record, directory_end) = match read_zip64(source, start)? {
            None => (classic, start),
            Some((zip64, zip64_start)) => {
                // A field holds the same value as the zip64 record or refers to it.
                let agrees =
                    |narrow: u32, wide: u64| narrow == SEE_ZIP64 || u64::from(narrow) == wide;
                if !agrees(directory_bytes, zip64.directory_bytes)
                    || !agrees(directory_start, zip64.directory_start)
                    || !(entries == u16::MAX || u64::from(entries) == zip64.entries)
                {
                    return Err(malformed(start, "the end record and the zip64 end record differ"));
                }
                (zip64, zip64_start)
            }
        };
        match record.directory_start.checked_add(record.directory_bytes) {
            Some(end) if end == directory_end => Ok(record),
            Some(end) if end < directory_end => Err(Error::new(Fault::ZipHiddenData {
                offset: end,
                length: directory_end.saturating_sub(end),
                place: "after its directory",
            })),
            _ => Err(malformed(start, "the directory does not end where the end record begins")),
        }
    }
}

/// The zip64 end record, if its locator lies before the end record at `end`.
fn read_zip64(source: &mut dyn ReadAt, end: u64) -> Result<Option<(EndRecord, u64)>, Error> {
    let Some(locator_start) = end.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    let bytes: [u8; 20] = read(source, locator_start)?;
    if !bytes.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let mut locator = Fields::new(&bytes, locator_start);
    locator.u32()?;
    let (disk, start, disks) = (locator.u32()?, locator.u64()?, locator.u32()?);
    // A real zip has one disk; a record that does not lie directly before its
    // locator is how two readers are led to two directories.
    if disk != 0 || disks != 1 || start.checked_add(END64_BYTES) != Some(locator_start) {
        return Err(malformed(locator_start, "the zip64 locator does not point before itself"));
    }
    let bytes: [u8; 56] = read(source, start)?;
    let mut fields = Fields::new(&bytes, start);
    if fields.u32()? != 0x0606_4b50 || fields.u64()? != END64_BYTES.saturating_sub(12) {
        return Err(malformed(start, "the zip64 end record is malformed"));
    }
    let (_made_by, _needed) = (fields.u16()?, fields.u16()?);
    let (disk, directory_disk) = (fields.u32()?, fields.u32()?);
    let (entries_here, entries) = (fields.u64()?, fields.u64()?);
    let (directory_bytes, directory_start) = (fields.u64()?, fields.u64()?);
    if (disk, directory_disk) != (0, 0) || entries_here != entries {
        return Err(malformed(start, "the archive is split over several disks"));
    }
    Ok(Some((EndRecord { entries, directory_start, directory_bytes }, start)))
}

/// Why there is no end record in the last 22 bytes: a comment, something
/// appended, or a file that was cut off.
fn explain_missing_end(source: &mut dyn ReadAt) -> Error {
    let size = source.size();
    // A comment has at most 65,535 bytes (APPNOTE 4.4.12).
    let start = size.saturating_sub(END_BYTES.saturating_add(65_535));
    let mut tail = vec![0; usize::try_from(size.saturating_sub(start)).unwrap_or(0)];
    if let Err(error) = source.read_at(start, &mut tail) {
        return error;
    }
    let found = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    match found.and_then(|at| u64::try_from(at).ok()) {
        Some(at) if at.saturating_add(start).saturating_add(END_BYTES) <= size => {
            let offset = start.saturating_add(at).saturating_add(END_BYTES);
            Error::new(Fault::ZipHiddenData {
                offset,
                length: size.saturating_sub(offset),
                place: "after its end record",
            })
        }
        _ => malformed(size, "the file ends without an end record; it is cut off"),
    }
}
