//! What was proved, and how it is told.

mod digest;
mod identity;
mod installed;
mod record;
pub(crate) mod report;
mod role_report;
mod target;
mod trust_report;
mod verdict;

pub use digest::{AuthenticatedPackage, PinnedDigest, Trust};
pub use identity::{ArchiveDigests, HashedBy, PackageId};
pub use installed::{InstalledKind, InstalledVerdict, Original, OriginalRejection, Replaced};
pub use record::{RecordRoles, RecordTrust, VerifiedRecord};
pub use role_report::{RoleReport, SignedBy};
pub use target::VerifiedTarget;
pub use trust_report::TrustReport;
pub use verdict::{
    Check, CheckReport, Finding, NotChecked, Outcome, Reason, Severity, Status, Verdict,
};
