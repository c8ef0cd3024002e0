//! One path after the other: what should be there, and what is.

use super::Inspection;
use super::meeting::report_mode;
use crate::archive::EntryPath;
use crate::by_name::ByName;
use crate::conda::{FileMode, InstalledEntry, LinkedAs};
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, InstalledFault, NotRecomputable};
use crate::installed::expected::{Candidate, Found, FoundKind, FromArchive, Place};
use crate::installed::replacement::Tool;
use crate::installed::system::System;
use crate::limits::Limits;
use crate::proof::report::Report;
use crate::proof::{Check, InstalledKind, Replaced};

/// What was counted on the way.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) files: u64,
    pub(super) size: u64,
    pub(super) replaced: Replaced,
    /// Files that a client made, the first of which are named.
    pub(super) generated: u64,
    pub(super) generated_names: Vec<String>,
    /// Files that have a placeholder.
    pub(super) placeholders: u64,
    /// Files that can't be recomputed.
    pub(super) unknown: u64,
    /// Links whose content was not compared.
    pub(super) open_links: u64,
    /// Files whose digest was not given.
    pub(super) undigested: u64,
}

impl Inspection {
    /// Compares all paths; the report and the counts have what comes of it.
    pub(super) fn compare(&mut self) -> Counts {
        let mut counts = Counts::default();
        let places = std::mem::take(&mut self.places);
        let folders = match self.folders(&places) {
            Ok(folders) => folders,
            Err(error) => {
                self.stop(error);
                return counts;
            }
        };
        let comparison = Comparison {
            has_details: self.has_details,
            is_linked: self.kind == InstalledKind::Linked,
            is_macos: self.system.or(self.recorded_system) == Some(System::MacOs),
            prefix: self.options.prefix.as_deref().unwrap_or_default(),
            limits: &self.limits,
        };
        for (folder, mode) in &self.open_folders {
            if folders.get(folder).is_some() {
                report_mode(folder, *mode, &mut self.report);
            }
        }
        for (path, place) in places.iter() {
            if place.has_placeholder {
                counts.placeholders = counts.placeholders.saturating_add(1);
            }
            if place.found.is_none() {
                missing(path, place, &folders, &mut self.report);
                continue;
            }
            comparison.place(path, place, &places, &mut self.report, &mut counts);
        }
        counts
    }

    /// The folders that something is in.
    fn folders(&mut self, places: &Places) -> Result<ByName<()>, Error> {
        let mut folders = ByName::new();
        for (path, _) in places.iter().filter(|(_, place)| place.found.is_some()) {
            let mut rest = path;
            while let Some((folder, _)) = rest.rsplit_once('/')
                && folders.insert(folder.to_owned(), ())
            {
                self.names.spend(u64::try_from(folder.len()).unwrap_or(u64::MAX))?;
                rest = folder;
            }
        }
        Ok(folders)
    }
}

struct Comparison<'a> {
    has_details: bool,
    is_linked: bool,
    is_macos: bool,
    prefix: &'a str,
    limits: &'a Limits,
}

/// Whether signing can make one length of the other. A signature has up to 52 bytes for each
/// page of 4096 (SHA-1 and SHA-256), and what does not depend on the length: names,
/// entitlements, room for a certificate of 18 kB, for each architecture.
const fn is_within_signature(unsigned: u64, signed: u64) -> bool {
    unsigned.abs_diff(signed) <= (unsigned / 64).saturating_add(65_536)
}

type Places = ByName<Place>;

impl Comparison<'_> {
    fn place(
        &self,
        path: &str,
        place: &Place,
        places: &Places,
        report: &mut Report,
        counts: &mut Counts,
    ) {
        let Some(found) = &place.found else { return };
        counts.files = counts.files.saturating_add(1);
        counts.size = counts.size.saturating_add(found.size);
        if !self.has_details && place.from_archive.is_none() {
            return;
        }
        report.begin(Check::FileTypes);
        if let Some(expected) = place.expected_word()
            && expected != found.kind.word()
        {
            if expected == "a symbolic link"
                && found.kind == FoundKind::File
                && place.has_placeholder
            {
                return unknown(path, NotRecomputable::Link, report, counts);
            }
            let (path, actual) = (path.to_owned(), found.kind.word());
            report.find(Error::new(Fault::FileTypeMismatch { path, expected, actual }));
            return;
        }
        if place.is_generated() {
            counts.generated = counts.generated.saturating_add(1);
            if counts.generated_names.len() < 3 {
                counts.generated_names.push(path.to_owned());
            }
            return;
        }
        match (&place.from_archive, &place.listed, &found.kind) {
            (Some(expected), _, FoundKind::File) => {
                self.file_of_archive(path, expected, found, report, counts);
            }
            (None, Some(listed), FoundKind::File) => {
                self.recorded_file(path, listed, found, report, counts);
            }
            (Some(FromArchive::Symlink(expected)), _, FoundKind::Symlink(actual))
                if expected != actual =>
            {
                report.find(Error::new(Fault::Installed(InstalledFault::LinkTargetMismatch {
                    path: path.to_owned(),
                    expected: expected.clone(),
                    actual: actual.clone(),
                })));
            }
            (None, Some(listed), FoundKind::Symlink(target)) => {
                self.recorded_link(path, listed, target, places, report, counts);
            }
            _ => {}
        }
    }

    fn file_of_archive(
        &self,
        path: &str,
        expected: &FromArchive,
        found: &Found,
        report: &mut Report,
        counts: &mut Counts,
    ) {
        match expected {
            FromArchive::File { size, sha256 } => {
                compare(path, Some(*size), Some(*sha256), found, report, counts);
            }
            FromArchive::Replaced { candidates, unknown: reason, may_be_signed } => {
                // Where no content is looked at, the length alone has to fit.
                let is_program = found.is_mach_o.unwrap_or(found.sha256.is_none());
                let is_signed = *may_be_signed
                    && is_program
                    && candidates.iter().any(|it| is_within_signature(it.size, found.size));
                let reason = if is_signed { Some(NotRecomputable::Signed) } else { *reason };
                if let Some(reason) = reason.filter(|_| !has_match(candidates, found)) {
                    return unknown(path, reason, report, counts);
                }
                compare_replaced(path, self.prefix, candidates, found, report, counts);
            }
            FromArchive::Unknown(reason) => unknown(path, *reason, report, counts),
            FromArchive::Symlink(_) | FromArchive::Directory => {}
        }
    }

    fn recorded_file(
        &self,
        path: &str,
        listed: &InstalledEntry,
        found: &Found,
        report: &mut Report,
        counts: &mut Counts,
    ) {
        // rattler leaves out what is the same; conda and libmamba give the size as shipped.
        let sha256 = listed.sha256_in_prefix.or(listed.sha256);
        let size = listed.size.filter(|_| !listed.has_placeholder());
        let is_signed = self.is_macos
            && listed.has_placeholder()
            && listed.file_mode == Some(FileMode::Binary)
            && found.is_mach_o == Some(true)
            && found.sha256.is_some_and(|actual| Some(actual) != sha256);
        if is_signed {
            return unknown(path, NotRecomputable::Signed, report, counts);
        }
        compare(path, size, sha256, found, report, counts);
    }

    /// Clients differ in what they note of a link: rattler the digest of its text, libmamba that
    /// of what it leads to, conda nothing; `info/paths.json` has that of what it leads to.
    fn recorded_link(
        &self,
        path: &str,
        listed: &InstalledEntry,
        target: &str,
        places: &Places,
        report: &mut Report,
        counts: &mut Counts,
    ) {
        let checked = EntryPath::parse(path.as_bytes(), self.limits)
            .and_then(|path| path.check_link(target, self.limits));
        if let Err(error) = checked {
            return report.find(error);
        }
        let expected = [listed.sha256_in_prefix, listed.sha256];
        let is_text =
            self.is_linked && expected.contains(&Some(Sha256Digest::of(target.as_bytes())));
        if is_text {
            return;
        }
        let lead = joined(path, target).and_then(|to| places.get(&to));
        let content = lead.and_then(|place| place.found.as_ref()?.sha256);
        let listed = lead.and_then(|place| place.listed.as_ref());
        // The package has the digest of what was shipped; that which is there is another one
        // where the environment's path was put into it.
        let known = [
            content,
            listed.and_then(|listed| listed.sha256),
            listed.and_then(|listed| listed.sha256_in_prefix),
        ];
        let mut expected = expected.into_iter().flatten();
        match (expected.next(), content) {
            (Some(first), Some(actual)) => {
                let is_known = |sha256| known.contains(&Some(sha256));
                if is_known(first) || expected.any(is_known) {
                    return;
                }
                report.find(Error::new(Fault::LinkSha256Mismatch {
                    path: path.to_owned(),
                    expected: first.to_string(),
                    actual: actual.to_string(),
                }));
            }
            _ => counts.open_links = counts.open_links.saturating_add(1),
        }
    }
}

/// `folders`: those that something is in.
fn missing(path: &str, place: &Place, folders: &ByName<()>, report: &mut Report) {
    // Bytecode is made again when it is needed; hosts need not list folders.
    let is_bytecode = place.is_generated() && path.ends_with(".pyc");
    let is_folder = place.expected_word() == Some("a directory") && folders.get(path).is_some();
    if !is_bytecode && !is_folder {
        report.find(Error::new(Fault::FileMissing { path: path.to_owned() }));
    }
}

fn unknown(path: &str, reason: NotRecomputable, report: &mut Report, counts: &mut Counts) {
    counts.unknown = counts.unknown.saturating_add(1);
    let path = path.to_owned();
    report.find(Error::new(Fault::Installed(InstalledFault::PrefixReplacementUnknown {
        path,
        reason,
    })));
}

/// Size first: a digest of other bytes tells nothing more.
fn compare(
    path: &str,
    size: Option<u64>,
    sha256: Option<Sha256Digest>,
    found: &Found,
    report: &mut Report,
    counts: &mut Counts,
) {
    if size.is_some() {
        report.begin(Check::FileSizes);
    }
    let path = path.to_owned();
    match (size, sha256, found.sha256) {
        (Some(expected), ..) if expected != found.size => {
            let actual = found.size;
            report.find(Error::new(Fault::FileSizeMismatch { path, expected, actual }));
        }
        (_, Some(expected), Some(actual)) => {
            report.begin(Check::FileSha256);
            if expected != actual {
                let (expected, actual) = (expected.to_string(), actual.to_string());
                report.find(Error::new(Fault::FileSha256Mismatch { path, expected, actual }));
            }
        }
        (_, None, _) => report.find(Error::new(Fault::FileDigestMissing { path })),
        (_, Some(_), None) => counts.undigested = counts.undigested.saturating_add(1),
    }
}

fn is_match(candidate: &Candidate, found: &Found) -> bool {
    candidate.size == found.size && found.sha256.is_none_or(|actual| actual == candidate.sha256)
}

fn has_match(candidates: &[Candidate], found: &Found) -> bool {
    candidates.iter().any(|candidate| is_match(candidate, found))
}

fn compare_replaced(
    path: &str,
    prefix: &str,
    candidates: &[Candidate],
    found: &Found,
    report: &mut Report,
    counts: &mut Counts,
) {
    report.begin(Check::FileSizes);
    if found.sha256.is_some() {
        report.begin(Check::PrefixReplacement);
        report.begin(Check::FileSha256);
    } else {
        counts.undigested = counts.undigested.saturating_add(1);
    }
    counts.replaced.files = counts.replaced.files.saturating_add(1);
    let matches = |tool: Tool| candidates.iter().any(|it| it.tool == tool && is_match(it, found));
    for (tool, count) in [
        (Tool::Conda, &mut counts.replaced.conda),
        (Tool::Libmamba, &mut counts.replaced.libmamba),
        (Tool::Rattler, &mut counts.replaced.rattler),
    ] {
        *count = count.saturating_add(u64::from(matches(tool)));
    }
    if has_match(candidates, found) {
        return;
    }
    let mut expected = by_clients(candidates, found.sha256.is_some());
    if expected.is_empty() {
        expected.push_str("no client can install it there");
    }
    let actual = found.sha256.map_or_else(|| found.size.to_string(), |actual| actual.to_string());
    let path = path.to_owned();
    report.find(Error::new(Fault::Installed(InstalledFault::PrefixReplacementMismatch {
        path,
        prefix: prefix.to_owned(),
        expected,
        actual,
    })));
}

/// What clients make of a file: each digest, or length, and who makes it.
fn by_clients(candidates: &[Candidate], has_digest: bool) -> String {
    let value = |candidate: &Candidate| {
        if has_digest { candidate.sha256.to_string() } else { candidate.size.to_string() }
    };
    let mut made: Vec<(String, Vec<&'static str>)> = Vec::new();
    for candidate in candidates {
        let (value, tool) = (value(candidate), candidate.tool.as_str());
        match made.iter_mut().find(|(other, _)| *other == value) {
            Some((_, tools)) if tools.contains(&tool) => {}
            Some((_, tools)) => tools.push(tool),
            None => made.push((value, vec![tool])),
        }
    }
    let words = made.into_iter().map(|(value, tools)| match tools.split_last() {
        Some((last, others)) if !others.is_empty() => {
            [&value, " by ", &others.join(", "), " and ", last].concat()
        }
        _ => [&value, " by ", &tools.concat()].concat(),
    });
    words.collect::<Vec<_>>().join("; ")
}

/// Where a link leads, by its text alone.
fn joined(path: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether an entry is something that can have content of its own.
pub(super) const fn is_file(entry: &InstalledEntry) -> bool {
    matches!(entry.linked_as, LinkedAs::File)
}
