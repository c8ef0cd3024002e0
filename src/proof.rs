//! What was proved, and how it is told.

mod digest;
mod record;
mod target;
mod verdict;

pub use digest::{AuthenticatedPackage, PinnedDigest, Trust};
pub use record::{RecordRoles, RecordTrust, VerifiedRecord};
pub use target::VerifiedTarget;
pub use verdict::{
    ArchiveDigests, Check, CheckReport, Finding, HashedBy, NotChecked, Outcome, PackageId, Reason,
    Severity, Status, TrustReport, Verdict,
};
