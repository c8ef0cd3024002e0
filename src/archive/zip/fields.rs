//! The records of a zip (APPNOTE 4.3), each read once, strictly.

use crate::archive::source::ReadAt;
use crate::error::{Error, Fault};

const END_BYTES: u64 = 22;
const LOCATOR_BYTES: u64 = 20;
const END64_BYTES: u64 = 56;
const CENTRAL_BYTES: usize = 46;
pub(super) const LOCAL_BYTES: u64 = 30;
/// A 32-bit field that refers to the zip64 record (APPNOTE 4.4.8).
const SEE_ZIP64: u32 = u32::MAX;
const ZIP64_EXTRA: u16 = 0x0001;
/// Tag and length of an extra field (APPNOTE 4.5.1).
const EXTRA_HEADER_BYTES: u64 = 4;

/// Takes little-endian numbers off the front of a record.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    offset: u64,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(rest: &'a [u8], offset: u64) -> Self {
        Self { rest, offset }
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or(Error::new(Fault::ZipMalformed {
                offset: self.offset,
                reason: "a header is cut off",
            }))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N)?);
        Ok(array)
    }

    fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }
}

fn read<const N: usize>(source: &mut dyn ReadAt, offset: u64) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

fn malformed(offset: u64, reason: &'static str) -> Error {
    Error::new(Fault::ZipMalformed { offset, reason })
}

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

/// The fields that a local header and the central directory both have.
struct Common {
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u32,
    uncompressed: u32,
    name_bytes: usize,
    extra_bytes: usize,
}

impl Common {
    /// From "general purpose bit flag" to "extra field length" (APPNOTE 4.3.7).
    fn take(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let (flags, method) = (fields.u16()?, fields.u16()?);
        let _modified = fields.u32()?;
        Ok(Self {
            flags,
            method,
            crc: fields.u32()?,
            compressed: fields.u32()?,
            uncompressed: fields.u32()?,
            name_bytes: fields.u16()?.into(),
            extra_bytes: fields.u16()?.into(),
        })
    }
}

/// The sizes that the zip64 extra field replaces, in the order it has them
/// (APPNOTE 4.5.3): a value is there only if its field refers to it. Writers
/// that fill both sizes in the local header are accepted where they agree.
struct Resolved {
    uncompressed: u64,
    compressed: u64,
    local_offset: u64,
    /// Bytes of extra fields other than zip64's.
    unknown_bytes: u64,
}

impl Resolved {
    /// Refuses extra fields that mean something to some reader.
    fn no_unknown(unknown_bytes: u64, offset: u64) -> Result<(), Error> {
        match unknown_bytes {
            0 => Ok(()),
            length => Err(Error::new(Fault::ZipHiddenData {
                offset,
                length,
                place: "in a member's extra field",
            })),
        }
    }
}

fn resolve(
    common: &Common,
    local_offset: u32,
    extra: &[u8],
    offset: u64,
) -> Result<Resolved, Error> {
    let mut resolved = Resolved {
        uncompressed: common.uncompressed.into(),
        compressed: common.compressed.into(),
        local_offset: local_offset.into(),
        unknown_bytes: 0,
    };
    let mut fields = Fields::new(extra, offset);
    let mut seen = false;
    while !fields.rest.is_empty() {
        let (tag, length) = (fields.u16()?, fields.u16()?);
        let mut value = Fields::new(fields.bytes(length.into())?, offset);
        if tag != ZIP64_EXTRA {
            // One of them gives the member another name; none is of use here.
            let whole = u64::from(length).saturating_add(EXTRA_HEADER_BYTES);
            resolved.unknown_bytes = resolved.unknown_bytes.saturating_add(whole);
            continue;
        }
        if seen {
            return Err(malformed(offset, "a header has two zip64 fields"));
        }
        seen = true;
        let narrow = [common.uncompressed, common.compressed, local_offset];
        let wide =
            [&mut resolved.uncompressed, &mut resolved.compressed, &mut resolved.local_offset];
        for (narrow, wide) in narrow.into_iter().zip(wide) {
            if narrow == SEE_ZIP64 {
                *wide = value.u64()?;
            }
        }
        if common.uncompressed != SEE_ZIP64 && common.compressed != SEE_ZIP64 {
            // Sizes given twice have to be given alike.
            for narrow in [common.uncompressed, common.compressed] {
                if value.rest.len() >= 8 && value.u64()? != u64::from(narrow) {
                    return Err(malformed(offset, "a header gives a size twice, differently"));
                }
            }
        }
        if !value.rest.is_empty() {
            return Err(malformed(offset, "a zip64 field is longer than its values"));
        }
    }
    let refers = [common.uncompressed, common.compressed, local_offset].contains(&SEE_ZIP64);
    if refers && !seen {
        return Err(malformed(offset, "a header refers to a zip64 field that it does not have"));
    }
    Ok(resolved)
}

/// An entry of the central directory (APPNOTE 4.3.12).
pub(super) struct CentralHeader {
    pub(super) name: Vec<u8>,
    pub(super) crc: u32,
    pub(super) size: u64,
    pub(super) local_offset: u64,
    pub(super) uncompressed: u64,
    flags: u16,
    method: u16,
    /// Whether its attributes are those of something else than its name.
    is_odd: bool,
    unknown_bytes: u64,
}

impl CentralHeader {
    /// Takes the header at `offset` off the front of the directory's `rest`.
    pub(super) fn take(rest: &mut &[u8], offset: u64) -> Result<Self, Error> {
        if rest.len() < CENTRAL_BYTES {
            return Err(malformed(offset, "the directory ends within an entry"));
        }
        let mut fields = Fields::new(rest, offset);
        if fields.u32()? != 0x0201_4b50 {
            return Err(malformed(offset, "the directory has no entry where one should be"));
        }
        let (_made_by, _needed) = (fields.u16()?, fields.u16()?);
        let common = Common::take(&mut fields)?;
        let (comment_bytes, disk) = (fields.u16()?, fields.u16()?);
        let (_internal, external) = (fields.u16()?, fields.u32()?);
        let local_offset = fields.u32()?;
        let name = fields.bytes(common.name_bytes)?.to_vec();
        let extra = fields.bytes(common.extra_bytes)?;
        if comment_bytes != 0 {
            return Err(Error::new(Fault::ZipHiddenData {
                offset,
                length: comment_bytes.into(),
                place: "in a member's comment",
            }));
        }
        if disk != 0 {
            return Err(malformed(offset, "the archive is split over several disks"));
        }
        // APPNOTE 4.4.15: Unix has a file's type in the highest four bits, MS-DOS its directories
        // in another. libarchive goes by them, and reads no content of a link or a directory.
        let is_file = matches!(external >> 28, 0 | 8) && external & 0x10 == 0;
        let resolved = resolve(&common, local_offset, extra, offset)?;
        *rest = fields.rest;
        Ok(Self {
            // A name says it too.
            is_odd: !is_file && !name.ends_with(b"/"),
            name,
            crc: common.crc,
            size: resolved.compressed,
            local_offset: resolved.local_offset,
            uncompressed: resolved.uncompressed,
            flags: common.flags,
            method: common.method,
            unknown_bytes: resolved.unknown_bytes,
        })
    }

    /// The name as text; bytes that are not UTF-8 become U+FFFD.
    pub(super) fn member(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// Bit 3: a data descriptor, which hides the length from readers of local headers.
    pub(super) const fn has_descriptor(&self) -> bool {
        self.flags & 0x0008 != 0
    }

    /// CEP 35: members are stored. Bits 0 and 13 are encryption.
    pub(super) fn check_supported(&self) -> Result<(), Error> {
        let reason = if self.flags & 0x2041 != 0 {
            "is encrypted"
        } else if self.method != 0 {
            "is compressed; a .conda stores its members"
        } else if self.flags & !0x0008 != 0 {
            "has flags that no .conda has"
        } else if self.size != self.uncompressed {
            "is stored and has two sizes"
        } else if self.is_odd {
            "has the attributes of a link or a directory"
        } else {
            return Resolved::no_unknown(self.unknown_bytes, self.local_offset);
        };
        Err(Error::new(Fault::ZipUnsupportedMember { member: self.member(), reason }))
    }
}

/// The header before a member's bytes (APPNOTE 4.3.7).
pub(super) struct LocalHeader {
    pub(super) data_start: u64,
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u64,
    uncompressed: u64,
}

impl LocalHeader {
    pub(super) fn read(
        source: &mut dyn ReadAt,
        offset: u64,
        directory_start: u64,
    ) -> Result<Self, Error> {
        let cut_off = || malformed(offset, "a member's header does not lie before the directory");
        let within =
            |end: Option<u64>| end.filter(|end| *end <= directory_start).ok_or_else(cut_off);
        let names_start = within(offset.checked_add(LOCAL_BYTES))?;
        let bytes: [u8; 30] = read(source, offset)?;
        let mut fields = Fields::new(&bytes, offset);
        if fields.u32()? != 0x0403_4b50 {
            return Err(malformed(offset, "there is no member's header where one should be"));
        }
        let _needed = fields.u16()?;
        let common = Common::take(&mut fields)?;
        let names_bytes = common.name_bytes.saturating_add(common.extra_bytes);
        let data_start =
            within(u64::try_from(names_bytes).ok().and_then(|n| names_start.checked_add(n)))?;
        let mut names = vec![0; names_bytes];
        source.read_at(names_start, &mut names)?;
        let mut fields = Fields::new(&names, names_start);
        let name = fields.bytes(common.name_bytes)?.to_vec();
        // 0: a local header has no offset that could refer to the extra field.
        let resolved = resolve(&common, 0, fields.rest, names_start)?;
        Resolved::no_unknown(resolved.unknown_bytes, names_start)?;
        Ok(Self {
            data_start,
            name,
            flags: common.flags,
            method: common.method,
            crc: common.crc,
            compressed: resolved.compressed,
            uncompressed: resolved.uncompressed,
        })
    }

    pub(super) fn agrees_with(&self, central: &CentralHeader) -> Result<(), Error> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let disagree = |field, central_value, local_value| {
            Err(Error::new(Fault::ZipHeadersDisagree {
                member: central.member(),
                field,
                central: central_value,
                local: local_value,
            }))
        };
        if central.name != self.name {
            return disagree("name", text(&central.name), text(&self.name));
        }
        let numbers: [(_, u64, u64); 5] = [
            ("flags", central.flags.into(), self.flags.into()),
            ("method", central.method.into(), self.method.into()),
            ("CRC-32", central.crc.into(), self.crc.into()),
            ("size", central.size, self.compressed),
            ("unpacked size", central.uncompressed, self.uncompressed),
        ];
        for (field, in_directory, before_data) in numbers {
            // APPNOTE 4.4.4: zeros where the values stand in a data descriptor.
            let is_later = central.has_descriptor() && before_data == 0;
            if in_directory != before_data && !is_later {
                return disagree(field, in_directory.to_string(), before_data.to_string());
            }
        }
        Ok(())
    }
}
