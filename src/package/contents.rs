//! Entry by entry: what is unpacked, against what is listed.

use super::block::Block;
use super::documents::{Documents, Manifest};
use super::files::{File, Files};
use super::placeholder::Search;
use super::report::Report;
use super::seen::Seen;
use super::unpacked::{Fate, FilePart, UnpackedNode};
use super::{conduct, links, names};
use crate::archive::{Entry, EntryKind, EntryPath};
use crate::by_name::ByName;
use crate::conda::{PathEntry, PathType};
use crate::digest::Sha256Digest;
use crate::error::{Code, Error, Fault};
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

/// Everything that was unpacked so far.
#[derive(Debug)]
pub(super) struct Contents {
    limits: Limits,
    pub(super) documents: Documents,
    manifest: Option<Manifest>,
    manifest_loaded: bool,
    seen: ByName<Seen>,
    /// Folders above entries, and whether nothing else is in their places.
    folders: ByName<bool>,
    names: Budget,
    in_flight: Files,
    links: Vec<UnpackedNode>,
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
            in_flight: Files::default(),
            links: Vec::new(),
            files: 0,
            unpacked_size: 0,
        }
    }

    /// Forgets all that was unpacked, and gives the documents away.
    pub(super) fn begin_again(&mut self) -> Documents {
        let mut fresh = Self::new(&self.limits);
        fresh.in_flight = self.in_flight.begin_again();
        std::mem::replace(self, fresh).documents
    }

    /// Reads the manifest out of the documents, before the first payload entry.
    pub(super) fn load_manifest(&mut self, report: &mut Report) {
        if self.manifest_loaded {
            return;
        }
        self.manifest_loaded = true;
        self.manifest = self.documents.manifest(&self.limits, report);
        self.documents.forget_paths_json();
        if self.manifest.is_some() {
            report.begin(Check::FilesListed);
        }
    }

    pub(super) const fn is_manifest_loaded(&self) -> bool {
        self.manifest_loaded
    }

    /// Meets an entry before its content. Of a file the content comes next, and what is to
    /// be kept of it besides.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `infoBytes` and `nameBytes`; all else is
    /// reported.
    pub(super) fn meet(
        &mut self,
        number: u32,
        entry: Entry,
        part: Part,
        member: &str,
        report: &mut Report,
    ) -> Result<Option<Vec<u8>>, Error> {
        report.at(number);
        let path = entry.path.as_str().to_owned();
        let is_info = entry.path.is_info();
        let is_misplaced = match part {
            Part::Whole => false,
            Part::Info => !is_info,
            Part::Payload => is_info,
        };
        if is_misplaced {
            let (path, member) = (path.clone(), member.into());
            report.find(Error::new(Fault::EntryMisplaced { path, member }));
        }
        conduct::check(&entry, report);
        let is_in_place = self.check_place(&entry, report)? && !is_misplaced;
        if entry.kind != EntryKind::File && is_info && self.documents.is_one(&path) {
            // Clients would open what it leads to.
            let kind = "a link or directory in the place of a document";
            report.find(Error::new(Fault::TarEntryUnsupported { path: path.clone(), kind }));
        }
        let document = if is_info { self.documents.open(&path, entry.size)? } else { None };
        if !is_info && entry.kind != EntryKind::Directory {
            self.files = self.files.saturating_add(1);
            self.unpacked_size = self.unpacked_size.saturating_add(entry.size);
        }
        let (is_listed, listed) = match is_info {
            true => (true, None),
            false => self.look_up(&path, &entry.kind, report),
        };
        let is_welcome = is_in_place && is_listed;
        let placeholder = listed.as_ref().and_then(|listed| Search::of(listed, &entry.kind));
        let seen = match &entry.kind {
            EntryKind::File => Seen::File { size: entry.size, sha256: None, is_sound: false },
            EntryKind::Directory => Seen::Directory { is_welcome: is_welcome && !is_info },
            EntryKind::Symlink(target) => match entry.path.check_link(target, &self.limits) {
                Err(error) if error.code() == Code::LinkAbsolute => {
                    let is_welcome = is_welcome && !report.rejects(error.code());
                    report.find(error);
                    Seen::Symlink { target: target.clone(), is_welcome }
                }
                Err(error) => {
                    report.find(error);
                    Seen::Broken
                }
                Ok(()) => Seen::Symlink { target: target.clone(), is_welcome },
            },
            EntryKind::HardLink(target) => {
                self.hard_link(&entry.path, target, part, is_welcome, report)
            }
        };
        let (place, is_new) = self.seen.put(path.clone(), seen);
        if !is_new {
            report.find(Error::new(Fault::EntryDuplicate { path: path.clone() }));
        }
        if entry.kind == EntryKind::File {
            let mut file = File::new(number, path, entry.mode, entry.size);
            file.listed = listed;
            file.seen = place;
            file.placeholder = placeholder;
            file.is_welcome = is_welcome && is_new;
            self.in_flight.begin(file);
        } else if let Some(reason) = placeholder.and_then(Search::finish) {
            report.find(Error::new(Fault::PlaceholderUnusable { path, reason }));
        }
        Ok(document)
    }

    /// Every folder above an entry is a directory, and nothing else is one.
    fn check_place(&mut self, entry: &Entry, report: &mut Report) -> Result<bool, Error> {
        let mut is_in_place = true;
        let length = |name: &str| u64::try_from(name.len()).unwrap_or(u64::MAX);
        let path = entry.path.as_str();
        self.names.spend(length(path))?;
        let mut new = Vec::new();
        for ancestor in entry.path.ancestors() {
            let known = self.folders.get(ancestor).copied();
            let is_folder = known.unwrap_or_else(|| {
                matches!(self.seen.get(ancestor), None | Some(Seen::Directory { .. }))
            });
            if known.is_none() {
                self.names.spend(length(ancestor))?;
                new.push(ancestor);
            }
            if !is_folder {
                is_in_place = false;
                report.find(Error::new(Fault::EntryBelowNonDirectory {
                    path: path.into(),
                    parent: ancestor.into(),
                }));
            }
            // Whoever met this folder first has looked at those above it.
            if known.is_some() {
                break;
            }
        }
        for folder in new {
            self.folders.insert(folder.to_owned(), is_in_place);
        }
        if entry.kind != EntryKind::Directory && self.folders.get(path).is_some() {
            is_in_place = false;
            report.find(Error::new(Fault::EntryBelowNonDirectory {
                path: format!("{path}/…"),
                parent: path.into(),
            }));
        }
        Ok(is_in_place)
    }

    /// A hard link has the content of a regular file before it.
    fn hard_link(
        &self,
        path: &EntryPath,
        target: &EntryPath,
        part: Part,
        is_welcome: bool,
        report: &mut Report,
    ) -> Seen {
        // Each tar is unpacked by itself.
        let is_elsewhere = part != Part::Whole && target.is_info() != path.is_info();
        let target = target.as_str().to_owned();
        match self.seen.get(&target).filter(|_| !is_elsewhere) {
            Some(Seen::File { .. }) => Seen::HardLink { target, is_welcome },
            // All of them lead to the first.
            Some(Seen::HardLink { target: first, .. }) => {
                Seen::HardLink { target: first.clone(), is_welcome }
            }
            _ => {
                let path = path.as_str().to_owned();
                report.find(Error::new(Fault::LinkTargetMissing { path, target }));
                Seen::Broken
            }
        }
    }

    /// What is listed for an entry of the payload: whether it is, as what it is, and with what.
    fn look_up(
        &mut self,
        path: &str,
        kind: &EntryKind,
        report: &mut Report,
    ) -> (bool, Option<PathEntry>) {
        let Some(manifest) = &mut self.manifest else { return (false, None) };
        let Some(listed) = manifest.see(path) else {
            // Directories need no listing: the paths below them imply them.
            if *kind != EntryKind::Directory {
                report.find(Error::new(Fault::FileUnlisted { path: path.into() }));
            }
            return (false, None);
        };
        let Some(listed) = listed else { return (true, None) };
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
            return (false, None);
        }
        if *kind == EntryKind::Directory {
            // CEP 34 has directories; conda, libmamba and rattler fail on them.
            report.find(Error::new(Fault::PathListedOddly {
                path: path.into(),
                reason: "a directory, which installers refuse",
            }));
        }
        (true, Some(listed.clone()))
    }

    /// Keeps a document whose content is complete.
    pub(super) fn keep_document(&mut self, number: u32, bytes: Vec<u8>) {
        if let Some(path) = self.in_flight.path(number) {
            self.documents.keep(path, bytes);
        }
    }

    /// Leaves the digests of files of at least so many bytes to the host.
    pub(super) const fn let_host_hash(&mut self, from: u64) {
        self.in_flight.let_host_hash(from);
    }

    /// Compares what lies in a block, as far as it is complete.
    pub(super) fn settle(&mut self, block: &Block, report: &mut Report) {
        let seen = &mut self.seen;
        self.in_flight.settle(block, report, &mut |file, sha256| set_digest(seen, file, sha256));
    }

    /// The pieces that lie in a settled block.
    pub(super) fn parts<'a>(&'a self, block: &'a Block) -> impl Iterator<Item = FilePart<'a>> {
        self.in_flight.describe(block)
    }

    /// Forgets files that are settled, whose block is given up.
    pub(super) fn forget_decided(&mut self) {
        self.in_flight.forget_decided();
    }

    /// Takes a digest that the host found; what becomes of the file.
    pub(super) fn supply_digest(
        &mut self,
        number: u32,
        sha256: Sha256Digest,
        report: &mut Report,
    ) -> Option<Fate> {
        let file = self.in_flight.supply(number, sha256, report)?;
        set_digest(&mut self.seen, file, sha256);
        Some(file.fate())
    }

    /// Whether the host owes digests.
    pub(super) fn wants_digest(&self) -> bool {
        self.in_flight.wants_digest()
    }

    /// The links that are as they are listed, once all is unpacked.
    pub(super) fn take_links(&mut self) -> Vec<UnpackedNode> {
        std::mem::take(&mut self.links)
    }

    /// After the last entry: what is missing, and where links lead.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `linkSteps`; all else is reported.
    pub(super) fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        self.load_manifest(report);
        report.begin(Check::LinkTargets);
        let (seen, folders) = (&self.seen, &self.folders);
        self.links = links::check(seen, folders, self.manifest.as_ref(), &self.limits, report)?;
        names::check(seen, folders, report);
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

/// What is known of a file's content from now on.
fn set_digest(seen: &mut ByName<Seen>, file: &File, found: Sha256Digest) {
    if let Some(Seen::File { sha256, is_sound, .. }) = seen.at_mut(file.seen) {
        *sha256 = Some(found);
        *is_sound = file.fate() == Fate::Sound;
    }
}
