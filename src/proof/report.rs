//! What is found, and what was not looked at.

use std::cmp::Reverse;

use super::verdict::{Check, CheckReport, Finding, NotChecked, Outcome, Severity};
use crate::error::{Class, Code, Error, Fault};
use crate::policy::{Level, Policy};

/// Collects findings under a policy, and keeps account of every check: one
/// that is neither made nor skipped with a reason appears as not reached.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    policy: Policy,
    hints: fn(&Fault) -> &'static str,
    max_findings: u64,
    /// Each with the number of the entry that it is about, or nearly.
    findings: Vec<(u32, Finding)>,
    entry: u32,
    omitted: u64,
    /// In the order of their texts.
    lowered: Vec<&'static str>,
    /// Of the checks that something is known of; they are few.
    states: Vec<(Check, State)>,
    unfinished: Option<Error>,
}

/// What is known of a check.
#[derive(Clone, Debug, Default)]
struct State {
    outcome: Option<Outcome>,
    skipped: Option<String>,
    /// What a policy left out: a code, and how often.
    ignored: Option<(Code, u64)>,
}

impl Report {
    pub(crate) const fn new(policy: Policy, max_findings: u64) -> Self {
        Self {
            policy,
            hints: Fault::hint,
            max_findings,
            findings: Vec::new(),
            entry: 0,
            omitted: 0,
            lowered: Vec::new(),
            states: Vec::new(),
            unfinished: None,
        }
    }

    /// The same with other words on what to do.
    #[must_use]
    pub(crate) fn with_hints(self, hints: fn(&Fault) -> &'static str) -> Self {
        Self { hints, ..self }
    }

    /// What is found from now on has other words on what to do.
    pub(crate) const fn hint_by(&mut self, hints: fn(&Fault) -> &'static str) {
        self.hints = hints;
    }

    fn state(&self, check: Check) -> State {
        let known = self.states.iter().find(|(other, _)| *other == check);
        known.map(|(_, state)| state.clone()).unwrap_or_default()
    }

    fn change(&mut self, check: Check, change: impl FnOnce(&mut State)) {
        if let Some((_, state)) = self.states.iter_mut().find(|(other, _)| *other == check) {
            change(state);
        } else {
            let mut state = State::default();
            change(&mut state);
            self.states.push((check, state));
        }
    }

    /// A check is being made; what is found later makes it fail.
    pub(crate) fn begin(&mut self, check: Check) {
        self.change(check, |state| {
            state.outcome.get_or_insert(Outcome::Passed);
        });
    }

    /// A check is being made, unless there was a reason to leave it out.
    pub(crate) fn begin_unless_skipped(&mut self, check: Check) {
        if self.state(check).skipped.is_none() {
            self.begin(check);
        }
    }

    /// A check is not made, for that reason, unless it was for something.
    pub(crate) fn skip_unless_begun(&mut self, check: Check, reason: &str) {
        let state = self.state(check);
        if state.outcome.is_none() && state.skipped.is_none() {
            self.skip(check, reason);
        }
    }

    /// A check is not made, for that reason.
    pub(crate) fn skip(&mut self, check: Check, reason: impl Into<String>) {
        let reason = reason.into();
        self.change(check, |state| state.skipped = Some(reason));
    }

    /// What is found next is about the entry of that number. Digests of files become known
    /// in another order than their entries.
    pub(crate) const fn at(&mut self, entry: u32) {
        self.entry = entry;
    }

    /// Whether a finding of that code rejects.
    pub(crate) fn rejects(&self, code: Code) -> bool {
        self.policy.level(code) == Level::Throw
    }

    /// A fact failed; the examination goes on.
    pub(crate) fn find(&mut self, error: Error) {
        self.find_in(Check::of(error.code()), error);
    }

    /// The same for a code that belongs to another check elsewhere: an unsafe path
    /// in a manifest is a fault of the manifest, not of the archive.
    pub(crate) fn find_in(&mut self, check: Check, error: Error) {
        let code = error.code();
        if self.policy.lowers(code) {
            let place = self.lowered.partition_point(|other| *other < code.as_str());
            if self.lowered.get(place) != Some(&code.as_str()) {
                self.lowered.insert(place, code.as_str());
            }
        }
        let severity = match (code.class(), self.policy.level(code)) {
            (_, Level::Ignore) => {
                return self.change(check, |state| {
                    let count = state.ignored.get_or_insert((code, 0));
                    *count = (count.0.min(code), count.1.saturating_add(1));
                });
            }
            (Class::Note, _) => Severity::Info,
            (_, Level::Warn) => Severity::Warning,
            (_, Level::Throw) => Severity::Error,
        };
        let outcome = match severity {
            Severity::Info => Outcome::Passed,
            Severity::Warning => Outcome::Warned,
            Severity::Error => Outcome::Failed,
        };
        self.change(check, |state| {
            let worst = state.outcome.get_or_insert(outcome);
            *worst = outcome.max(*worst);
        });
        self.keep(severity, error);
    }

    /// A check failed as a part of another one, whose finding says why.
    pub(crate) fn fail(&mut self, check: Check) {
        self.change(check, |state| state.outcome = Some(Outcome::Failed));
    }

    /// A fact failed beyond which nothing can be examined. It rejects whatever a policy says
    /// of such a fact elsewhere: what was not looked at must not pass.
    pub(crate) fn stop(&mut self, error: Error) {
        self.stop_in(Check::of(error.code()), error);
    }

    /// The same for a code that belongs to another check elsewhere.
    pub(crate) fn stop_in(&mut self, check: Check, error: Error) {
        self.unfinished.get_or_insert_with(|| error.clone());
        self.fail(check);
        self.keep(Severity::Error, error);
    }

    /// What the caller vouches for can't be had, whatever a policy says of such a fact
    /// elsewhere: nothing is compared, so nothing may pass.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.unfinished.get_or_insert_with(|| error.clone());
        let check = match Check::of(error.code()) {
            check @ (Check::Signature | Check::Freshness) => check,
            _ => Check::Record,
        };
        self.fail(check);
        self.keep(Severity::Error, error);
    }

    /// Errors come first, of them what no policy could lower, then in the order of
    /// the checks: what is wrong with the container explains what is wrong with a
    /// file in it. Past the limit the least important finding gives way;
    /// a verdict never lacks the error that rejects.
    fn keep(&mut self, severity: Severity, error: Error) {
        let finding = Finding { severity, hint: (self.hints)(&error), error };
        let rank = |(entry, finding): &(u32, Finding)| {
            let code = finding.error.code();
            (Reverse(finding.severity), code.class() != Class::Fatal, Check::of(code), *entry)
        };
        let finding = (self.entry, finding);
        let own = rank(&finding);
        let place = self.findings.partition_point(|kept| rank(kept) <= own);
        self.findings.insert(place, finding);
        let max = usize::try_from(self.max_findings).unwrap_or(usize::MAX).max(1);
        if self.findings.len() > max {
            self.findings.truncate(max);
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.findings.iter().any(|(_, finding)| finding.severity == Severity::Error)
    }

    /// The account of every check that applies, and the findings.
    pub(crate) fn finish(mut self, applies: &dyn Fn(Check) -> bool) -> Account {
        let findings = std::mem::take(&mut self.findings);
        let mut account = Account {
            checks: Vec::new(),
            not_checked: Vec::new(),
            findings: findings.into_iter().map(|(_, finding)| finding).collect(),
            findings_omitted: self.omitted,
            lowered: std::mem::take(&mut self.lowered),
        };
        for check in Check::ALL.iter().copied().filter(|check| applies(*check)) {
            let State { outcome, skipped, ignored } = self.state(check);
            let reason = match (skipped, &self.unfinished, outcome) {
                (Some(reason), ..) => Some(reason),
                (None, _, Some(Outcome::Failed)) => None,
                (None, Some(error), Some(_)) if is_gradual(check) => {
                    Some(format!("not to the end: {}", error.code()))
                }
                (None, Some(error), None) => Some(format!("not reached: {}", error.code())),
                (None, _, outcome) => match ignored {
                    Some((code, count)) => {
                        Some(format!("the policy ignores {code}; findings left out: {count}"))
                    }
                    None => outcome.is_none().then(|| "not reached".to_owned()),
                },
            };
            // A check is told once: what passed so far has not passed.
            match (outcome, reason) {
                (Some(outcome), None) => account.checks.push(CheckReport { check, outcome }),
                (Some(outcome @ Outcome::Failed), Some(_)) => {
                    account.checks.push(CheckReport { check, outcome });
                }
                (_, Some(reason)) => account.not_checked.push(NotChecked { check, reason }),
                (None, None) => {}
            }
        }
        account
    }
}

/// Checks that are made bit by bit while the archive is unpacked, so that they
/// are incomplete where unpacking stops early.
const fn is_gradual(check: Check) -> bool {
    matches!(
        check,
        Check::Container
            | Check::Entries
            | Check::FilesListed
            | Check::FilesPresent
            | Check::FileTypes
            | Check::FileSizes
            | Check::FileSha256
            | Check::LinkTargets
    )
}

/// What a verdict tells of the checks.
pub(crate) struct Account {
    pub(crate) checks: Vec<CheckReport>,
    pub(crate) not_checked: Vec<NotChecked>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) findings_omitted: u64,
    pub(crate) lowered: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::error::{Code, Error, Fault};
    use crate::policy::{Level, Policy};
    use crate::proof::{Check, Outcome, Severity};

    fn unlisted(path: &str) -> Error {
        Error::new(Fault::FileUnlisted { path: path.into() })
    }

    #[test]
    fn every_check_appears_in_one_list() {
        let mut report = Report::new(Policy::default(), 10);
        report.begin(Check::ArchiveSize);
        report.skip(Check::Signature, "nobody signed");
        report.begin(Check::FilesListed);
        report.stop(Error::new(Fault::NotAnArchive { first_bytes: vec![] }));
        let account = report.finish(&|_| true);
        for check in Check::ALL {
            let made = account.checks.iter().any(|report| report.check == *check);
            let not = account.not_checked.iter().any(|report| report.check == *check);
            assert!(made != not, "{check:?}");
        }
        let listed = account.not_checked.iter().find(|not| not.check == Check::FilesListed);
        assert_eq!(listed.map(|not| not.reason.as_str()), Some("not to the end: NOT_AN_ARCHIVE"));
    }

    #[test]
    fn a_policy_lowers_and_the_account_says_so() {
        let mut report = Report::new(Policy::new(Level::Ignore), 10);
        report.begin(Check::FilesListed);
        report.find(unlisted("a"));
        report.find(Error::new(Fault::FileSha256Mismatch {
            path: "b".into(),
            expected: String::new(),
            actual: String::new(),
        }));
        assert!(report.has_failed());
        let account =
            report.finish(&|check| matches!(check, Check::FilesListed | Check::FileSha256));
        assert_eq!(account.lowered, [Code::FileUnlisted.as_str()]);
        assert_eq!(account.findings.len(), 1);
        let outcomes: Vec<_> = account.checks.iter().map(|check| check.outcome).collect();
        assert_eq!(outcomes, [Outcome::Failed]);
        let reasons: Vec<_> = account.not_checked.iter().map(|not| not.reason.as_str()).collect();
        assert_eq!(reasons, ["the policy ignores FILE_UNLISTED; findings left out: 1"]);
    }

    #[test]
    fn the_error_is_kept_where_findings_are_many() {
        let mut policy = Policy::default();
        policy.set(Code::FileUnlisted, Level::Warn).unwrap_or_default();
        let mut report = Report::new(policy, 3);
        for path in ["a", "b", "c", "d"] {
            report.find(unlisted(path));
        }
        report.find(Error::new(Fault::FileMissing { path: "e".into() }));
        let account = report.finish(&|_| false);
        assert_eq!((account.findings.len(), account.findings_omitted), (3, 2));
        assert_eq!(account.findings.first().map(|first| first.severity), Some(Severity::Error));
    }
}
