//! Records and packages that the roles of TUF vouch for.

use super::ChannelTrust;
use crate::conda::RepodataEntry;
use crate::digest::Digests;
use crate::error::{Code, Error, Fault};
use crate::json::Value;
use crate::package::Expectation;
use crate::proof::{RecordRoles, RecordTrust, VerifiedRecord, VerifiedTarget};
use crate::time::Time;

/// The file that repodata was read from, which may be a target of TUF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepodataFile {
    /// Its path, relative to the channel: `noarch/repodata.json.zst`.
    pub path: String,
    /// Of its bytes, as they were fetched: the compressed ones.
    pub digests: Digests,
}

impl ChannelTrust {
    /// Who vouches for all that is in a repodata file at the time `now`, if it is the one
    /// that the roles vouch for.
    ///
    /// # Errors
    /// As [`Self::known_target`]; [`Fault::TargetDigestMismatch`].
    pub fn repodata_trust(&mut self, file: &RepodataFile, now: Time) -> Result<RecordTrust, Error> {
        let target = self.known_target(&file.path, now)?;
        target.check(&file.digests)?;
        Ok(RecordTrust {
            anchor: self.anchor,
            root_version: self.root.version(),
            roles: RecordRoles::Tuf { repodata: target.path },
            expires: target.expires,
            channel: self.options.channel.clone(),
        })
    }

    /// Verifies a record that stands in repodata that [`Self::repodata_trust`] gave the trust
    /// of: no signature of its own is looked at.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; what [`RepodataEntry::bind`] fails with;
    /// [`Fault::RecordSubdirMismatch`] where the repodata is not in the subdir's folder.
    pub fn record_in(
        &self,
        trust: &RecordTrust,
        subdir: &str,
        entry: &RepodataEntry<'_>,
    ) -> Result<VerifiedRecord, Error> {
        let path = match &trust.roles {
            RecordRoles::Tuf { repodata } => repodata.as_str(),
            RecordRoles::ContentTrust { .. } => "",
        };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder != subdir {
            return Err(Error::new(Fault::RecordSubdirMismatch {
                file_name: entry.file_name.to_owned(),
                against: "the subdir that was asked for",
                expected: subdir.to_owned(),
                actual: folder.to_owned(),
            }));
        }
        let json = entry.record_json.as_bytes();
        let record = Value::parse(json, "the repodata record", &self.limits)?;
        let record = entry.bind(&record, subdir, true)?;
        Ok(VerifiedRecord::new(record, trust.clone()))
    }

    /// What a package has to be, by what a repodata file has on it at the time `now`, as
    /// [`Self::expect`].
    #[must_use]
    pub fn expect_in(
        &mut self,
        file: &RepodataFile,
        subdir: &str,
        entry: &RepodataEntry<'_>,
        now: Time,
    ) -> Expectation {
        let expectation = Expectation::nothing().named(entry.file_name);
        let trust = self.repodata_trust(file, now);
        match trust.and_then(|trust| self.record_in(&trust, subdir, entry)) {
            Ok(record) => expectation.verified(record),
            Err(error) if error.code() == Code::TargetMissing => {
                expectation.unsigned(entry.record(&self.limits))
            }
            Err(error) => expectation.unsigned(Err(error)),
        }
    }

    /// Adds what the roles of TUF say of a package's own file: it has to agree with the
    /// record. `is_required`: whether the package is rejected where they say nothing.
    #[must_use]
    pub fn expect_target(
        &mut self,
        expectation: Expectation,
        path: &str,
        is_required: bool,
        now: Time,
    ) -> Expectation {
        let anchor = self.anchor;
        let found = match self.search(path, now) {
            Ok(Ok(target)) => {
                let (sha256, sha512) = (target.hashes.sha256, target.hashes.sha512);
                VerifiedTarget::new(target.path, target.length, sha256, sha512, anchor)
                    .ok_or_else(|| Error::new(Fault::TargetMissing { path: path.to_owned() }))
            }
            // What was known once must not be forgotten because a role has expired.
            Ok(Err(needed)) if !is_required && !self.roles.has_seen(&needed.name) => {
                return expectation.target(Err("a role that may list it was not loaded"));
            }
            Ok(Err(_)) => Err(Error::new(Fault::RolesNotLoaded)),
            Err(error) => Err(error),
        };
        match found {
            Ok(target) => {
                let mut expectation = expectation.target(Ok(target));
                // The record need not be vouched for any more: the file is.
                expectation.wants_signature = false;
                expectation
            }
            Err(error) if error.code() == Code::TargetMissing && !is_required => {
                expectation.target(Err("no role lists it"))
            }
            Err(error) => {
                let mut expectation = expectation.unsigned(Err(error));
                // Sources combine by AND: no verified record makes up for it.
                expectation.verified = None;
                expectation
            }
        }
    }
}
