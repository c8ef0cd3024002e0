//! The one error type: which fact failed, what was expected, what was found.
//!
//! A variant names the failed fact and carries its values. [`Error::code`] is
//! stable across releases, the wording of the messages is not.

mod code;
mod quote;

use std::borrow::Cow;
use std::fmt;

pub use code::{Class, Code};
pub use quote::Quoted;

/// Who said what the archive's size and digests have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// The caller, with a digest of their own.
    Caller,
    /// A repodata record.
    Record,
}

impl fmt::Display for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Caller => "given by the caller",
            Self::Record => "of the repodata record",
        })
    }
}

/// What failed.
///
/// Texts from untrusted bytes are kept as they came; `Display` quotes,
/// escapes and shortens them ([`Quoted`]).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the code's documentation says it once, in `Code`")]
pub enum Error {
    ArgumentInvalid { argument: String, reason: String },
    SourceRead { offset: u64, length: u64, reason: String },
    LimitExceeded { limit: &'static str, max: u64 },
    SourceChanged { offset: u64 },

    SizeMismatch { voucher: Voucher, expected: u64, actual: u64 },
    Sha256Mismatch { voucher: Voucher, expected: String, actual: String },
    Md5Mismatch { voucher: Voucher, expected: String, actual: String },
    Md5ContradictsSha256 { expected: String, actual: String },
    WeakDigest { md5: String },
    DigestMissing,

    JsonInvalid { document: String, reason: String },
    RepodataInvalid { reason: String },
    RecordMissing { file_name: String },
    RecordInvalid { file_name: String, reason: String },
    FileNameInvalid { file_name: String, reason: &'static str },

    NotAnArchive { first_bytes: Vec<u8> },
    FormatMismatch { file_name: String, named: &'static str, found: &'static str },

    ZipMalformed { offset: u64, reason: &'static str },
    ZipHeadersDisagree { member: String, field: &'static str, central: String, local: String },
    ZipHiddenData { offset: u64, length: u64, place: &'static str },
    ZipOverlap { member: String, offset: u64 },
    ZipDuplicateMember { member: String },
    ZipUnsupportedMember { member: String, reason: &'static str },
    ZipCrcMismatch { member: String, expected: u32, actual: u32 },
    CondaMemberMissing { member: &'static str },
    CondaMemberUnexpected { member: String },
    CondaMetadataMissing,
    CondaMetadataInvalid { reason: String },

    ZstdMalformed { member: String, reason: String },
    ZstdChecksumMismatch { member: String, expected: u32, actual: u32 },
    ZstdSizeMismatch { member: String, expected: u64, actual: u64 },
    ZstdAmbiguous { member: String, offset: u64, found: &'static str },
    ZstdTrailingData { member: String, offset: u64, length: u64 },
    Bzip2Malformed { reason: String },
    Bzip2TrailingData { offset: u64, length: u64 },
    Bzip2MultipleStreams { streams: u64 },

    TarMalformed { member: String, offset: u64, reason: String },
    TarTruncated { member: String, offset: u64, reason: &'static str },
    TarTrailingData { member: String, offset: u64 },
    TarHeadersDisagree { path: String, field: &'static str, first: String, second: String },
    TarEntryUnsupported { path: String, kind: &'static str },

    PathUnsafe { path: String, reason: &'static str },
    EntryDuplicate { path: String },
    EntryBelowNonDirectory { path: String, parent: String },
    EntryMisplaced { path: String, member: String },
    LinkTargetEmpty { path: String },
    LinkEscapes { path: String, target: String },
    LinkTargetMissing { path: String, target: String },
    LinkLoop { path: String, target: String },
    LinkDangling { path: String, target: String },
    LinkSha256Mismatch { path: String, expected: String, actual: String },

    IndexJsonMissing,
    IndexJsonInvalid { reason: String },
    NameMismatch { member: &'static str, against: &'static str, expected: String, actual: String },
    SubdirMismatch { expected: String, actual: String },
    ManifestMissing,
    PathsJsonMissing,
    PathsJsonInvalid { reason: String },
    PathsVersionUnsupported { version: u64 },
    PathListedOddly { path: String, reason: &'static str },
    FileMissing { path: String },
    FileUnlisted { path: String },
    FileTypeMismatch { path: String, expected: &'static str, actual: &'static str },
    FileSizeMismatch { path: String, expected: u64, actual: u64 },
    FileSha256Mismatch { path: String, expected: String, actual: String },
    FileDigestMissing { path: String },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::ArgumentInvalid { .. } => Code::ArgumentInvalid,
            Self::SourceRead { .. } => Code::SourceRead,
            Self::LimitExceeded { .. } => Code::LimitExceeded,
            Self::SourceChanged { .. } => Code::SourceChanged,
            Self::SizeMismatch { .. } => Code::SizeMismatch,
            Self::Sha256Mismatch { .. } => Code::Sha256Mismatch,
            Self::Md5Mismatch { .. } => Code::Md5Mismatch,
            Self::Md5ContradictsSha256 { .. } => Code::Md5ContradictsSha256,
            Self::WeakDigest { .. } => Code::WeakDigest,
            Self::DigestMissing => Code::DigestMissing,
            Self::JsonInvalid { .. } => Code::JsonInvalid,
            Self::RepodataInvalid { .. } => Code::RepodataInvalid,
            Self::RecordMissing { .. } => Code::RecordMissing,
            Self::RecordInvalid { .. } => Code::RecordInvalid,
            Self::FileNameInvalid { .. } => Code::FileNameInvalid,
            Self::NotAnArchive { .. } => Code::NotAnArchive,
            Self::FormatMismatch { .. } => Code::FormatMismatch,
            Self::ZipMalformed { .. } => Code::ZipMalformed,
            Self::ZipHeadersDisagree { .. } => Code::ZipHeadersDisagree,
            Self::ZipHiddenData { .. } => Code::ZipHiddenData,
            Self::ZipOverlap { .. } => Code::ZipOverlap,
            Self::ZipDuplicateMember { .. } => Code::ZipDuplicateMember,
            Self::ZipUnsupportedMember { .. } => Code::ZipUnsupportedMember,
            Self::ZipCrcMismatch { .. } => Code::ZipCrcMismatch,
            Self::CondaMemberMissing { .. } => Code::CondaMemberMissing,
            Self::CondaMemberUnexpected { .. } => Code::CondaMemberUnexpected,
            Self::CondaMetadataMissing => Code::CondaMetadataMissing,
            Self::CondaMetadataInvalid { .. } => Code::CondaMetadataInvalid,
            Self::ZstdMalformed { .. } => Code::ZstdMalformed,
            Self::ZstdChecksumMismatch { .. } => Code::ZstdChecksumMismatch,
            Self::ZstdSizeMismatch { .. } => Code::ZstdSizeMismatch,
            Self::ZstdAmbiguous { .. } => Code::ZstdAmbiguous,
            Self::ZstdTrailingData { .. } => Code::ZstdTrailingData,
            Self::Bzip2Malformed { .. } => Code::Bzip2Malformed,
            Self::Bzip2TrailingData { .. } => Code::Bzip2TrailingData,
            Self::Bzip2MultipleStreams { .. } => Code::Bzip2MultipleStreams,
            Self::TarMalformed { .. } => Code::TarMalformed,
            Self::TarTruncated { .. } => Code::TarTruncated,
            Self::TarTrailingData { .. } => Code::TarTrailingData,
            Self::TarHeadersDisagree { .. } => Code::TarHeadersDisagree,
            Self::TarEntryUnsupported { .. } => Code::TarEntryUnsupported,
            Self::PathUnsafe { .. } => Code::PathUnsafe,
            Self::EntryDuplicate { .. } => Code::EntryDuplicate,
            Self::EntryBelowNonDirectory { .. } => Code::EntryBelowNonDirectory,
            Self::EntryMisplaced { .. } => Code::EntryMisplaced,
            Self::LinkTargetEmpty { .. } => Code::LinkTargetEmpty,
            Self::LinkEscapes { .. } => Code::LinkEscapes,
            Self::LinkTargetMissing { .. } => Code::LinkTargetMissing,
            Self::LinkLoop { .. } => Code::LinkLoop,
            Self::LinkDangling { .. } => Code::LinkDangling,
            Self::LinkSha256Mismatch { .. } => Code::LinkSha256Mismatch,
            Self::IndexJsonMissing => Code::IndexJsonMissing,
            Self::IndexJsonInvalid { .. } => Code::IndexJsonInvalid,
            Self::NameMismatch { .. } => Code::NameMismatch,
            Self::SubdirMismatch { .. } => Code::SubdirMismatch,
            Self::ManifestMissing => Code::ManifestMissing,
            Self::PathsJsonMissing => Code::PathsJsonMissing,
            Self::PathsJsonInvalid { .. } => Code::PathsJsonInvalid,
            Self::PathsVersionUnsupported { .. } => Code::PathsVersionUnsupported,
            Self::PathListedOddly { .. } => Code::PathListedOddly,
            Self::FileMissing { .. } => Code::FileMissing,
            Self::FileUnlisted { .. } => Code::FileUnlisted,
            Self::FileTypeMismatch { .. } => Code::FileTypeMismatch,
            Self::FileSizeMismatch { .. } => Code::FileSizeMismatch,
            Self::FileSha256Mismatch { .. } => Code::FileSha256Mismatch,
            Self::FileDigestMissing { .. } => Code::FileDigestMissing,
        }
    }

    /// What to do now.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        self.code().hint()
    }

    /// The file, archive member or document concerned, as it is named there.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::PathUnsafe { path, .. }
            | Self::EntryDuplicate { path }
            | Self::EntryBelowNonDirectory { path, .. }
            | Self::EntryMisplaced { path, .. }
            | Self::LinkTargetEmpty { path }
            | Self::LinkEscapes { path, .. }
            | Self::LinkTargetMissing { path, .. }
            | Self::LinkLoop { path, .. }
            | Self::LinkDangling { path, .. }
            | Self::LinkSha256Mismatch { path, .. }
            | Self::PathListedOddly { path, .. }
            | Self::FileMissing { path }
            | Self::FileUnlisted { path }
            | Self::FileTypeMismatch { path, .. }
            | Self::FileSizeMismatch { path, .. }
            | Self::FileSha256Mismatch { path, .. }
            | Self::FileDigestMissing { path }
            | Self::TarHeadersDisagree { path, .. }
            | Self::TarEntryUnsupported { path, .. } => Some(path),
            Self::ZipHeadersDisagree { member, .. }
            | Self::ZipOverlap { member, .. }
            | Self::ZipDuplicateMember { member }
            | Self::ZipUnsupportedMember { member, .. }
            | Self::ZipCrcMismatch { member, .. }
            | Self::CondaMemberUnexpected { member }
            | Self::ZstdMalformed { member, .. }
            | Self::ZstdChecksumMismatch { member, .. }
            | Self::ZstdSizeMismatch { member, .. }
            | Self::ZstdAmbiguous { member, .. }
            | Self::ZstdTrailingData { member, .. }
            | Self::TarMalformed { member, .. }
            | Self::TarTruncated { member, .. }
            | Self::TarTrailingData { member, .. } => Some(member),
            Self::CondaMemberMissing { member } => Some(member),
            Self::JsonInvalid { document, .. } => Some(document),
            Self::RecordMissing { file_name }
            | Self::RecordInvalid { file_name, .. }
            | Self::FileNameInvalid { file_name, .. }
            | Self::FormatMismatch { file_name, .. } => Some(file_name),
            Self::CondaMetadataMissing | Self::CondaMetadataInvalid { .. } => Some("metadata.json"),
            Self::IndexJsonMissing
            | Self::IndexJsonInvalid { .. }
            | Self::NameMismatch { .. }
            | Self::SubdirMismatch { .. } => Some("info/index.json"),
            Self::PathsJsonMissing
            | Self::PathsJsonInvalid { .. }
            | Self::PathsVersionUnsupported { .. } => Some("info/paths.json"),
            _ => None,
        }
    }

    /// What was expected, where there is one value to name.
    #[must_use]
    pub fn expected(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::SizeMismatch { expected, .. }
            | Self::FileSizeMismatch { expected, .. }
            | Self::ZstdSizeMismatch { expected, .. } => expected.to_string().into(),
            Self::Sha256Mismatch { expected, .. }
            | Self::Md5Mismatch { expected, .. }
            | Self::Md5ContradictsSha256 { expected, .. }
            | Self::LinkSha256Mismatch { expected, .. }
            | Self::FileSha256Mismatch { expected, .. }
            | Self::NameMismatch { expected, .. }
            | Self::SubdirMismatch { expected, .. } => expected.as_str().into(),
            Self::ZipCrcMismatch { expected, .. } | Self::ZstdChecksumMismatch { expected, .. } => {
                format!("{expected:08x}").into()
            }
            Self::ZipHeadersDisagree { central, .. } => central.as_str().into(),
            Self::TarHeadersDisagree { first, .. } => first.as_str().into(),
            Self::FormatMismatch { named, .. } => (*named).into(),
            Self::FileTypeMismatch { expected, .. } => (*expected).into(),
            Self::LimitExceeded { max, .. } => max.to_string().into(),
            Self::PathsVersionUnsupported { .. } => "1".into(),
            _ => return None,
        })
    }

    /// What was found instead, where there is one value to name.
    #[must_use]
    pub fn actual(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::SizeMismatch { actual, .. }
            | Self::FileSizeMismatch { actual, .. }
            | Self::ZstdSizeMismatch { actual, .. } => actual.to_string().into(),
            Self::Sha256Mismatch { actual, .. }
            | Self::Md5Mismatch { actual, .. }
            | Self::Md5ContradictsSha256 { actual, .. }
            | Self::LinkSha256Mismatch { actual, .. }
            | Self::FileSha256Mismatch { actual, .. }
            | Self::NameMismatch { actual, .. }
            | Self::SubdirMismatch { actual, .. } => actual.as_str().into(),
            Self::ZipCrcMismatch { actual, .. } | Self::ZstdChecksumMismatch { actual, .. } => {
                format!("{actual:08x}").into()
            }
            Self::ZipHeadersDisagree { local, .. } => local.as_str().into(),
            Self::TarHeadersDisagree { second, .. } => second.as_str().into(),
            Self::FormatMismatch { found, .. } => (*found).into(),
            Self::FileTypeMismatch { actual, .. } => (*actual).into(),
            Self::PathsVersionUnsupported { version } => version.to_string().into(),
            Self::LinkEscapes { target, .. }
            | Self::LinkTargetMissing { target, .. }
            | Self::LinkLoop { target, .. }
            | Self::LinkDangling { target, .. } => target.as_str().into(),
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    #[expect(clippy::too_many_lines, reason = "one line of text for each variant, side by side")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let q = Quoted::new;
        match self {
            Self::ArgumentInvalid { argument, reason } => {
                write!(f, "the argument {argument} is not valid: {reason}")
            }
            Self::SourceRead { offset, length, reason } => {
                write!(f, "could not read {length} bytes at offset {offset}: {reason}")
            }
            Self::LimitExceeded { limit, max } => {
                write!(f, "the limit {limit} of {max} was reached")
            }
            Self::SourceChanged { offset } => write!(
                f,
                "the bytes from offset {offset} are no longer those that were authenticated"
            ),
            Self::SizeMismatch { voucher, expected, actual } => write!(
                f,
                "the archive has {actual} bytes; the size {voucher} is {expected}"
            ),
            Self::Sha256Mismatch { voucher, expected, actual } => write!(
                f,
                "the archive's SHA-256 is {actual}; the one {voucher} is {expected}"
            ),
            Self::Md5Mismatch { voucher, expected, actual } => write!(
                f,
                "the archive's MD5 is {actual}; the one {voucher} is {expected}"
            ),
            Self::Md5ContradictsSha256 { expected, actual } => write!(
                f,
                "the SHA-256 matches, but the archive's MD5 is {actual} and the record says {expected}"
            ),
            Self::WeakDigest { md5 } => {
                write!(f, "the record binds the archive by its MD5 ({md5}) alone")
            }
            Self::DigestMissing => f.write_str("the record has no digest of the archive"),
            Self::JsonInvalid { document, reason } => {
                write!(f, "{} is not strict JSON: {}", q(document), q(reason).plain())
            }
            Self::RepodataInvalid { reason } => {
                write!(f, "this is no repodata: {}", q(reason).plain())
            }
            Self::RecordMissing { file_name } => {
                write!(f, "repodata has no record for {}", q(file_name))
            }
            Self::RecordInvalid { file_name, reason } => {
                write!(f, "the record of {} is malformed: {}", q(file_name), q(reason).plain())
            }
            Self::FileNameInvalid { file_name, reason } => {
                write!(f, "{} is no package file name: {reason}", q(file_name))
            }
            Self::NotAnArchive { first_bytes } if first_bytes.is_empty() => {
                f.write_str("the file is empty")
            }
            Self::NotAnArchive { first_bytes } => {
                f.write_str("the file is neither a zip (.conda) nor bzip2 (.tar.bz2); it begins with ")?;
                first_bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::FormatMismatch { file_name, named, found } => {
                write!(f, "{} is named {named} and its bytes are {found}", q(file_name))
            }
            Self::ZipMalformed { offset, reason } => {
                write!(f, "the zip container is damaged at offset {offset}: {reason}")
            }
            Self::ZipHeadersDisagree { member, field, central, local } => write!(
                f,
                "the zip directory and the local header of {} disagree about its {field}: {} and {}",
                q(member),
                q(central),
                q(local)
            ),
            Self::ZipHiddenData { offset, length, place } => write!(
                f,
                "the zip has {length} bytes {place}, at offset {offset}, that belong to no member"
            ),
            Self::ZipOverlap { member, offset } => write!(
                f,
                "the zip member {} at offset {offset} overlaps another one",
                q(member)
            ),
            Self::ZipDuplicateMember { member } => {
                write!(f, "the zip names its member {} twice", q(member))
            }
            Self::ZipUnsupportedMember { member, reason } => {
                write!(f, "the zip member {} {reason}", q(member))
            }
            Self::ZipCrcMismatch { member, expected, actual } => write!(
                f,
                "the CRC-32 of the zip member {} is {actual:08x}, its header says {expected:08x}",
                q(member)
            ),
            Self::CondaMemberMissing { member } => write!(f, "the package has no member {member}"),
            Self::CondaMemberUnexpected { member } => {
                write!(f, "the package has a member {} that does not belong there", q(member))
            }
            Self::CondaMetadataMissing => f.write_str("the package has no metadata.json"),
            Self::CondaMetadataInvalid { reason } => {
                write!(f, "metadata.json is not that of a .conda: {}", q(reason).plain())
            }
            Self::ZstdMalformed { member, reason } => {
                write!(f, "the zstd frame of {} is damaged: {}", q(member), q(reason).plain())
            }
            Self::ZstdChecksumMismatch { member, expected, actual } => write!(
                f,
                "the zstd checksum of {} is {expected:08x}, its content's is {actual:08x}",
                q(member)
            ),
            Self::ZstdSizeMismatch { member, expected, actual } => write!(
                f,
                "the zstd frame of {} declares {expected} bytes and holds {actual}",
                q(member)
            ),
            Self::ZstdAmbiguous { member, offset, found } => {
                write!(f, "{} has {found} at offset {offset}", q(member))
            }
            Self::ZstdTrailingData { member, offset, length } => write!(
                f,
                "{} has {length} bytes after its zstd frame, at offset {offset}",
                q(member)
            ),
            Self::Bzip2Malformed { reason } => {
                write!(f, "the bzip2 stream is damaged: {}", q(reason).plain())
            }
            Self::Bzip2TrailingData { offset, length } => write!(
                f,
                "there are {length} bytes after the bzip2 stream, at offset {offset}"
            ),
            Self::Bzip2MultipleStreams { streams } => {
                write!(f, "the archive is made of {streams} bzip2 streams; all of them were read")
            }
            Self::TarMalformed { member, offset, reason } => write!(
                f,
                "the tar of {} is malformed at offset {offset}: {}",
                q(member),
                q(reason).plain()
            ),
            Self::TarTruncated { member, offset, reason } => {
                write!(f, "the tar of {} ends at offset {offset}: {reason}", q(member))
            }
            Self::TarTrailingData { member, offset } => write!(
                f,
                "the tar of {} goes on at offset {offset}, after its end-of-archive blocks",
                q(member)
            ),
            Self::TarHeadersDisagree { path, field, first, second } => write!(
                f,
                "the tar headers of {} disagree about its {field}: {} and {}",
                q(path),
                q(first),
                q(second)
            ),
            Self::TarEntryUnsupported { path, kind } => write!(f, "{} is {kind}", q(path)),
            Self::PathUnsafe { path, reason } => write!(f, "the path {} {reason}", q(path)),
            Self::EntryDuplicate { path } => write!(f, "{} is in the archive twice", q(path)),
            Self::EntryBelowNonDirectory { path, parent } => {
                write!(f, "{} lies below {}, which is no directory", q(path), q(parent))
            }
            Self::EntryMisplaced { path, member } => {
                write!(f, "{} does not belong into {}", q(path), q(member))
            }
            Self::LinkTargetEmpty { path } => write!(f, "the link {} has no target", q(path)),
            Self::LinkEscapes { path, target } => {
                write!(f, "the link {} leads out of the package, to {}", q(path), q(target))
            }
            Self::LinkTargetMissing { path, target } => {
                write!(f, "the hard link {} names {}, which is no file before it", q(path), q(target))
            }
            Self::LinkLoop { path, target } => {
                write!(f, "the link {} to {} leads back to itself", q(path), q(target))
            }
            Self::LinkDangling { path, target } => {
                write!(f, "the link {} points at {}, which is not in the package", q(path), q(target))
            }
            Self::LinkSha256Mismatch { path, expected, actual } => write!(
                f,
                "the file that the link {} points at has SHA-256 {actual}; paths.json says {expected}",
                q(path)
            ),
            Self::IndexJsonMissing => f.write_str("the package has no info/index.json"),
            Self::IndexJsonInvalid { reason } => {
                write!(f, "info/index.json is malformed: {}", q(reason).plain())
            }
            Self::NameMismatch { member, against, expected, actual } => write!(
                f,
                "info/index.json gives the {member} {}; {against} gives {}",
                q(actual),
                q(expected)
            ),
            Self::SubdirMismatch { expected, actual } => write!(
                f,
                "info/index.json gives the subdir {}; the record gives {}",
                q(actual),
                q(expected)
            ),
            Self::ManifestMissing => {
                f.write_str("the package has neither info/paths.json nor info/files")
            }
            Self::PathsJsonMissing => {
                f.write_str("the package has no info/paths.json; info/files lists names alone")
            }
            Self::PathsJsonInvalid { reason } => {
                write!(f, "info/paths.json is malformed: {}", q(reason).plain())
            }
            Self::PathsVersionUnsupported { version } => {
                write!(f, "info/paths.json is of version {version}; version 1 is known")
            }
            Self::PathListedOddly { path, reason } => {
                write!(f, "info/paths.json lists {}, {reason}", q(path))
            }
            Self::FileMissing { path } => {
                write!(f, "{} is listed and not in the archive", q(path))
            }
            Self::FileUnlisted { path } => {
                write!(f, "{} is in the archive and not listed", q(path))
            }
            Self::FileTypeMismatch { path, expected, actual } => {
                write!(f, "{} is listed as {expected} and is {actual}", q(path))
            }
            Self::FileSizeMismatch { path, expected, actual } => {
                write!(f, "{} has {actual} bytes; paths.json says {expected}", q(path))
            }
            Self::FileSha256Mismatch { path, expected, actual } => {
                write!(f, "{} has SHA-256 {actual}; paths.json says {expected}", q(path))
            }
            Self::FileDigestMissing { path } => {
                write!(f, "{} is listed without a SHA-256", q(path))
            }
        }
    }
}

impl std::error::Error for Error {}
