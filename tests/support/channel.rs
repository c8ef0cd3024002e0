//! A host that serves a channel out of memory.

use std::collections::BTreeMap;

use conda_verifier::{ChannelTrust, Error, Kept, Limits, Repodata, RepodataEntry, Time};

/// The files of a channel by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Refreshes from `files` as a host does; gives what was to be kept.
pub(crate) fn refresh(
    trust: &mut ChannelTrust,
    files: &Files,
    now: Time,
) -> Result<Vec<Kept>, Error> {
    let mut kept = Vec::new();
    while let Some(want) = trust.next(now)? {
        match files.get(&want.path) {
            Some(bytes) => kept.extend(trust.update(&want.path, bytes)?),
            None => trust.unavailable(&want.path, 404)?,
        }
    }
    Ok(kept)
}

/// The repodata of a text.
pub(crate) fn repodata(text: &[u8]) -> Result<Repodata, Error> {
    Repodata::parse(text.to_vec(), &Limits::default())
}

/// Verifies the record of a file, strictly.
pub(crate) fn verify(
    trust: &ChannelTrust,
    repodata: &Repodata,
    file_name: &str,
    now: Time,
) -> Result<conda_verifier::VerifiedRecord, Error> {
    let entry: RepodataEntry<'_> = repodata.entry(file_name)?;
    trust.verify_record("noarch", &entry, now)
}

/// What became of all records, by batches.
pub(crate) fn audit(
    trust: &ChannelTrust,
    repodata: &Repodata,
    now: Time,
) -> Result<conda_verifier::RecordSummary, Error> {
    let rules = trust.record_rules("noarch", now)?;
    let mut audit = conda_verifier::RecordAudit::new();
    repodata.entries().for_each(|entry| audit.push(&rules, entry));
    Ok(audit.finish(&rules))
}
