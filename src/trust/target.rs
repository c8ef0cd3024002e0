//! Files that the roles of TUF vouch for, by their paths (TUF 5.6.7 and 5.7).

use super::root::Root;
use super::{ChannelTrust, MinVersions, Want, check_least};
use crate::digest::Digests;
use crate::error::{Error, Fault};
use crate::time::Time;
use crate::tuf::{Difference, Found, Hashes, Needed, TargetFile, role_path, target_paths};

/// A file that the roles vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its path, as the roles have it: no URL.
    pub path: String,
    /// In bytes.
    pub length: u64,
    /// Of its bytes. All that are known have to match, and one at least has to be known.
    pub hashes: Hashes,
    /// `custom`, the JSON text of what the roles say of it besides, if they do.
    pub custom: Option<String>,
    /// The roles that lead to it: the last one lists it.
    pub roles: Vec<String>,
    /// When the first of these roles expires: from then on they vouch for nothing.
    pub expires: Time,
    /// Where it may be below the base URL of targets, in the order in which to ask: with
    /// consistent snapshots under the names of its hashes. Each is a relative URL.
    pub paths: Vec<String>,
}

/// What a search for a target came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The target.
    Found(Target),
    /// A role is needed first: answer with [`ChannelTrust::update`] or
    /// [`ChannelTrust::unavailable`], and ask again.
    Wants(Want),
}

impl Target {
    /// Compares a file's length and digests with what the roles say.
    ///
    /// # Errors
    /// [`Fault::TargetDigestMismatch`]; [`Fault::HashUnsupported`].
    pub fn check(&self, digests: &Digests) -> Result<(), Error> {
        let mismatch = |expected, actual| {
            let path = self.path.clone();
            Error::new(Fault::TargetDigestMismatch { path, expected, actual })
        };
        let bytes = |length: u64| format!("{length} bytes long");
        if self.length != digests.size {
            return Err(mismatch(bytes(self.length), bytes(digests.size)));
        }
        let compared = self.hashes.compare(digests.sha256, digests.sha512);
        compared.map_err(|difference| match difference {
            Difference::Hash { expected, actual } => mismatch(expected, actual),
            Difference::Unknown(algorithms) => {
                Error::new(Fault::HashUnsupported { file: self.path.clone(), algorithms })
            }
        })
    }
}

impl ChannelTrust {
    /// Searches the roles for a target, at the time `now`. `path` is as the roles have it,
    /// relative to the channel: `noarch/repodata.json`.
    ///
    /// # Errors
    /// [`Fault::TargetMissing`] where no role that is asked lists it;
    /// [`Fault::RolesNotLoaded`] before a refresh came to its end, and under a root that is
    /// none of TUF; [`Fault::Expired`]; [`Fault::RoleRollback`] below the least versions;
    /// [`Fault::RoleUnlisted`]; [`Fault::LimitExceeded`] for `delegations`; [`Fault::HashUnsupported`].
    pub fn target(&mut self, path: &str, now: Time) -> Result<Lookup, Error> {
        let needed = match self.search(path, now)? {
            Ok(target) => return Ok(Lookup::Found(target)),
            Err(needed) => needed,
        };
        let has_versions = matches!(&self.root, Root::V1(root) if root.has_consistent_snapshots());
        let version = has_versions.then_some(needed.announced.version);
        let path = role_path(&needed.name, version);
        let max = self.limits.targets_bytes;
        let max_length = needed.announced.max_length("targetsBytes", max)?;
        let role = needed.name.clone();
        self.needed = Some((path.clone(), needed, now));
        Ok(Lookup::Wants(Want { role, path, max_length, optional: false }))
    }

    /// A target that is found without another role.
    ///
    /// # Errors
    /// As [`Self::target`]; [`Fault::RolesNotLoaded`] where one is needed.
    pub fn known_target(&mut self, path: &str, now: Time) -> Result<Target, Error> {
        self.search(path, now)?.map_err(|_| Error::new(Fault::RolesNotLoaded))
    }

    /// The target, or the role that is needed to find it.
    pub(super) fn search(
        &mut self,
        path: &str,
        now: Time,
    ) -> Result<Result<Target, Needed>, Error> {
        let Root::V1(root) = &self.root else {
            return Err(Error::new(Fault::RolesNotLoaded));
        };
        if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return Err(Error::new(Fault::ArgumentInvalid {
                argument: "path".to_owned(),
                reason: "a target's path has no segments that are empty, . or ..".to_owned(),
            }));
        }
        root.check_fresh(now)?;
        let MinVersions { root: least, timestamp, snapshot, targets, .. } =
            self.options.min_versions;
        check_least(&root.document(), least, root.version())?;
        let least = [timestamp, snapshot, targets];
        let (file, roles, expires) = match self.roles.search(path, now, least, &self.limits)? {
            Found::Target { file, roles, expires } => (file, roles, expires.min(root.expires())),
            Found::Needs(needed) => return Ok(Err(needed)),
        };
        let TargetFile { length, hashes, custom } = file;
        if hashes.is_unknown() {
            let algorithms = hashes.unknown;
            return Err(Error::new(Fault::HashUnsupported { file: path.to_owned(), algorithms }));
        }
        let paths = target_paths(path, &hashes, root.has_consistent_snapshots());
        let path = path.to_owned();
        Ok(Ok(Target { path, length, hashes, custom, roles, expires, paths }))
    }
}
