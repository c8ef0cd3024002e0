//! The archive that a package came from, file by file.

use super::expected::{Candidate, FromArchive};
use super::listed::ListedKind;
use super::noarch::Moves;
use super::replacement::{Outcome, Replacement};
use super::system::{System, is_mach_o};
use crate::by_name::ByName;
use crate::conda::{FileMode, InstalledEntry, entries_of_paths_json};
use crate::digest::Sha256Digest;
use crate::error::Error;
use crate::json::Value;
use crate::limits::Limits;

/// A file of the archive, after its own digest was found to be the listed one.
#[derive(Clone, Copy, Debug)]
pub struct OriginalFile<'a> {
    /// Its path in the package, `info/` included.
    pub path: &'a str,
    /// What it is.
    pub kind: ListedKind<'a>,
    /// Length in bytes.
    pub size: u64,
    /// Its bytes, where they were asked for.
    pub bytes: Option<&'a [u8]>,
}

/// What was met of the archive.
#[derive(Clone, Debug, Default)]
pub(super) struct Originals {
    paths_json: Option<ByName<InstalledEntry>>,
    /// SHA-256 of `info/paths.json` itself.
    pub(super) manifest_sha256: Option<Sha256Digest>,
    /// By their paths in the package.
    pub(super) shipped: ByName<Shipped>,
    /// Names of the entry points that clients make.
    entry_points: Vec<String>,
    /// The system that the package is for; `None` for all, or before it is known.
    system: Option<System>,
}

/// A path of the archive.
#[derive(Clone, Debug)]
pub(super) struct Shipped {
    /// `None` where its digest is the one in `info/paths.json`.
    what: Option<FromArchive>,
    size: u64,
    /// The placeholder that was replaced, and how.
    placeholder: Option<(String, Option<FileMode>)>,
    /// What it became, on each system that it may be for.
    replaced: Vec<(System, FromArchive)>,
}

/// Where an environment's files lie, and of which system it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) prefix: Option<String>,
    /// The one that the caller names.
    pub(super) system: Option<System>,
    /// The one that the installed record names, which anybody may have written.
    pub(super) recorded: Option<System>,
}

impl Originals {
    /// Whether the bytes of a file are needed. `recorded` is what the installed record says of
    /// it, for archives that have `info/paths.json` at their end.
    pub(super) fn wants(&self, path: &str, recorded: Option<&InstalledEntry>) -> bool {
        if path.starts_with("info/") {
            return true;
        }
        match self.listed(path, recorded) {
            Some(entry) => entry.has_placeholder() || entry.sha256.is_none(),
            None => true,
        }
    }

    fn listed<'a>(
        &'a self,
        path: &str,
        recorded: Option<&'a InstalledEntry>,
    ) -> Option<&'a InstalledEntry> {
        match &self.paths_json {
            Some(listed) => listed.get(path),
            None => recorded,
        }
    }

    /// Takes a file of the archive. `target` is absent where nothing is replaced.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded), and what a malformed
    /// `info/paths.json` or `info/link.json` fails with.
    pub(super) fn take(
        &mut self,
        file: OriginalFile<'_>,
        recorded: Option<&InstalledEntry>,
        target: Option<&Target>,
        limits: &Limits,
    ) -> Result<(), Error> {
        match (file.path, file.bytes) {
            ("info/paths.json", Some(bytes)) => {
                self.manifest_sha256 = Some(Sha256Digest::of(bytes));
                self.paths_json = Some(entries_of_paths_json(bytes, limits)?);
            }
            ("info/link.json", Some(bytes)) => self.entry_points = entry_points(bytes, limits)?,
            ("info/index.json", Some(bytes)) => self.system = system_of(bytes, limits)?,
            _ => {}
        }
        let entry = self.listed(file.path, recorded).cloned();
        let placeholder =
            target.and(entry.and_then(|entry| Some((entry.placeholder?, entry.file_mode))));
        let mut replaced = Vec::new();
        let what = match (file.kind, file.bytes) {
            (ListedKind::Symlink(text), _) => Some(FromArchive::Symlink(text.to_owned())),
            (ListedKind::Directory, _) => Some(FromArchive::Directory),
            (ListedKind::File | ListedKind::Other, Some(bytes)) => match (&placeholder, target) {
                (Some((placeholder, file_mode)), Some(target)) => {
                    for system in self.systems(target) {
                        let made = replace(bytes, placeholder, *file_mode, target, system)?;
                        replaced.push((system, made));
                    }
                    None
                }
                _ => Some(FromArchive::File { size: file.size, sha256: Sha256Digest::of(bytes) }),
            },
            (ListedKind::File | ListedKind::Other, None) => None,
        };
        let shipped = Shipped { what, size: file.size, placeholder, replaced };
        self.shipped.insert(file.path.to_owned(), shipped);
        Ok(())
    }

    /// Takes a hard link: what it leads to came before.
    pub(super) fn take_hard_link(&mut self, path: &str, target: &str) {
        if let Some(shipped) = self.shipped.get(target).cloned() {
            self.shipped.insert(path.to_owned(), shipped);
        }
    }

    /// The systems that a file may be for: the package's own, where that is known already.
    fn systems(&self, target: &Target) -> Vec<System> {
        let mut systems = Vec::new();
        let known = match self.system {
            Some(system) => [Some(system), None],
            None => [target.system, target.recorded],
        };
        for system in known.into_iter().flatten() {
            if !systems.contains(&system) {
                systems.push(system);
            }
        }
        if systems.is_empty() { System::ALL.to_vec() } else { systems }
    }

    /// Whether the package itself says that a path has a placeholder.
    pub(super) fn has_placeholder(&self, path: &str) -> bool {
        let listed = self.paths_json.as_ref().and_then(|listed| listed.get(path));
        listed.is_some_and(InstalledEntry::has_placeholder)
    }

    /// What the archive has for a path, once all of it was met. `target` is absent where nothing
    /// is replaced. What the installed record says of it decides nothing.
    pub(super) fn expected(&self, path: &str, target: Option<&Target>) -> Option<FromArchive> {
        let shipped = self.shipped.get(path)?;
        let listed = self.paths_json.as_ref().and_then(|listed| listed.get(path));
        let of_package =
            listed.and_then(|entry| Some((entry.placeholder.clone()?, entry.file_mode)));
        let is_file = matches!(shipped.what, None | Some(FromArchive::File { .. }));
        if let Some(target) = target
            && is_file
        {
            if self.paths_json.is_none() && shipped.placeholder.is_some() {
                let reason = "the archive has no info/paths.json to say what its placeholders are";
                return Some(FromArchive::Unknown(reason));
            }
            if of_package.is_some() {
                let system = self.system.or(target.system);
                return Some(match (&target.prefix, system) {
                    (None, _) => FromArchive::Unknown("the path of the environment was not given"),
                    (_, None) => {
                        FromArchive::Unknown("the platform of the environment was not given")
                    }
                    // Told by the installed record, where the package's own list came later. One
                    // that differs was changed, so that nothing is what clients make of it.
                    (_, Some(system)) => {
                        let mut replaced = shipped.replaced.iter();
                        let known = replaced.find(|(other, _)| *other == system);
                        match known.filter(|_| of_package == shipped.placeholder) {
                            Some((_, known)) => known.clone(),
                            None => FromArchive::Replaced {
                                candidates: Vec::new(),
                                may_be_signed: false,
                            },
                        }
                    }
                });
            }
        }
        if let Some(what) = &shipped.what {
            return Some(what.clone());
        }
        Some(FromArchive::File { size: shipped.size, sha256: listed?.sha256? })
    }

    /// The files that clients make for the package's entry points.
    pub(super) fn entry_points(&self, moves: &Moves) -> ByName<()> {
        let mut paths = ByName::new();
        for name in &self.entry_points {
            for path in moves.entry_points(name) {
                paths.insert(path, ());
            }
        }
        paths
    }
}

/// What each client makes of a file.
fn replace(
    bytes: &[u8],
    placeholder: &str,
    file_mode: Option<FileMode>,
    target: &Target,
    system: System,
) -> Result<FromArchive, Error> {
    let Some(prefix) = &target.prefix else {
        return Ok(FromArchive::Unknown("the path of the environment was not given"));
    };
    let replacement = Replacement { placeholder, file_mode, prefix, system };
    let (mut candidates, mut unknown) = (Vec::new(), None);
    for (tool, outcome) in replacement.outcomes(bytes)? {
        match outcome {
            Outcome::Bytes(bytes) => candidates.push(Candidate {
                tool,
                size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                sha256: Sha256Digest::of(&bytes),
            }),
            Outcome::Fails => {}
            Outcome::Unknown(reason) => unknown = Some(reason),
        }
    }
    let may_be_signed =
        system == System::MacOs && file_mode == Some(FileMode::Binary) && is_mach_o(bytes);
    Ok(match unknown {
        // One of the others may have made it, and then it is known.
        Some(reason) if candidates.is_empty() => FromArchive::Unknown(reason),
        _ => FromArchive::Replaced { candidates, may_be_signed },
    })
}

/// The system that `info/index.json` names; `None` for all, or where it names none.
fn system_of(bytes: &[u8], limits: &Limits) -> Result<Option<System>, Error> {
    let index = Value::parse(bytes, "info/index.json", limits)?;
    // Whoever built it for all may have noted the platform that it was built on.
    let is_for_all = matches!(index.member("noarch"), Some(Value::String(_) | Value::Bool(true)));
    let subdir = index.member("subdir").and_then(Value::as_str);
    Ok(subdir.filter(|_| !is_for_all).and_then(System::of_subdir))
}

/// The names before the equals signs of `noarch.entry_points` (CEP 34, `info/link.json`).
fn entry_points(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, Error> {
    let link = Value::parse(bytes, "info/link.json", limits)?;
    let listed = link.member("noarch").and_then(|noarch| noarch.member("entry_points"));
    let items = listed.and_then(Value::as_array).unwrap_or_default().iter();
    let names = items.filter_map(|item| item.as_str()?.split('=').next());
    Ok(names.map(|name| name.trim().to_owned()).collect())
}
