//! What is kept of the roles below the root, and taken back later.

use std::cmp::Ordering;

use super::delegated::Delegated;
use super::path::role_path;
use super::roles::{Held, Roles, SNAPSHOT, TARGETS, TIMESTAMP, verified};
use super::{Root, Snapshot, Targets, Timestamp};
use crate::by_name::ByName;
use crate::error::Error;
use crate::limits::Limits;

/// What a store held under a key, and why it can't be used.
pub(crate) type Spoiled<'a> = (&'a str, Error);

impl Roles {
    /// All that is to be kept: keys, which are plain file names, and bytes.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (String, &[u8])> {
        let top = [
            (TIMESTAMP, self.timestamp.as_ref().map(|held| held.bytes.as_slice())),
            (SNAPSHOT, self.snapshot.as_ref().map(|held| held.bytes.as_slice())),
            (TARGETS, self.targets.as_ref().map(|held| held.bytes.as_slice())),
        ];
        let top = top.into_iter().filter_map(|(key, bytes)| Some((key.to_owned(), bytes?)));
        // What no snapshot lists is of no use any more.
        let listed = |name: &str| self.snapshot().is_some_and(|it| it.role(name).is_ok());
        // They can be fetched again: no more than a store is sure to give back.
        let mut left = KEPT_BYTES;
        let delegated = self.delegated.iter().filter(move |(name, held)| {
            let is_kept = listed(name) && held.bytes.len() <= left;
            left = left.saturating_sub(if is_kept { held.bytes.len() } else { 0 });
            is_kept
        });
        top.chain(delegated.map(|(name, held)| (delegated_key(name), held.bytes.as_slice())))
    }

    /// Whether a timestamp that was kept and the one that is held are each older than the
    /// other: neither may follow the other, so one of them is no part of this history.
    pub(crate) fn contradicts(&self, stored: &Stored<'_>) -> bool {
        let (Some(own), Some(kept)) = (self.timestamp(), &stored.timestamp) else { return false };
        let versions = kept.role.metadata().version.cmp(&own.metadata().version);
        let snapshots = kept.role.snapshot().version.cmp(&own.snapshot().version);
        versions != Ordering::Equal && snapshots == versions.reverse()
    }

    /// Takes back what was kept, where it is newer than what is held.
    pub(crate) fn take_back(&mut self, stored: Stored<'_>) {
        let Stored { timestamp, snapshot, targets, delegated } = stored;
        let version =
            |held: &Option<Held<Timestamp>>| held.as_ref().map(|held| held.role.metadata().version);
        if version(&timestamp) > version(&self.timestamp) {
            self.timestamp = timestamp;
        }
        let version =
            |held: &Option<Held<Snapshot>>| held.as_ref().map(|held| held.role.metadata().version);
        if version(&snapshot) > version(&self.snapshot) {
            self.snapshot = snapshot;
            self.doubt_delegated();
        }
        // The one that the snapshot names, or else the newer one.
        let named = self.snapshot().and_then(|it| it.role("targets").ok()).map(|it| it.version);
        let rank = |held: &Option<Held<Targets>>| {
            let version = held.as_ref().map(|held| held.role.metadata().version);
            (version.is_some() && version == named, version)
        };
        if rank(&targets) > rank(&self.targets) {
            self.targets = targets;
            self.doubt_delegated();
        }
        // What announces them may be another file by now.
        if let Some(held) = &mut self.snapshot {
            held.fits = false;
        }
        if let Some(held) = &mut self.targets {
            held.fits = false;
        }
        let Some(snapshot) = self.snapshot.as_ref() else { return };
        for name in snapshot.role.names().filter(|name| *name != "targets") {
            if let Some(bytes) = delegated.get(&delegated_key(name))
                && self.delegated.get(name).is_none()
            {
                self.delegated.insert(name.to_owned(), Delegated::kept(bytes.to_vec()));
            }
        }
        self.settle();
    }
}

/// Bytes of delegated roles that are kept, all together. Bins of a real repository have
/// some 10 kB each.
const KEPT_BYTES: usize = 64 << 20;

/// What a store had, verified by the root in force.
pub(crate) struct Stored<'a> {
    timestamp: Option<Held<Timestamp>>,
    snapshot: Option<Held<Snapshot>>,
    targets: Option<Held<Targets>>,
    /// By their keys; verified when a search needs them.
    delegated: ByName<&'a [u8]>,
}

impl<'a> Stored<'a> {
    /// Verifies each file anew. Lengths and hashes are not compared: a file that another
    /// one has overtaken is a floor still (tuf.md 1.4).
    ///
    /// `is_behind`: whether the store may have been written under an older root, whose keys
    /// were others: what they signed is left out then.
    ///
    /// # Errors
    /// The entry that does not verify.
    pub(crate) fn verify(
        root: &Root,
        entries: &[(&'a str, &'a [u8])],
        is_behind: bool,
        limits: &Limits,
    ) -> Result<Self, Spoiled<'a>> {
        let find = |key| entries.iter().find(|(other, _)| *other == key).copied();
        let mut delegated = ByName::new();
        for (key, bytes) in entries {
            delegated.insert((*key).to_owned(), *bytes);
        }
        Ok(Self {
            timestamp: kept(find(TIMESTAMP), is_behind, |bytes| {
                verified(root, "timestamp", Timestamp::parse(TIMESTAMP, bytes, limits)?)
            })?,
            snapshot: kept(find(SNAPSHOT), is_behind, |bytes| {
                verified(root, "snapshot", Snapshot::parse(SNAPSHOT, bytes, limits)?)
            })?,
            targets: kept(find(TARGETS), is_behind, |bytes| {
                verified(root, "targets", Targets::parse(TARGETS, bytes, limits)?)
            })?,
            delegated,
        })
    }
}

/// What the keys of delegated roles begin with: whatever these are called, they pass for no
/// other entry.
const DELEGATED: &str = "delegated.";

/// What a delegated role is kept under.
pub(crate) fn delegated_key(name: &str) -> String {
    format!("{DELEGATED}{}", role_path(name, None))
}

/// Whether roles of TUF are kept under such a key.
pub(crate) fn is_key(key: &str) -> bool {
    [TIMESTAMP, SNAPSHOT, TARGETS].contains(&key) || key.starts_with(DELEGATED)
}

/// A role that was kept, if it was, and if it verifies.
fn kept<'a, T>(
    entry: Option<(&'a str, &'a [u8])>,
    is_behind: bool,
    read: impl FnOnce(&[u8]) -> Result<T, Error>,
) -> Result<Option<Held<T>>, Spoiled<'a>> {
    let Some((key, bytes)) = entry else { return Ok(None) };
    match read(bytes) {
        Ok(role) => Ok(Some(Held { role, bytes: bytes.to_owned(), fits: false })),
        Err(_) if is_behind => Ok(None),
        Err(error) => Err((key, error)),
    }
}
