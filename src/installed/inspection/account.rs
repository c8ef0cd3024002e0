//! The verdict, and what it rests on.

use super::comparison::{Counts, is_file};
use super::{Depth, Inspection};
use crate::error::{Error, Fault, InstalledFault, Quoted, Voucher};
use crate::proof::report::Account;
use crate::proof::{
    Check, InstalledKind, InstalledVerdict, Original, OriginalRejection, PackageId, Reason, Status,
    Trust, TrustReport,
};

impl Inspection {
    /// What the archive says of itself, against what the manifest says.
    pub(super) fn compare_with(&mut self, original: &Original) {
        let find = |report: &mut crate::proof::report::Report, fault| {
            report.find_in(Check::Original, Error::new(fault));
        };
        if original.status == Status::Rejected {
            let OriginalRejection { code, message, expected, actual } =
                original.rejection.clone().unwrap_or_default();
            let file = original.file.clone();
            let fault = InstalledFault::OriginalRejected { file, code, message, expected, actual };
            return find(&mut self.report, Fault::Installed(fault));
        }
        if let (Some(own), Some(of_archive)) = (&self.package, &original.package) {
            let has_number = self.has_build_number;
            let number = |id: &PackageId| has_number.then(|| id.build_number.to_string());
            for (member, expected, actual) in [
                ("name", &own.name, &of_archive.name),
                ("version", &own.version, &of_archive.version),
                ("build string", &own.build, &of_archive.build),
                (
                    "build number",
                    &number(own).unwrap_or_default(),
                    &number(of_archive).unwrap_or_default(),
                ),
            ] {
                if expected != actual {
                    let (expected, actual) = (expected.clone(), actual.clone());
                    let against = "the installed record";
                    let fault = Fault::NameMismatch { member, against, expected, actual };
                    find(&mut self.report, fault);
                }
            }
        }
        if let Some(expected) = self.package.as_ref().and_then(|own| own.subdir.clone())
            && let Some(actual) = original.package.as_ref().and_then(|it| it.subdir.clone())
            && expected != actual
            // What is built for all may name the platform that it was built on.
            && !(self.originals.is_for_all && expected == "noarch")
        {
            find(&mut self.report, Fault::SubdirMismatch { expected, actual });
        }
        // It decides where the files go.
        if self.kind == InstalledKind::Linked
            && self.is_noarch_python != self.originals.is_noarch_python
        {
            let word = |is_python| if is_python { "python" } else { "something else" }.to_owned();
            find(
                &mut self.report,
                Fault::NameMismatch {
                    member: "noarch",
                    against: "the installed record",
                    expected: word(self.is_noarch_python),
                    actual: word(self.originals.is_noarch_python),
                },
            );
        }
        if let (Some(expected), Some(actual)) = (self.recorded_sha256, &original.digests.sha256) {
            let (expected, actual) = (expected.to_string(), actual.clone());
            let voucher = Voucher::InstalledRecord;
            if expected != actual {
                find(&mut self.report, Fault::Sha256Mismatch { voucher, expected, actual });
            }
        }
        if self.kind != InstalledKind::Unpacked || !self.has_details {
            return;
        }
        let path = "info/paths.json".to_owned();
        match self.originals.manifest_sha256 {
            Some(expected) if expected != self.manifest_sha256 => {
                let (expected, actual) = (expected.to_string(), self.manifest_sha256.to_string());
                find(&mut self.report, Fault::FileSha256Mismatch { path, expected, actual });
            }
            Some(_) => {}
            None => find(&mut self.report, Fault::FileUnlisted { path }),
        }
    }

    /// Whether there is a list of files where the archive has none.
    pub(super) fn has_no_manifest_in_archive(&self) -> bool {
        self.has_archive && self.has_details && self.originals.manifest_sha256.is_none()
    }

    /// The verdict.
    #[must_use]
    pub fn finish(mut self) -> InstalledVerdict {
        while self.step() {}
        self.require_list();
        let lists_files =
            self.places.iter().any(|(_, place)| place.listed.as_ref().is_none_or(is_file));
        let counts = if self.is_stopped { Counts::default() } else { self.compare() };
        self.tell_what_was_left_out(&counts, lists_files);
        let has_failed = self.report.has_failed() || self.is_stopped;
        let (kind, has_generated) = (self.kind, counts.generated > 0);
        let account = self.report.finish(&|check| is_applicable(check, kind, has_generated));
        let Account { checks, not_checked, findings, findings_omitted, lowered } = account;
        let mut reasons = Vec::new();
        let is_complete = self.options.depth == Depth::Digests && counts.undigested == 0;
        match &self.original {
            Some(original) if original.status == Status::Verified => {}
            Some(original) => reasons.clone_from(&original.reasons),
            None => reasons.push(Reason::Consistent),
        }
        if self.original.is_some() && !is_complete {
            reasons.push(Reason::Consistent);
        }
        if self.original.is_some() && counts.unknown > 0 {
            reasons.push(Reason::NotRecomputable);
        }
        let is_vouched = self.original.as_ref().is_some_and(|it| it.status == Status::Verified);
        let status = match (has_failed, is_vouched && reasons.is_empty()) {
            (true, _) => Status::Rejected,
            (false, true) => Status::Verified,
            (false, false) => Status::Unverified,
        };
        if status == Status::Rejected {
            reasons.clear();
        }
        let trust = match &self.original {
            Some(original) => original.trust.clone(),
            None => TrustReport::from(Trust::None),
        };
        // Of what the archive says, what the installed record says decides nothing.
        let of_archive = self.original.as_ref().filter(|_| self.has_archive);
        let mut package = of_archive.and_then(|original| original.package.clone());
        if let Some(id) = package.as_mut().filter(|_| self.originals.is_for_all) {
            id.subdir = Some("noarch".into());
        }
        InstalledVerdict {
            file: self.options.file,
            status,
            reasons,
            trust,
            kind: self.kind,
            level: self.options.depth.as_str(),
            package: package.or(self.package),
            original: self.original,
            checks,
            not_checked,
            findings,
            findings_omitted,
            lowered,
            files: counts.files,
            size: counts.size,
            replaced: counts.replaced,
        }
    }

    fn tell_what_was_left_out(&mut self, counts: &Counts, lists_files: bool) {
        let report = &mut self.report;
        let has_original = self.has_archive;
        let is_rejected = self.original.is_some() && !has_original;
        if self.original.is_none() {
            let reason = self.missing.take();
            report.skip(Check::Original, reason.unwrap_or_else(|| "no archive was given".into()));
        }
        if self.is_stopped {
            return;
        }
        for check in [Check::FilesPresent, Check::FileTypes, Check::LinkTargets] {
            report.begin_unless_skipped(check);
        }
        match (self.kind, has_original) {
            (InstalledKind::Unpacked, true) => {
                report.begin(Check::FilesListed);
                report.begin(Check::InfoFiles);
            }
            (InstalledKind::Unpacked, false) => {
                report.begin(Check::FilesListed);
                report.skip(
                    Check::InfoFiles,
                    if is_rejected {
                        "no manifest lists info/, and the archive is rejected"
                    } else {
                        "no manifest lists info/, and no archive was given"
                    },
                );
            }
            (InstalledKind::Linked, true) => {}
            (InstalledKind::Linked, false) => {
                report.skip(Check::FilesListed, "what no package owns is told of the environment");
            }
        }
        if !self.has_details && !has_original {
            for check in [Check::FileTypes, Check::FileSizes, Check::FileSha256] {
                report.skip(check, "the manifest lists names alone");
            }
        }
        if self.options.depth == Depth::Sizes {
            report.skip(Check::FileSha256, "the level is sizes");
        } else if counts.undigested > 0 {
            let reason = format!("digests that were not given: {}", counts.undigested);
            report.skip(Check::FileSha256, reason);
        }
        if counts.unknown > 0 {
            let reason = format!("files that can't be recomputed: {}", counts.unknown);
            report.skip(Check::FileSizes, reason.clone());
            if counts.undigested == 0 && self.options.depth == Depth::Digests {
                report.skip(Check::FileSha256, reason);
            }
        }
        if counts.open_links > 0 && self.options.depth == Depth::Sizes {
            report.skip(Check::LinkTargets, "the level is sizes");
        } else if counts.open_links > 0 {
            let reason = format!(
                "links that nothing is noted of, or that lead to what is not in the package: {}",
                counts.open_links
            );
            report.skip(Check::LinkTargets, reason);
        }
        let none = if lists_files {
            "nothing says what they should be"
        } else {
            "the manifest lists none"
        };
        report.skip_unless_begun(Check::FileSizes, none);
        report.skip_unless_begun(Check::FileSha256, none);
        let is_compared = self.options.depth == Depth::Digests;
        let not_replaced = match (has_original, counts.placeholders, counts.unknown) {
            (false, ..) if !self.has_details => "the manifest lists names alone".to_owned(),
            (_, 0, _) => "no file has a placeholder".to_owned(),
            (true, ..) if !is_compared => "the level is sizes".to_owned(),
            (true, ..) if counts.replaced.files > 0 => "no digest was given".to_owned(),
            (true, _, 0) => "no file with a placeholder is there".to_owned(),
            (true, _, unknown) => format!("files that can't be recomputed: {unknown}"),
            (false, ..) if is_rejected && is_compared => {
                "the archive is rejected, so only the recorded digest is compared".to_owned()
            }
            (false, ..) if is_rejected => "the archive is rejected".to_owned(),
            (false, ..) if is_compared => {
                "without the archive only the recorded digest is compared".to_owned()
            }
            (false, ..) => "no archive was given".to_owned(),
        };
        report.skip_unless_begun(Check::PrefixReplacement, &not_replaced);
        report.skip(
            Check::Permissions,
            if self.has_modes {
                "set-id bits and write permission for all are looked at; the package's own are not compared"
            } else {
                "they are not compared with the package's, and none were given"
            },
        );
        if counts.generated > 0 {
            let names: Vec<String> =
                counts.generated_names.iter().map(|name| Quoted::new(name).to_string()).collect();
            let names = names.join(", ");
            let (count, dots) = (counts.generated, if counts.generated > 3 { ", …" } else { "" });
            report
                .skip(Check::GeneratedFiles, format!("made by a client: {count} ({names}{dots})"));
        }
    }
}

/// Whether a check is one of what is installed, of that kind.
fn is_applicable(check: Check, kind: InstalledKind, has_generated: bool) -> bool {
    match check {
        Check::FilesListed
        | Check::FilesPresent
        | Check::FileTypes
        | Check::FileSizes
        | Check::FileSha256
        | Check::LinkTargets
        | Check::Original
        | Check::Permissions => true,
        Check::PathsJson | Check::InfoFiles => kind == InstalledKind::Unpacked,
        Check::InstalledRecord | Check::PrefixReplacement => kind == InstalledKind::Linked,
        Check::GeneratedFiles => has_generated,
        _ => false,
    }
}
