//! The roles below the root that are trusted, and what makes them so (TUF 5.4 to 5.6).

use super::delegated::Delegated;
use super::meta_file::MetaFile;
use super::{Metadata, Root, Snapshot, Targets, Timestamp, Unverified};
use crate::by_name::ByName;
use crate::error::{Document, Error, Fault};
use crate::limits::Limits;
use crate::time::Time;

/// Whose keys sign the top-level roles, in messages.
const SIGNERS: &str = "the root's keys for it";

/// The names of the files without their versions.
pub(crate) const TIMESTAMP: &str = "timestamp.json";
/// As [`TIMESTAMP`].
pub(crate) const SNAPSHOT: &str = "snapshot.json";
/// As [`TIMESTAMP`].
pub(crate) const TARGETS: &str = "targets.json";

/// A role whose signatures were verified, and the bytes that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held<T> {
    pub(crate) role: T,
    pub(crate) bytes: Vec<u8>,
    /// Whether the bytes were found to be those that the role above announces, in the file of
    /// it that is held: hashing them once is enough.
    pub(crate) fits: bool,
}

/// What is trusted of the roles below a root. All are signed by the keys of the root in
/// force; any of them may have expired, or belong to another time than the others: then it
/// is nothing but a floor against rollback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    pub(super) timestamp: Option<Held<Timestamp>>,
    pub(super) snapshot: Option<Held<Snapshot>>,
    pub(super) targets: Option<Held<Targets>>,
    pub(super) delegated: ByName<Delegated>,
    /// Whether timestamp, snapshot and targets belong together.
    pub(super) is_whole: bool,
}

/// What a step takes a file's word for.
pub(crate) struct Step<'a> {
    pub(crate) root: &'a Root,
    /// The path that it was asked for under, for messages.
    pub(crate) file: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) now: Time,
    /// The least version that the caller accepts.
    pub(crate) least: u64,
    pub(crate) limits: &'a Limits,
}

impl Roles {
    pub(crate) fn timestamp(&self) -> Option<&Timestamp> {
        self.timestamp.as_ref().map(|held| &held.role)
    }

    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref().map(|held| &held.role)
    }

    pub(crate) fn targets(&self) -> Option<&Targets> {
        self.targets.as_ref().map(|held| &held.role)
    }

    /// The version of a role that is held, delegated ones too.
    pub(crate) fn version(&self, name: &str) -> Option<u64> {
        let metadata = match name {
            "timestamp" => self.timestamp()?.metadata(),
            "snapshot" => self.snapshot()?.metadata(),
            name => self.role(name)?.metadata(),
        };
        Some(metadata.version)
    }

    /// Takes a timestamp. Gives whether it is a new one: of the same version the one that
    /// is held stays (tuf.md 1.4).
    ///
    /// # Errors
    /// What [`Timestamp::parse`] and [`Unverified::verify`] fail with;
    /// [`Fault::RoleRollback`]; [`Fault::Expired`].
    pub(crate) fn take_timestamp(&mut self, step: &Step<'_>) -> Result<bool, Error> {
        let Step { root, file, bytes, now, least, limits } = *step;
        // TUF 5.4.2.
        let offered = Timestamp::parse(file, bytes, limits)?;
        let offered = verified(root, "timestamp", offered)?;
        offered.metadata().check_not_before(least)?;
        if let Some(Held { role: held, .. }) = &self.timestamp {
            // TUF 5.4.3.1.
            offered.metadata().check_not_before(held.metadata().version)?;
            if offered.metadata().version == held.metadata().version {
                // What is replayed for ever has to expire.
                held.metadata().check_fresh(now)?;
                return Ok(false);
            }
            // TUF 5.4.3.2.
            let (trusted, offered) = (held.snapshot().version, offered.snapshot().version);
            if offered < trusted {
                let document = Document::new("snapshot", SNAPSHOT);
                return Err(Error::new(Fault::RoleRollback { document, trusted, offered }));
            }
        }
        // TUF 5.4.4.
        offered.metadata().check_fresh(now)?;
        self.timestamp = Some(Held { role: offered, bytes: bytes.to_owned(), fits: true });
        if let Some(held) = &mut self.snapshot {
            held.fits = false;
        }
        self.is_whole = false;
        Ok(true)
    }

    /// What the snapshot has to be that is to be fetched; `None` where the one that is held
    /// is it.
    ///
    /// # Errors
    /// [`Fault::RolesNotLoaded`] without a timestamp.
    pub(crate) fn wanted_snapshot(
        &self,
        now: Time,
        least: u64,
    ) -> Result<Option<&MetaFile>, Error> {
        let announced = self.timestamp().ok_or_else(not_loaded)?.snapshot();
        let is_held = self.snapshot.as_ref().is_some_and(|held| {
            let role = held.role.metadata();
            is_announced(role, &held.bytes, held.fits, announced) && role.counts(now, least)
        });
        Ok((!is_held).then_some(announced))
    }

    /// Takes the snapshot that the timestamp names.
    ///
    /// # Errors
    /// [`Fault::RoleDigestMismatch`]; what [`Snapshot::parse`] and [`Unverified::verify`]
    /// fail with; [`Fault::RoleVersionMismatch`]; [`Fault::RoleRollback`];
    /// [`Fault::RoleRemoved`]; [`Fault::Expired`].
    pub(crate) fn take_snapshot(&mut self, step: &Step<'_>) -> Result<(), Error> {
        let Step { root, file, bytes, now, least, limits } = *step;
        let announced = self.timestamp().ok_or_else(not_loaded)?.snapshot();
        // TUF 5.5.2.
        announced.check(bytes, || Document::new("snapshot", file))?;
        // TUF 5.5.3.
        let offered = Snapshot::parse(file, bytes, limits)?;
        let offered = verified(root, "snapshot", offered)?;
        // TUF 5.5.4.
        offered.metadata().check_version(announced.version)?;
        offered.metadata().check_not_before(least)?;
        // TUF 5.5.5.
        if let Some(held) = self.snapshot() {
            offered.check_after(held)?;
        }
        // TUF 5.5.6.
        offered.metadata().check_fresh(now)?;
        self.snapshot = Some(Held { role: offered, bytes: bytes.to_owned(), fits: true });
        if let Some(held) = &mut self.targets {
            held.fits = false;
        }
        self.is_whole = false;
        self.doubt_delegated();
        Ok(())
    }

    /// As [`Self::wanted_snapshot`], for targets.
    ///
    /// # Errors
    /// [`Fault::RolesNotLoaded`] without a snapshot; [`Fault::RoleUnlisted`].
    pub(crate) fn wanted_targets(&self, now: Time, least: u64) -> Result<Option<&MetaFile>, Error> {
        let announced = self.snapshot().ok_or_else(not_loaded)?.role("targets")?;
        let is_held = self.targets.as_ref().is_some_and(|held| {
            let role = held.role.metadata();
            is_announced(role, &held.bytes, held.fits, announced) && role.counts(now, least)
        });
        Ok((!is_held).then_some(announced))
    }

    /// Takes the targets that the snapshot names.
    ///
    /// # Errors
    /// As [`Self::take_snapshot`], but for the rollback, which the snapshot excludes.
    pub(crate) fn take_targets(&mut self, step: &Step<'_>) -> Result<(), Error> {
        let Step { root, file, bytes, now, least, limits } = *step;
        let announced = self.snapshot().ok_or_else(not_loaded)?.role("targets")?;
        // TUF 5.6.2.
        announced.check(bytes, || Document::new("targets", file))?;
        // TUF 5.6.3.
        let offered = Targets::parse(file, bytes, limits)?;
        let offered = verified(root, "targets", offered)?;
        // TUF 5.6.4.
        offered.metadata().check_version(announced.version)?;
        offered.metadata().check_not_before(least)?;
        // TUF 5.6.5.
        offered.metadata().check_fresh(now)?;
        self.targets = Some(Held { role: offered, bytes: bytes.to_owned(), fits: true });
        self.doubt_delegated();
        Ok(())
    }

    /// Finds out whether the roles that are held belong together, all of them. Whether one
    /// has expired is asked each time that they are used.
    pub(crate) fn settle(&mut self) {
        let is_whole = || {
            let (timestamp, snapshot) = (self.timestamp.as_ref()?, self.snapshot.as_ref()?);
            let announced = timestamp.role.snapshot();
            let role = snapshot.role.metadata();
            if !is_announced(role, &snapshot.bytes, snapshot.fits, announced) {
                return None;
            }
            let targets = self.targets.as_ref()?;
            let announced = snapshot.role.role("targets").ok()?;
            let role = targets.role.metadata();
            is_announced(role, &targets.bytes, targets.fits, announced).then_some(())
        };
        self.is_whole = is_whole().is_some();
    }

    /// Timestamp, snapshot and targets, if they belong together, none has expired, and none
    /// is below the least versions.
    ///
    /// # Errors
    /// [`Fault::RolesNotLoaded`]; [`Fault::Expired`]; [`Fault::RoleRollback`].
    pub(crate) fn current(&self, now: Time, least: [u64; 3]) -> Result<[&Metadata; 3], Error> {
        let (Some(timestamp), Some(snapshot), Some(targets), true) =
            (self.timestamp(), self.snapshot(), self.targets(), self.is_whole)
        else {
            return Err(not_loaded());
        };
        let roles = [timestamp.metadata(), snapshot.metadata(), targets.metadata()];
        for (role, least) in roles.iter().zip(least) {
            role.check_fresh(now)?;
            role.check_not_before(least)?;
        }
        Ok(roles)
    }

    /// Forgets what the keys of a new root have not signed: it is no floor any more, or a
    /// stolen key could set it out of reach for ever (TUF 5.3.11). Gives the names of the
    /// files.
    pub(crate) fn forget_unvouched(
        &mut self,
        before: &Root,
        root: &Root,
        limits: &Limits,
    ) -> Vec<&'static str> {
        // Most roots leave the keys of these roles as they are.
        let is_new = |name| before.role_keys(name) != root.role_keys(name);
        let mut forgotten = Vec::new();
        if let Some(held) = self.timestamp.as_ref().filter(|_| is_new("timestamp"))
            && !vouches(root, "timestamp", Timestamp::parse(TIMESTAMP, &held.bytes, limits))
        {
            self.timestamp = None;
            forgotten.push(TIMESTAMP);
        }
        if let Some(held) = self.snapshot.as_ref().filter(|_| is_new("snapshot"))
            && !vouches(root, "snapshot", Snapshot::parse(SNAPSHOT, &held.bytes, limits))
        {
            self.snapshot = None;
            forgotten.push(SNAPSHOT);
        }
        if let Some(held) = self.targets.as_ref().filter(|_| is_new("targets"))
            && !vouches(root, "targets", Targets::parse(TARGETS, &held.bytes, limits))
        {
            self.targets = None;
            forgotten.push(TARGETS);
        }
        if !forgotten.is_empty() {
            self.is_whole = false;
            self.doubt_delegated();
        }
        forgotten
    }
}

/// Whether a role that is held is the one that was announced.
fn is_announced(role: &Metadata, bytes: &[u8], fits: bool, announced: &MetaFile) -> bool {
    role.version == announced.version
        && (fits || announced.check(bytes, || role.document.clone()).is_ok())
}

/// Whether enough of a root's keys for a role have signed it.
fn vouches<T>(root: &Root, name: &'static str, role: Result<Unverified<T>, Error>) -> bool {
    role.and_then(|role| verified(root, name, role)).is_ok()
}

/// A top-level role, if enough of the root's keys for it have signed it.
pub(super) fn verified<T>(
    root: &Root,
    name: &'static str,
    role: Unverified<T>,
) -> Result<T, Error> {
    role.verify(root.role_keys(name).ok_or_else(not_loaded)?, SIGNERS)
}

pub(super) fn not_loaded() -> Error {
    Error::new(Fault::RolesNotLoaded)
}
