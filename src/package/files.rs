//! Files whose content goes by, and what becomes of them.

use super::block::{Block, Part};
use super::placeholder::Search;
use super::report::Report;
use super::unpacked::{Fate, FilePart};
use crate::conda::PathEntry;
use crate::digest::{Sha256Digest, Sha256Hasher, sha256_each};
use crate::error::{Error, Fault};
use crate::proof::Check;

/// The largest file whose digest the host is asked for: it has to hold all of it.
const MAX_HOST_BYTES: u64 = 64 << 20;

/// Files that were met and are not forgotten yet, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    /// Files of so many bytes and more are hashed by the host.
    host_from: Option<u64>,
}

/// A file between its header and its digest.
#[derive(Debug)]
pub(super) struct File {
    pub(super) number: u32,
    pub(super) path: String,
    pub(super) mode: u32,
    pub(super) size: u64,
    /// The place of what is known of it among all that was seen.
    pub(super) seen: usize,
    /// What it is compared with, where it is listed with more than its name.
    pub(super) listed: Option<PathEntry>,
    /// Whether it is nothing that nobody may get: unlisted, twice there, in the wrong place.
    pub(super) is_welcome: bool,
    /// What is looked for in it.
    pub(super) placeholder: Option<Search>,
    digest: Digest,
    fate: Fate,
}

/// How the digest of a file is found.
#[derive(Debug)]
enum Digest {
    /// Here, at once where all of it lies in one block.
    Here(Sha256Hasher),
    /// By the host, of all bytes.
    Host,
    /// It is known.
    Found,
}

impl File {
    /// What becomes of it, as far as that is known.
    pub(super) const fn fate(&self) -> Fate {
        self.fate
    }

    pub(super) fn new(number: u32, path: String, mode: u32, size: u64) -> Self {
        Self {
            number,
            path,
            mode,
            size,
            seen: usize::MAX,
            listed: None,
            is_welcome: true,
            placeholder: None,
            digest: Digest::Here(Sha256Hasher::default()),
            fate: Fate::Incomplete,
        }
    }

    /// Looks for the placeholder in the next bytes.
    fn search(&mut self, bytes: &[u8], is_last: bool, report: &mut Report) {
        let Some(placeholder) = &mut self.placeholder else { return };
        placeholder.update(bytes);
        if is_last && let Some(reason) = self.placeholder.take().and_then(Search::finish) {
            report.at(self.number);
            report.find(Error::new(Fault::PlaceholderUnusable { path: self.path.clone(), reason }));
        }
    }

    /// Whether it is as it is listed. Size first: a digest of other bytes tells nothing more.
    fn decide(&mut self, sha256: Sha256Digest, report: &mut Report) {
        self.digest = Digest::Found;
        let is_as_listed = match &self.listed {
            None => true,
            Some(listed) => compare(&self.path, listed, self.size, sha256, report),
        };
        self.fate = if self.is_welcome && is_as_listed { Fate::Sound } else { Fate::Refused };
    }
}

impl Files {
    /// Leaves files of at least so many bytes to the host.
    pub(super) const fn let_host_hash(&mut self, from: u64) {
        self.host_from = Some(from);
    }

    /// None of them, to be hashed as these are.
    pub(super) const fn begin_again(&self) -> Self {
        Self { files: Vec::new(), host_from: self.host_from }
    }

    /// The path of a file.
    pub(super) fn path(&self, number: u32) -> Option<&str> {
        Some(self.files.get(self.place(number)?)?.path.as_str())
    }

    /// A file begins, of which all that is needed is in `file`.
    pub(super) fn begin(&mut self, mut file: File) {
        let is_for_host = |from| file.size >= from && file.size <= MAX_HOST_BYTES && file.size > 0;
        // What is unwelcome goes nowhere, so nobody collects it; `info/` is not compared.
        if self.host_from.is_some_and(is_for_host) && file.is_welcome && file.listed.is_some() {
            file.digest = Digest::Host;
        }
        if !file.is_welcome {
            file.fate = Fate::Refused;
        }
        self.files.push(file);
    }

    /// Finds the digests of what lies in the block, and tells of each file that ended there
    /// what it is.
    pub(super) fn settle(
        &mut self,
        block: &Block,
        report: &mut Report,
        found: &mut dyn FnMut(&File, Sha256Digest),
    ) {
        // Files that lie here as a whole are hashed together.
        let mut whole: Vec<(usize, &Part)> = Vec::new();
        let mut place = 0;
        for part in block.parts() {
            // Parts and files have one order.
            let later = self.files.iter().skip(place).position(|file| file.number == part.number);
            let Some(later) = later else { continue };
            place = place.saturating_add(later);
            let Some(file) = self.files.get_mut(place) else { continue };
            file.search(block.bytes(part), part.is_last, report);
            match &mut file.digest {
                Digest::Found => {}
                Digest::Host if part.is_last => file.fate = Fate::DigestWanted,
                Digest::Host => {}
                Digest::Here(_) if part.is_first && part.is_last => whole.push((place, part)),
                Digest::Here(hasher) => {
                    hasher.update(block.bytes(part));
                    if part.is_last {
                        let sha256 = std::mem::take(hasher).finish();
                        report.at(file.number);
                        file.decide(sha256, report);
                        found(file, sha256);
                    }
                }
            }
        }
        let messages = whole.iter().map(|(_, part)| block.bytes(part));
        sha256_each(messages, &mut |message, sha256| {
            let place = whole.get(message).map(|(place, _)| *place);
            if let Some(file) = place.and_then(|place| self.files.get_mut(place)) {
                report.at(file.number);
                file.decide(sha256, report);
                found(file, sha256);
            }
        });
    }

    /// The digest of a file that the host was asked for; `None` where it was not.
    pub(super) fn supply(
        &mut self,
        number: u32,
        sha256: Sha256Digest,
        report: &mut Report,
    ) -> Option<&File> {
        let file = self.get_mut(number)?;
        if file.fate != Fate::DigestWanted {
            return None;
        }
        report.at(number);
        file.decide(sha256, report);
        Some(file)
    }

    /// Whether the host owes a digest.
    pub(super) fn wants_digest(&self) -> bool {
        self.files.iter().any(|file| file.fate == Fate::DigestWanted)
    }

    /// The pieces in a settled block, as the host sees them.
    pub(super) fn describe<'a>(&'a self, block: &'a Block) -> impl Iterator<Item = FilePart<'a>> {
        // Parts and files have one order.
        let mut files = self.files.iter().peekable();
        block.parts().iter().filter_map(move |part| {
            while files.next_if(|file| file.number < part.number).is_some() {}
            let file = *files.peek().filter(|file| file.number == part.number)?;
            let fate = match file.fate {
                Fate::Refused => Fate::Refused,
                _ if !part.is_last => Fate::Incomplete,
                fate => fate,
            };
            Some(FilePart {
                number: part.number,
                path: &file.path,
                // Who may run a file is the package's to say, as whom is not.
                mode: file.mode & 0o777,
                size: file.size,
                bytes: block.bytes(part),
                start: part.start,
                is_first: part.is_first,
                is_for_host: matches!(file.digest, Digest::Host),
                fate,
            })
        })
    }

    /// Forgets files of which everything is known.
    pub(super) fn forget_decided(&mut self) {
        self.files.retain(|file| {
            matches!(file.fate, Fate::Incomplete | Fate::DigestWanted)
                || !matches!(file.digest, Digest::Found)
        });
    }

    fn place(&self, number: u32) -> Option<usize> {
        self.files.binary_search_by_key(&number, |file| file.number).ok()
    }

    fn get_mut(&mut self, number: u32) -> Option<&mut File> {
        let place = self.place(number)?;
        self.files.get_mut(place)
    }
}

/// Whether a file has the size and the digest that are listed.
pub(super) fn compare(
    path: &str,
    listed: &PathEntry,
    size: u64,
    sha256: Sha256Digest,
    report: &mut Report,
) -> bool {
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
            false
        }
        (_, Some(expected)) if expected != sha256 => {
            report.find(Error::new(Fault::FileSha256Mismatch {
                path: path.into(),
                expected: expected.to_string(),
                actual: sha256.to_string(),
            }));
            false
        }
        (_, None) => {
            report.find(Error::new(Fault::FileDigestMissing { path: path.into() }));
            true
        }
        _ => true,
    }
}
