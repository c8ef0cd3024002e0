//! Containers of `.conda` packages.

use conda_verifier::Code;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::zip::{Archive, ENCRYPTED, End64, Member, info_zip_extra};

use super::Case;

fn archive(name: &'static str, code: Code, spoil: impl FnOnce(&mut Archive)) -> Case {
    let package = sample::hello();
    let mut archive = package.stages().conda_archive();
    spoil(&mut archive);
    Case::new(name, code, &package.file_name(Format::Conda), archive.bytes())
}

pub(crate) fn cases() -> Vec<Case> {
    let stem = sample::hello().stem();
    let conda = sample::hello().conda();
    let file_name = sample::hello().file_name(Format::Conda);
    let as_conda = |name, code, bytes: &[u8]| Case::new(name, code, &file_name, bytes.to_vec());
    vec![
        as_conda("an empty file", Code::NotAnArchive, b""),
        as_conda("sixteen bytes of garbage", Code::NotAnArchive, &[7; 16]),
        as_conda("an error page", Code::NotAnArchive, b"<!DOCTYPE html><title>404</title>"),
        as_conda("cut off", Code::ZipMalformed, &conda[..conda.len() - 30]),
        as_conda("four bytes of a zip", Code::ZipMalformed, b"PK\x03\x04"),
        as_conda(
            "bytes in front",
            Code::NotAnArchive,
            &[b"#!/bin/sh\n".as_slice(), &conda].concat(),
        ),
        as_conda(
            "uncounted bytes in front",
            Code::ZipHiddenData,
            &[b"PK\x03\x04".as_slice(), &conda].concat(),
        ),
        archive("counted bytes in front", Code::ZipHiddenData, |a| {
            a.leading = b"PK\x03\x04 hidden".to_vec();
        }),
        archive("bytes behind", Code::ZipHiddenData, |a| a.trailing = b"hidden".to_vec()),
        archive("a comment", Code::ZipHiddenData, |a| a.end.comment = b"hidden".to_vec()),
        archive("a second end record in the comment", Code::ZipHiddenData, |a| {
            a.end.comment = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
        }),
        archive("a member's comment", Code::ZipHiddenData, |a| {
            a.members[1].comment = b"hidden".to_vec();
        }),
        // libarchive goes by them.
        archive("a member that is a symbolic link", Code::ZipUnsupportedMember, |a| {
            a.members[1].external = 0o120_777 << 16;
        }),
        archive("a member that is a directory", Code::ZipUnsupportedMember, |a| {
            a.members[2].external = 0o040_755 << 16;
        }),
        archive("a member that is a directory of MS-DOS", Code::ZipUnsupportedMember, |a| {
            (a.members[2].made_by, a.members[2].external) = (20, 0x10);
        }),
        archive("a gap between members", Code::ZipHiddenData, |a| a.members[1].gap = vec![0; 9]),
        archive("bytes before the directory", Code::ZipHiddenData, |a| {
            a.before_central = vec![0; 9];
        }),
        archive("bytes after the directory", Code::ZipHiddenData, |a| a.before_end = vec![0; 9]),
        archive("a member that is not listed", Code::ZipHiddenData, |a| {
            let mut hidden = Member::stored("pkg-evil.tar.zst", b"hidden".as_slice());
            hidden.listed = false;
            a.members.insert(1, hidden);
        }),
        archive("two members of one name", Code::ZipDuplicateMember, |a| {
            a.members.push(a.members[0].clone());
        }),
        archive("another name in the local header", Code::ZipHeadersDisagree, |a| {
            a.member("pkg-").local.name[5] ^= 1;
        }),
        archive("another CRC in the local header", Code::ZipHeadersDisagree, |a| {
            a.member("pkg-").local.crc32 ^= 1;
        }),
        archive("another size in the local header", Code::ZipHeadersDisagree, |a| {
            a.member("pkg-").local.both_sizes(1);
        }),
        archive("other flags in the local header", Code::ZipHeadersDisagree, |a| {
            a.member("pkg-").local.flags = 0x0800;
        }),
        archive("a wrong CRC", Code::ZipCrcMismatch, |a| {
            a.member("pkg-").both(|header| header.crc32 ^= 1);
        }),
        archive("a wrong CRC of metadata.json", Code::ZipCrcMismatch, |a| {
            a.member("metadata").both(|header| header.crc32 ^= 1);
        }),
        archive("members that overlap", Code::ZipOverlap, |a| {
            let mut twin = a.members[1].clone();
            twin.both(|header| header.name = b"pkg-twin.tar.zst".to_vec());
            twin.written = false;
            twin.offset = Some(u32::try_from(a.spans()[1].header).unwrap());
            a.members.push(twin);
        }),
        archive("a member into the directory", Code::ZipOverlap, |a| {
            a.members[2].both(|header| header.both_sizes(1_000_000));
        }),
        archive("an encrypted member", Code::ZipUnsupportedMember, |a| {
            a.member("pkg-").both(|header| header.flags |= ENCRYPTED);
        }),
        archive("a deflated member", Code::ZipUnsupportedMember, |a| {
            let member = a.members[1].clone();
            a.members[1] = Member::deflated(member.local.name, &member.data);
        }),
        archive("a data descriptor", Code::ZipDataDescriptor, |a| {
            let member = a.members[1].clone();
            a.members[1] = Member::with_descriptor(member.local.name, member.data);
        }),
        archive("fields of times and owners", Code::ZipExtraField, |a| {
            let member = a.member("pkg-");
            (member.local.extra, member.central.extra) =
                (info_zip_extra(true), info_zip_extra(false));
        }),
        archive("a zip64 end record elsewhere", Code::ZipMalformed, |a| {
            a.end64 = Some(End64 { locator: Some(4), ..End64::default() });
        }),
        archive("a zip64 end record that says otherwise", Code::ZipMalformed, |a| {
            a.end64 = Some(End64 { entries: Some(2), ..End64::default() });
        }),
        archive("a directory elsewhere", Code::ZipMalformed, |a| a.end.offset = Some(1 << 30)),
        archive("two disks", Code::ZipMalformed, |a| a.end.disk = 1),
        archive("more entries than there are", Code::ZipMalformed, |a| a.end.entries = Some(4)),
        archive("fewer entries than there are", Code::ZipHiddenData, |a| a.end.entries = Some(2)),
        archive("too many members", Code::LimitExceeded, |a| {
            for index in 0..70 {
                a.members.push(Member::stored(format!("x{index}"), b"".as_slice()));
            }
        }),
        archive("no pkg member", Code::CondaMemberMissing, |a| {
            a.members.retain(|member| !member.local.name.starts_with(b"pkg-"));
        }),
        archive("no info member", Code::CondaMemberMissing, |a| {
            a.members.retain(|member| !member.local.name.starts_with(b"info-"));
        }),
        archive("nothing at all", Code::CondaMemberMissing, |a| a.members.clear()),
        archive("two pkg members", Code::CondaMemberUnexpected, |a| {
            let data = a.member("pkg-").data.clone();
            a.members.push(Member::stored("pkg-other-1-0.tar.zst", data));
        }),
        archive("an unknown member", Code::CondaMemberUnexpected, |a| {
            a.members.push(Member::stored("readme.txt", b"hello".as_slice()));
        }),
        archive("members below a folder", Code::CondaMemberUnexpected, |a| {
            let name = format!("folder/pkg-{stem}.tar.zst");
            a.member("pkg-").both(|header| header.name = name.clone().into_bytes());
        }),
        archive("an extra field that names the member anew", Code::ZipHiddenData, |a| {
            a.member("pkg-").both(|header| header.extra = b"\x75\x70\x04\0evil".to_vec());
        }),
        archive("extra fields of no length", Code::ZipHiddenData, |a| {
            a.member("pkg-").local.extra = b"\xAA\xAA\0\0".repeat(9);
        }),
        archive("an extra field before the data alone", Code::ZipHiddenData, |a| {
            a.member("pkg-").local.extra = [b"\xAA\xAA\x10\0".as_slice(), &[7; 16]].concat();
        }),
        archive("flags that mean nothing", Code::ZipUnsupportedMember, |a| {
            a.member("pkg-").both(|header| header.flags = 0x0800);
        }),
        archive("names that are not UTF-8 and look alike", Code::CondaMemberUnexpected, |a| {
            a.member("pkg-").both(|header| header.name = b"pkg-\xFF.tar.zst".to_vec());
            a.member("info-").both(|header| header.name = b"info-\xFE.tar.zst".to_vec());
        }),
        archive("names that lead elsewhere", Code::CondaMemberUnexpected, |a| {
            a.member("pkg-").both(|header| header.name = br"pkg-..\..\evil.tar.zst".to_vec());
            a.member("info-").both(|header| header.name = br"info-..\..\evil.tar.zst".to_vec());
        }),
        archive("two stems", Code::CondaMemberUnexpected, |a| {
            a.member("pkg-").both(|header| header.name = b"pkg-other-1-0.tar.zst".to_vec());
        }),
        archive("a member's name that is not UTF-8", Code::CondaMemberUnexpected, |a| {
            a.members.push(Member::stored(b"\xff".as_slice(), b"".as_slice()));
        }),
        archive("no metadata.json", Code::CondaMetadataMissing, |a| {
            a.members.retain(|member| member.local.name != b"metadata.json");
        }),
        archive("metadata.json of version 3", Code::CondaMetadataInvalid, |a| {
            a.member("metadata").set_data(br#"{"conda_pkg_format_version": 3}"#.as_slice());
        }),
        archive("metadata.json without a version", Code::CondaMetadataInvalid, |a| {
            a.member("metadata").set_data(b"{}".as_slice());
        }),
        archive("metadata.json that is not JSON", Code::JsonInvalid, |a| {
            a.member("metadata").set_data(b"".as_slice());
        }),
    ]
}

/// Sets both sizes of a stored member's header.
trait BothSizes {
    fn both_sizes(&mut self, size: u32);
}

impl BothSizes for conda_verifier_fixtures::zip::Header {
    fn both_sizes(&mut self, size: u32) {
        (self.compressed, self.uncompressed) = (size, size);
    }
}
