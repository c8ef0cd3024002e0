//! The values that an error carries, for those who show them side by side.

use std::borrow::Cow;

use super::{Fault, RemoteChange};

impl Fault {
    /// The file, archive member or document concerned, as it is named there.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::PathUnsafe { path, .. }
            | Self::EntryDuplicate { path }
            | Self::EntryBelowNonDirectory { path, .. }
            | Self::EntryMisplaced { path, .. }
            | Self::PathCollision { path, .. }
            | Self::PathNotPortable { path, .. }
            | Self::ModeUnsafe { path, .. }
            | Self::ClientFileShipped { path }
            | Self::LinkScript { path }
            | Self::LinkAbsolute { path, .. }
            | Self::PlaceholderUnusable { path, .. }
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
            | Self::ZipDataDescriptor { member }
            | Self::ZipExtraField { member }
            | Self::CondaMemberNested { member }
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
            Self::RoleMalformed { document, .. }
            | Self::RoleTypeMismatch { document, .. }
            | Self::RoleSpecUnsupported { document, .. }
            | Self::RoleFileName { document, .. }
            | Self::RoleMissing { document }
            | Self::RoleUnavailable { document, .. }
            | Self::ThresholdNotMet { document, .. }
            | Self::SignatureEncoding { document, .. }
            | Self::KeyTypeUnsupported { document, .. }
            | Self::RoleRollback { document, .. }
            | Self::RoleTimestampRollback { document, .. }
            | Self::RoleVersionSkipped { document, .. }
            | Self::RoleVersionMismatch { document, .. }
            | Self::RoleDigestMismatch { document, .. }
            | Self::RoleRemoved { document, .. }
            | Self::TufRolesMissing { document }
            | Self::Expired { document, .. } => Some(&document.file),
            Self::RoleUnlisted { role } => Some(role),
            Self::HashUnsupported { file, .. } => Some(file),
            Self::TargetMissing { path }
            | Self::TargetDigestMismatch { path, .. }
            | Self::TrustConflict { path, .. } => Some(path),
            Self::StateInvalid { key, .. } => Some(key),
            Self::CondaMemberMissing { member } => Some(member),
            Self::JsonInvalid { document, .. } | Self::MsgpackInvalid { document, .. } => {
                Some(document)
            }
            Self::ShardMissing { name } | Self::ShardDigestMismatch { name, .. } => Some(name),
            Self::RecordMissing { file_name }
            | Self::RecordInvalid { file_name, .. }
            | Self::RecordUnsigned { file_name }
            | Self::RecordNameMismatch { file_name, .. }
            | Self::RecordSubdirMismatch { file_name, .. }
            | Self::RecordConflict { file_name }
            | Self::FileNameInvalid { file_name, .. }
            | Self::FormatMismatch { file_name, .. } => Some(file_name),
            Self::CondaMetadataMissing | Self::CondaMetadataInvalid { .. } => Some("metadata.json"),
            Self::IndexJsonMissing
            | Self::IndexJsonInvalid { .. }
            | Self::NameMismatch { .. }
            | Self::SubdirMismatch { .. }
            | Self::DependsDiffer { .. } => Some("info/index.json"),
            Self::LinkJsonInvalid { .. } => Some("info/link.json"),
            Self::PathsJsonMissing
            | Self::PathsJsonInvalid { .. }
            | Self::PathsVersionUnsupported { .. } => Some("info/paths.json"),
            Self::Installed(fault) => fault.path(),
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
            | Self::DependsDiffer { expected, .. }
            | Self::RecordNameMismatch { expected, .. }
            | Self::RecordSubdirMismatch { expected, .. }
            | Self::ShardDigestMismatch { expected, .. }
            | Self::RoleDigestMismatch { expected, .. }
            | Self::TargetDigestMismatch { expected, .. }
            | Self::TrustConflict { expected, .. }
            | Self::RemoteChanged(RemoteChange { expected, .. })
            | Self::SubdirMismatch { expected, .. } => expected.as_str().into(),
            Self::RoleVersionMismatch { expected, .. } => format!("version {expected}").into(),
            Self::ZipCrcMismatch { expected, .. } | Self::ZstdChecksumMismatch { expected, .. } => {
                format!("{expected:08x}").into()
            }
            Self::ZipHeadersDisagree { central, .. } => central.as_str().into(),
            Self::TarHeadersDisagree { first, .. } => first.as_str().into(),
            Self::RoleTypeMismatch { document, .. } => document.role.into(),
            Self::ThresholdNotMet { shortfall, .. }
            | Self::SignatureEncoding { shortfall, .. }
            | Self::KeyTypeUnsupported { shortfall, .. } => shortfall.needed.to_string().into(),
            Self::RoleTimestampRollback { trusted, .. } => trusted.as_str().into(),
            // A root has to be a new one.
            Self::RoleRollback { trusted, offered, .. } if trusted == offered => {
                format!("later than version {trusted}").into()
            }
            Self::RoleRollback { trusted, .. } => format!("version {trusted} or later").into(),
            Self::Expired { now, .. } => format!("expiring after {now}").into(),
            Self::RoleVersionSkipped { trusted, .. } => {
                format!("version {}", trusted.saturating_add(1)).into()
            }
            Self::FormatMismatch { named, .. } => (*named).into(),
            Self::FileTypeMismatch { expected, .. } => (*expected).into(),
            Self::LimitExceeded { max, .. } => max.to_string().into(),
            Self::PathsVersionUnsupported { .. } => "1".into(),
            Self::Installed(fault) => fault.values()?.0.into(),
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
            | Self::DependsDiffer { actual, .. }
            | Self::RecordNameMismatch { actual, .. }
            | Self::RecordSubdirMismatch { actual, .. }
            | Self::ShardDigestMismatch { actual, .. }
            | Self::RoleDigestMismatch { actual, .. }
            | Self::TargetDigestMismatch { actual, .. }
            | Self::TrustConflict { actual, .. }
            | Self::RemoteChanged(RemoteChange { actual, .. })
            | Self::SubdirMismatch { actual, .. } => actual.as_str().into(),
            Self::RoleVersionMismatch { actual, .. } => format!("version {actual}").into(),
            Self::ZipCrcMismatch { actual, .. } | Self::ZstdChecksumMismatch { actual, .. } => {
                format!("{actual:08x}").into()
            }
            Self::ZipHeadersDisagree { local, .. } => local.as_str().into(),
            Self::TarHeadersDisagree { second, .. } => second.as_str().into(),
            Self::RoleTypeMismatch { actual, .. } | Self::RoleSpecUnsupported { actual, .. } => {
                actual.as_str().into()
            }
            Self::ThresholdNotMet { shortfall, .. }
            | Self::SignatureEncoding { shortfall, .. }
            | Self::KeyTypeUnsupported { shortfall, .. } => shortfall.found.to_string().into(),
            Self::RoleTimestampRollback { offered, .. } => offered.as_str().into(),
            Self::RoleUnavailable { status, .. } => status.to_string().into(),
            Self::RoleRollback { offered, .. } | Self::RoleVersionSkipped { offered, .. } => {
                format!("version {offered}").into()
            }
            Self::Expired { expiration, .. } => format!("expiring at {expiration}").into(),
            Self::FormatMismatch { found, .. } => (*found).into(),
            Self::FileTypeMismatch { actual, .. } => (*actual).into(),
            Self::PathsVersionUnsupported { version } => version.to_string().into(),
            Self::ModeUnsafe { mode, .. } => format!("{mode:04o}").into(),
            Self::PathCollision { other, .. } => other.as_str().into(),
            Self::LinkAbsolute { target, .. }
            | Self::LinkEscapes { target, .. }
            | Self::LinkTargetMissing { target, .. }
            | Self::LinkLoop { target, .. }
            | Self::LinkDangling { target, .. } => target.as_str().into(),
            Self::Installed(fault) => fault.values()?.1.into(),
            _ => return None,
        })
    }
}
