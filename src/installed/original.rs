//! The archive that a package came from, file by file.

use std::sync::Arc;

use super::expected::FromArchive;
use super::growth::Growth;
use super::listed::ListedKind;
use super::noarch::Moves;
use super::recomputing::{Done, Task};
use super::shipped::{Marked, Shipped, Target};
use super::system::System;
use crate::by_name::ByName;
use crate::conda::{InstalledEntry, entries_of_paths_json, legacy_placeholders};
use crate::digest::Sha256Digest;
use crate::error::{Error, NotRecomputable};
use crate::json::Value;
use crate::limits::Limits;

/// A file of the archive, after its own digest was found to be the listed one.
#[derive(Clone, Copy, Debug)]
pub struct OriginalFile<'a, B = &'a [u8]> {
    /// Its path in the package, `info/` included.
    pub path: &'a str,
    /// What it is.
    pub kind: ListedKind<'a>,
    /// Length in bytes.
    pub size: u64,
    /// Its bytes, where they were asked for.
    pub bytes: Option<B>,
}

/// What was met of the archive.
#[derive(Clone, Debug)]
pub(super) struct Originals {
    paths_json: Option<ByName<InstalledEntry>>,
    /// The placeholders of `info/has_prefix`, which count where there is no `info/paths.json`.
    has_prefix: ByName<Marked>,
    /// SHA-256 of `info/paths.json` itself.
    pub(super) manifest_sha256: Option<Sha256Digest>,
    /// By their paths in the package. Hard links share what is known of their file.
    pub(super) shipped: ByName<Arc<Shipped>>,
    /// Names of the entry points that clients make.
    entry_points: Vec<String>,
    /// The system that the package is for; `None` for all, or before it is known.
    system: Option<System>,
    /// Whether `info/index.json` says that it is for all.
    pub(super) is_for_all: bool,
    /// Whether that is as `noarch: python`.
    pub(super) is_noarch_python: bool,
    /// What files may still grow by.
    pub(super) growth: Growth,
    /// The limit `replacedFileBytes`.
    largest: u64,
}

impl Originals {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            paths_json: None,
            has_prefix: ByName::new(),
            manifest_sha256: None,
            shipped: ByName::new(),
            entry_points: Vec::new(),
            system: None,
            is_for_all: false,
            is_noarch_python: false,
            growth: Growth::new(limits),
            largest: limits.replaced_file_bytes,
        }
    }

    /// Whether the bytes of a file are needed.
    pub(super) fn wants(&self, path: &str, size: u64) -> bool {
        let listed = match &self.paths_json {
            Some(listed) => listed.get(path),
            // Whether it comes later, or never, and what it has, is not known.
            None => None,
        };
        let is_needed = path.starts_with("info/")
            || listed.is_none_or(|entry| entry.has_placeholder() || entry.sha256.is_none());
        is_needed && !self.is_too_large(path, size)
    }

    /// `info/` has a limit of its own.
    fn is_too_large(&self, path: &str, size: u64) -> bool {
        size > self.largest && !path.starts_with("info/")
    }

    /// The placeholder that the package itself says a path has: `info/paths.json` if there is
    /// one, else `info/has_prefix`, as clients go by.
    fn placeholder(&self, path: &str) -> Option<Marked> {
        match &self.paths_json {
            Some(listed) => marked(listed.get(path)?),
            None => self.has_prefix.get(path).cloned(),
        }
    }

    /// Takes a file of the archive. `target` is absent where nothing is replaced. Gives back what
    /// is to be done with the file's bytes, if that takes long.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded), and what a malformed
    /// `info/paths.json`, `info/has_prefix` or `info/link.json` fails with. `recorded` is what
    /// the installed record says of the file, for archives whose own lists come later.
    pub(super) fn take<B: AsRef<[u8]>>(
        &mut self,
        file: OriginalFile<'_, B>,
        recorded: Option<&InstalledEntry>,
        target: Option<Target>,
        limits: &Limits,
    ) -> Result<Option<(Task, B)>, Error> {
        let OriginalFile { path, kind, size, bytes } = file;
        let is_too_large = self.is_too_large(path, size);
        let bytes = bytes.filter(|_| !is_too_large);
        if let Some(bytes) = &bytes {
            self.read(path, bytes.as_ref(), limits)?;
        }
        let is_listed = self.paths_json.is_some();
        let recorded = recorded.filter(|_| !is_listed).and_then(marked);
        let placeholder = self.placeholder(path).or(recorded).filter(|_| target.is_some());
        let what = match (kind, bytes) {
            (ListedKind::Symlink(text), _) => Some(FromArchive::Symlink(text.to_owned())),
            (ListedKind::Directory, _) => Some(FromArchive::Directory),
            (ListedKind::File | ListedKind::Other, Some(bytes)) => {
                let target = target.unwrap_or_default();
                let systems = self.systems(&target);
                let path = path.to_owned();
                // What is not listed yet may turn out to have no placeholder at all.
                let is_open = !is_listed;
                return Ok(Some((
                    Task { path, size, placeholder, target, systems, is_open },
                    bytes,
                )));
            }
            (ListedKind::File | ListedKind::Other, None) => None,
        };
        let shipped = Shipped { what, size, is_too_large, placeholder, replaced: Vec::new() };
        self.shipped.insert(path.to_owned(), Arc::new(shipped));
        Ok(None)
    }

    /// Takes what was done with a file's bytes.
    pub(super) fn end(&mut self, done: Done) -> Result<(), Error> {
        self.growth = done.growth;
        self.shipped.insert(done.path, Arc::new(done.shipped?));
        Ok(())
    }

    /// Reads what the package says of itself.
    fn read(&mut self, path: &str, bytes: &[u8], limits: &Limits) -> Result<(), Error> {
        match path {
            "info/paths.json" => {
                self.manifest_sha256 = Some(Sha256Digest::of(bytes));
                self.paths_json = Some(entries_of_paths_json(bytes, limits)?);
            }
            "info/link.json" => self.entry_points = entry_points(bytes, limits)?,
            "info/has_prefix" => {
                for (path, it) in legacy_placeholders(bytes, limits)?.iter() {
                    self.has_prefix.insert(path.to_owned(), (it.prefix.clone(), Some(it.mode)));
                }
            }
            "info/index.json" => {
                let index = Value::parse(bytes, "info/index.json", limits)?;
                let noarch = index.member("noarch");
                self.is_noarch_python = noarch.and_then(Value::as_str) == Some("python");
                self.is_for_all = matches!(noarch, Some(Value::String(_) | Value::Bool(true)));
                // Whoever built it for all may have noted the platform that it was built on.
                let subdir = index.member("subdir").and_then(Value::as_str);
                self.system = subdir.filter(|_| !self.is_for_all).and_then(System::of_subdir);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a hard link: what it leads to came before.
    pub(super) fn take_hard_link(&mut self, path: &str, target: &str) {
        if let Some(shipped) = self.shipped.get(target).map(Arc::clone) {
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
        self.placeholder(path).is_some()
    }

    /// What the archive has for a path, once all of it was met. `target` is absent where nothing
    /// is replaced. What the installed record says of it decides nothing.
    pub(super) fn expected(&self, path: &str, target: Option<&Target>) -> Option<FromArchive> {
        let shipped = self.shipped.get(path)?;
        let of_package = self.placeholder(path);
        let is_file = matches!(shipped.what, None | Some(FromArchive::File { .. }));
        if let Some(target) = target
            && of_package.is_some()
            && is_file
        {
            let system = self.system.or(target.system);
            return Some(match (&target.prefix, system) {
                (None, _) => FromArchive::Unknown(NotRecomputable::NoPrefix),
                (_, None) => FromArchive::Unknown(NotRecomputable::NoPlatform),
                _ if shipped.is_too_large => FromArchive::Unknown(NotRecomputable::TooLarge),
                // Told by the installed record, where the package's own list came later. One
                // that differs was changed, so that nothing is what clients make of it.
                (_, Some(system)) => {
                    let mut replaced = shipped.replaced.iter();
                    let known = replaced.find(|(other, _)| *other == system);
                    match known.filter(|_| of_package == shipped.placeholder) {
                        Some((_, known)) => known.clone(),
                        // Clients note nothing of the files of such a package but their names.
                        None if self.paths_json.is_none() && shipped.placeholder.is_none() => {
                            FromArchive::Unknown(NotRecomputable::ToldLate)
                        }
                        None => FromArchive::Replaced {
                            candidates: Vec::new(),
                            unknown: None,
                            may_be_signed: false,
                        },
                    }
                }
            });
        }
        if let Some(what) = &shipped.what {
            return Some(what.clone());
        }
        let listed = self.paths_json.as_ref().and_then(|listed| listed.get(path)?.sha256);
        match listed {
            Some(sha256) => Some(FromArchive::File { size: shipped.size, sha256 }),
            None => shipped.is_too_large.then_some(FromArchive::Unknown(NotRecomputable::TooLarge)),
        }
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

fn marked(entry: &InstalledEntry) -> Option<Marked> {
    Some((entry.placeholder.clone()?, entry.file_mode))
}

/// The names before the equals signs of `noarch.entry_points` (CEP 34, `info/link.json`).
fn entry_points(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, Error> {
    let link = Value::parse(bytes, "info/link.json", limits)?;
    let listed = link.member("noarch").and_then(|noarch| noarch.member("entry_points"));
    let items = listed.and_then(Value::as_array).unwrap_or_default().iter();
    let names = items.filter_map(|item| item.as_str()?.split('=').next());
    Ok(names.map(|name| name.trim().to_owned()).collect())
}
