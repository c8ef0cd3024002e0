//! The one error type: which fact failed, what was expected, what was found.
//!
//! A variant names the failed fact and carries its values. [`Error::code`] is
//! stable across releases, the wording of the messages is not.

mod code;
mod facts;
mod message;
mod quote;

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
            Self::Caller => "that you gave",
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
    ArgumentInvalid {
        argument: String,
        reason: String,
    },
    SourceRead {
        offset: u64,
        length: u64,
        reason: String,
    },
    LimitExceeded {
        limit: &'static str,
        max: u64,
    },
    SourceChanged {
        offset: u64,
    },

    RoleMalformed {
        role: &'static str,
        reason: String,
    },
    RoleTypeMismatch {
        expected: &'static str,
        actual: String,
    },
    RoleSpecUnsupported {
        role: &'static str,
        actual: String,
    },
    ThresholdNotMet {
        role: &'static str,
        needed: u64,
        found: u64,
        bad: Vec<String>,
        unknown: Vec<String>,
    },
    SignatureEncoding {
        role: &'static str,
        needed: u64,
        found: u64,
        malformed: Vec<String>,
    },
    RoleRollback {
        role: &'static str,
        trusted: u64,
        offered: u64,
    },
    RoleVersionSkipped {
        role: &'static str,
        trusted: u64,
        offered: u64,
    },
    RoleExpired {
        role: &'static str,
        expiration: String,
        now: String,
    },

    SizeMismatch {
        voucher: Voucher,
        expected: u64,
        actual: u64,
    },
    Sha256Mismatch {
        voucher: Voucher,
        expected: String,
        actual: String,
    },
    Md5Mismatch {
        voucher: Voucher,
        expected: String,
        actual: String,
    },
    Md5ContradictsSha256 {
        expected: String,
        actual: String,
    },
    WeakDigest {
        md5: String,
    },
    DigestMissing,

    JsonInvalid {
        document: String,
        reason: String,
    },
    RepodataInvalid {
        reason: String,
    },
    RecordMissing {
        file_name: String,
    },
    RecordInvalid {
        file_name: String,
        reason: String,
    },
    RecordConflict {
        file_name: String,
    },
    FileNameInvalid {
        file_name: String,
        reason: &'static str,
    },

    NotAnArchive {
        first_bytes: Vec<u8>,
    },
    FormatMismatch {
        file_name: String,
        named: &'static str,
        found: &'static str,
    },

    ZipMalformed {
        offset: u64,
        reason: &'static str,
    },
    ZipHeadersDisagree {
        member: String,
        field: &'static str,
        central: String,
        local: String,
    },
    ZipHiddenData {
        offset: u64,
        length: u64,
        place: &'static str,
    },
    ZipOverlap {
        member: String,
        offset: u64,
    },
    ZipDuplicateMember {
        member: String,
    },
    ZipUnsupportedMember {
        member: String,
        reason: &'static str,
    },
    ZipCrcMismatch {
        member: String,
        expected: u32,
        actual: u32,
    },
    CondaMemberMissing {
        member: &'static str,
    },
    CondaMemberUnexpected {
        member: String,
    },
    CondaMetadataMissing,
    CondaMetadataInvalid {
        reason: String,
    },

    ZstdMalformed {
        member: String,
        reason: String,
    },
    ZstdChecksumMismatch {
        member: String,
        expected: u32,
        actual: u32,
    },
    ZstdSizeMismatch {
        member: String,
        expected: u64,
        actual: u64,
    },
    ZstdAmbiguous {
        member: String,
        offset: u64,
        found: &'static str,
    },
    ZstdTrailingData {
        member: String,
        offset: u64,
        length: u64,
    },
    Bzip2Malformed {
        reason: String,
    },
    Bzip2TrailingData {
        offset: u64,
        length: u64,
    },
    Bzip2MultipleStreams {
        streams: u64,
    },

    TarMalformed {
        member: String,
        offset: u64,
        reason: String,
    },
    TarTruncated {
        member: String,
        offset: u64,
        reason: &'static str,
    },
    TarTrailingData {
        member: String,
        offset: u64,
    },
    TarHeadersDisagree {
        path: String,
        field: &'static str,
        first: String,
        second: String,
    },
    TarEntryUnsupported {
        path: String,
        kind: &'static str,
    },

    PathUnsafe {
        path: String,
        reason: &'static str,
    },
    EntryDuplicate {
        path: String,
    },
    EntryBelowNonDirectory {
        path: String,
        parent: String,
    },
    EntryMisplaced {
        path: String,
        member: String,
    },
    LinkTargetEmpty {
        path: String,
    },
    LinkEscapes {
        path: String,
        target: String,
    },
    LinkTargetMissing {
        path: String,
        target: String,
    },
    LinkLoop {
        path: String,
        target: String,
    },
    LinkDangling {
        path: String,
        target: String,
    },
    LinkSha256Mismatch {
        path: String,
        expected: String,
        actual: String,
    },

    IndexJsonMissing,
    IndexJsonInvalid {
        reason: String,
    },
    NameMismatch {
        member: &'static str,
        against: &'static str,
        expected: String,
        actual: String,
    },
    SubdirMismatch {
        expected: String,
        actual: String,
    },
    ManifestMissing,
    PathsJsonMissing,
    PathsJsonInvalid {
        reason: String,
    },
    PathsVersionUnsupported {
        version: u64,
    },
    PathListedOddly {
        path: String,
        reason: &'static str,
    },
    FileMissing {
        path: String,
    },
    FileUnlisted {
        path: String,
    },
    FileTypeMismatch {
        path: String,
        expected: &'static str,
        actual: &'static str,
    },
    FileSizeMismatch {
        path: String,
        expected: u64,
        actual: u64,
    },
    FileSha256Mismatch {
        path: String,
        expected: String,
        actual: String,
    },
    FileDigestMissing {
        path: String,
    },
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
            Self::RoleMalformed { .. } => Code::RoleMalformed,
            Self::RoleTypeMismatch { .. } => Code::RoleTypeMismatch,
            Self::RoleSpecUnsupported { .. } => Code::RoleSpecUnsupported,
            Self::ThresholdNotMet { .. } => Code::ThresholdNotMet,
            Self::SignatureEncoding { .. } => Code::SignatureEncoding,
            Self::RoleRollback { .. } => Code::RoleRollback,
            Self::RoleVersionSkipped { .. } => Code::RoleVersionSkipped,
            Self::RoleExpired { .. } => Code::RoleExpired,
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
            Self::RecordConflict { .. } => Code::RecordConflict,
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
}

impl std::error::Error for Error {}
