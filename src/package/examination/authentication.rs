//! The archive's length and digests, against everybody who knows them.

use super::Examination;
use crate::archive::{Doubt, ReadAt};
use crate::digest::Digests;
use crate::error::{Error, Fault, Voucher};
use crate::proof::{AuthenticatedPackage, Check};

impl<S: ReadAt> Examination<S> {
    /// Sources combine by AND: what is vouched for twice has to be the same.
    pub(super) fn check_conflict(&mut self) -> Result<(), Error> {
        let Some(target) = self.expectation.found_target() else { return Ok(()) };
        self.report.begin(Check::PackageTarget);
        let Some(verified) = &self.expectation.verified else { return Ok(()) };
        let record = verified.record();
        let conflict = |expected: String, actual: String| {
            let path = target.path().to_owned();
            Err(Error::new(Fault::TrustConflict { path, expected, actual }))
        };
        match (record.size, target.length()) {
            (Some(size), length) if size != length => {
                return conflict(format!("{size} bytes"), format!("{length} bytes"));
            }
            _ => {}
        }
        match (record.sha256, target.sha256()) {
            (Some(record), Some(target)) if record != target => {
                conflict(format!("sha256:{record}"), format!("sha256:{target}"))
            }
            _ => Ok(()),
        }
    }

    /// Compares the digests with everything that is expected of them.
    pub(super) fn authenticate(&mut self, digests: &Digests) -> Result<(), Error> {
        let sha256 = digests.sha256;
        self.verdict.digests.sha256 = Some(sha256.to_string());
        self.verdict.digests.md5 = digests.md5.map(|md5| md5.to_string());
        let mismatch = |voucher, expected: crate::digest::Sha256Digest| {
            Error::new(Fault::Sha256Mismatch {
                voucher,
                expected: expected.to_string(),
                actual: sha256.to_string(),
            })
        };
        let mut is_known = false;
        if let Some(pinned) = self.expectation.pinned {
            is_known = true;
            self.report.begin(Check::ArchiveSha256);
            let proof = AuthenticatedPackage::from_pinned(pinned, *digests)
                .ok_or_else(|| mismatch(Voucher::Caller, pinned.sha256()))?;
            self.verdict.trust = proof.trust().into();
            self.verdict.authenticated = Some(proof);
        }
        if let Some(target) = self.expectation.found_target() {
            is_known = true;
            self.report.begin(Check::ArchiveSha256);
            if let Err((expected, actual)) = target.compare(digests) {
                let path = target.path().to_owned();
                return Err(Error::new(Fault::TargetDigestMismatch { path, expected, actual }));
            }
        }
        let voucher = self.expectation.record_voucher();
        let is_unsigned = voucher == Voucher::Record;
        if let Some(record) = self.expectation.found_record() {
            if is_unsigned && (record.sha256.is_some() || record.md5.is_some()) {
                self.report.begin(Check::MatchesUnsignedRecord);
            } else if is_unsigned {
                self.report.skip(Check::MatchesUnsignedRecord, "the record has no digest");
            }
            if let Some(expected) = record.sha256 {
                is_known = true;
                self.report.begin(Check::ArchiveSha256);
                if expected != sha256 {
                    if is_unsigned {
                        self.report.fail(Check::MatchesUnsignedRecord);
                    }
                    return Err(mismatch(voucher, expected));
                }
            }
            match (record.md5, digests.md5, record.sha256) {
                (Some(expected), Some(actual), None) => {
                    self.report.begin(Check::ArchiveMd5);
                    if expected != actual {
                        if is_unsigned {
                            self.report.fail(Check::MatchesUnsignedRecord);
                        }
                        return Err(Error::new(Fault::Md5Mismatch {
                            voucher,
                            expected: expected.to_string(),
                            actual: actual.to_string(),
                        }));
                    }
                    self.report.find(Error::new(Fault::WeakDigest { md5: expected.to_string() }));
                }
                (Some(expected), Some(actual), Some(_)) => {
                    self.report.begin(Check::ArchiveMd5);
                    if expected != actual {
                        self.report.find(Error::new(Fault::Md5ContradictsSha256 {
                            expected: expected.to_string(),
                            actual: actual.to_string(),
                        }));
                    }
                }
                (Some(_), None, _) => {
                    self.report.skip(Check::ArchiveMd5, "the policy ignores a difference");
                }
                (None, _, None) => self.report.find(Error::new(Fault::DigestMissing)),
                (None, _, Some(_)) => {}
            }
        }
        let signed = self.expectation.verified.as_deref();
        let by_record = signed.and_then(|s| AuthenticatedPackage::from_record(s, *digests));
        let target = self.expectation.found_target();
        let by_target = target.and_then(|it| AuthenticatedPackage::from_target(it, *digests));
        if let Some(proof) = by_record.or(by_target) {
            self.verdict.trust = proof.trust().into();
            self.verdict.authenticated = Some(proof);
        }
        if is_known || self.verdict.digests.md5.is_some() {
            self.doubt = Doubt::None;
        }
        if !is_known {
            self.report.skip(Check::ArchiveSha256, "no SHA-256 was given");
        }
        Ok(())
    }
}
