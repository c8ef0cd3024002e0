//! What was proved, and how it is told.

mod digest;
mod installed;
mod record;
pub(crate) mod report;
mod target;
mod trust_report;
mod verdict;

pub use digest::{AuthenticatedPackage, PinnedDigest, Trust};
pub use installed::{InstalledKind, InstalledVerdict, Original, Replaced};
pub use record::{RecordRoles, RecordTrust, VerifiedRecord};
pub use target::VerifiedTarget;
pub use trust_report::TrustReport;
pub use verdict::{
    ArchiveDigests, Check, CheckReport, Finding, HashedBy, NotChecked, Outcome, PackageId, Reason,
    Severity, Status, Verdict,
};
