//! The verdict on what is installed.

use serde::Serialize;

use super::identity::{ArchiveDigests, PackageId};
use super::trust_report::TrustReport;
use super::verdict::{CheckReport, Finding, NotChecked, Reason, Status, Verdict};
use crate::error::Error;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InstalledKind {
    /// A package that was unpacked into a folder of its own.
    Unpacked,
    /// A package in an environment.
    Linked,
}

/// What is known of the archive that a package came from: what its own verdict said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Original {
    /// The archive's file name, as the caller gave it.
    pub file: Option<String>,
    /// The verdict on it.
    #[serde(rename = "verdict")]
    pub status: Status,
    /// Why it is not verified though nothing failed.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
    /// On what it rests.
    #[serde(skip)]
    pub trust: TrustReport,
    /// Size and digests of the archive.
    pub digests: ArchiveDigests,
    /// Which package it says it is.
    #[serde(skip)]
    pub package: Option<PackageId>,
    /// The finding that rejects it.
    #[serde(skip)]
    pub rejection: Option<OriginalRejection>,
}

/// The finding that rejects an archive, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginalRejection {
    /// Its code.
    pub code: String,
    /// What failed.
    pub message: String,
    /// What was expected, where there is such a value.
    pub expected: Option<String>,
    /// What was found.
    pub actual: Option<String>,
}

impl From<&Verdict> for Original {
    fn from(verdict: &Verdict) -> Self {
        Self {
            file: verdict.file.clone(),
            // Whoever vouches for it does so by a proof, not by a word.
            status: match verdict.status {
                Status::Verified if verdict.authenticated.is_none() => Status::Unverified,
                status => status,
            },
            reasons: verdict.reasons.clone(),
            trust: verdict.trust.clone(),
            digests: verdict.digests.clone(),
            package: verdict.package.clone(),
            rejection: verdict.rejection().map(|error: &Error| OriginalRejection {
                code: error.code().to_string(),
                message: error.to_string(),
                expected: error.expected().map(Into::into),
                actual: error.actual().map(Into::into),
            }),
        }
    }
}

/// Files in which the environment's path stands, and whose rules they follow. One may follow
/// those of several clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// All that were compared.
    pub files: u64,
    /// Those that conda makes so.
    pub conda: u64,
    /// Those that libmamba makes so.
    pub libmamba: u64,
    /// Those that rattler makes so.
    pub rattler: u64,
}

/// The whole answer about an installed package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstalledVerdict {
    /// The name that the caller gave it.
    pub file: Option<String>,
    /// The answer in one word.
    #[serde(rename = "verdict")]
    pub status: Status,
    /// Why it is not `verified` though nothing failed.
    pub reasons: Vec<Reason>,
    /// On what it rests.
    pub trust: TrustReport,
    /// What was looked at.
    pub kind: InstalledKind,
    /// `sizes` or `digests`.
    pub level: &'static str,
    /// Which package it is, by its manifest or by the archive.
    pub package: Option<PackageId>,
    /// The archive that it was compared with.
    pub original: Option<Original>,
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
    /// Files and links that were looked at, of those that the manifest lists.
    pub files: u64,
    /// Their bytes.
    pub size: u64,
    /// Files in which the environment's path stands.
    pub replaced: Replaced,
}

impl InstalledVerdict {
    /// The first finding that rejects.
    #[must_use]
    pub fn rejection(&self) -> Option<&Error> {
        let mut errors = self.findings.iter().filter(|it| it.severity == super::Severity::Error);
        errors.next().map(|finding| &finding.error)
    }
}
