//! How much files may grow when a longer path takes the place of a placeholder.

use crate::error::Error;
use crate::limits::{Budget, Limits};

/// What is left of the limit `replacementBytes`, which all files of a package share, and all
/// clients whose rules are followed.
#[derive(Clone, Debug)]
pub struct Growth(Budget);

impl Growth {
    /// All of it.
    #[must_use]
    pub const fn new(limits: &Limits) -> Self {
        Self(Budget::new("replacementBytes", limits.replacement_bytes))
    }

    /// Takes some of it.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded).
    pub(super) fn spend(&mut self, growth: usize) -> Result<(), Error> {
        self.0.spend(u64::try_from(growth).unwrap_or(u64::MAX))
    }
}
