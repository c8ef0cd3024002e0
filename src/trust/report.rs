//! Who signed what: the roles that are trusted, and single records.

use super::root::Root;
use super::{ChannelTrust, Held};
use crate::conda::RepodataEntry;
use crate::content_trust::{RoleKind, TrustedRole};
use crate::error::Error;
use crate::proof::{RoleReport, SignedBy};

/// A root as a link of the chain: the file, and the name that it was accepted under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RootFile {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

impl RootFile {
    pub(super) fn new(path: &str, bytes: &[u8]) -> Self {
        Self { path: path.to_owned(), bytes: bytes.to_owned() }
    }
}

impl ChannelTrust {
    /// The roles that are trusted, expired or not, from the pinned root on: roots, then the
    /// roles below, then delegated ones by their names. The files are read and all their
    /// signatures verified once more, which decides nothing.
    ///
    /// # Errors
    /// None but of what is out of reach: the files were read before.
    pub fn roles(&self) -> Result<Vec<RoleReport<'_>>, Error> {
        let mut reports = Vec::new();
        let mut before: Option<Root> = None;
        for RootFile { path, bytes } in &self.chain {
            let root = Root::pin(path, bytes, self.options.signatures, &self.limits)?;
            let mut signed_by = Vec::new();
            for by in before.iter().chain([&root]) {
                if let Some(signers) = root.signers(by) {
                    signed_by.push(SignedBy { role: "root", version: by.version(), signers });
                }
            }
            reports.push(RoleReport {
                role: "root",
                path,
                version: root.version(),
                expires: root.expires(),
                signed_by,
                bytes,
            });
            before = Some(root);
        }
        match &self.root {
            Root::V1(root) => reports.extend(self.roles.reports(root, &self.limits)?),
            Root::V06(root) => {
                let mut above = root.role();
                for held in [&self.key_mgr, &self.pkg_mgr].into_iter().flatten() {
                    let Held { role, bytes } = held;
                    let role = role.role();
                    let signers = above.delegation(role.kind).map(|keys| role.signers(keys));
                    let (by, version) = (above.kind.as_str(), above.version);
                    let signed_by = signers.map(|signers| SignedBy { role: by, version, signers });
                    reports.push(RoleReport {
                        role: role.kind.as_str(),
                        path: &role.file,
                        version: role.version,
                        expires: role.expiration,
                        signed_by: signed_by.into_iter().collect(),
                        bytes,
                    });
                    above = role;
                }
            }
        }
        Ok(reports)
    }

    /// Which of those who may sign records signed this one; `None` under a root of TUF, where
    /// signatures of records count no more. It decides nothing, and asks neither whether the
    /// roles have expired nor whether the record is about its file.
    ///
    /// # Errors
    /// [`Fault::RolesNotLoaded`](crate::Fault::RolesNotLoaded) where no refresh brought
    /// `key_mgr` yet; [`Fault::JsonInvalid`](crate::Fault::JsonInvalid).
    pub fn record_signers(&self, entry: &RepodataEntry<'_>) -> Result<Option<SignedBy<'_>>, Error> {
        if self.is_tuf() {
            return Ok(None);
        }
        let role = self.key_mgr().map(TrustedRole::role);
        let rules = self.rules_of_records(role, "")?;
        let version = role.map_or(0, |role| role.version);
        let signers = rules.signers(entry)?;
        Ok(Some(SignedBy { role: RoleKind::KeyMgr.as_str(), version, signers }))
    }
}
