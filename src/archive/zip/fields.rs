//! The headers of a zip's members (APPNOTE 4.3), each read once, strictly.

use crate::archive::source::ReadAt;
use crate::error::{Error, Fault};

const CENTRAL_BYTES: usize = 46;
pub(super) const LOCAL_BYTES: u64 = 30;
/// A 32-bit field that refers to the zip64 record (APPNOTE 4.4.8).
pub(super) const SEE_ZIP64: u32 = u32::MAX;
const ZIP64_EXTRA: u16 = 0x0001;
/// Info-ZIP's "universal time" (its proginfo/extrafld.txt, as APPNOTE 4.6.1 lists the tag).
const TIMES: u16 = 0x5455;
/// Info-ZIP's "Unix UID/GID", of any size.
const OWNERS: u16 = 0x7875;
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

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Error> {
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

    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }
}

pub(super) fn read<const N: usize>(source: &mut dyn ReadAt, offset: u64) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

pub(super) fn malformed(offset: u64, reason: &'static str) -> Error {
    Error::new(Fault::ZipMalformed { offset, reason })
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
    /// Whether there are fields of times and owners, which say nothing about the content.
    has_stamps: bool,
    /// Bytes of extra fields other than these and zip64's.
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
        has_stamps: false,
        unknown_bytes: 0,
    };
    let mut fields = Fields::new(extra, offset);
    let mut seen = false;
    let mut stamps = Vec::new();
    while !fields.rest.is_empty() {
        let (tag, length) = (fields.u16()?, fields.u16()?);
        let value = fields.bytes(length.into())?;
        if is_stamp(tag, value) && !stamps.contains(&tag) {
            stamps.push(tag);
            continue;
        }
        let mut value = Fields::new(value, offset);
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
    resolved.has_stamps = !stamps.is_empty();
    Ok(resolved)
}

/// Whether an extra field holds times or owners and nothing else: no room for other data.
fn is_stamp(tag: u16, value: &[u8]) -> bool {
    match (tag, value) {
        // Flags that say which of three times are there; in the directory the first alone is.
        (TIMES, [flags @ 0..=7, times @ ..]) => {
            let told = usize::try_from(flags.count_ones()).unwrap_or(0);
            times.len() == told.saturating_mul(4) || (*flags & 1 == 1 && times.len() == 4)
        }
        // Version 1, then twice a length and so many bytes.
        (OWNERS, [1, user @ 1..=8, rest @ ..]) => match rest.get(usize::from(*user)..) {
            Some([group @ 1..=8, rest @ ..]) => rest.len() == usize::from(*group),
            _ => false,
        },
        _ => false,
    }
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
    /// Extra fields of times and owners.
    pub(super) has_stamps: bool,
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
            has_stamps: resolved.has_stamps,
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
    /// Extra fields of times and owners.
    pub(super) has_stamps: bool,
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
            has_stamps: resolved.has_stamps,
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
            // APPNOTE 4.4.4: zeros where the values stand in a data descriptor, of these alone.
            let is_later = central.has_descriptor()
                && before_data == 0
                && !matches!(field, "flags" | "method");
            if in_directory != before_data && !is_later {
                return disagree(field, in_directory.to_string(), before_data.to_string());
            }
        }
        Ok(())
    }
}
