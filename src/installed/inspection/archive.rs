//! The archive that a package came from is taken, file by file, and what should be there follows.

use super::Inspection;
use crate::by_name::ByName;
use crate::conda::InstalledEntry;
use crate::error::{Class, Error, Fault};
use crate::installed::expected::Place;
use crate::installed::listed::ListedKind;
use crate::installed::noarch::is_accounted_for;
use crate::installed::original::OriginalFile;
use crate::installed::recomputing::{Done, Recomputing, Task};
use crate::installed::shipped::Target;
use crate::proof::{Check, InstalledKind, Original, Status};

impl Inspection {
    /// Whether the bytes of a file of the archive are needed: not where there are more of them
    /// than the limit `replacedFileBytes`. `size`: its length in bytes.
    #[must_use]
    pub fn wants_original(&self, path: &str, size: u64) -> bool {
        !self.is_stopped && self.originals.wants(path, size)
    }

    fn recorded(&self, path: &str) -> Option<InstalledEntry> {
        let target = self.moves.target(path);
        self.places.get(&target)?.listed.clone()
    }

    /// Takes a file of the archive.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] where bytes are missing that [`Self::wants_original`] asks for.
    pub fn original(&mut self, file: OriginalFile<'_>) -> Result<(), Error> {
        if let Some((task, bytes)) = self.take_original(file)? {
            let growth = self.originals.growth.clone();
            self.end_original(task.run_to_the_end(bytes, growth));
        }
        Ok(())
    }

    /// Takes a file of the archive, for whoever has other things to do meanwhile: large ones take
    /// seconds. [`Self::step`] goes on with it; whatever comes next does the rest of it.
    ///
    /// # Errors
    /// As [`Self::original`].
    pub fn begin_original(&mut self, file: OriginalFile<'_, Vec<u8>>) -> Result<(), Error> {
        if let Some((task, bytes)) = self.take_original(file)? {
            let growth = self.originals.growth.clone();
            self.recomputing = Some(Recomputing::new(task, bytes, growth));
        }
        Ok(())
    }

    /// Goes on with a file that was begun, for some milliseconds. Whether there is more to do.
    pub fn step(&mut self) -> bool {
        let Some(recomputing) = &mut self.recomputing else { return false };
        let Some(done) = recomputing.step() else { return true };
        self.recomputing = None;
        self.end_original(done);
        false
    }

    fn take_original<B: AsRef<[u8]>>(
        &mut self,
        file: OriginalFile<'_, B>,
    ) -> Result<Option<(Task, B)>, Error> {
        while self.step() {}
        if self.is_stopped {
            return Ok(None);
        }
        let is_without_bytes = file.kind == ListedKind::File && file.bytes.is_none();
        if is_without_bytes && self.originals.wants(file.path, file.size) {
            return Err(Error::new(Fault::ArgumentInvalid {
                argument: "bytes".into(),
                reason: "the bytes of this file are needed".into(),
            }));
        }
        let recorded = self.recorded(file.path);
        let target = self.target();
        let taken = self
            .spend(file.path)
            .and_then(|()| self.originals.take(file, recorded.as_ref(), target, &self.limits));
        match taken {
            Err(error) if error.code().class() == Class::Host => Err(error),
            Err(error) => {
                self.stop(error);
                Ok(None)
            }
            Ok(task) => Ok(task),
        }
    }

    fn end_original(&mut self, done: Done) {
        if let Err(error) = self.originals.end(done) {
            self.stop(error);
        }
    }

    /// Where the files lie; absent where nothing is replaced.
    fn target(&self) -> Option<Target> {
        (self.kind == InstalledKind::Linked).then(|| Target {
            prefix: self.options.prefix.clone(),
            system: self.system,
            recorded: self.recorded_system,
        })
    }

    /// Takes a hard link of the archive, which leads to a file that was taken before.
    pub fn original_hard_link(&mut self, path: &str, target: &str) {
        while self.step() {}
        match self.spend(path) {
            Ok(()) => self.originals.take_hard_link(path, target),
            Err(error) => self.stop(error),
        }
    }

    /// Takes why there is no archive, for those who looked for one.
    pub fn miss_original(&mut self, reason: String) {
        self.missing = Some(reason);
    }

    /// Takes the verdict on the archive, after its last file. Nothing is compared with an archive
    /// that is rejected.
    pub fn rest_on(&mut self, original: Original) {
        while self.step() {}
        if self.is_stopped {
            // Not all of it was met, so that nothing can be compared with it.
            self.original = Some(original);
            return;
        }
        self.report.begin(Check::Original);
        self.compare_with(&original);
        self.has_archive = original.status != Status::Rejected;
        self.original = Some(original);
        if !self.has_archive {
            return;
        }
        self.tell_lost_list();
        let target = self.target();
        let is_linked = target.is_some();
        let shipped: Vec<String> = self.originals.shipped.names().map(str::to_owned).collect();
        for path in shipped {
            if is_linked && path.starts_with("info/") {
                continue;
            }
            let expected = self.originals.expected(&path, target.as_ref());
            let Some(expected) = expected else { continue };
            let has_placeholder = self.originals.has_placeholder(&path);
            let path = if is_linked { self.moves.target(&path) } else { path };
            if let Some(place) = self.places.get_mut(&path) {
                place.from_archive = Some(expected);
                place.has_placeholder = has_placeholder;
            } else {
                let from_archive = Some(expected);
                let place = Place { from_archive, has_placeholder, ..Place::default() };
                self.places.insert(path, place);
            }
        }
        if is_linked {
            self.refuse_what_the_package_has_not();
        }
    }

    /// Bytecode of the package's own files, its entry points: everything else that the
    /// installed record says a client made, nobody accounts for.
    fn refuse_what_the_package_has_not(&mut self) {
        self.report.begin(Check::FilesListed);
        let mut shipped = ByName::new();
        for (path, place) in self.places.iter() {
            if place.from_archive.is_some() {
                shipped.insert(path.to_owned(), ());
            }
        }
        let entry_points = self.originals.entry_points(&self.moves);
        for (path, place) in self.places.iter() {
            let is_known = place.from_archive.is_some()
                || (place.is_generated() && is_accounted_for(path, &shipped, &entry_points));
            if !is_known {
                self.report.find(Error::new(Fault::FileUnlisted { path: path.to_owned() }));
            }
        }
    }
}
