//! Every fact that can fail, with its values.

use super::{Document, InstalledFault, RemoteChange, Shortfall, Voucher};

/// What failed.
///
/// Texts from untrusted bytes are kept as they came; `Display` quotes,
/// escapes and shortens them ([`Quoted`](crate::Quoted)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the code's documentation says it once, in `Code`")]
pub enum Fault {
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
    RemoteChanged(RemoteChange),

    RoleMalformed {
        document: Document,
        reason: String,
    },
    RoleTypeMismatch {
        document: Document,
        actual: String,
    },
    RoleSpecUnsupported {
        document: Document,
        actual: String,
    },
    RoleFileName {
        document: Document,
        reason: &'static str,
    },
    RolesNotLoaded,
    RoleMissing {
        document: Document,
    },
    RoleUnavailable {
        document: Document,
        status: u16,
    },
    ThresholdNotMet {
        document: Document,
        shortfall: Box<Shortfall>,
    },
    SignatureEncoding {
        document: Document,
        shortfall: Box<Shortfall>,
    },
    KeyTypeUnsupported {
        document: Document,
        shortfall: Box<Shortfall>,
    },
    RoleRollback {
        document: Document,
        trusted: u64,
        offered: u64,
    },
    RoleTimestampRollback {
        document: Document,
        trusted: String,
        offered: String,
    },
    RoleVersionSkipped {
        document: Document,
        trusted: u64,
        offered: u64,
    },
    RoleVersionMismatch {
        document: Document,
        expected: u64,
        actual: u64,
    },
    RoleDigestMismatch {
        document: Document,
        expected: String,
        actual: String,
    },
    RoleRemoved {
        document: Document,
        role: String,
    },
    RoleUnlisted {
        role: String,
    },
    TufRolesMissing {
        document: Document,
    },
    HashUnsupported {
        file: String,
        algorithms: Vec<String>,
    },
    TargetMissing {
        path: String,
    },
    TargetDigestMismatch {
        path: String,
        expected: String,
        actual: String,
    },
    TrustConflict {
        path: String,
        expected: String,
        actual: String,
    },
    Expired {
        document: Document,
        expiration: String,
        now: String,
    },
    StateInvalid {
        key: String,
        reason: String,
    },
    RecordUnsigned {
        file_name: String,
    },
    RecordNameMismatch {
        file_name: String,
        member: &'static str,
        expected: String,
        actual: String,
    },
    RecordSubdirMismatch {
        file_name: String,
        against: &'static str,
        expected: String,
        actual: String,
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
    MsgpackInvalid {
        document: String,
        reason: &'static str,
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
    ShardMissing {
        name: String,
    },
    ShardDigestMismatch {
        name: String,
        expected: String,
        actual: String,
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
    ZipDataDescriptor {
        member: String,
    },
    ZipExtraField {
        member: String,
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
    CondaMemberNested {
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
    PathCollision {
        path: String,
        other: String,
    },
    PathNotPortable {
        path: String,
        reason: &'static str,
    },
    ModeUnsafe {
        path: String,
        mode: u32,
    },
    ClientFileShipped {
        path: String,
    },
    LinkScript {
        path: String,
    },
    LinkTargetEmpty {
        path: String,
    },
    LinkAbsolute {
        path: String,
        target: String,
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
    DependsDiffer {
        expected: String,
        actual: String,
    },
    LinkJsonInvalid {
        reason: String,
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
    PlaceholderUnusable {
        path: String,
        reason: &'static str,
    },

    Installed(InstalledFault),
}
