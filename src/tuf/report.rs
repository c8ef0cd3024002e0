//! What is held of the roles below a root, and who signed it.

use super::delegated::Delegated;
use super::keys::Keys;
use super::metadata::Metadata;
use super::roles::{Held, Roles};
use super::signatures::Signatures;
use super::targets::{Targets, envelope};
use super::{Root, Snapshot, Timestamp};
use crate::envelope::refusal;
use crate::error::Error;
use crate::limits::Limits;
use crate::proof::{RoleReport, SignedBy};

impl Roles {
    /// Timestamp, snapshot, targets, and the delegated roles that somebody vouches for now, by
    /// their names. All signatures are looked at anew.
    ///
    /// # Errors
    /// None but of what is out of reach: the files were read before.
    pub(crate) fn reports<'a>(
        &'a self,
        root: &'a Root,
        limits: &Limits,
    ) -> Result<Vec<RoleReport<'a>>, Error> {
        let timestamp = self.timestamp.as_ref().map(|held| held.file(Timestamp::metadata));
        let snapshot = self.snapshot.as_ref().map(|held| held.file(Snapshot::metadata));
        let targets = self.targets.as_ref().map(|held| held.file(Targets::metadata));
        let mut reports = Vec::new();
        for (name, file) in [("timestamp", timestamp), ("snapshot", snapshot), ("targets", targets)]
        {
            if let (Some(file), Some(keys)) = (file, root.role_keys(name)) {
                let mut by = [("root", root.version(), keys.clone())].into_iter();
                reports.push(file.report(name, &mut by, limits)?);
            }
        }
        for (name, Delegated { bytes, role, delegators }) in self.delegated.iter() {
            let Some(role) = role.as_ref().filter(|_| !delegators.is_empty()) else { continue };
            let mut by = delegators.iter().filter_map(|delegator| {
                let above = self.role(delegator)?;
                let keys = above.keys_of(name).ok()?;
                Some((delegator.as_str(), above.metadata().version, keys))
            });
            reports.push(File { metadata: role.metadata(), bytes }.report(name, &mut by, limits)?);
        }
        Ok(reports)
    }
}

impl<T> Held<T> {
    fn file(&self, metadata: fn(&T) -> &Metadata) -> File<'_> {
        File { metadata: metadata(&self.role), bytes: &self.bytes }
    }
}

/// A file that was accepted.
struct File<'a> {
    metadata: &'a Metadata,
    bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// `by`: the roles that vouch for it, their versions, and the keys that they name for it.
    fn report(
        self,
        role: &'a str,
        by: &mut dyn Iterator<Item = (&'a str, u64, Keys)>,
        limits: &Limits,
    ) -> Result<RoleReport<'a>, Error> {
        let Self { metadata: Metadata { document, version, expires, .. }, bytes } = self;
        let refuse = |reason: &str| refusal(document, reason);
        let (signed, signatures) = envelope(&document.file, bytes, &refuse, limits)?;
        let signatures = Signatures::parse(&signatures, &refuse, limits)?;
        let forms = [signed.into_bytes()];
        let signed_by = by.map(|(role, version, keys)| {
            let signers = signatures.signers(&forms, &keys);
            SignedBy { role, version, signers }
        });
        let signed_by = signed_by.collect();
        let (path, expires, version) = (document.file.as_str(), *expires, *version);
        Ok(RoleReport { role, path, version, expires, signed_by, bytes })
    }
}
