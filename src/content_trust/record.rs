//! Signed records: one strictly, as a proof, or all of them for a summary.

use std::collections::BTreeMap;

use super::role::{Delegation, SignatureRules, signature};
use crate::conda::{Record, RepodataEntry};
use crate::crypto::{Batch, Offer, PublicKey, Signature, Signers, verify_threshold};
use crate::error::{Code, Document, Error, Fault};
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;
use crate::proof::VerifiedRecord;

/// Whose keys sign records, in messages.
const SIGNERS: &str = "key_mgr's keys for pkg_mgr";

/// What it takes to verify the records of one subdir.
#[derive(Clone, Copy, Debug)]
pub struct RecordRules<'a> {
    /// Who may sign records: `key_mgr`'s delegation to `pkg_mgr`.
    pub signers: &'a Delegation,
    /// Which signatures count.
    pub signatures: SignatureRules,
    /// The folder of the channel that the repodata was asked for in.
    pub subdir: &'a str,
    /// Bounds on reading a record.
    pub limits: &'a Limits,
}

impl RecordRules<'_> {
    /// Verifies one record and binds it to its file name and subdir.
    ///
    /// # Errors
    /// [`Fault::RecordUnsigned`]; [`Fault::ThresholdNotMet`];
    /// [`Fault::SignatureEncoding`]; [`Fault::JsonInvalid`]; what
    /// [`RepodataEntry::bind`] fails with.
    pub fn verify(&self, entry: &RepodataEntry<'_>) -> Result<Record, Error> {
        let (value, entries) = self.read(entry)?;
        let forms = self.signatures.forms(&value);
        verify_threshold(self.signers.threshold, &forms, &mut self.offers(&entries))
            .into_result(|| Document::record(entry.file_name), SIGNERS)?;
        entry.bind(&value, self.subdir, false)
    }

    /// Which of those who may have signed one record, each of them: a report, which decides
    /// nothing, and is there also where nobody signed.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`].
    pub fn signers(&self, entry: &RepodataEntry<'_>) -> Result<Signers, Error> {
        let (value, entries) = match self.read(entry) {
            Err(error) if error.code() == Code::RecordUnsigned => Default::default(),
            read => read?,
        };
        let (forms, keys) = (self.signatures.forms(&value), &mut self.signers.keys.named());
        Ok(Signers::look(self.signers.threshold, keys, &forms, &mut self.offers(&entries)))
    }

    fn offers<'e>(&self, entries: &'e BTreeMap<String, Value>) -> impl Iterator<Item = Offer<'e>> {
        entries.iter().map(|(keyid, entry)| Offer {
            keyid,
            key: self.signers.keys.find(keyid).map(|key| Ok((*key).into())),
            signature: signature(entry),
        })
    }

    /// The record and its signature entries, by strict readings.
    fn read(&self, entry: &RepodataEntry<'_>) -> Result<(Value, BTreeMap<String, Value>), Error> {
        let file_name = entry.file_name;
        let unsigned = || Error::new(Fault::RecordUnsigned { file_name: file_name.to_owned() });
        let signatures = entry.signatures_json.as_deref().ok_or_else(unsigned)?.as_bytes();
        match Value::parse(signatures, "the signatures of a record", self.limits)? {
            Value::Object(entries) if !entries.is_empty() => {
                let record = entry.record_json.as_bytes();
                Ok((Value::parse(record, "the repodata record", self.limits)?, entries))
            }
            _ => Err(unsigned()),
        }
    }

    /// The signatures of a record that a batch can decide about: of each key that
    /// may sign, the first, and as many as it takes.
    fn batchable(&self, entries: &BTreeMap<String, Value>) -> Option<Vec<(PublicKey, Signature)>> {
        let needed = usize::try_from(self.signers.threshold).ok()?;
        let offers = entries.iter().filter_map(|(keyid, entry)| {
            let key = self.signers.keys.find(keyid)?;
            Some((*key, signature(entry)?))
        });
        let chosen: Vec<_> = offers.take(needed).collect();
        (chosen.len() == needed).then_some(chosen)
    }
}

/// What became of all records of a repodata file.
///
/// The signatures were verified in batches: faster, and a little more lenient
/// towards whoever owns a key, so it is a summary, and no proof of any one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordSummary {
    /// How many records are signed by enough keys and bound to their names.
    pub trusted: u64,
    /// Signed records that bind their file by an MD5 alone, which can be forged: not
    /// among the trusted ones (content trust 7, rule 14).
    pub weak: Vec<String>,
    /// The records that nobody signed.
    pub unsigned: Vec<String>,
    /// The records that are not what they should be, and why.
    pub bad: Vec<(String, Error)>,
}

impl RecordSummary {
    /// Takes a record into account; `verify` says whether it is trusted, and why not.
    pub fn count<'a>(
        &mut self,
        entry: Result<RepodataEntry<'a>, Error>,
        verify: impl FnOnce(&RepodataEntry<'a>) -> Result<VerifiedRecord, Error>,
    ) {
        match entry {
            Ok(entry) => {
                let found = verify(&entry).map(|it| it.record().sha256.is_some());
                self.settle(entry.file_name, found);
            }
            Err(error) => {
                let name = error.path().unwrap_or_default().to_owned();
                self.bad.push((name, error));
            }
        }
    }

    /// `found`: whether a SHA-256 binds the file of the record that is trusted.
    fn settle(&mut self, file_name: &str, found: Result<bool, Error>) {
        match found {
            Ok(true) => self.trusted = self.trusted.saturating_add(1),
            Ok(false) => self.weak.push(file_name.to_owned()),
            Err(error) if error.code() == Code::RecordUnsigned => {
                self.unsigned.push(file_name.to_owned());
            }
            Err(error) => self.bad.push((file_name.to_owned(), error)),
        }
    }
}

/// A summary in the making.
#[derive(Debug, Default)]
pub struct RecordAudit<'a> {
    summary: RecordSummary,
    batch: Batch,
    /// The records whose signatures are in the batch, and whether a SHA-256 binds
    /// their file.
    waiting: Vec<(RepodataEntry<'a>, bool)>,
}

impl<'a> RecordAudit<'a> {
    /// An audit that has seen no record yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next record into account; `entry` is as
    /// [`crate::Repodata::entries`] gives it.
    pub fn push(&mut self, rules: &RecordRules<'_>, entry: Result<RepodataEntry<'a>, Error>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let name = error.path().unwrap_or_default().to_owned();
                self.summary.bad.push((name, error));
                return;
            }
        };
        match self.enter(rules, &entry) {
            Ok(Some(is_strong)) => self.waiting.push((entry, is_strong)),
            Ok(None) => {
                let found = rules.verify(&entry).map(|record| record.sha256.is_some());
                self.summary.settle(entry.file_name, found);
            }
            Err(error) => self.summary.settle(entry.file_name, Err(error)),
        }
        if self.batch.len() >= Batch::BEST {
            self.settle(rules);
        }
    }

    /// The summary of all records that were pushed.
    #[must_use]
    pub fn finish(mut self, rules: &RecordRules<'_>) -> RecordSummary {
        self.settle(rules);
        self.summary
    }

    /// Puts a record's signatures into the batch; `None` where a batch can't decide.
    fn enter(
        &mut self,
        rules: &RecordRules<'_>,
        entry: &RepodataEntry<'_>,
    ) -> Result<Option<bool>, Error> {
        let (value, entries) = rules.read(entry)?;
        let (Some(chosen), Some(bytes)) =
            (rules.batchable(&entries), CanonicalForm::Python.write(&value))
        else {
            return Ok(None);
        };
        // What is wrong with its binding is told only if it is signed: one by one.
        let Ok(record) = entry.bind(&value, rules.subdir, false) else { return Ok(None) };
        for (key, signature) in chosen {
            self.batch.push(&key, &signature, &bytes);
        }
        Ok(Some(record.sha256.is_some()))
    }

    /// Where a batch fails, each of its records is looked at by itself.
    fn settle(&mut self, rules: &RecordRules<'_>) {
        let is_good = std::mem::take(&mut self.batch).verify();
        for (entry, is_strong) in std::mem::take(&mut self.waiting) {
            let found =
                if is_good { Ok(is_strong) } else { rules.verify(&entry).map(|_| is_strong) };
            self.summary.settle(entry.file_name, found);
        }
    }
}
