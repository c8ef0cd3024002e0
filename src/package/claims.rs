//! What is claimed of an archive, before any byte of it is read: its name and its length.

use super::expectation::Expectation;
use super::report::Report;
use crate::conda::FileName;
use crate::error::{Error, Fault, Voucher};
use crate::limits::Limits;
use crate::proof::{Check, VerifiedTarget};

/// The name that the archive goes by, if there is one that is well-formed.
pub(super) fn check_name(expectation: &Expectation, report: &mut Report) -> Option<FileName> {
    let of_record = expectation.found_record().map(|record| &record.file_name);
    if let (Some(given), Some(recorded)) = (&expectation.file_name, of_record)
        && given != recorded
    {
        // Content trust 7, rule 9: not a matter of how names are formed.
        report.find(Error::new(Fault::RecordNameMismatch {
            file_name: given.clone(),
            member: "file name",
            expected: given.clone(),
            actual: recorded.clone(),
        }));
    }
    let Some(text) = expectation.file_name.as_ref().or(of_record) else {
        report.skip(Check::FileName, "no file name was given");
        return None;
    };
    report.begin(Check::FileName);
    FileName::parse(text).map_err(|error| report.find(error)).ok()
}

/// The length, by everybody who knows it.
///
/// # Errors
/// [`Fault::LimitExceeded`] for `archiveBytes`; [`Fault::SizeMismatch`].
pub(super) fn check_size(
    expectation: &Expectation,
    actual: u64,
    limits: &Limits,
    report: &mut Report,
) -> Result<(), Error> {
    let record = expectation.found_record();
    let expected = [
        (Voucher::Caller, expectation.size),
        (expectation.record_voucher(), record.and_then(|record| record.size)),
        (Voucher::Target, expectation.found_target().map(VerifiedTarget::length)),
    ];
    let mut is_known = false;
    for (voucher, expected) in expected {
        let Some(expected) = expected else { continue };
        is_known = true;
        report.begin(Check::ArchiveSize);
        if expected != actual {
            if voucher == Voucher::Record {
                report.fail(Check::MatchesUnsignedRecord);
            }
            return Err(Error::new(Fault::SizeMismatch { voucher, expected, actual }));
        }
    }
    // What is longer than somebody says is that, whatever length a server told.
    if actual > limits.archive_bytes {
        return Err(Error::new(Fault::LimitExceeded {
            limit: "archiveBytes",
            max: limits.archive_bytes,
        }));
    }
    if !is_known {
        report.skip(Check::ArchiveSize, "no size was given");
    }
    Ok(())
}
