//! From a pinned root to its successors and to the roles below.

use super::role::{Delegation, Role, RoleKind, SignatureRules};
use crate::error::{Document, Error, Fault};
use crate::limits::Limits;
use crate::time::Time;

/// A root that the caller pinned, or that a chain of roots leads to from there.
///
/// It may have expired: an expired root can still name its successor, and stays
/// the floor against rollback. Nothing else is trusted through it then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoot {
    role: Role,
    rules: SignatureRules,
}

/// A role below the root whose signatures were verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRole {
    role: Role,
    rules: SignatureRules,
}

impl TrustedRoot {
    /// Trusts a root because the caller says so. `file` names it in messages;
    /// `rules` hold for everything below it.
    ///
    /// # Errors
    /// What [`Role::parse`] fails with; [`Fault::ThresholdNotMet`] and
    /// [`Fault::SignatureEncoding`] where it has not signed itself.
    pub fn pin(
        file: &str,
        bytes: &[u8],
        rules: SignatureRules,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let role = Role::parse(RoleKind::Root, file, bytes, rules, limits)?;
        verify_by_own_keys(&role)?;
        Ok(Self { role, rules })
    }

    /// The root that follows this one.
    ///
    /// # Errors
    /// What [`Role::parse`] fails with; [`Fault::RoleRollback`] and
    /// [`Fault::RoleVersionSkipped`]; [`Fault::ThresholdNotMet`] and
    /// [`Fault::SignatureEncoding`] where the keys of either root have not signed.
    pub fn update(&self, file: &str, bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let root = Role::parse(RoleKind::Root, file, bytes, self.rules, limits)?;
        // Content trust 4.2 asks for the version first: a replayed old root is told
        // as one, whoever signed it.
        let (trusted, offered) = (self.role.version, root.version);
        if offered <= trusted {
            return Err(Error::new(Fault::RoleRollback {
                document: root.document(),
                trusted,
                offered,
            }));
        }
        if offered > trusted.saturating_add(1) {
            return Err(Error::new(Fault::RoleVersionSkipped {
                document: root.document(),
                trusted,
                offered,
            }));
        }
        // By the keys of the old root and by those of the new one (as TUF 5.3.4).
        root.verify_by(keys(&self.role, RoleKind::Root)?, "the trusted root's keys")?;
        verify_by_own_keys(&root)?;
        Ok(Self { role: root, rules: self.rules })
    }

    /// `key_mgr`, as this root delegates to it.
    ///
    /// `seen` is the one trusted before, if there is one.
    ///
    /// # Errors
    /// What [`Role::parse`] fails with; [`Fault::Expired`] for the root or for
    /// the role; [`Fault::RoleSpecUnsupported`] where it is of another version than
    /// the root's; [`Fault::ThresholdNotMet`]; [`Fault::SignatureEncoding`];
    /// [`Fault::RoleRollback`].
    pub fn key_mgr(
        &self,
        file: &str,
        bytes: &[u8],
        seen: Option<&TrustedRole>,
        now: Time,
        limits: &Limits,
    ) -> Result<TrustedRole, Error> {
        self.role.check_fresh(now)?;
        let seen = seen.map(TrustedRole::role);
        let role = Role::parse(RoleKind::KeyMgr, file, bytes, self.rules, limits)?;
        check_spec(&self.role, &role)?;
        check_delegated(&self.role, &role, seen)?;
        role.check_fresh(now)?;
        Ok(TrustedRole { role, rules: self.rules })
    }

    /// `key_mgr` as it was kept from an earlier refresh: it may have expired, or be of an
    /// earlier specification, and then is nothing but a floor against rollback.
    ///
    /// # Errors
    /// As [`Self::key_mgr`], but for these two.
    pub fn remember_key_mgr(
        &self,
        file: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<TrustedRole, Error> {
        let role = Role::parse(RoleKind::KeyMgr, file, bytes, self.rules, limits)?;
        check_delegated(&self.role, &role, None)?;
        Ok(TrustedRole { role, rules: self.rules })
    }

    /// Whether a role is of the specification that this root is of, as it has to be to
    /// count. One that is not may still be a floor.
    ///
    /// # Errors
    /// [`Fault::RoleSpecUnsupported`].
    pub fn check_spec(&self, role: &TrustedRole) -> Result<(), Error> {
        check_spec(&self.role, &role.role)
    }

    /// Whether a role that another root vouched for is one of this root's too, by its
    /// signatures.
    #[must_use]
    pub fn vouches_for(&self, key_mgr: &TrustedRole) -> bool {
        check_delegated(&self.role, &key_mgr.role, None).is_ok()
    }

    /// Which signatures count below this root.
    #[must_use]
    pub const fn rules(&self) -> SignatureRules {
        self.rules
    }

    /// The root itself.
    #[must_use]
    pub const fn role(&self) -> &Role {
        &self.role
    }
}

impl TrustedRole {
    /// `pkg_mgr`, as this `key_mgr` delegates to it.
    ///
    /// # Errors
    /// As [`TrustedRoot::key_mgr`].
    pub fn pkg_mgr(
        &self,
        file: &str,
        bytes: &[u8],
        seen: Option<&Self>,
        now: Time,
        limits: &Limits,
    ) -> Result<Self, Error> {
        self.role.check_fresh(now)?;
        let seen = seen.map(Self::role);
        let role = Role::parse(RoleKind::PkgMgr, file, bytes, self.rules, limits)?;
        check_spec(&self.role, &role)?;
        check_delegated(&self.role, &role, seen)?;
        role.check_fresh(now)?;
        Ok(Self { role, rules: self.rules })
    }

    /// `pkg_mgr` as it was kept from an earlier refresh, as
    /// [`TrustedRoot::remember_key_mgr`].
    ///
    /// # Errors
    /// As [`Self::pkg_mgr`], but for these two.
    pub fn remember_pkg_mgr(
        &self,
        file: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let role = Role::parse(RoleKind::PkgMgr, file, bytes, self.rules, limits)?;
        check_delegated(&self.role, &role, None)?;
        Ok(Self { role, rules: self.rules })
    }

    /// Whether a `pkg_mgr` that another `key_mgr` vouched for is one of this one's too.
    #[must_use]
    pub fn vouches_for(&self, pkg_mgr: &Self) -> bool {
        check_delegated(&self.role, &pkg_mgr.role, None).is_ok()
    }

    /// The role itself.
    #[must_use]
    pub const fn role(&self) -> &Role {
        &self.role
    }
}

/// A root's `root` delegation names its own keys.
fn verify_by_own_keys(root: &Role) -> Result<(), Error> {
    root.verify_by(keys(root, RoleKind::Root)?, "its own keys")
}

fn check_spec(delegator: &Role, role: &Role) -> Result<(), Error> {
    if role.spec_version == delegator.spec_version {
        return Ok(());
    }
    Err(Error::new(Fault::RoleSpecUnsupported {
        document: role.document(),
        actual: role.spec_version.clone(),
    }))
}

/// Whether `delegator` vouches for a role, and whether it is no older than `seen`.
fn check_delegated(delegator: &Role, role: &Role, seen: Option<&Role>) -> Result<(), Error> {
    let signers = match role.kind {
        RoleKind::Root | RoleKind::KeyMgr => "the root's keys for it",
        RoleKind::PkgMgr => "key_mgr's keys for it",
    };
    role.verify_by(keys(delegator, role.kind)?, signers)?;
    // Neither version nor timestamp may go back, also when the bytes come from a cache.
    seen.map_or(Ok(()), |seen| check_no_rollback(seen, role))
}

fn check_no_rollback(seen: &Role, offered: &Role) -> Result<(), Error> {
    if offered.version < seen.version {
        return Err(Error::new(Fault::RoleRollback {
            document: offered.document(),
            trusted: seen.version,
            offered: offered.version,
        }));
    }
    if offered.timestamp < seen.timestamp {
        return Err(Error::new(Fault::RoleTimestampRollback {
            document: offered.document(),
            trusted: seen.timestamp.to_string(),
            offered: offered.timestamp.to_string(),
        }));
    }
    Ok(())
}

/// Who may sign for a role that `delegator` delegates to.
fn keys(delegator: &Role, kind: RoleKind) -> Result<&Delegation, Error> {
    delegator.delegation(kind).ok_or_else(|| {
        Error::new(Fault::RoleMalformed {
            document: Document::new(kind.as_str(), delegator.file.as_str()),
            reason: "nobody delegates to it".to_owned(),
        })
    })
}
