//! What is trusted of a channel, and the protocol that brings it up to date.
//!
//! The host fetches and stores; what to ask for, in which order, how much of it, and
//! what to keep is decided here ([`ChannelTrust::next`]). A file that is refused changes
//! nothing; what was accepted before it stays.

mod records;
mod refresh;
mod report;
mod root;
mod store;
mod target;
mod want;

pub use records::RepodataFile;
pub use store::Kept;
pub use target::{Lookup, Target};
pub use want::Want;

use crate::conda::RepodataEntry;
use crate::content_trust::{RecordRules, Role, RoleKind, SignatureRules, TrustedRole, TrustedRoot};
use crate::digest::Sha256Digest;
use crate::error::{Code, Document, Error, Fault};
use crate::limits::Limits;
use crate::package::Expectation;
use crate::proof::{NotChecked, RecordRoles, RecordTrust, VerifiedRecord};
use crate::time::Time;
use crate::tuf::{Metadata, Needed, Roles, Snapshot, Targets, Timestamp};

use self::refresh::Refresh;
use self::report::RootFile;
use self::root::Root;

/// The file of the role that names the keys of records.
const KEY_MGR: &str = "key_mgr.json";
/// The file that mamba and quetz have, and conda has not.
const PKG_MGR: &str = "pkg_mgr.json";

/// What a caller decides about trust, where the tools differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustOptions {
    /// The channel that the root is trusted for: a store of another one is refused.
    pub channel: Option<String>,
    /// Which signatures count.
    pub signatures: SignatureRules,
    /// Whether the channel has to have `pkg_mgr.json` (content trust 7, rule 16: by
    /// default it may do without, until it was seen with one).
    pub require_pkg_mgr: bool,
    /// Versions below which nothing is accepted, from a second copy of what was seen:
    /// a store that is rolled back as a whole can be noticed by nothing else.
    pub min_versions: MinVersions,
}

/// The least versions that a caller accepts; 0 accepts any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinVersions {
    /// Of the root.
    pub root: u64,
    /// Of `key_mgr.json`.
    pub key_mgr: u64,
    /// Of `pkg_mgr.json`.
    pub pkg_mgr: u64,
    /// Of TUF's timestamp.
    pub timestamp: u64,
    /// Of TUF's snapshot.
    pub snapshot: u64,
    /// Of TUF's targets.
    pub targets: u64,
}

/// A role below the root and the file it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    role: TrustedRole,
    bytes: Vec<u8>,
}

/// What is trusted of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelTrust {
    options: TrustOptions,
    limits: Limits,
    anchor: Sha256Digest,
    /// Whether successors of the root may have mamba's names too, `N.svX.root.json`: those
    /// of a repository that was TUF's from the beginning have TUF's alone.
    has_mambas_names: bool,
    root: Root,
    /// The files of the roots, from the pinned one to `root`.
    chain: Vec<RootFile>,
    key_mgr: Option<Held>,
    pkg_mgr: Option<Held>,
    /// Whether a signed `pkg_mgr.json` was ever seen: it is required from then on.
    has_seen_pkg_mgr: bool,
    /// What is trusted below a root of TUF.
    roles: Roles,
    /// A delegated role that a search needs, the path that it was asked for under, and the
    /// time of the search.
    needed: Option<(String, Needed, Time)>,
    refresh: Option<Refresh>,
}

impl ChannelTrust {
    /// Trusts a root because the caller says so, and nothing else yet. `file` names
    /// it in messages.
    ///
    /// # Errors
    /// What [`crate::TrustedRoot::pin`] and [`crate::tuf::Root::parse`] fail with;
    /// [`Fault::RoleFileName`] where the name contradicts the content.
    pub fn pin(
        file: &str,
        root: &[u8],
        options: TrustOptions,
        limits: Limits,
    ) -> Result<Self, Error> {
        let trusted = Root::pin(file, root, options.signatures, &limits)?;
        Ok(Self {
            options,
            limits,
            anchor: Sha256Digest::of(root),
            has_mambas_names: match &trusted {
                Root::V06(_) => true,
                Root::V1(root) => root.is_in_mambas_spelling(),
            },
            root: trusted,
            chain: vec![RootFile::new(file, root)],
            key_mgr: None,
            pkg_mgr: None,
            has_seen_pkg_mgr: false,
            roles: Roles::default(),
            needed: None,
            refresh: None,
        })
    }

    /// The SHA-256 of the root that the caller pinned.
    #[must_use]
    pub const fn anchor(&self) -> Sha256Digest {
        self.anchor
    }

    /// The channel that the root is trusted for, where the caller named it.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.options.channel.as_deref()
    }

    /// The version of the root in force.
    #[must_use]
    pub fn root_version(&self) -> u64 {
        self.root.version()
    }

    /// When the root in force expires: then nothing below it counts.
    #[must_use]
    pub fn root_expires(&self) -> Time {
        self.root.expires()
    }

    /// `key_mgr`, if it was seen.
    #[must_use]
    pub fn key_mgr(&self) -> Option<&TrustedRole> {
        self.key_mgr.as_ref().map(|held| &held.role)
    }

    /// TUF's timestamp, snapshot and targets, those that were seen.
    #[must_use]
    pub fn tuf_roles(&self) -> [Option<&Metadata>; 3] {
        [
            self.roles.timestamp().map(Timestamp::metadata),
            self.roles.snapshot().map(Snapshot::metadata),
            self.roles.targets().map(Targets::metadata),
        ]
    }

    /// The version of a role that is held, by its name as [`Want::role`] has it.
    #[must_use]
    pub fn role_version(&self, role: &str) -> Option<u64> {
        match role {
            "root" => Some(self.root.version()),
            "key_mgr" if !self.is_tuf() => self.key_mgr().map(|held| held.role().version),
            "pkg_mgr" if !self.is_tuf() => self.pkg_mgr().map(|held| held.role().version),
            _ => self.roles.version(role),
        }
    }

    /// Whether the root is one of TUF: then repodata is trusted as a file, else its records
    /// by their signatures.
    #[must_use]
    pub const fn is_tuf(&self) -> bool {
        matches!(self.root, Root::V1(_))
    }

    /// `pkg_mgr`, if its file was seen.
    #[must_use]
    pub fn pkg_mgr(&self) -> Option<&TrustedRole> {
        self.pkg_mgr.as_ref().map(|held| &held.role)
    }

    /// What is left open however well a record verifies.
    #[must_use]
    pub fn not_checked(&self) -> Vec<NotChecked> {
        if matches!(self.root, Root::V1(_)) {
            return Vec::new();
        }
        NotChecked::of_signed_record(self.pkg_mgr.is_some())
            .map(|(check, reason)| NotChecked { check, reason: reason.to_owned() })
            .collect()
    }

    /// How to verify the records of a subdir at the time `now`.
    ///
    /// # Errors
    /// [`Fault::RolesNotLoaded`] where no refresh brought `key_mgr` yet;
    /// [`Fault::RoleMissing`] for `pkg_mgr.json` where it is required;
    /// [`Fault::Expired`] where a role has expired by `now`; [`Fault::RoleRollback`]
    /// below the least versions;
    /// [`Fault::RoleSpecUnsupported`] under a root of TUF, where the repodata as a file is
    /// vouched for ([`Self::repodata_trust`]), and no record by itself.
    pub fn record_rules<'a>(
        &'a self,
        subdir: &'a str,
        now: Time,
    ) -> Result<RecordRules<'a>, Error> {
        self.root.check_fresh(now)?;
        let above = self.root.content_trust()?;
        let MinVersions { root, key_mgr, pkg_mgr, .. } = self.options.min_versions;
        check_least(&self.root.document(), root, self.root.version())?;
        let missing =
            |role, file| Error::new(Fault::RoleMissing { document: Document::new(role, file) });
        let held = self.key_mgr().ok_or_else(|| Error::new(Fault::RolesNotLoaded))?;
        check_held(above, held, key_mgr, now)?;
        match self.pkg_mgr() {
            Some(held) => check_held(above, held, pkg_mgr, now)?,
            None if self.requires_pkg_mgr() => return Err(missing("pkg_mgr", PKG_MGR)),
            None => {}
        }
        self.rules_of_records(Some(held.role()), subdir)
    }

    /// Whether the roles have expired is not asked.
    fn rules_of_records<'a>(
        &'a self,
        key_mgr: Option<&'a Role>,
        subdir: &'a str,
    ) -> Result<RecordRules<'a>, Error> {
        let key_mgr = key_mgr.ok_or_else(|| Error::new(Fault::RolesNotLoaded))?;
        let document = || Document::new("pkg_mgr", KEY_MGR);
        let missing = || Error::new(Fault::RoleMissing { document: document() });
        Ok(RecordRules {
            signers: key_mgr.delegation(RoleKind::PkgMgr).ok_or_else(missing)?,
            signatures: self.options.signatures,
            subdir,
            limits: &self.limits,
        })
    }

    /// Verifies one record, strictly, at the time `now`.
    ///
    /// # Errors
    /// As [`Self::record_rules`] and [`RecordRules::verify`].
    pub fn verify_record(
        &self,
        subdir: &str,
        entry: &RepodataEntry<'_>,
        now: Time,
    ) -> Result<VerifiedRecord, Error> {
        if matches!(self.root, Root::V1(_)) {
            // After such a root signatures of records count no more.
            let MinVersions { timestamp, snapshot, targets, .. } = self.options.min_versions;
            self.roles.current(now, [timestamp, snapshot, targets])?;
            let file_name = entry.file_name.to_owned();
            return Err(Error::new(Fault::RecordUnsigned { file_name }));
        }
        let record = self.record_rules(subdir, now)?.verify(entry)?;
        Ok(VerifiedRecord::new(
            record,
            RecordTrust {
                anchor: self.anchor,
                root_version: self.root.version(),
                roles: RecordRoles::ContentTrust {
                    key_mgr_version: self.key_mgr().map_or(0, |held| held.role().version),
                    pkg_mgr_version: self.pkg_mgr().map(|held| held.role().version),
                },
                expires: [self.key_mgr(), self.pkg_mgr()]
                    .into_iter()
                    .flatten()
                    .map(|held| held.role().expiration)
                    .fold(self.root.expires(), Time::min),
                channel: self.options.channel.clone(),
            },
        ))
    }

    /// What a package has to be, by what signed repodata has on its file at the time
    /// `now`. Whatever is wrong with that rejects the package; that nobody signed the
    /// record does so unless the policy says otherwise.
    #[must_use]
    pub fn expect(&self, subdir: &str, entry: &RepodataEntry<'_>, now: Time) -> Expectation {
        let expectation = Expectation::nothing().named(entry.file_name);
        match self.verify_record(subdir, entry, now) {
            Ok(record) => expectation.verified(record),
            Err(error) if error.code() == Code::RecordUnsigned => {
                expectation.unsigned(entry.record(&self.limits))
            }
            Err(error) => expectation.unsigned(Err(error)),
        }
    }

    const fn requires_pkg_mgr(&self) -> bool {
        // Whoever knows a version of it knows that there is one.
        self.options.require_pkg_mgr
            || self.has_seen_pkg_mgr
            || self.options.min_versions.pkg_mgr > 0
    }
}

/// Whether a role that is held counts: one that does not may still be a floor.
fn check_held(root: &TrustedRoot, held: &TrustedRole, least: u64, now: Time) -> Result<(), Error> {
    root.check_spec(held)?;
    held.role().check_fresh(now)?;
    check_least(&held.role().document(), least, held.role().version)
}

fn check_least(document: &Document, least: u64, version: u64) -> Result<(), Error> {
    if version >= least {
        return Ok(());
    }
    Err(Error::new(Fault::RoleRollback {
        document: document.clone(),
        trusted: least,
        offered: version,
    }))
}
