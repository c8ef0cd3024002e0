//! The documents of `info/` that say which package it is and what is in it.

use crate::archive::EntryPath;
use crate::by_name::{self, ByName};
use crate::conda::{
    FileName, IndexJson, PathEntry, PathType, PathsJson, Record, legacy_files, legacy_paths,
};
use crate::error::{Error, Fault};
use crate::json::Value;
use crate::limits::{Budget, Limits};
use crate::proof::Check;

use super::report::Report;

/// What is set aside at once for a document. A header may state any length.
const MAX_ROOM: usize = 32 << 20;

/// The texts that are kept while `info/` goes by.
#[derive(Debug)]
pub(super) struct Documents {
    index_json: Option<Vec<u8>>,
    paths_json: Option<Vec<u8>>,
    files: Option<Vec<u8>>,
    /// `info/has_prefix` and `info/no_link`.
    beside_files: [Option<Vec<u8>>; 2],
    link_json: Option<Vec<u8>>,
    budget: Budget,
}

impl Documents {
    pub(super) const fn new(limits: &Limits) -> Self {
        Self {
            index_json: None,
            paths_json: None,
            files: None,
            beside_files: [None, None],
            link_json: None,
            budget: Budget::new("infoBytes", limits.info_bytes),
        }
    }

    /// The same documents, for a pass that meets `info/` once more.
    pub(super) fn with_fresh_budget(self, limits: &Limits) -> Self {
        Self { budget: Budget::new("infoBytes", limits.info_bytes), ..self }
    }

    /// Makes room for the content of a file of `info/`; `None` where only its
    /// length matters. All of `info/` counts against its limit.
    pub(super) fn open(&mut self, path: &str, size: u64) -> Result<Option<Vec<u8>>, Error> {
        self.budget.spend(size)?;
        let room = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_ROOM);
        Ok(self.place(path).map(|_| Vec::with_capacity(room)))
    }

    /// Keeps the text of a document.
    pub(super) fn keep(&mut self, path: &str, bytes: Vec<u8>) {
        if let Some(place) = self.place(path) {
            *place = Some(bytes);
        }
    }

    /// Whether the text of the file is one that decides something.
    pub(super) fn is_one(&mut self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// Where the text of a document is kept, if it is.
    fn place(&mut self, path: &str) -> Option<&mut Option<Vec<u8>>> {
        let [has_prefix, no_link] = &mut self.beside_files;
        Some(match path {
            "info/index.json" => &mut self.index_json,
            "info/paths.json" => &mut self.paths_json,
            "info/files" => &mut self.files,
            "info/has_prefix" => has_prefix,
            "info/no_link" => no_link,
            "info/link.json" => &mut self.link_json,
            _ => return None,
        })
    }

    /// Gives the memory of the manifest's text back, which is that of a large package.
    pub(super) fn forget_paths_json(&mut self) {
        if let Some(text) = &mut self.paths_json {
            *text = Vec::new();
        }
    }

    pub(super) const fn has_index_json(&self) -> bool {
        self.index_json.is_some()
    }

    pub(super) const fn has_paths_json(&self) -> bool {
        self.paths_json.is_some()
    }

    /// The manifest, or `None` where there is none that could be used.
    pub(super) fn manifest(&self, limits: &Limits, report: &mut Report) -> Option<Manifest> {
        if let Some(bytes) = &self.paths_json {
            report.begin(Check::PathsJson);
            return match PathsJson::parse(bytes, limits) {
                Ok(paths) => Some(Manifest::of_paths_json(paths, report)),
                Err(error) => {
                    report.find_in(Check::PathsJson, within_paths_json(error));
                    no_manifest(report, "info/paths.json can't be used");
                    None
                }
            };
        }
        report.skip(Check::PathsJson, "the package has no info/paths.json");
        let Some(bytes) = &self.files else {
            report.find(Error::new(Fault::ManifestMissing));
            no_manifest(report, "no manifest lists the files");
            return None;
        };
        match legacy_files(bytes, limits) {
            Ok(paths) => {
                report.find(Error::new(Fault::PathsJsonMissing));
                for check in [Check::FileTypes, Check::FileSizes, Check::FileSha256] {
                    report.skip(check, "info/files lists names alone");
                }
                let manifest = Manifest::of_names(paths);
                for lines in self.beside_files.iter().flatten() {
                    check_beside_files(lines, &manifest, limits, report);
                }
                Some(manifest)
            }
            Err(error) => {
                report.find_in(Check::PathsJson, error);
                no_manifest(report, "info/files can't be used");
                None
            }
        }
    }

    /// `info/index.json`, compared with the names that the file goes by.
    pub(super) fn identify(
        &self,
        names: &Names<'_>,
        limits: &Limits,
        report: &mut Report,
    ) -> Option<IndexJson> {
        if let Some(Err(error)) = self.link_json.as_ref().map(|it| check_link_json(it, limits)) {
            report.find_in(Check::Entries, error);
        }
        let Some(bytes) = &self.index_json else {
            report.skip(Check::IndexJson, "the package has no info/index.json");
            report.find(Error::new(Fault::IndexJsonMissing));
            return None;
        };
        report.begin(Check::IndexJson);
        match IndexJson::parse(bytes, limits) {
            Ok(index) => {
                names.compare(&index, report);
                Some(index)
            }
            Err(error) => {
                let error = match &*error {
                    Fault::JsonInvalid { reason, .. } => {
                        Error::new(Fault::IndexJsonInvalid { reason: reason.clone() })
                    }
                    _ => error,
                };
                report.find_in(Check::IndexJson, error);
                None
            }
        }
    }
}

/// A manifest that is no JSON is told as a malformed manifest.
fn within_paths_json(error: Error) -> Error {
    match &*error {
        Fault::JsonInvalid { reason, .. } => {
            Error::new(Fault::PathsJsonInvalid { reason: reason.clone() })
        }
        _ => error,
    }
}

/// Old packages say in lists of their own where prefixes are and what is to be copied.
/// Installers go by these lists, so they must not lead elsewhere.
fn check_beside_files(lines: &[u8], manifest: &Manifest, limits: &Limits, report: &mut Report) {
    match legacy_paths(lines, limits) {
        Ok(paths) => {
            let unlisted = paths.iter().filter(|path| !manifest.lists(path.as_str()));
            for path in unlisted {
                report.find(Error::new(Fault::PathListedOddly {
                    path: path.as_str().to_owned(),
                    reason: "but not in info/files",
                }));
            }
        }
        Err(error) => report.find_in(Check::PathsJson, error),
    }
}

/// `info/link.json` (CEP 34): clients write a program of its own for each entry point of a
/// `noarch: python` package, `NAME = MODULE:FUNCTION`, and the name becomes a file's.
fn check_link_json(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let invalid = |reason: &str| Error::new(Fault::LinkJsonInvalid { reason: reason.to_owned() });
    let link = Value::parse(bytes, "info/link.json", limits).map_err(|error| match &*error {
        Fault::JsonInvalid { reason, .. } => invalid(reason),
        _ => error,
    })?;
    if link.as_object().is_none() {
        return Err(invalid("it is no object"));
    }
    let entry_points = link.member("noarch").and_then(|noarch| noarch.member("entry_points"));
    let Some(entry_points) = entry_points else { return Ok(()) };
    let entry_points =
        entry_points.as_texts().ok_or_else(|| invalid("its entry_points are no list of texts"))?;
    for entry_point in entry_points {
        let name = entry_point.split('=').next().unwrap_or_default().trim();
        if name.contains('/') || EntryPath::parse(name.as_bytes(), limits).is_err() {
            return Err(invalid("the name of an entry point is no plain file name"));
        }
    }
    Ok(())
}

fn no_manifest(report: &mut Report, reason: &str) {
    for check in [
        Check::FilesListed,
        Check::FilesPresent,
        Check::FileTypes,
        Check::FileSizes,
        Check::FileSha256,
    ] {
        report.skip(check, reason);
    }
}

/// What is listed, and whether it has been seen.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// `None` where `info/files` lists the name alone.
    listed: ByName<Option<PathEntry>>,
    /// By the places of what is listed.
    seen: Vec<bool>,
}

impl Manifest {
    fn of_paths_json(paths: PathsJson, report: &mut Report) -> Self {
        for path in paths.listed_info {
            report.find(Error::new(Fault::PathListedOddly {
                path: path.as_str().to_owned(),
                reason: "which no installer compares",
            }));
        }
        Self { listed: paths.entries.map(Some), seen: Vec::new() }
    }

    fn of_names(paths: Vec<EntryPath>) -> Self {
        let mut listed = ByName::new();
        for path in paths {
            listed.insert(path.as_str().to_owned(), None);
        }
        Self { listed, seen: Vec::new() }
    }

    /// Marks a path as seen. `None` where it is not listed, `Some(None)` where
    /// nothing but its name is.
    pub(super) fn see(&mut self, path: &str) -> Option<Option<&PathEntry>> {
        let place = self.listed.place_of(path)?;
        if self.seen.len() <= place {
            self.seen.resize(place.saturating_add(1), false);
        }
        if let Some(seen) = self.seen.get_mut(place) {
            *seen = true;
        }
        Some(self.listed.at(place)?.as_ref())
    }

    /// What is listed for a path.
    pub(super) fn entry(&self, path: &str) -> Option<&PathEntry> {
        self.listed.get(path)?.as_ref()
    }

    /// Whether a path is listed.
    fn lists(&self, path: &str) -> bool {
        self.listed.get(path).is_some()
    }

    /// Whether a regular file is listed.
    pub(super) fn lists_files(&self) -> bool {
        self.listed.iter().any(|(_, entry)| {
            entry.as_ref().is_none_or(|entry| entry.path_type == PathType::HardLink)
        })
    }

    /// The listed paths that were not seen, and whether they are directories.
    pub(super) fn missing(&self) -> impl Iterator<Item = (&str, bool)> {
        let listed = self.listed.iter_places();
        let missing =
            listed.filter(|(_, place, _)| !self.seen.get(*place).is_some_and(|seen| *seen));
        missing.map(|(path, _, entry)| {
            let is_directory =
                entry.as_ref().is_some_and(|entry| entry.path_type == PathType::Directory);
            (path, is_directory)
        })
    }
}

/// The names that the package goes by outside of itself.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) file_name: Option<&'a FileName>,
    pub(super) record: Option<&'a Record>,
    /// The subdir of the channel that it is expected in.
    pub(super) subdir: Option<&'a str>,
    /// The stem of the members of a `.conda`.
    pub(super) stem: Option<&'a str>,
}

impl Names<'_> {
    fn compare(&self, index: &IndexJson, report: &mut Report) {
        let mut same = |member, against, expected: &str, actual: &str| {
            if expected != actual {
                report.find(Error::new(Fault::NameMismatch {
                    member,
                    against,
                    expected: expected.to_owned(),
                    actual: actual.to_owned(),
                }));
            }
        };
        if let Some(file) = self.file_name {
            same("name", "the file name", file.name(), &index.name);
            same("version", "the file name", file.version(), &index.version);
            same("build string", "the file name", file.build(), &index.build);
        }
        if let Some(record) = self.record {
            same("name", "the record", &record.name, &index.name);
            same("version", "the record", &record.version, &index.version);
            same("build string", "the record", &record.build, &index.build);
            if let Some(number) = record.build_number {
                let actual = index.build_number.to_string();
                same("build number", "the record", &number.to_string(), &actual);
            }
        }
        if let Some(stem) = self.stem {
            let own = format!("{}-{}-{}", index.name, index.version, index.build);
            same("name, version and build", "the name of its member pkg-", stem, &own);
        }
        // Channels mend the dependencies of old packages in repodata.
        if let (Some(record), Some(own)) =
            (self.record.and_then(|record| record.depends.as_deref()), index.depends.as_deref())
        {
            let (expected, actual) = (first_missing(record, own), first_missing(own, record));
            if expected.is_some() || actual.is_some() {
                report.find(Error::new(Fault::DependsDiffer {
                    expected: expected.unwrap_or_default().to_owned(),
                    actual: actual.unwrap_or_default().to_owned(),
                }));
            }
        }
        // A noarch package may say the subdir of no platform or of its builder's;
        // absent in either, there is nothing to compare.
        if let (Some(expected), Some(actual)) = (self.subdir, index.subdir.as_deref())
            && expected != actual
        {
            report.find(Error::new(Fault::SubdirMismatch {
                expected: expected.to_owned(),
                actual: actual.to_owned(),
            }));
        }
    }
}

/// The first text of `these` that is not one of `those`.
fn first_missing<'a>(these: &'a [String], those: &[String]) -> Option<&'a str> {
    let mut known = by_name::Names::default();
    for text in those {
        known.insert(text.as_str());
    }
    these.iter().map(String::as_str).find(|text| known.insert(*text))
}
