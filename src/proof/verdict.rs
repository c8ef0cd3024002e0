//! The verdict: what was checked, what was not, what was found.
//!
//! The JSON that these types serialise to is the one that the command line
//! prints and JavaScript receives; `verdict.schema.json` describes it.

use serde::{Serialize, Serializer};

use super::digest::{AuthenticatedPackage, Trust};
use super::identity::{ArchiveDigests, HashedBy, PackageId};
use super::trust_report::TrustReport;
use crate::error::{Code, Details, Error};

/// The word that a verdict comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody vouched for the bytes, and every check passed.
    Verified,
    /// Nothing is wrong, but nobody vouched for the bytes.
    Unverified,
    /// A check failed.
    Rejected,
}

/// Why a verdict is not `verified` though nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Reason {
    /// The digests compared are those of repodata that nobody signed.
    #[serde(rename = "unsigned")]
    Unsigned,
    /// Only an MD5 was compared.
    #[serde(rename = "weak digest")]
    WeakDigest,
    /// There was no digest to compare with.
    #[serde(rename = "no digest")]
    NoDigest,
    /// Only parts of the archive were read.
    #[serde(rename = "partial")]
    Partial,
    /// What is installed was compared with what its own manifest says, or not to the last byte.
    #[serde(rename = "consistent")]
    Consistent,
    /// What a file became on linking can't be recomputed.
    #[serde(rename = "not recomputable")]
    NotRecomputable,
}

/// Something that can be checked about a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Check {
    /// A signature over the record or over the repodata.
    Signature,
    /// That no newer record replaces this one.
    Freshness,
    /// That no record was withheld.
    Completeness,
    /// The channel's list of records that were taken back, which nobody signs.
    Removed,
    /// Where repodata says that packages are, which nobody signs.
    #[serde(rename = "base_url")]
    BaseUrl,
    /// The role file that mamba's channels have beside `key_mgr.json`.
    #[serde(rename = "pkg_mgr.json")]
    PkgMgrJson,
    /// That a repodata record describes the file.
    Record,
    /// The digests of a record that nobody signed.
    MatchesUnsignedRecord,
    /// The package's file as a target of its own, beside the record.
    PackageTarget,
    /// The archive's length.
    ArchiveSize,
    /// The archive's SHA-256.
    ArchiveSha256,
    /// The archive's MD5.
    ArchiveMd5,
    /// That all parts that were read one by one are of the same file.
    Coherence,
    /// The file name's form, and that its extension is the archive's format.
    FileName,
    /// The container's structure: zip or bzip2, zstd, checksums, no hidden bytes.
    Container,
    /// The tar's entries: paths, types, no duplicates, no hidden entries.
    Entries,
    /// `info/index.json`, against file name and record.
    IndexJson,
    /// `info/paths.json` itself.
    PathsJson,
    /// That every file in the archive is listed.
    FilesListed,
    /// That every listed file is in the archive.
    FilesPresent,
    /// That files, links and directories are what they are listed as.
    FileTypes,
    /// The size of each file.
    FileSizes,
    /// The SHA-256 of each file.
    FileSha256,
    /// Where links lead, and the digest of what they lead to.
    LinkTargets,
    /// The content of `info/`, which paths.json does not list.
    #[serde(rename = "info/*")]
    InfoFiles,
    /// The archive that an installed package came from, which has a verdict of its own.
    Original,
    /// `conda-meta/NAME.json`: what the client noted when it linked the package.
    InstalledRecord,
    /// What clients put in the place of the placeholder for the environment's path.
    PrefixReplacement,
    /// Files that clients make themselves: bytecode, entry points.
    GeneratedFiles,
    /// The modes of files and folders, against the package's.
    Permissions,
}

impl Check {
    /// Every check, in the order of a verdict.
    pub const ALL: &'static [Self] = &[
        Self::Signature,
        Self::Freshness,
        Self::Completeness,
        Self::Removed,
        Self::BaseUrl,
        Self::PkgMgrJson,
        Self::Record,
        Self::MatchesUnsignedRecord,
        Self::PackageTarget,
        Self::ArchiveSize,
        Self::ArchiveSha256,
        Self::ArchiveMd5,
        Self::Coherence,
        Self::FileName,
        Self::Container,
        Self::Entries,
        Self::IndexJson,
        Self::PathsJson,
        Self::FilesListed,
        Self::FilesPresent,
        Self::FileTypes,
        Self::FileSizes,
        Self::FileSha256,
        Self::LinkTargets,
        Self::InfoFiles,
        Self::Original,
        Self::InstalledRecord,
        Self::PrefixReplacement,
        Self::GeneratedFiles,
        Self::Permissions,
    ];

    /// Whether it is about what is installed, and has no place in the verdict on an archive.
    #[must_use]
    pub const fn is_of_installed(self) -> bool {
        matches!(
            self,
            Self::Original
                | Self::InstalledRecord
                | Self::PrefixReplacement
                | Self::GeneratedFiles
                | Self::Permissions
        )
    }

    /// The check that a finding of that code belongs to.
    #[must_use]
    pub const fn of(code: Code) -> Self {
        match code {
            Code::RoleMalformed
            | Code::RoleFileName
            | Code::RoleMissing
            | Code::RoleVersionMismatch
            | Code::RoleDigestMismatch
            | Code::RoleUnlisted
            | Code::TufRolesMissing
            | Code::HashUnsupported
            | Code::RolesNotLoaded
            | Code::RoleUnavailable
            | Code::StateInvalid
            | Code::RecordUnsigned
            | Code::RoleTypeMismatch
            | Code::RoleSpecUnsupported
            | Code::ThresholdNotMet
            | Code::SignatureEncoding
            | Code::KeyTypeUnsupported => Self::Signature,
            Code::RoleRollback | Code::RoleVersionSkipped | Code::RoleRemoved | Code::Expired => {
                Self::Freshness
            }
            Code::TargetMissing | Code::TargetDigestMismatch | Code::TrustConflict => {
                Self::PackageTarget
            }
            Code::SizeMismatch => Self::ArchiveSize,
            Code::Sha256Mismatch | Code::SourceChanged => Self::ArchiveSha256,
            Code::Md5Mismatch | Code::Md5ContradictsSha256 => Self::ArchiveMd5,
            Code::WeakDigest
            | Code::DigestMissing
            | Code::RepodataInvalid
            | Code::MsgpackInvalid
            | Code::ShardMissing
            | Code::ShardDigestMismatch
            | Code::RecordMissing
            | Code::RecordNameMismatch
            | Code::RecordSubdirMismatch
            | Code::RecordConflict
            | Code::RecordInvalid => Self::Record,
            Code::FileNameInvalid | Code::FormatMismatch => Self::FileName,
            Code::TarMalformed
            | Code::TarTruncated
            | Code::TarTrailingData
            | Code::TarHeadersDisagree
            | Code::TarEntryUnsupported
            | Code::PathUnsafe
            | Code::EntryDuplicate
            | Code::EntryBelowNonDirectory
            | Code::EntryMisplaced
            | Code::PathCollision
            | Code::PathNotPortable
            | Code::ModeUnsafe
            | Code::ClientFileShipped
            | Code::LinkScript
            | Code::LinkJsonInvalid => Self::Entries,
            Code::LinkTargetEmpty
            | Code::LinkAbsolute
            | Code::LinkEscapes
            | Code::LinkTargetMissing
            | Code::LinkLoop
            | Code::LinkDangling
            | Code::LinkTargetMismatch
            | Code::LinkSha256Mismatch => Self::LinkTargets,
            Code::OriginalRejected => Self::Original,
            Code::InstalledRecordInvalid => Self::InstalledRecord,
            Code::PrefixReplacementMismatch | Code::PrefixReplacementUnknown => {
                Self::PrefixReplacement
            }
            Code::IndexJsonMissing
            | Code::IndexJsonInvalid
            | Code::NameMismatch
            | Code::SubdirMismatch
            | Code::DependsDiffer => Self::IndexJson,
            Code::ManifestMissing
            | Code::PathsJsonMissing
            | Code::PathsJsonInvalid
            | Code::PathsVersionUnsupported
            | Code::PathListedOddly
            | Code::PlaceholderUnusable => Self::PathsJson,
            Code::FileMissing => Self::FilesPresent,
            Code::FileUnlisted => Self::FilesListed,
            Code::FileTypeMismatch => Self::FileTypes,
            Code::FileSizeMismatch => Self::FileSizes,
            Code::FileSha256Mismatch | Code::FileDigestMissing => Self::FileSha256,
            _ => Self::Container,
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing was found.
    Passed,
    /// Only warnings were found.
    Warned,
    /// An error was found.
    Failed,
}

/// A check that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Which one.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
}

/// A check that was not made, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// Which one.
    pub check: Check,
    /// Why not.
    pub reason: String,
}

impl NotChecked {
    /// What a signed record leaves open, and why.
    pub(crate) fn of_signed_record(
        has_pkg_mgr: bool,
    ) -> impl Iterator<Item = (Check, &'static str)> {
        [
            (Check::Freshness, "a signed record says nothing about being the newest"),
            (
                Check::Completeness,
                "a signed record says nothing about records that a channel withholds",
            ),
            (Check::Removed, "nobody signs it"),
            (Check::BaseUrl, "nobody signs it"),
        ]
        .into_iter()
        .chain((!has_pkg_mgr).then_some((Check::PkgMgrJson, "the channel has no such file")))
    }
}

/// What a finding does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Told, nothing more.
    Info,
    /// Suspicious or irregular.
    Warning,
    /// Rejects.
    Error,
}

/// A fact that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it does to the verdict.
    pub severity: Severity,
    /// The fact.
    pub error: Error,
    /// What to do now: with a package, or with what is installed.
    pub hint: &'static str,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            code: &'static str,
            severity: Severity,
            message: String,
            hint: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            path: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            expected: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            actual: Option<&'a str>,
            #[serde(skip_serializing_if = "Details::is_empty")]
            details: Details<'a>,
        }
        Flat {
            code: self.error.code().as_str(),
            severity: self.severity,
            message: self.error.to_string(),
            hint: self.hint,
            path: self.error.path(),
            expected: self.error.expected().as_deref(),
            actual: self.error.actual().as_deref(),
            details: self.error.details(),
        }
        .serialize(serializer)
    }
}

/// The whole answer about one package file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The file's name as the caller gave it.
    pub file: Option<String>,
    /// The answer in one word.
    #[serde(rename = "verdict")]
    pub status: Status,
    /// Why it is not `verified` though nothing failed.
    pub reasons: Vec<Reason>,
    /// On what it rests.
    pub trust: TrustReport,
    /// `conda` or `tar.bz2`, where the bytes show one.
    pub format: Option<&'static str>,
    /// Which package the archive says it is.
    pub package: Option<PackageId>,
    /// Size and digests of the archive.
    pub digests: ArchiveDigests,
    /// What was checked.
    pub checks: Vec<CheckReport>,
    /// What was not checked, and why.
    pub not_checked: Vec<NotChecked>,
    /// What was found, errors first.
    pub findings: Vec<Finding>,
    /// How many more findings there were than `findings` may hold.
    pub findings_omitted: u64,
    /// Codes that a policy made less of than they are by default.
    pub lowered: Vec<&'static str>,
    /// Files and links outside of `info/` that were unpacked.
    pub files: u64,
    /// Bytes of the files outside of `info/`, unpacked.
    pub unpacked_size: u64,
    /// Who found the SHA-256 of large files, and of the archive where that spared a pass.
    pub hashed_by: HashedBy,
    /// The proof about the archive's bytes, if somebody vouched for them.
    #[serde(skip)]
    pub authenticated: Option<AuthenticatedPackage>,
}

impl Verdict {
    /// A rejection, of an archive of that many bytes of which none was looked at yet.
    pub(crate) fn begun(file: Option<String>, size: u64) -> Self {
        Self {
            file,
            status: Status::Rejected,
            reasons: Vec::new(),
            trust: TrustReport::from(Trust::None),
            format: None,
            package: None,
            digests: ArchiveDigests { size, sha256: None, md5: None },
            checks: Vec::new(),
            not_checked: Vec::new(),
            findings: Vec::new(),
            findings_omitted: 0,
            lowered: Vec::new(),
            files: 0,
            unpacked_size: 0,
            hashed_by: HashedBy::Core,
            authenticated: None,
        }
    }

    /// The first finding that rejects.
    #[must_use]
    pub fn rejection(&self) -> Option<&Error> {
        self.findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
            .map(|finding| &finding.error)
    }
}
