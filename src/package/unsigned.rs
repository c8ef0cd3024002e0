//! What nobody signed, and a verdict therefore lists as not checked.

use super::expectation::Expectation;
use super::report::Report;
use crate::proof::{Check, NotChecked, RecordRoles};

/// Enters what the caller's knowledge of a package says nothing about.
pub(super) fn skip_what_nobody_signed(report: &mut Report, expectation: &Expectation) {
    if let Some(Err(reason)) = &expectation.target {
        report.skip(Check::PackageTarget, *reason);
    }
    if let Some(verified) = &expectation.verified {
        report.begin(Check::Signature);
        report.begin(Check::Record);
        if let RecordRoles::ContentTrust { pkg_mgr_version, .. } = &verified.trust().roles {
            // Semantics of content trust: a record is signed by itself, nothing else is.
            if pkg_mgr_version.is_some() {
                report.begin(Check::PkgMgrJson);
            }
            for (check, reason) in NotChecked::of_signed_record(pkg_mgr_version.is_some()) {
                report.skip(check, reason);
            }
        } else {
            // TUF's snapshot says what is the newest, of all that there is.
            report.begin(Check::Freshness);
            report.begin(Check::Completeness);
        }
    } else if expectation.found_target().is_some() {
        report.begin(Check::Signature);
        report.begin(Check::Freshness);
        report.begin(Check::Completeness);
        match expectation.record {
            Some(_) => report.skip(Check::Record, "nobody vouches for the record"),
            None => report.skip(Check::Record, "no repodata record was given"),
        }
    } else if !matches!(expectation.record, Some(Err(_))) {
        let has_record = expectation.record.is_some();
        report.skip(
            Check::Signature,
            if has_record { "the record is not signed" } else { "no signed record was given" },
        );
        report.skip(Check::Freshness, "a digest says nothing about newer builds");
        report.skip(Check::Completeness, "a digest says nothing about what a channel withholds");
        if !has_record {
            report.skip(Check::Record, "no repodata record was given");
        }
    }
    // What came of a record that can't be had is told with its error.
    report.skip(Check::InfoFiles, "no manifest lists info/; the archive's digest alone covers it");
}
