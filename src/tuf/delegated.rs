//! Delegated roles: loaded one by one, as the search for a target comes to them, and
//! trusted by the role that the search came from (TUF 5.6.7).

use super::keys::Keys;
use super::meta_file::MetaFile;
use super::roles::{Roles, not_loaded};
use super::targets::TargetFile;
use super::{Metadata, Targets};
use crate::error::{Document, Error, Fault};
use crate::limits::Limits;
use crate::time::Time;

/// Whose keys sign delegated roles, in messages.
const SIGNERS: &str = "the delegating role's keys for it";

/// The top-level role that a search begins with.
const TOP: &str = "targets";

/// A delegated role that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delegated {
    pub(super) bytes: Vec<u8>,
    /// What they say, once somebody vouched for them.
    role: Option<Targets>,
    /// The roles by whose delegation it was verified: one that is trusted through one
    /// role need not be through another.
    delegators: Vec<String>,
}

impl Delegated {
    /// Bytes that nobody vouches for yet.
    pub(super) const fn kept(bytes: Vec<u8>) -> Self {
        Self { bytes, role: None, delegators: Vec::new() }
    }
}

/// A delegated role that a search needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) name: String,
    pub(crate) announced: MetaFile,
    delegator: String,
    keys: Keys,
}

/// What a search for a target came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The target, and the roles that lead to it: the last of them lists it.
    Target {
        file: TargetFile,
        roles: Vec<String>,
        /// When the first of these roles expires.
        expires: Time,
    },
    /// A role has to be fetched first.
    Needs(Needed),
}

/// A role that a search is to visit.
struct Visit {
    name: String,
    /// Who delegates to it, and whose keys it has to be signed by; nobody to the top.
    by: Option<(String, Keys)>,
}

impl Roles {
    /// Searches for a target, depth first, in the order of the delegations.
    ///
    /// # Errors
    /// [`Fault::TargetMissing`]; [`Fault::LimitExceeded`] for `delegations`;
    /// [`Fault::RoleUnlisted`]; [`Fault::RolesNotLoaded`]; [`Fault::Expired`];
    /// [`Fault::RoleMalformed`] for an entry that is none.
    pub(crate) fn search(
        &mut self,
        path: &str,
        now: Time,
        least: [u64; 3],
        limits: &Limits,
    ) -> Result<Found, Error> {
        let mut expires = self.current(now, least)?.map(|role| role.expires).into_iter().min();
        let max = limits.delegations;
        let mut visited: Vec<String> = Vec::new();
        let mut waiting = vec![Visit { name: TOP.to_owned(), by: None }];
        while let Some(Visit { name, by }) = waiting.pop() {
            if visited.contains(&name) {
                continue;
            }
            if u64::try_from(visited.len()).is_ok_and(|visited| visited > max) {
                return Err(Error::new(Fault::LimitExceeded { limit: "delegations", max }));
            }
            if let Some((delegator, keys)) = by
                && let Some(needed) = self.load(&name, delegator, keys, now, limits)?
            {
                return Ok(Found::Needs(needed));
            }
            let role = self.role(&name).ok_or_else(not_loaded)?;
            expires = expires.into_iter().chain([role.metadata().expires]).min();
            if let Some(file) = role.find(path)? {
                visited.push(name);
                let expires = expires.ok_or_else(not_loaded)?;
                return Ok(Found::Target { file, roles: visited, expires });
            }
            // TUF 5.6.7.2: the first listed is the first visited, and of those after one
            // that is terminating none.
            let mut children = Vec::new();
            for child in role.delegated(path)? {
                let by = Some((name.clone(), child.keys));
                children.push(Visit { name: child.name.into_owned(), by });
                if child.terminating {
                    waiting.clear();
                    break;
                }
            }
            waiting.extend(children.into_iter().rev());
            visited.push(name);
        }
        Err(Error::new(Fault::TargetMissing { path: path.to_owned() }))
    }

    /// Takes a delegated role that a search needs.
    ///
    /// # Errors
    /// As [`Self::take_targets`].
    pub(crate) fn take_delegated(
        &mut self,
        needed: &Needed,
        file: &str,
        bytes: &[u8],
        now: Time,
        limits: &Limits,
    ) -> Result<(), Error> {
        let role = verified(needed, file, bytes, now, limits)?;
        // Who was trusted through another file of this name is so no more.
        if self.delegated.get(&needed.name).is_some() {
            for name in self.delegated_names() {
                if let Some(other) = self.delegated.get_mut(&name) {
                    other.delegators.retain(|delegator| *delegator != needed.name);
                }
            }
        }
        let delegators = vec![needed.delegator.clone()];
        let held = Delegated { bytes: bytes.to_owned(), role: Some(role), delegators };
        self.delegated.insert(needed.name.clone(), held);
        Ok(())
    }

    /// Whether a delegated role of that name was seen, though it may have been another file.
    pub(crate) fn has_seen(&self, name: &str) -> bool {
        self.delegated.get(name).is_some()
    }

    /// A snapshot or targets have changed: whose word delegated roles rest on is to be
    /// asked again.
    pub(super) fn doubt_delegated(&mut self) {
        for name in self.delegated_names() {
            if let Some(held) = self.delegated.get_mut(&name) {
                held.role = None;
                held.delegators.clear();
            }
        }
    }

    fn delegated_names(&self) -> Vec<String> {
        self.delegated.names().map(str::to_owned).collect()
    }

    pub(super) fn role(&self, name: &str) -> Option<&Targets> {
        if name == TOP { self.targets() } else { self.delegated.get(name)?.role.as_ref() }
    }

    /// Makes sure that a role is loaded and verified by that delegation; gives what has to
    /// be fetched, if it is not.
    fn load(
        &mut self,
        name: &str,
        delegator: String,
        keys: Keys,
        now: Time,
        limits: &Limits,
    ) -> Result<Option<Needed>, Error> {
        let announced = self.snapshot().ok_or_else(not_loaded)?.role(name)?.clone();
        let needed = Needed { name: name.to_owned(), announced, delegator, keys };
        let Some(held) = self.delegated.get_mut(name) else { return Ok(Some(needed)) };
        let is_fresh = |role: &Targets| role.metadata().check_fresh(now).is_ok();
        if held.role.as_ref().is_some_and(is_fresh) && held.delegators.contains(&needed.delegator) {
            return Ok(None);
        }
        // What was kept counts where it verifies, and is fetched where it does not.
        match verified(&needed, &format!("{name}.json"), &held.bytes, now, limits) {
            Ok(role) => {
                held.role = Some(role);
                held.delegators.push(needed.delegator);
                Ok(None)
            }
            Err(_) => Ok(Some(needed)),
        }
    }
}

/// A delegated role, if it is the announced one, and signed as its delegator demands.
fn verified(
    needed: &Needed,
    file: &str,
    bytes: &[u8],
    now: Time,
    limits: &Limits,
) -> Result<Targets, Error> {
    needed.announced.check(bytes, || Document::new(TOP, file))?;
    let role = Targets::parse(file, bytes, limits)?.verify(&needed.keys, SIGNERS)?;
    let metadata: &Metadata = role.metadata();
    metadata.check_version(needed.announced.version)?;
    metadata.check_fresh(now)?;
    Ok(role)
}
