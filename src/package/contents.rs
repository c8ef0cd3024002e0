//! Entry by entry: what is unpacked, against what is listed.

use super::documents::{Documents, Manifest};
use super::links;
use super::report::Report;
use super::seen::Seen;
use crate::archive::{Entry, EntryKind, EntryPath};
use crate::by_name::ByName;
use crate::conda::{PathEntry, PathType};
use crate::digest::{Sha256Digest, Sha256Hasher};
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};
use crate::proof::Check;

/// Which part of a package a tar holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: a `.tar.bz2`.
    Whole,
    /// `info/` alone.
    Info,
    /// All but `info/`.
    Payload,
}

/// An entry whose content goes by.
#[derive(Debug)]
pub(super) struct Current {
    entry: Entry,
    sha256: Sha256Hasher,
    document: Option<Vec<u8>>,
}

impl Current {
    /// Takes the next piece of the content.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(document) = &mut self.document {
            document.extend_from_slice(bytes);
        }
    }
}

/// Everything that was unpacked so far.
#[derive(Debug)]
pub(super) struct Contents {
    limits: Limits,
    pub(super) documents: Documents,
    manifest: Option<Manifest>,
    manifest_loaded: bool,
    seen: ByName<Seen>,
    folders: ByName<()>,
    names: Budget,
    pub(super) files: u64,
    pub(super) unpacked_size: u64,
}

impl Contents {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            documents: Documents::new(limits),
            manifest: None,
            manifest_loaded: false,
            seen: ByName::new(),
            folders: ByName::new(),
            names: Budget::new("nameBytes", limits.name_bytes),
            files: 0,
            unpacked_size: 0,
        }
    }

    /// Reads the manifest out of the documents, before the first payload entry.
    pub(super) fn load_manifest(&mut self, report: &mut Report) {
        if self.manifest_loaded {
            return;
        }
        self.manifest_loaded = true;
        self.manifest = self.documents.manifest(&self.limits, report);
        if self.manifest.is_some() {
            report.begin(Check::FilesListed);
        }
    }

    pub(super) const fn is_manifest_loaded(&self) -> bool {
        self.manifest_loaded
    }

    /// Meets an entry before its content.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `infoBytes` and `nameBytes`; all else is
    /// reported.
    pub(super) fn meet(
        &mut self,
        entry: Entry,
        part: Part,
        member: &str,
        report: &mut Report,
    ) -> Result<Current, Error> {
        let path = entry.path.as_str();
        let is_misplaced = match part {
            Part::Whole => false,
            Part::Info => !entry.path.is_info(),
            Part::Payload => entry.path.is_info(),
        };
        if is_misplaced {
            report.find(Error::new(Fault::EntryMisplaced {
                path: path.into(),
                member: member.into(),
            }));
        }
        self.check_place(&entry, report)?;
        let document =
            if entry.path.is_info() { self.documents.open(path, entry.size)? } else { None };
        Ok(Current { entry, sha256: Sha256Hasher::default(), document })
    }

    /// Every folder above an entry is a directory, and nothing else is one.
    fn check_place(&mut self, entry: &Entry, report: &mut Report) -> Result<(), Error> {
        let length = |name: &str| u64::try_from(name.len()).unwrap_or(u64::MAX);
        let path = entry.path.as_str();
        self.names.spend(length(path))?;
        for ancestor in entry.path.ancestors() {
            // Whoever met this folder first has looked at those above it.
            if self.folders.get(ancestor).is_some() {
                break;
            }
            self.names.spend(length(ancestor))?;
            self.folders.insert(ancestor.to_owned(), ());
            match self.seen.get(ancestor) {
                None | Some(Seen::Directory) => {}
                Some(_) => report.find(Error::new(Fault::EntryBelowNonDirectory {
                    path: path.into(),
                    parent: ancestor.into(),
                })),
            }
        }
        if entry.kind != EntryKind::Directory && self.folders.get(path).is_some() {
            report.find(Error::new(Fault::EntryBelowNonDirectory {
                path: format!("{path}/…"),
                parent: path.into(),
            }));
        }
        Ok(())
    }

    /// Leaves an entry after its content.
    pub(super) fn leave(&mut self, current: Current, report: &mut Report) {
        let Current { entry, sha256, document } = current;
        let path = entry.path.as_str().to_owned();
        if let Some(document) = document {
            self.documents.keep(&path, document);
        }
        let seen = match &entry.kind {
            EntryKind::File => Seen::File { size: entry.size, sha256: sha256.finish() },
            EntryKind::Directory => Seen::Directory,
            EntryKind::Symlink(target) => {
                if let Err(error) = entry.path.check_link(target, &self.limits) {
                    report.find(error);
                    Seen::Broken
                } else {
                    Seen::Symlink { target: target.clone() }
                }
            }
            EntryKind::HardLink(target) => self.hard_link(&entry.path, target, report),
        };
        if !entry.path.is_info() && entry.kind != EntryKind::Directory {
            self.files = self.files.saturating_add(1);
            self.unpacked_size = self.unpacked_size.saturating_add(entry.size);
        }
        if !entry.path.is_info() {
            self.compare(&path, &entry.kind, &seen, report);
        }
        if !self.seen.insert(path.clone(), seen) {
            report.find(Error::new(Fault::EntryDuplicate { path }));
        }
    }

    /// A hard link has the content of a regular file before it.
    fn hard_link(&self, path: &EntryPath, target: &EntryPath, report: &mut Report) -> Seen {
        match self.seen.get(target.as_str()) {
            Some(file @ Seen::File { .. }) => file.clone(),
            _ => {
                report.find(Error::new(Fault::LinkTargetMissing {
                    path: path.as_str().into(),
                    target: target.as_str().into(),
                }));
                Seen::Broken
            }
        }
    }

    /// Compares an entry of the payload with what is listed for it.
    fn compare(&mut self, path: &str, kind: &EntryKind, seen: &Seen, report: &mut Report) {
        let Some(manifest) = &mut self.manifest else { return };
        let Some(listed) = manifest.see(path) else {
            // Directories need no listing: the paths below them imply them.
            if *kind != EntryKind::Directory {
                report.find(Error::new(Fault::FileUnlisted { path: path.into() }));
            }
            return;
        };
        let Some(listed) = listed else { return };
        report.begin(Check::FileTypes);
        let is_as_listed = matches!(
            (listed.path_type, kind),
            (PathType::HardLink, EntryKind::File | EntryKind::HardLink(_))
                | (PathType::SoftLink, EntryKind::Symlink(_))
                | (PathType::Directory, EntryKind::Directory)
        );
        if !is_as_listed {
            report.find(Error::new(Fault::FileTypeMismatch {
                path: path.into(),
                expected: listed.path_type.word(),
                actual: kind.word(),
            }));
            return;
        }
        match seen {
            Seen::File { size, sha256 } => compare_file(path, listed, *size, *sha256, report),
            // CEP 34 has directories; conda, libmamba and rattler fail on them.
            Seen::Directory => report.find(Error::new(Fault::PathListedOddly {
                path: path.into(),
                reason: "a directory, which installers refuse",
            })),
            Seen::Symlink { .. } | Seen::Broken => {}
        }
    }

    /// After the last entry: what is missing, and where links lead.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `linkSteps`; all else is reported.
    pub(super) fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        self.load_manifest(report);
        report.begin(Check::LinkTargets);
        links::check(&self.seen, &self.folders, self.manifest.as_ref(), &self.limits, report)?;
        let Some(manifest) = &self.manifest else { return Ok(()) };
        report.begin(Check::FilesPresent);
        report.begin_unless_skipped(Check::FileTypes);
        // Begun where there was something to compare, of at least one file.
        for check in [Check::FileSizes, Check::FileSha256] {
            if manifest.lists_files() {
                report.skip_unless_begun(check, "info/paths.json lists none");
            } else {
                report.begin_unless_skipped(check);
            }
        }
        for (path, is_directory) in manifest.missing() {
            report.find(if is_directory && self.folders.get(path).is_some() {
                // The files below it make it.
                Error::new(Fault::PathListedOddly {
                    path: path.into(),
                    reason: "a directory, which installers refuse",
                })
            } else {
                Error::new(Fault::FileMissing { path: path.into() })
            });
        }
        Ok(())
    }
}

/// Size first: a digest of other bytes tells nothing more.
fn compare_file(
    path: &str,
    listed: &PathEntry,
    size: u64,
    sha256: Sha256Digest,
    report: &mut Report,
) {
    if listed.size.is_some() {
        report.begin(Check::FileSizes);
    }
    if listed.sha256.is_some() {
        report.begin(Check::FileSha256);
    }
    match (listed.size, listed.sha256) {
        (Some(expected), _) if expected != size => {
            report.find(Error::new(Fault::FileSizeMismatch {
                path: path.into(),
                expected,
                actual: size,
            }));
        }
        (_, Some(expected)) if expected != sha256 => {
            report.find(Error::new(Fault::FileSha256Mismatch {
                path: path.into(),
                expected: expected.to_string(),
                actual: sha256.to_string(),
            }))
        }
        (_, None) => report.find(Error::new(Fault::FileDigestMissing { path: path.into() })),
        _ => {}
    }
}
