//! What is there, and the digests that are asked for.

use super::{Depth, Inspection};
use crate::archive::EntryPath;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, InstalledFault};
use crate::installed::expected::{Found, FoundKind};
use crate::installed::listed::{Listed, ListedKind};
use crate::installed::system::is_mach_o;
use crate::proof::report::Report;
use crate::proof::{Check, InstalledKind};

/// POSIX: set-user-ID and set-group-ID, write permission for others, and that only owners may
/// delete what is in a folder.
const SET_ID: u32 = 0o6000;
const OTHERS_WRITE: u32 = 0o0002;
const STICKY: u32 = 0o1000;

impl Inspection {
    /// Takes something that is there. Gives a number where its digest is wanted, under which
    /// [`Self::digest`] takes it.
    pub fn meet(&mut self, listed: Listed<'_>) -> Option<usize> {
        self.require_list();
        if self.is_stopped {
            return None;
        }
        let path = match EntryPath::parse(listed.path.as_bytes(), &self.limits) {
            Ok(path) => path,
            Err(error) => {
                self.report.find_in(Check::FilesListed, error);
                return None;
            }
        };
        if let Err(error) = self.spend(path.as_str()) {
            self.stop(error);
            return None;
        }
        let is_directory = listed.kind == ListedKind::Directory;
        let unsafe_mode = listed.mode.filter(|mode| is_unsafe(listed.kind, *mode));
        self.has_modes |= listed.mode.is_some();
        let Some(place) = self.places.get_mut(path.as_str()) else {
            // Of an environment, what no package owns is told of the environment.
            if self.kind == InstalledKind::Unpacked && !is_directory {
                self.meet_unlisted(&path);
            }
            // Few packages list folders; what lies in this one is known at the end.
            if let Some(mode) = unsafe_mode.filter(|_| is_directory) {
                self.open_folders.push((path.as_str().to_owned(), mode));
            }
            return None;
        };
        if let Some(mode) = unsafe_mode {
            report_mode(path.as_str(), mode, &mut self.report);
        }
        let kind = match listed.kind {
            ListedKind::File => FoundKind::File,
            ListedKind::Symlink(target) => FoundKind::Symlink(target.to_owned()),
            ListedKind::Directory => FoundKind::Directory,
            ListedKind::Other => FoundKind::Other,
        };
        let is_wanted = kind == FoundKind::File
            && self.options.depth == Depth::Digests
            // What a manifest leaves out, the archive may have.
            && (self.has_details || place.from_archive.is_some())
            && !place.is_generated();
        let found = Found { kind, size: listed.size, sha256: None, is_mach_o: None };
        if place.found.replace(found).is_some() {
            let path = path.as_str().to_owned();
            let fault = Fault::Installed(InstalledFault::ListedTwice { path });
            self.report.find_in(Check::FilesListed, Error::new(fault));
        }
        if !is_wanted {
            return None;
        }
        self.asked.push(path.as_str().to_owned());
        self.asked.len().checked_sub(1)
    }

    fn meet_unlisted(&mut self, path: &EntryPath) {
        // The record that clients put beside the package's own files.
        let is_clients = path.as_str() == "info/repodata_record.json";
        // Told already, by its content.
        let is_manifest = path.as_str() == "info/paths.json" && self.has_no_manifest_in_archive();
        if !is_clients && !is_manifest && (!path.is_info() || self.has_archive) {
            self.report.find(Error::new(Fault::FileUnlisted { path: path.as_str().to_owned() }));
        }
    }

    /// Takes a digest that was asked for, and the first bytes of the file: four of them tell
    /// whether it is a program of macOS.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] for a number that [`Self::meet`] did not give.
    pub fn digest(
        &mut self,
        number: usize,
        sha256: Sha256Digest,
        head: &[u8],
    ) -> Result<(), Error> {
        let place = self.asked.get(number).and_then(|path| self.places.get_mut(path));
        let Some(found) = place.and_then(|place| place.found.as_mut()) else {
            return Err(Error::new(Fault::ArgumentInvalid {
                argument: "number".into(),
                reason: "no digest was asked for under it".into(),
            }));
        };
        found.sha256 = Some(sha256);
        found.is_mach_o = Some(is_mach_o(head));
        Ok(())
    }
}

/// Whether a mode harms. A folder of a group, whose files are the group's, is an ordinary one.
const fn is_unsafe(kind: ListedKind<'_>, mode: u32) -> bool {
    match kind {
        ListedKind::File | ListedKind::Other => mode & (SET_ID | OTHERS_WRITE) != 0,
        ListedKind::Directory => mode & OTHERS_WRITE != 0 && mode & STICKY == 0,
        // That of a link is that of what it leads to.
        ListedKind::Symlink(_) => false,
    }
}

pub(super) fn report_mode(path: &str, mode: u32, report: &mut Report) {
    // The bits that say which kind of file it is are no permissions.
    let (path, mode) = (path.to_owned(), mode & 0o7777);
    report.find_in(Check::Permissions, Error::new(Fault::ModeUnsafe { path, mode }));
}
