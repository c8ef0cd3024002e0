//! Zip as CEP 35 uses it: stored members, one directory, no byte unaccounted for.
//!
//! Some installers walk the local headers, others read the central directory.
//! Only a file on which both agree to the last byte has one meaning, so that is
//! what is accepted; every package of the usual build tools is such a file.

mod descriptor;
mod end;
mod fields;

use self::descriptor::read_descriptor;
use self::end::EndRecord;
use self::fields::{CentralHeader, LOCAL_BYTES, LocalHeader};
use super::source::{ReadAt, Section};
use crate::by_name::Names;
use crate::error::{Error, Fault};

/// A `.conda` has three members. The bound leaves room for precise messages
/// about those that have a few more.
const MAX_MEMBERS: u64 = 64;
/// Bound on the central directory: each member's name and extra field can have
/// 64 KiB, real ones have less than 300 bytes.
const MAX_DIRECTORY_BYTES: u64 = 1 << 20;

/// A stored member and where its bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The name; bytes that are not UTF-8 are shown as U+FFFD.
    pub(crate) name: String,
    /// Offset of the member's first byte in the archive.
    pub(crate) start: u64,
    /// Offset after its last byte.
    pub(crate) end: u64,
    /// CRC-32 of its bytes, as its headers say.
    pub(crate) crc: u32,
    /// Its sizes and CRC-32 stand behind its bytes too, and maybe not before them.
    pub(crate) has_descriptor: bool,
    /// One of its headers has extra fields of times and owners.
    pub(crate) has_stamps: bool,
}

impl Member {
    /// Reads all of it for its CRC-32.
    ///
    /// # Errors
    /// [`Fault::ZipCrcMismatch`]; what the source fails with.
    pub(crate) fn check(&self, source: &mut dyn ReadAt) -> Result<(), Error> {
        let mut section = Section::new(self.start, self.end);
        let mut buffer = vec![0; 64 << 10];
        while section.read(source, &mut buffer)? > 0 {}
        self.check_crc(section.crc32())
    }

    /// Refuses a member of which every byte was read and the CRC differs.
    pub(crate) fn check_crc(&self, actual: u32) -> Result<(), Error> {
        if actual == self.crc {
            return Ok(());
        }
        Err(Error::new(Fault::ZipCrcMismatch {
            member: self.name.clone(),
            expected: self.crc,
            actual,
        }))
    }
}

/// Reads small members whole.
pub(crate) struct MemberReader;

impl MemberReader {
    /// The bytes of `member`, whose CRC-32 matched.
    pub(crate) fn read(
        source: &mut dyn ReadAt,
        member: &Member,
        max: u64,
    ) -> Result<Vec<u8>, Error> {
        let length = member.end.saturating_sub(member.start);
        if length > max {
            return Err(Error::new(Fault::LimitExceeded { limit: "infoBytes", max }));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let mut section = Section::new(member.start, member.end);
        section.read(source, &mut bytes)?;
        member.check_crc(section.crc32())?;
        Ok(bytes)
    }
}

/// A member as the directory alone tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The name; bytes that are not UTF-8 are shown as U+FFFD.
    pub(crate) name: String,
    /// Where its local header is.
    pub(crate) start: u64,
    /// Where that header ends at the latest, if it is one as tools write it.
    pub(crate) header_end: u64,
    /// Length of its bytes.
    pub(crate) size: u64,
    /// Only who reads all of the zip can tell what lies between it and the next one.
    pub(crate) has_descriptor: bool,
}

/// The members that the directory lists, by their places, before any of their local headers
/// was looked at.
///
/// # Errors
/// The `Zip…` errors, for the first fact that fails.
pub(crate) fn list_members(source: &mut dyn ReadAt) -> Result<Vec<Listed>, Error> {
    let (_, headers) = read_headers(source)?;
    let listed = headers.iter().map(|header| {
        let name_bytes = u64::try_from(header.name.len()).unwrap_or(0);
        // Writers put 20 bytes of zip64 into the extra field, or nothing.
        let header_bytes = LOCAL_BYTES.saturating_add(name_bytes).saturating_add(20);
        header.check_supported()?;
        Ok(Listed {
            name: header.member(),
            start: header.local_offset,
            header_end: header.local_offset.saturating_add(header_bytes),
            size: header.size,
            has_descriptor: header.has_descriptor(),
        })
    });
    listed.collect()
}

/// The members of the zip, by their place in the file.
///
/// # Errors
/// The `Zip…` errors, for the first fact that fails.
pub(crate) fn read_directory(source: &mut dyn ReadAt) -> Result<Vec<Member>, Error> {
    let (end, headers) = read_headers(source)?;
    let mut members = Vec::with_capacity(headers.len());
    let mut position = 0;
    for (index, header) in headers.iter().enumerate() {
        let member = read_local_header(source, header, position, end.directory_start)?;
        position = member.end;
        if member.has_descriptor {
            let next = headers.get(index.saturating_add(1)).map(|next| next.local_offset);
            let next = next.unwrap_or(end.directory_start);
            position = read_descriptor(source, header, position, next)?;
        }
        members.push(member);
    }
    let place = if members.is_empty() { "before its directory" } else { "after its last member" };
    no_gap(position, end.directory_start, place)?;
    Ok(members)
}

/// The end record and the headers of the directory, of which no two have one name.
fn read_headers(source: &mut dyn ReadAt) -> Result<(EndRecord, Vec<CentralHeader>), Error> {
    let end = EndRecord::read(source)?;
    if end.entries > MAX_MEMBERS {
        return Err(Error::new(Fault::LimitExceeded { limit: "zipMembers", max: MAX_MEMBERS }));
    }
    if end.directory_bytes > MAX_DIRECTORY_BYTES {
        return Err(Error::new(Fault::LimitExceeded {
            limit: "zipDirectoryBytes",
            max: MAX_DIRECTORY_BYTES,
        }));
    }
    let headers = read_central_headers(source, &end)?;
    let mut names = Names::default();
    for header in &headers {
        // As Latin-1, in which all bytes are text.
        let name: String = header.name.iter().copied().map(char::from).collect();
        if !names.insert(name) {
            return Err(Error::new(Fault::ZipDuplicateMember { member: header.member() }));
        }
    }
    Ok((end, headers))
}

/// All headers of the central directory, which they fill exactly, by the places
/// of their members.
fn read_central_headers(
    source: &mut dyn ReadAt,
    end: &EndRecord,
) -> Result<Vec<CentralHeader>, Error> {
    let mut bytes = vec![0; usize::try_from(end.directory_bytes).unwrap_or(0)];
    source.read_at(end.directory_start, &mut bytes)?;
    let mut rest = bytes.as_slice();
    let mut headers = Vec::new();
    for _ in 0..end.entries {
        let offset = end.directory_end(rest.len());
        let header = CentralHeader::take(&mut rest, offset)?;
        let place = headers
            .partition_point(|other: &CentralHeader| other.local_offset <= header.local_offset);
        headers.insert(place, header);
    }
    no_gap(end.directory_end(rest.len()), end.directory_end(0), "after its directory's entries")?;
    Ok(headers)
}

/// The member that the local header describes, in agreement with the directory.
fn read_local_header(
    source: &mut dyn ReadAt,
    central: &CentralHeader,
    position: u64,
    directory_start: u64,
) -> Result<Member, Error> {
    central.check_supported()?;
    if central.local_offset < position {
        return Err(Error::new(Fault::ZipOverlap {
            member: central.member(),
            offset: central.local_offset,
        }));
    }
    let place = if position == 0 { "before its first member" } else { "between two members" };
    no_gap(position, central.local_offset, place)?;

    let local = LocalHeader::read(source, central.local_offset, directory_start)?;
    local.agrees_with(central)?;
    let end = local.data_start.checked_add(central.size).filter(|end| *end <= directory_start);
    let Some(end) = end else {
        return Err(Error::new(Fault::ZipOverlap {
            member: central.member(),
            offset: local.data_start,
        }));
    };
    Ok(Member {
        name: central.member(),
        start: local.data_start,
        end,
        crc: central.crc,
        has_descriptor: central.has_descriptor(),
        has_stamps: central.has_stamps || local.has_stamps,
    })
}

/// Refuses bytes between `position` and `next`.
fn no_gap(position: u64, next: u64, place: &'static str) -> Result<(), Error> {
    match next.checked_sub(position) {
        None | Some(0) => Ok(()),
        Some(length) => Err(Error::new(Fault::ZipHiddenData { offset: position, length, place })),
    }
}
