//! A manifest, what is there, and the archive become a verdict.

mod account;
mod archive;
mod comparison;
mod meeting;

use super::expected::Place;
use super::hints;
use super::noarch::Moves;
use super::original::Originals;
use super::recomputing::Recomputing;
use super::system::System;
use crate::by_name::ByName;
use crate::conda::{InstalledEntry, InstalledRecord, LinkedAs, PathType, PathsJson, legacy_files};
use crate::digest::Sha256Digest;
use crate::error::{Code, Error, Fault, InstalledFault};
use crate::json::Reader;
use crate::limits::{Budget, Limits};
use crate::policy::Policy;
use crate::proof::report::Report;
use crate::proof::{Check, InstalledKind, Original, PackageId};

/// The list of files of a package that was unpacked.
const PATHS_JSON: &str = "info/paths.json";

/// How closely files are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Types, sizes and targets of links.
    Sizes,
    /// The content too.
    #[default]
    Digests,
}

impl Depth {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sizes => "sizes",
            Self::Digests => "digests",
        }
    }
}

/// What a caller says of what is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledOptions {
    /// How closely files are looked at.
    pub depth: Depth,
    /// The environment's path, as clients wrote it into files.
    pub prefix: Option<String>,
    /// The environment's platform, e.g. `linux-64`; else the package's, unless that is `noarch`.
    pub platform: Option<String>,
    /// The name of the verdict.
    pub file: Option<String>,
    /// Where the manifest was: `info/paths.json`, `info/files` or `conda-meta/NAME.json`. Else
    /// its content tells what it is.
    pub manifest: Option<String>,
}

/// What is installed, on its way to a verdict.
///
/// In this order: the files of the archive and what its verdict was ([`Self::original`],
/// [`Self::rest_on`]), if there is one; then what is there ([`Self::meet`]) and the digests that
/// are asked for ([`Self::digest`]), in any order.
#[derive(Debug)]
pub struct Inspection {
    options: InstalledOptions,
    limits: Limits,
    report: Report,
    kind: InstalledKind,
    package: Option<PackageId>,
    moves: Moves,
    /// Whether the installed record says `noarch: python`.
    is_noarch_python: bool,
    /// SHA-256 of the archive, as the installed record has it.
    recorded_sha256: Option<Sha256Digest>,
    /// SHA-256 of the manifest itself.
    manifest_sha256: Sha256Digest,
    /// Whether the installed record has a build number.
    has_build_number: bool,
    /// Whether the manifest has more than names.
    has_details: bool,
    places: ByName<Place>,
    originals: Originals,
    /// The file of the archive that is worked on.
    recomputing: Option<Recomputing>,
    original: Option<Original>,
    /// Why there is no archive.
    missing: Option<String>,
    /// Why a package that was unpacked has no list of files that can be read.
    lost: Option<Error>,
    /// Whether there is an archive to compare with.
    has_archive: bool,
    /// The system that the caller names.
    system: Option<System>,
    /// The one that the installed record names.
    recorded_system: Option<System>,
    /// The files whose digests were asked for.
    asked: Vec<String>,
    /// Folders that everybody may write to, and their modes.
    open_folders: Vec<(String, u32)>,
    /// Whether modes were told of what is there.
    has_modes: bool,
    entries: Budget,
    names: Budget,
    is_stopped: bool,
}

impl Inspection {
    /// Reads a manifest: `info/paths.json` or `info/files` of a package that was unpacked,
    /// `conda-meta/NAME.json` of one that was linked. One that can't be used rejects.
    #[must_use]
    pub fn new(manifest: &[u8], options: InstalledOptions, policy: Policy, limits: Limits) -> Self {
        Self::of(Some(manifest), options, policy, limits)
    }

    /// The same for a package that was unpacked, and whose list of files is gone. Its archive
    /// says what the files are; without one it is rejected.
    #[must_use]
    pub fn without_manifest(options: InstalledOptions, policy: Policy, limits: Limits) -> Self {
        Self::of(None, options, policy, limits)
    }

    fn of(
        manifest: Option<&[u8]>,
        options: InstalledOptions,
        policy: Policy,
        limits: Limits,
    ) -> Self {
        let mut inspection = Self {
            report: Report::new(policy, limits.findings).with_hints(hints::of_linked),
            kind: InstalledKind::Linked,
            package: None,
            moves: Moves::default(),
            is_noarch_python: false,
            recorded_sha256: None,
            manifest_sha256: Sha256Digest::of(manifest.unwrap_or_default()),
            has_build_number: false,
            has_details: true,
            places: ByName::new(),
            originals: Originals::new(&limits),
            recomputing: None,
            original: None,
            missing: None,
            lost: None,
            has_archive: false,
            system: options.platform.as_deref().and_then(System::of_subdir),
            recorded_system: None,
            asked: Vec::new(),
            open_folders: Vec::new(),
            has_modes: false,
            entries: Budget::new("entries", limits.entries),
            names: Budget::new("nameBytes", limits.name_bytes),
            is_stopped: false,
            options,
            limits,
        };
        if let Some(prefix) = &mut inspection.options.prefix {
            prefix.truncate(prefix.trim_end_matches('/').len());
        }
        let is_info = |path: &String| path.starts_with("info/");
        if manifest.is_none() || inspection.options.manifest.as_ref().is_some_and(is_info) {
            inspection.is_of_unpacked();
        }
        let read = inspection.check_prefix().and_then(|()| match manifest {
            Some(manifest) => inspection.read(manifest),
            None => Err(Error::new(Fault::FileMissing { path: PATHS_JSON.to_owned() })),
        });
        match read {
            Ok(()) => {}
            // The archive has a list of its own.
            Err(error)
                if inspection.kind == InstalledKind::Unpacked
                    && error.code() != Code::LimitExceeded =>
            {
                inspection.has_details = false;
                inspection.places = ByName::new();
                inspection.lost = Some(error);
            }
            Err(error) => inspection.stop(error),
        }
        inspection
    }

    fn is_of_unpacked(&mut self) {
        self.kind = InstalledKind::Unpacked;
        self.report.hint_by(hints::of_unpacked);
    }

    /// Nothing says what the files are where the list can't be read and there is no archive.
    fn require_list(&mut self) {
        if let Some(error) = self.lost.take() {
            self.stop(error);
        }
    }

    /// The list that can't be read rejects; that there is none, its place tells.
    fn tell_lost_list(&mut self) {
        match self.lost.take() {
            None => {}
            Some(error) if error.code() == Code::FileMissing => {
                self.report.skip(Check::PathsJson, "there is none");
            }
            Some(error) => self.report.find_in(Check::PathsJson, error),
        }
    }

    /// As long as a path may be: it is written into files.
    fn check_prefix(&self) -> Result<(), Error> {
        let length = self.options.prefix.as_ref().map_or(0, String::len);
        let max = self.limits.path_bytes;
        if u64::try_from(length).is_ok_and(|length| length <= max) {
            return Ok(());
        }
        Err(Error::new(Fault::LimitExceeded { limit: "pathBytes", max }))
    }

    fn read(&mut self, manifest: &[u8]) -> Result<(), Error> {
        let is_json = manifest.trim_ascii_start().first() == Some(&b'{');
        let (is_record, is_json) = match self.options.manifest.as_deref() {
            Some("info/paths.json") => (false, true),
            Some("info/files") => (false, false),
            Some(_) => (true, true),
            None => (is_json && !is_paths_json(manifest, &self.limits)?, is_json),
        };
        if is_record {
            self.report.begin(Check::InstalledRecord);
            return self.read_record(InstalledRecord::parse(manifest, &self.limits)?);
        }
        self.is_of_unpacked();
        self.report.begin(Check::PathsJson);
        if is_json {
            let listed = PathsJson::parse(manifest, &self.limits)?;
            for (path, entry) in listed.entries.iter() {
                let linked_as = match entry.path_type {
                    PathType::HardLink => LinkedAs::File,
                    PathType::SoftLink => LinkedAs::Symlink,
                    PathType::Directory => LinkedAs::Directory,
                };
                let (sha256, size) = (entry.sha256, entry.size);
                let entry = InstalledEntry { linked_as, sha256, size, ..InstalledEntry::default() };
                self.list(path, entry)?;
            }
        } else {
            self.has_details = false;
            for path in legacy_files(manifest, &self.limits)? {
                self.list(path.as_str(), InstalledEntry::default())?;
            }
            self.report.find(Error::new(Fault::PathsJsonMissing));
        }
        Ok(())
    }

    fn read_record(&mut self, record: InstalledRecord) -> Result<(), Error> {
        self.recorded_system = record.subdir.as_deref().and_then(System::of_subdir);
        self.recorded_sha256 = record.sha256;
        self.has_details = record.has_details;
        for (path, entry) in record.entries.iter() {
            self.list(path, entry.clone())?;
        }
        self.is_noarch_python = record.is_noarch_python;
        if record.is_noarch_python {
            self.moves = Moves::of(record.entries.names(), self.system.or(self.recorded_system));
        }
        self.has_build_number = record.build_number.is_some();
        let InstalledRecord { name, version, build, build_number, subdir, .. } = record;
        let build_number = build_number.unwrap_or_default();
        if let Some(path) = &self.options.manifest {
            let actual = [name.as_str(), &version, &build].join("-");
            let file = path.rsplit('/').next().unwrap_or_default();
            if file.strip_suffix(".json") != Some(&actual) {
                let expected = file.to_owned();
                let fault = InstalledFault::InstalledRecordMisnamed { expected, actual };
                self.report.find_in(Check::InstalledRecord, Error::new(Fault::Installed(fault)));
            }
        }
        self.package = Some(PackageId { name, version, build, build_number, subdir });
        Ok(())
    }

    fn list(&mut self, path: &str, entry: InstalledEntry) -> Result<(), Error> {
        self.spend(path)?;
        let has_placeholder = entry.has_placeholder();
        let place = Place { listed: Some(entry), has_placeholder, ..Place::default() };
        self.places.insert(path.to_owned(), place);
        Ok(())
    }

    fn spend(&mut self, path: &str) -> Result<(), Error> {
        self.entries.spend(1)?;
        self.names.spend(u64::try_from(path.len()).unwrap_or(u64::MAX))
    }

    fn stop(&mut self, error: Error) {
        self.is_stopped = true;
        let check = match self.kind {
            InstalledKind::Linked => Check::InstalledRecord,
            InstalledKind::Unpacked => Check::PathsJson,
        };
        self.report.fail(check);
        self.report.stop(error);
    }
}

/// Whether a document has the members of `info/paths.json` rather than of an installed record.
fn is_paths_json(bytes: &[u8], limits: &Limits) -> Result<bool, Error> {
    let mut is_paths_json = false;
    let mut reader = Reader::new(bytes, "the manifest", limits)?;
    reader.object(&mut |reader, name| {
        is_paths_json |= matches!(name, "paths_version" | "paths");
        reader.skip()
    })?;
    reader.end()?;
    Ok(is_paths_json)
}
