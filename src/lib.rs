//! conda-verifier: verifies conda packages where there is no filesystem and
//! nobody to trust.
//!
//! Bytes, digests, policy and limits go in; a [`Verdict`] comes out that lists
//! what was checked, what was not, and what was found. Nothing here reads a
//! file, a clock, the network or the environment.
//!
//! ```
//! use conda_verifier::{Expectation, PinnedDigest, Sha256Digest, Status, Verifier};
//! # let package = conda_verifier_fixtures::sample::hello().conda();
//! # let digest = conda_verifier_fixtures::digest::sha256(&package);
//!
//! // `package` holds the file's bytes, `digest` its SHA-256 from somebody you trust.
//! let pinned = PinnedDigest::new(Sha256Digest::parse(&digest)?);
//! let expectation = Expectation::nothing().pinned(pinned);
//! let verdict = Verifier::new().verify_package(package.as_slice(), expectation)?;
//! assert_eq!(verdict.status, Status::Verified);
//!
//! // One byte of it changed:
//! let mut tampered = package.clone();
//! tampered[100] ^= 1;
//! let expectation = Expectation::nothing().pinned(pinned);
//! let rejection = Verifier::new().verify_package(tampered.as_slice(), expectation);
//! assert_eq!(rejection.unwrap_err().error().unwrap().code().as_str(), "SHA256_MISMATCH");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is verified: from a pinned root on ([`ChannelTrust`]), the signatures of roles and
//! records (content trust 0.6), or roles and the files that they list, repodata among them
//! (TUF 1.0.x); the archive's size and digests against a record that somebody vouches for, a
//! target, a digest of the caller's or a repodata record that nobody signed; the
//! container, strictly; every entry against `info/paths.json`; `info/index.json`
//! against the names that the file goes by. What is not: under content trust, that a record
//! is the newest and that none is withheld. A verdict names it in `not_checked`.

mod archive;
mod by_name;
mod conda;
mod content_trust;
mod crypto;
mod digest;
mod envelope;
mod error;
mod installed;
mod json;
mod limits;
mod order;
mod package;
mod policy;
mod proof;
mod time;
mod trust;
pub mod tuf;
mod verifier;

#[cfg(feature = "wasm")]
mod wasm;

#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub use archive::decode_zstd;
pub use archive::{EntryPath, Format, ReadAt};
pub use by_name::ByName;
pub use conda::{
    FileMode, FileName, IndexJson, InstalledEntry, InstalledRecord, LinkedAs, ListedRecord,
    Location, PathEntry, PathType, PathsJson, Placeholder, Record, Repodata, RepodataEntry,
    RepodataIndex, RepodataIndexer, RepodataInfo, RepodataTexts, RoleFileName, RoleSpec, Shard,
    ShardIndex, ShardIndexInfo,
};
pub use content_trust::{
    Delegation, RecordAudit, RecordRules, RecordSummary, Role, RoleKind, SignatureRules,
    TrustedRole, TrustedRoot,
};
pub use crypto::{
    Batch, Key, KeySet, Offer, PublicKey, Signature, SignatureState, Signer, Signers, Tally,
    Unusable, verify_threshold,
};
pub use digest::{Digests, Md5Digest, Sha256Digest, Sha512Digest};
pub use error::{
    Class, Code, Detail, Details, Document, Error, Fault, InstalledFault, NotRecomputable, Quoted,
    RemoteChange, Shortfall, Voucher,
};
pub use installed::{
    Depth, Growth as ReplacementGrowth, Inspection, InstalledOptions, Listed, ListedKind,
    OriginalFile, Outcome as ReplacementOutcome, Replacement, System, Tool,
};
pub use json::{CanonicalForm, Number, Value, canonical_text};
pub use limits::Limits;
pub use package::{
    ByteRange, Examination, Expectation, Fate, FilePart, Mark, NodeKind, PartialAnswer,
    PartialExamination, PartialStep, Phase, Progress, Told, UnpackedNode, WholeBecause,
};
pub use policy::{Level, Policy, Profile};
pub use proof::{
    ArchiveDigests, AuthenticatedPackage, Check, CheckReport, Finding, HashedBy, InstalledKind,
    InstalledVerdict, NotChecked, Original, OriginalRejection, Outcome, PackageId, PinnedDigest,
    Reason, RecordRoles, RecordTrust, Replaced, RoleReport, Severity, SignedBy, Status, Trust,
    TrustReport, Verdict, VerifiedRecord, VerifiedTarget,
};
pub use time::Time;
pub use trust::{
    ChannelTrust, Kept, Lookup, MinVersions, RepodataFile, Target, TrustOptions, Want,
};
pub use verifier::{Rejection, Verifier};
