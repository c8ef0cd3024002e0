//! A refresh, file by file: roots while there is a next one, then the roles below.

use super::{ChannelTrust, Held, KEY_MGR, Kept, PKG_MGR, Want, check_least};
use crate::conda::RoleFileName;
use crate::content_trust::RoleKind;
use crate::error::{Document, Error, Fault};
use crate::time::Time;

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
        let refresh =
            self.refresh.get_or_insert(Refresh { now, stage: Stage::Root(0), rounds: 0 }).clone();
        let found = self.wanted(&refresh);
        if !matches!(found, Ok(Some(_))) {
            self.refresh = None;
        }
        found
    }

    fn wanted(&self, refresh: &Refresh) -> Result<Option<Want>, Error> {
        let (role, path, optional) = match refresh.stage {
            Stage::Root(name) => {
                if refresh.rounds >= self.limits.root_rounds {
                    let max = self.limits.root_rounds;
                    return Err(Error::new(Fault::LimitExceeded { limit: "rootRounds", max }));
                }
                (RoleKind::Root, self.root_name(name).unwrap_or_default(), true)
            }
            Stage::KeyMgr => {
                // Content trust 7, rule 6: roots on the way may have expired, the last
                // one may not.
                self.root.check_fresh(refresh.now)?;
                let least = self.options.min_versions.root;
                check_least(&self.root.document(), least, self.root.version())?;
                self.root.content_trust()?;
                (RoleKind::KeyMgr, KEY_MGR.to_owned(), false)
            }
            Stage::PkgMgr => (RoleKind::PkgMgr, PKG_MGR.to_owned(), !self.requires_pkg_mgr()),
            Stage::Done => return Ok(None),
        };
        Ok(Some(Want { role, path, max_length: self.limits.role_bytes, optional }))
    }

    /// Takes the file that was asked for, and says what to keep of it.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] for another file than [`Self::next`] asked for; what
    /// [`crate::TrustedRoot::update`], [`crate::TrustedRoot::key_mgr`] and
    /// [`TrustedRole::pkg_mgr`](crate::TrustedRole::pkg_mgr) fail with. Nothing has
    /// changed then, and the same file may come from elsewhere.
    pub fn update(&mut self, path: &str, bytes: &[u8]) -> Result<Vec<Kept>, Error> {
        let mut refresh = self.asked_for(path)?;
        let kept = match refresh.stage {
            Stage::Root(_) => {
                refresh.rounds = refresh.rounds.saturating_add(1);
                refresh.stage = Stage::Root(0);
                self.take_root(path, bytes)?
            }
            Stage::KeyMgr => {
                refresh.stage = Stage::PkgMgr;
                self.take_key_mgr(bytes, refresh.now)?
            }
            Stage::PkgMgr | Stage::Done => {
                refresh.stage = Stage::Done;
                self.take_pkg_mgr(bytes, refresh.now)?
            }
        };
        self.refresh = Some(refresh);
        Ok(kept)
    }

    /// Is told that there is no such file, by the status that HTTP has for it.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] as [`Self::update`]; [`Fault::RoleMissing`] where
    /// trust depends on the file; [`Fault::Expired`] where it is withheld and the copy
    /// that was kept has expired; [`Fault::RoleUnavailable`] for a status that is
    /// neither 404 nor what else means absence here. The same file may come from
    /// elsewhere.
    pub fn unavailable(&mut self, path: &str, status: u16) -> Result<(), Error> {
        let mut refresh = self.asked_for(path)?;
        let document = |role: RoleKind| Document::new(role.as_str(), path);
        let unavailable =
            |role| Error::new(Fault::RoleUnavailable { document: document(role), status });
        let missing = |role| Error::new(Fault::RoleMissing { document: document(role) });
        refresh.stage = match (refresh.stage, status) {
            (Stage::Root(name), 404 | 403) => {
                let name = name.saturating_add(1);
                if self.root_name(name).is_some() { Stage::Root(name) } else { Stage::KeyMgr }
            }
            (Stage::Root(_), _) => return Err(unavailable(RoleKind::Root)),
            (Stage::KeyMgr, 404 | 410) => {
                if let Some(held) = &self.key_mgr {
                    held.role.role().check_fresh(refresh.now)?;
                }
                return Err(missing(RoleKind::KeyMgr));
            }
            (Stage::KeyMgr, _) => return Err(unavailable(RoleKind::KeyMgr)),
            (Stage::PkgMgr, 404 | 410) if self.requires_pkg_mgr() => {
                return Err(missing(RoleKind::PkgMgr));
            }
            (Stage::PkgMgr | Stage::Done, 404 | 410) => Stage::Done,
            (Stage::PkgMgr | Stage::Done, _) => return Err(unavailable(RoleKind::PkgMgr)),
        };
        self.refresh = Some(refresh);
        Ok(())
    }

    /// Gives a refresh up; the next call of [`Self::next`] begins another. What was
    /// accepted stays.
    pub fn abandon(&mut self) {
        self.refresh = None;
    }

    /// The name of that number under which the next root may be.
    fn root_name(&self, number: usize) -> Option<String> {
        RoleFileName::update_candidates(self.root.version(), self.root.spec()).nth(number)
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
        kept.push(Kept::new(&format!("{}.root.json", root.version()), bytes));
        self.root = root;
        self.chain.push(bytes.to_owned());
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
            Error::new(Fault::RoleMissing {
                document: Document::new(RoleKind::KeyMgr.as_str(), KEY_MGR),
            })
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
