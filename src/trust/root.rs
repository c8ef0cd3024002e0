//! The root of a channel, in either of its shapes.

use crate::conda::{RoleFileName, RoleSpec};
use crate::content_trust::{RoleKind, SignatureRules, TrustedRole, TrustedRoot};
use crate::crypto::Signers;
use crate::envelope::Envelope;
use crate::error::{Document, Error, Fault};
use crate::json::CanonicalForm;
use crate::limits::Limits;
use crate::time::Time;
use crate::tuf;

/// A root that is trusted, which may have expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// Content trust 0.6.
    V06(Box<TrustedRoot>),
    /// Shaped as TUF's. Nothing leads back from it: after such a root only TUF decides.
    V1(Box<tuf::Root>),
}

impl Root {
    /// Trusts a root because the caller says so.
    pub(super) fn pin(
        file: &str,
        bytes: &[u8],
        rules: SignatureRules,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let spec = shape(file, bytes, limits)?;
        RoleFileName::check_load(file, spec, "root")?;
        Ok(match spec {
            RoleSpec::V06 => Self::V06(Box::new(TrustedRoot::pin(file, bytes, rules, limits)?)),
            RoleSpec::V1 => {
                let root = tuf::Root::parse(file, bytes, forms(rules), limits)?;
                root.verify_self()?;
                Self::V1(Box::new(root))
            }
        })
    }

    /// The root that follows this one. The file's name has to say so too.
    pub(super) fn update(
        &self,
        file: &str,
        bytes: &[u8],
        rules: SignatureRules,
        limits: &Limits,
    ) -> Result<Self, Error> {
        RoleFileName::check_update(file, self.version(), self.spec())?;
        let spec = shape(file, bytes, limits)?;
        Ok(match (self, spec) {
            (Self::V06(root), RoleSpec::V06) => {
                RoleFileName::check_load(file, spec, "root")?;
                Self::V06(Box::new(root.update(file, bytes, limits)?))
            }
            (Self::V06(root), RoleSpec::V1) => {
                let next = tuf::Root::parse(file, bytes, forms(rules), limits)?;
                RoleFileName::check_load(file, spec, "root")?;
                let keys = root.role().delegation(RoleKind::Root);
                let keys = keys.ok_or_else(|| {
                    Error::new(Fault::RoleMalformed {
                        document: root.role().document(),
                        reason: "nobody delegates to it".to_owned(),
                    })
                })?;
                next.verify_upgrade(self.version(), &keys.keys, keys.threshold)?;
                Self::V1(Box::new(next))
            }
            (Self::V1(root), RoleSpec::V1) => {
                let next = tuf::Root::parse(file, bytes, forms(rules), limits)?;
                RoleFileName::check_load(file, spec, "root")?;
                next.verify_after(root)?;
                Self::V1(Box::new(next))
            }
            (Self::V1(_), RoleSpec::V06) => {
                return Err(Error::new(Fault::RoleSpecUnsupported {
                    document: Document::new("root", file),
                    actual: spec.as_str().to_owned(),
                }));
            }
        })
    }

    /// Which of `trusted`'s keys for roots have signed this one; none where neither shape has
    /// any, or where this one leads back.
    pub(super) fn signers(&self, trusted: &Self) -> Option<Signers> {
        match (self, trusted) {
            (Self::V06(root), Self::V06(trusted)) => {
                Some(root.role().signers(trusted.role().delegation(RoleKind::Root)?))
            }
            (Self::V1(root), Self::V06(trusted)) => {
                let keys = trusted.role().delegation(RoleKind::Root)?;
                Some(root.signers_by_keys(&keys.keys, keys.threshold))
            }
            (Self::V1(root), Self::V1(trusted)) => Some(root.signers(trusted.role_keys("root")?)),
            (Self::V06(_), Self::V1(_)) => None,
        }
    }

    pub(super) fn version(&self) -> u64 {
        match self {
            Self::V06(root) => root.role().version,
            Self::V1(root) => root.version(),
        }
    }

    pub(super) const fn spec(&self) -> RoleSpec {
        match self {
            Self::V06(_) => RoleSpec::V06,
            Self::V1(_) => RoleSpec::V1,
        }
    }

    pub(super) fn expires(&self) -> Time {
        match self {
            Self::V06(root) => root.role().expiration,
            Self::V1(root) => root.expires(),
        }
    }

    pub(super) fn document(&self) -> Document {
        match self {
            Self::V06(root) => root.role().document(),
            Self::V1(root) => root.document(),
        }
    }

    pub(super) fn check_fresh(&self, now: Time) -> Result<(), Error> {
        match self {
            Self::V06(root) => root.role().check_fresh(now),
            Self::V1(root) => root.check_fresh(now),
        }
    }

    /// Whether a role that another root vouched for is one of this root's too.
    pub(super) fn vouches_for(&self, key_mgr: &TrustedRole) -> bool {
        match self {
            Self::V06(root) => root.vouches_for(key_mgr),
            Self::V1(_) => false,
        }
    }

    /// The root, if `key_mgr` follows from it.
    ///
    /// # Errors
    /// [`Fault::RoleSpecUnsupported`] for one of TUF: the roles of content trust count no
    /// more then.
    pub(super) fn content_trust(&self) -> Result<&TrustedRoot, Error> {
        match self {
            Self::V06(root) => Ok(root),
            Self::V1(root) => Err(Error::new(Fault::RoleSpecUnsupported {
                document: root.document(),
                actual: root.spec_version().to_owned(),
            })),
        }
    }
}

/// Which shape a root is of, by the member that only one of them has.
fn shape(file: &str, bytes: &[u8], limits: &Limits) -> Result<RoleSpec, Error> {
    let envelope = Envelope::parse("root", file, bytes, limits)?;
    let has = |name| envelope.member(name).is_some();
    Ok(if has("_type") && !has("type") { RoleSpec::V1 } else { RoleSpec::V06 })
}

/// TUF's canonical bytes, and mamba's where the caller takes them.
const fn forms(rules: SignatureRules) -> &'static [CanonicalForm] {
    const BOTH: &[CanonicalForm] = &[CanonicalForm::Olpc, CanonicalForm::MambaCompact];
    const STANDARD: &[CanonicalForm] = &[CanonicalForm::Olpc];
    if rules.mamba_form { BOTH } else { STANDARD }
}
