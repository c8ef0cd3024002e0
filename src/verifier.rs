//! The façade: what a caller uses.

use std::fmt;

use crate::archive::ReadAt;
use crate::error::Error;
use crate::limits::Limits;
use crate::package::{Examination, Expectation, PartialExamination};
use crate::policy::Policy;
use crate::proof::{Status, Verdict};

/// Verifies packages under one policy and one set of limits.
#[derive(Clone, Debug, Default)]
pub struct Verifier {
    policy: Policy,
    limits: Limits,
}

/// Why no verdict lets the package through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A check failed; the verdict says which, and what else was found.
    Rejected(Box<Verdict>),
    /// The host could not deliver the bytes: nothing was decided.
    Undecided(Error),
}

impl Rejection {
    /// The fact that failed first.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Rejected(verdict) => verdict.rejection(),
            Self::Undecided(error) => Some(error),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error() {
            Some(error) => write!(f, "{}: {error}", error.code()),
            None => f.write_str("the package was rejected"),
        }
    }
}

impl std::error::Error for Rejection {}

impl Verifier {
    /// A verifier with the strict defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Prepares an examination that the caller drives step by step.
    pub fn examine<S: ReadAt>(&self, source: S, expectation: Expectation) -> Examination<S> {
        Examination::new(source, expectation, self.policy.clone(), self.limits.clone())
    }

    /// Prepares to read `info/` alone, of a package that is not at hand as a whole. The caller
    /// drives it, and fetches the ranges that it asks for. The verdict is `unverified` at best.
    pub fn examine_partially<S: ReadAt>(
        &self,
        source: S,
        expectation: Expectation,
    ) -> PartialExamination<S> {
        PartialExamination::new(source, expectation, self.policy.clone(), self.limits.clone())
    }

    /// Verifies a package: the verdict is `verified` or `unverified`.
    ///
    /// # Errors
    /// [`Rejection::Rejected`] with the whole verdict where a check failed;
    /// [`Rejection::Undecided`] where the source could not be read.
    pub fn verify_package<S: ReadAt>(
        &self,
        source: S,
        expectation: Expectation,
    ) -> Result<Verdict, Rejection> {
        let verdict = self.examine(source, expectation).run().map_err(Rejection::Undecided)?;
        match verdict.status {
            Status::Rejected => Err(Rejection::Rejected(Box::new(verdict))),
            Status::Verified | Status::Unverified => Ok(verdict),
        }
    }
}
