//! What a profile or a single code makes of a case.

use conda_verifier::{Code, Level, Limits, Policy, Profile, Severity, Status};
use conda_verifier_fixtures::cases::{self, Variant};

use crate::{expectation, support};

/// The variant of that name.
fn variant(number: u32, name: &str) -> Variant {
    let found = cases::case(number).variants.into_iter().find(|variant| variant.name == name);
    found.unwrap_or_else(|| panic!("case {number} has no variant {name}"))
}

fn examine(policy: Policy, variant: &Variant) -> conda_verifier::Verdict {
    let verifier = support::verifier(policy, Limits::default());
    support::examine_with(&verifier, &variant.bytes, &expectation(variant))
}

/// The cases that are marked as an option, or as milder in a profile.
#[test]
fn profiles_make_less_of_some_cases() {
    for (profile, number, name, severity) in [
        (Profile::Lenient, 18, "consistent", None),
        (Profile::Lenient, 21, "folder", Some(Severity::Warning)),
        (Profile::Lenient, 21, "folder-entries", Some(Severity::Warning)),
        (Profile::Lenient, 23, "missing", Some(Severity::Warning)),
        (Profile::Lenient, 31, "two-frames", Some(Severity::Warning)),
        (Profile::Lenient, 31, "skippable-first", Some(Severity::Warning)),
        (Profile::Lenient, 31, "skippable-last", Some(Severity::Warning)),
        (Profile::Lenient, 45, "unix-conda", Some(Severity::Warning)),
        (Profile::Lenient, 55, "case-tar-bz2", Some(Severity::Warning)),
        (Profile::Lint, 18, "consistent", Some(Severity::Warning)),
        (Profile::Lint, 66, "repodata-record-conda", Some(Severity::Warning)),
        (Profile::Lint, 68, "file-conda", Some(Severity::Warning)),
        (Profile::Lint, 73, "entry-point-up-conda", Some(Severity::Warning)),
        (Profile::Lint, 77, "linux-64-conda", Some(Severity::Warning)),
    ] {
        let variant = variant(number, name);
        let verdict = examine(Policy::of(profile), &variant);
        let case = format!("case {number} {name} {}", profile.as_str());
        assert_eq!(verdict.status, Status::Verified, "{case}: {:?}", verdict.findings);
        let code = variant.expected.finding.map(|finding| finding.code).unwrap();
        assert_eq!(verdict.lowered, [code], "{case}");
        let found = verdict.findings.iter().find(|it| it.error.code().as_str() == code);
        assert_eq!(found.map(|it| it.severity), severity, "{case}");
        // All that is in it was unpacked and compared.
        assert!(verdict.files > 0, "{case}");
    }
}

/// What a policy makes little of must not end the work early and pass.
#[test]
fn what_stops_an_examination_rejects() {
    for case in cases::numbers().map(cases::case) {
        for variant in &case.variants {
            for policy in [Policy::new(Level::Ignore), Policy::of(Profile::Lenient)] {
                let finding = variant.expected.finding.as_ref();
                // The large ones take their time, and no policy changes what they come to.
                if finding.is_some_and(|finding| finding.code == "LIMIT_EXCEEDED") {
                    continue;
                }
                let verdict = examine(policy, variant);
                let is_cut = |reason: &str| {
                    reason.starts_with("not reached") || reason.starts_with("not to the end")
                };
                let is_cut = verdict.not_checked.iter().any(|not| is_cut(&not.reason));
                let case = format!("case {} {}", case.number, variant.name);
                assert!(!is_cut || verdict.status == Status::Rejected, "{case}");
            }
        }
    }
}

#[test]
fn profiles_leave_what_rejects_for_safety() {
    for profile in [Profile::Lint, Profile::Lenient] {
        for case in cases::numbers().map(cases::case) {
            for variant in case.variants {
                let Some(finding) = &variant.expected.finding else { continue };
                let code = Code::parse(finding.code).unwrap();
                let level = profile.level(code);
                // The large ones take their time, and no profile changes what they come to.
                if level < Level::Throw || finding.code == "LIMIT_EXCEEDED" {
                    continue;
                }
                let verdict = examine(Policy::of(profile), &variant);
                let name = format!("case {} {}", case.number, variant.name);
                assert_eq!(verdict.status, Status::Rejected, "{name} {}", profile.as_str());
            }
        }
    }
}

/// The content is the same however many frames it is in; hidden bytes stay hidden.
#[test]
fn frames_are_read_as_one_content() {
    let honest = conda_verifier_fixtures::sample::hello();
    let honest = honest.files.len();
    for name in ["two-frames", "skippable-first", "skippable-last"] {
        let mut policy = Policy::default();
        policy.set(Code::ZstdAmbiguous, Level::Ignore).unwrap();
        let verdict = examine(policy, &variant(31, name));
        assert_eq!(verdict.findings, [], "{name}");
        assert_eq!(usize::try_from(verdict.files), Ok(honest), "{name}");
    }
    // A frame of no data at all stays what it is.
    let verdict = examine(Policy::of(Profile::Lenient), &variant(31, "skippable-alone"));
    assert_eq!(verdict.files, 0);
}
