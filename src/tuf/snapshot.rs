//! The snapshot: which versions of targets files belong together (TUF 4.5).

use super::meta_file::MetaFile;
use super::metadata::{Metadata, Unverified};
use super::timestamp::unverified;
use crate::by_name::ByName;
use crate::envelope::Envelope;
use crate::error::{Document, Error, Fault};
use crate::json::Value;
use crate::limits::Limits;

/// What a snapshot says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    metadata: Metadata,
    /// By the names of roles, without `.json`.
    roles: ByName<MetaFile>,
}

impl Snapshot {
    /// Reads a snapshot. `file` is its path, for messages.
    ///
    /// # Errors
    /// As [`super::Timestamp::parse`].
    pub fn parse(file: &str, bytes: &[u8], limits: &Limits) -> Result<Unverified<Self>, Error> {
        let envelope = Envelope::read("snapshot", file, bytes, limits)?;
        let metadata = Metadata::read("snapshot", &envelope)?;
        let refuse = || envelope.refuse("meta is no object of files with version, length, hashes");
        let meta = envelope.member("meta").and_then(Value::as_object);
        let mut roles = ByName::new();
        for (file, entry) in meta.ok_or_else(refuse)? {
            let entry = MetaFile::parse(entry).ok_or_else(refuse)?;
            // What is no role's file is nobody's business.
            if let Some(name) = file.strip_suffix(".json") {
                roles.insert(name.to_owned(), entry);
            }
        }
        unverified(&envelope, Self { metadata, roles }, limits)
    }

    /// What it says of itself.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What it says of a role's file.
    ///
    /// # Errors
    /// [`Fault::RoleUnlisted`].
    pub fn role(&self, name: &str) -> Result<&MetaFile, Error> {
        let found = self.roles.get(name);
        found.ok_or_else(|| Error::new(Fault::RoleUnlisted { role: name.to_owned() }))
    }

    /// The names of the roles that it lists.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.roles.names()
    }

    /// Refuses a snapshot in which a role is older than in one that was trusted before, or
    /// is missing (TUF 5.5.5).
    ///
    /// # Errors
    /// [`Fault::RoleRollback`]; [`Fault::RoleRemoved`].
    pub(super) fn check_after(&self, trusted: &Self) -> Result<(), Error> {
        for (name, before) in trusted.roles.iter() {
            let file = || format!("{name}.json");
            let Some(now) = self.roles.get(name) else {
                let document = self.metadata.document.clone();
                return Err(Error::new(Fault::RoleRemoved { document, role: file() }));
            };
            if now.version < before.version {
                return Err(Error::new(Fault::RoleRollback {
                    document: Document::new("targets", file()),
                    trusted: before.version,
                    offered: now.version,
                }));
            }
        }
        Ok(())
    }
}
