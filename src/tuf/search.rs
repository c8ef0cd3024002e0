//! The search for a target: delegated roles are loaded one by one, as it comes to them, and
//! trusted by the role that it came from (TUF 5.6.7).

use super::Targets;
use super::delegated::{Delegated, Needed};
use super::roles::{Roles, not_loaded};
use super::targets::TargetFile;
use crate::error::{Error, Fault};
use crate::limits::Limits;
use crate::time::Time;

/// The top-level role that a search begins with.
const TOP: &str = "targets";

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

/// A role that a search visits or is to visit.
struct Visit {
    name: String,
    /// Which of the visited roles delegates to it, by keys of its own for it; none to the
    /// top.
    by: Option<usize>,
}

impl Roles {
    /// Searches for a target, depth first, in the order of the delegations.
    ///
    /// # Errors
    /// [`Fault::TargetMissing`]; [`Fault::LimitExceeded`] for `delegations` and
    /// `patternSteps`;
    /// [`Fault::RoleUnlisted`]; [`Fault::RolesNotLoaded`]; [`Fault::Expired`];
    /// [`Fault::RoleMalformed`] for an entry that is none.
    pub(crate) fn search(
        &mut self,
        path: &str,
        now: Time,
        least: [u64; 3],
        limits: &Limits,
    ) -> Result<Found, Error> {
        let top = self.current(now, least)?.map(|role| role.expires);
        let max = limits.delegations;
        let mut visited: Vec<Visit> = Vec::new();
        let mut waiting = vec![Visit { name: TOP.to_owned(), by: None }];
        while let Some(visit) = waiting.pop() {
            let is_visited = |name: &str| visited.iter().any(|seen| seen.name == name);
            if is_visited(&visit.name) {
                continue;
            }
            let count = visited.len();
            // How many may be visited after this one.
            let left = u64::try_from(count).ok().and_then(|count| max.checked_sub(count));
            let left =
                left.ok_or_else(|| Error::new(Fault::LimitExceeded { limit: "delegations", max }))?;
            if let Some(delegator) = visit.by.and_then(|by| visited.get(by))
                && let Some(needed) = self.load(&visit.name, &delegator.name, now, limits)?
            {
                return Ok(Found::Needs(needed));
            }
            let role = self.role(&visit.name).ok_or_else(not_loaded)?;
            if let Some(file) = role.find(path)? {
                let mut leading = vec![&visit];
                let mut by = visit.by;
                while let Some(visit) = by.and_then(|by| visited.get(by)) {
                    leading.push(visit);
                    by = visit.by;
                }
                let names = leading.iter().rev().map(|visit| visit.name.clone()).collect();
                let roles = leading.iter().filter_map(|visit| self.role(&visit.name));
                let all = roles.map(|role| role.metadata().expires).chain(top);
                let expires = all.min().ok_or_else(not_loaded)?;
                return Ok(Found::Target { file, roles: names, expires });
            }
            // TUF 5.6.7.2: the first listed is the first visited, and of those after one
            // that is terminating none.
            let mut children = Vec::new();
            for child in role.delegated(path)? {
                if child.name != visit.name && !is_visited(&child.name) {
                    children.push(Visit { name: child.name.into_owned(), by: Some(count) });
                }
                if child.terminating {
                    waiting.clear();
                    break;
                }
                // With one more than may be visited the search does not come to the others.
                if u64::try_from(children.len()).is_ok_and(|children| children > left) {
                    break;
                }
            }
            waiting.extend(children.into_iter().rev());
            visited.push(visit);
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
        let role = needed.verified(file, bytes, now, limits)?;
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
        delegator: &str,
        now: Time,
        limits: &Limits,
    ) -> Result<Option<Needed>, Error> {
        let announced = self.snapshot().ok_or_else(not_loaded)?.role(name)?.clone();
        let keys = self.role(delegator).ok_or_else(not_loaded)?.keys_of(name)?;
        let (name, delegator) = (name.to_owned(), delegator.to_owned());
        let needed = Needed { name, announced, delegator, keys };
        let Some(held) = self.delegated.get_mut(&needed.name) else { return Ok(Some(needed)) };
        let is_fresh = |role: &Targets| role.metadata().check_fresh(now).is_ok();
        if held.role.as_ref().is_some_and(is_fresh) && held.delegators.contains(&needed.delegator) {
            return Ok(None);
        }
        // What was kept counts where it verifies, and is fetched where it does not.
        match needed.verified(&format!("{}.json", needed.name), &held.bytes, now, limits) {
            Ok(role) => {
                held.role = Some(role);
                held.delegators.push(needed.delegator);
                Ok(None)
            }
            Err(_) => Ok(Some(needed)),
        }
    }
}
