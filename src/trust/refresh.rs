//! A refresh, file by file: roots while there is a next one, then the roles below.

use super::report::RootFile;
use super::root::Root;
use super::{ChannelTrust, Held, KEY_MGR, Kept, MinVersions, PKG_MGR, Want, check_least};
use crate::conda::RoleFileName;
use crate::error::{Document, Error, Fault};
use crate::time::Time;
use crate::tuf::{
    MetaFile, Needed, SNAPSHOT, Snapshot, Step, TARGETS, TIMESTAMP, Targets, Timestamp,
    delegated_key, role_path,
};

/// How far a refresh has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refresh {
    /// Taken once, so that one refresh has one time.
    now: Time,
    stage: Stage,
    rounds: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The next root, under the name of that number.
    Root(usize),
    KeyMgr,
    PkgMgr,
    Timestamp,
    Snapshot,
    Targets,
    Done,
}

impl ChannelTrust {
    /// What to fetch next; `None` ends the refresh. The first call begins one, at the
    /// time `now`, which holds until its end. Calls without an answer in between give
    /// the same.
    ///
    /// # Errors
    /// [`Fault::Expired`] where there is no newer root and the newest has expired;
    /// [`Fault::LimitExceeded`] for `rootRounds`; [`Fault::RoleSpecUnsupported`] where the
    /// newest root is TUF-shaped. They end the refresh.
    pub fn next(&mut self, now: Time) -> Result<Option<Want>, Error> {
        if self.refresh.is_none() {
            // A search that waits does so in vain: what it found out may not hold any more.
            self.needed = None;
        }
        let refresh =
            self.refresh.get_or_insert(Refresh { now, stage: Stage::Root(0), rounds: 0 }).clone();
        let found = self.wanted(&refresh);
        if !matches!(found, Ok(Some(_))) {
            self.refresh = None;
        }
        found
    }

    fn wanted(&self, refresh: &Refresh) -> Result<Option<Want>, Error> {
        let (limits, least) = (&self.limits, self.options.min_versions);
        let (role, path, max_length, optional) = match refresh.stage {
            Stage::Root(name) => {
                if refresh.rounds >= limits.root_rounds {
                    let max = limits.root_rounds;
                    return Err(Error::new(Fault::LimitExceeded { limit: "rootRounds", max }));
                }
                ("root", self.root_name(name).unwrap_or_default(), limits.role_bytes, true)
            }
            Stage::KeyMgr => {
                self.check_root(refresh.now)?;
                ("key_mgr", KEY_MGR.to_owned(), limits.role_bytes, false)
            }
            Stage::PkgMgr => {
                let optional = !self.requires_pkg_mgr();
                ("pkg_mgr", PKG_MGR.to_owned(), limits.role_bytes, optional)
            }
            Stage::Timestamp => {
                self.check_root(refresh.now)?;
                ("timestamp", TIMESTAMP.to_owned(), limits.timestamp_bytes, false)
            }
            Stage::Snapshot => {
                let Some(announced) = self.roles.wanted_snapshot(refresh.now, least.snapshot)?
                else {
                    return Ok(None);
                };
                let max = announced.max_length("snapshotBytes", limits.snapshot_bytes)?;
                ("snapshot", self.tuf_path("snapshot", announced), max, false)
            }
            Stage::Targets => {
                let Some(announced) = self.roles.wanted_targets(refresh.now, least.targets)? else {
                    return Ok(None);
                };
                let max = announced.max_length("targetsBytes", limits.targets_bytes)?;
                ("targets", self.tuf_path("targets", announced), max, false)
            }
            Stage::Done => return Ok(None),
        };
        Ok(Some(Want { role: role.to_owned(), path, max_length, optional }))
    }

    /// Roots on the way may have expired, the last one may not (TUF 5.3.10, content trust
    /// 7, rule 6).
    fn check_root(&self, now: Time) -> Result<(), Error> {
        self.root.check_fresh(now)?;
        let least = self.options.min_versions.root;
        check_least(&self.root.document(), least, self.root.version())
    }

    fn tuf_path(&self, role: &str, announced: &MetaFile) -> String {
        let has_versions = matches!(&self.root, Root::V1(root) if root.has_consistent_snapshots());
        role_path(role, has_versions.then_some(announced.version))
    }

    /// Takes the file that was asked for, and says what to keep of it.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] for another file than [`Self::next`] asked for; what
    /// [`crate::TrustedRoot::update`], [`crate::TrustedRoot::key_mgr`] and
    /// [`TrustedRole::pkg_mgr`](crate::TrustedRole::pkg_mgr) fail with. Nothing has
    /// changed then, and the same file may come from elsewhere.
    pub fn update(&mut self, path: &str, bytes: &[u8]) -> Result<Vec<Kept>, Error> {
        // A delegated role may be called as what a refresh asks for: that comes first.
        let asked = self.asked_for(path);
        if asked.is_err()
            && let Some((_, needed, now)) = self.needed.take_if(|(needed, ..)| needed == path)
        {
            return self.take_delegated(needed, now, path, bytes);
        }
        let mut refresh = asked?;
        let now = refresh.now;
        let kept = match refresh.stage {
            Stage::Root(_) => {
                let kept = self.take_root(path, bytes)?;
                refresh.rounds = refresh.rounds.saturating_add(1);
                refresh.stage = Stage::Root(0);
                kept
            }
            Stage::KeyMgr => {
                refresh.stage = Stage::PkgMgr;
                self.take_key_mgr(bytes, now)?
            }
            Stage::PkgMgr | Stage::Done => {
                refresh.stage = Stage::Done;
                self.take_pkg_mgr(bytes, now)?
            }
            Stage::Timestamp | Stage::Snapshot | Stage::Targets => {
                let kept = self.take_tuf(refresh.stage, path, bytes, now)?;
                // What a search waits for may be another file by now.
                self.needed = None;
                refresh.stage = self.after(refresh.stage, now);
                kept
            }
        };
        self.refresh = Some(refresh);
        Ok(kept)
    }

    /// Takes a role below a root of TUF.
    fn take_tuf(
        &mut self,
        stage: Stage,
        file: &str,
        bytes: &[u8],
        now: Time,
    ) -> Result<Vec<Kept>, Error> {
        let Root::V1(root) = &self.root else { return Ok(Vec::new()) };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (limit, max) = match stage {
            Stage::Timestamp => ("timestampBytes", self.limits.timestamp_bytes),
            Stage::Snapshot => ("snapshotBytes", self.limits.snapshot_bytes),
            _ => ("targetsBytes", self.limits.targets_bytes),
        };
        if length > max {
            return Err(Error::new(Fault::LimitExceeded { limit, max }));
        }
        let MinVersions { timestamp, snapshot, targets, .. } = self.options.min_versions;
        let step = |least| Step { root, file, bytes, now, least, limits: &self.limits };
        Ok(match stage {
            Stage::Timestamp if self.roles.take_timestamp(&step(timestamp))? => {
                // With it, since a channel may have no other root.
                vec![self.facts(), Kept::new(TIMESTAMP, bytes)]
            }
            Stage::Timestamp => Vec::new(),
            Stage::Snapshot => {
                self.roles.take_snapshot(&step(snapshot))?;
                vec![Kept::new(SNAPSHOT, bytes)]
            }
            _ => {
                self.roles.take_targets(&step(targets))?;
                vec![Kept::new(TARGETS, bytes)]
            }
        })
    }

    /// What comes after a stage: what is held already need not be fetched.
    fn after(&mut self, stage: Stage, now: Time) -> Stage {
        let least = self.options.min_versions;
        match stage {
            Stage::Root(_) => match self.root {
                Root::V06(_) => Stage::KeyMgr,
                Root::V1(_) => Stage::Timestamp,
            },
            Stage::KeyMgr => Stage::PkgMgr,
            Stage::Timestamp
                if matches!(self.roles.wanted_snapshot(now, least.snapshot), Ok(None)) =>
            {
                self.after(Stage::Snapshot, now)
            }
            Stage::Timestamp => Stage::Snapshot,
            Stage::Snapshot
                if !matches!(self.roles.wanted_targets(now, least.targets), Ok(None)) =>
            {
                Stage::Targets
            }
            Stage::Snapshot | Stage::Targets => {
                self.roles.settle();
                Stage::Done
            }
            Stage::PkgMgr | Stage::Done => Stage::Done,
        }
    }

    fn take_delegated(
        &mut self,
        needed: Needed,
        now: Time,
        path: &str,
        bytes: &[u8],
    ) -> Result<Vec<Kept>, Error> {
        let max = self.limits.targets_bytes;
        let taken = if u64::try_from(bytes.len()).is_ok_and(|length| length > max) {
            Err(Error::new(Fault::LimitExceeded { limit: "targetsBytes", max }))
        } else {
            self.roles.take_delegated(&needed, path, bytes, now, &self.limits)
        };
        let kept = Kept::new(&delegated_key(&needed.name), bytes);
        if let Err(refused) = taken {
            // It may come from elsewhere.
            self.needed = Some((path.to_owned(), needed, now));
            return Err(refused);
        }
        Ok(vec![kept])
    }

    /// Is told that there is no such file, by the status that HTTP has for it.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] as [`Self::update`]; [`Fault::RoleMissing`] where
    /// trust depends on the file, [`Fault::TufRolesMissing`] where a root of TUF demands it;
    /// [`Fault::Expired`] where it is withheld and the copy
    /// that was kept has expired; [`Fault::RoleUnavailable`] for a status that is
    /// neither 404 nor what else means absence here. The same file may come from
    /// elsewhere.
    pub fn unavailable(&mut self, path: &str, status: u16) -> Result<(), Error> {
        let is_absent = matches!(status, 404 | 410);
        let asked = self.asked_for(path);
        if asked.is_err() && self.needed.as_ref().is_some_and(|(needed, ..)| needed == path) {
            let document = Document::new("targets", path);
            return Err(Error::new(if is_absent {
                Fault::RoleMissing { document }
            } else {
                Fault::RoleUnavailable { document, status }
            }));
        }
        let mut refresh = asked?;
        let now = refresh.now;
        let document = |role: &'static str| Document::new(role, path);
        let unavailable =
            |role| Err(Error::new(Fault::RoleUnavailable { document: document(role), status }));
        let missing = |role| Err(Error::new(Fault::RoleMissing { document: document(role) }));
        refresh.stage = match refresh.stage {
            Stage::Root(name) if matches!(status, 404 | 403) => {
                let name = name.saturating_add(1);
                if self.root_name(name).is_some() {
                    Stage::Root(name)
                } else {
                    self.after(Stage::Root(name), now)
                }
            }
            Stage::Root(_) => return unavailable("root"),
            Stage::KeyMgr if is_absent => {
                if let Some(held) = &self.key_mgr {
                    held.role.role().check_fresh(now)?;
                }
                return missing("key_mgr");
            }
            Stage::KeyMgr => return unavailable("key_mgr"),
            Stage::PkgMgr if is_absent && self.requires_pkg_mgr() => return missing("pkg_mgr"),
            Stage::PkgMgr | Stage::Done if is_absent => Stage::Done,
            Stage::PkgMgr | Stage::Done => return unavailable("pkg_mgr"),
            stage @ (Stage::Timestamp | Stage::Snapshot | Stage::Targets) => {
                let (role, held) = match stage {
                    Stage::Timestamp => {
                        ("timestamp", self.roles.timestamp().map(Timestamp::metadata))
                    }
                    Stage::Snapshot => ("snapshot", self.roles.snapshot().map(Snapshot::metadata)),
                    _ => ("targets", self.roles.targets().map(Targets::metadata)),
                };
                if !is_absent {
                    return unavailable(role);
                }
                if let Some(held) = held {
                    held.check_fresh(now)?;
                }
                return Err(Error::new(Fault::TufRolesMissing { document: document(role) }));
            }
        };
        self.refresh = Some(refresh);
        Ok(())
    }

    /// Gives a refresh up; the next call of [`Self::next`] begins another. What was
    /// accepted stays.
    pub fn abandon(&mut self) {
        self.refresh = None;
        self.needed = None;
    }

    /// The name of that number under which the next root may be.
    fn root_name(&self, number: usize) -> Option<String> {
        if self.has_mambas_names {
            let (version, spec) = (self.root.version(), self.root.spec());
            return RoleFileName::update_candidates(version, spec).nth(number);
        }
        // TUF 5.3.3.
        (number == 0).then(|| format!("{}.root.json", self.root.version().saturating_add(1)))
    }

    fn asked_for(&self, path: &str) -> Result<Refresh, Error> {
        let asked = self
            .refresh
            .as_ref()
            .filter(|refresh| matches!(self.wanted(refresh), Ok(Some(want)) if want.path == path));
        asked.cloned().ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: "path".to_owned(),
                reason: "next() did not ask for this file".to_owned(),
            })
        })
    }

    fn take_root(&mut self, path: &str, bytes: &[u8]) -> Result<Vec<Kept>, Error> {
        let root = self.root.update(path, bytes, self.options.signatures, &self.limits)?;
        let mut kept = Vec::new();
        // As TUF 5.3.11: a role that the new root does not vouch for is no floor any
        // more, or a stolen key could set it out of reach for ever.
        if self.key_mgr.as_ref().is_some_and(|held| !root.vouches_for(&held.role)) {
            self.key_mgr = None;
            kept.push(Kept::removed(KEY_MGR));
            self.forget_pkg_mgr(&mut kept);
        }
        if let (Root::V1(before), Root::V1(root)) = (&self.root, &root) {
            let forgotten = self.roles.forget_unvouched(before, root, &self.limits);
            kept.extend(forgotten.into_iter().map(Kept::removed));
        }
        kept.push(Kept::new(&format!("{}.root.json", root.version()), bytes));
        self.needed = None;
        self.root = root;
        self.chain.push(RootFile::new(path, bytes));
        kept.push(self.facts());
        Ok(kept)
    }

    fn take_key_mgr(&mut self, bytes: &[u8], now: Time) -> Result<Vec<Kept>, Error> {
        let seen = self.key_mgr.as_ref().map(|held| &held.role);
        let role = self.root.content_trust()?.key_mgr(KEY_MGR, bytes, seen, now, &self.limits)?;
        let least = self.options.min_versions.key_mgr;
        check_least(&role.role().document(), least, role.role().version)?;
        let mut kept = Vec::new();
        if self.pkg_mgr.as_ref().is_some_and(|held| !role.vouches_for(&held.role)) {
            self.forget_pkg_mgr(&mut kept);
        }
        self.key_mgr = Some(Held { role, bytes: bytes.to_owned() });
        // With it, since a channel may have no other root and no pkg_mgr.json.
        kept.extend([self.facts(), Kept::new(KEY_MGR, bytes)]);
        Ok(kept)
    }

    fn take_pkg_mgr(&mut self, bytes: &[u8], now: Time) -> Result<Vec<Kept>, Error> {
        let seen = self.pkg_mgr.as_ref().map(|held| &held.role);
        let key_mgr = self.key_mgr.as_ref().ok_or_else(|| {
            Error::new(Fault::RoleMissing { document: Document::new("key_mgr", KEY_MGR) })
        })?;
        let role = key_mgr.role.pkg_mgr(PKG_MGR, bytes, seen, now, &self.limits)?;
        let least = self.options.min_versions.pkg_mgr;
        check_least(&role.role().document(), least, role.role().version)?;
        self.pkg_mgr = Some(Held { role, bytes: bytes.to_owned() });
        let mut kept = vec![Kept::new(PKG_MGR, bytes)];
        if !self.has_seen_pkg_mgr {
            self.has_seen_pkg_mgr = true;
            kept.push(self.facts());
        }
        Ok(kept)
    }

    fn forget_pkg_mgr(&mut self, kept: &mut Vec<Kept>) {
        if self.pkg_mgr.take().is_some() {
            kept.push(Kept::removed(PKG_MGR));
        }
    }
}
