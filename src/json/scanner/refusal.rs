//! What the scanner refuses.

use crate::error::Error;

/// A refusal before it is known where.
pub(super) enum Refusal {
    Syntax(&'static str),
    Other(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<&'static str> for Refusal {
    fn from(what: &'static str) -> Self {
        Self::Syntax(what)
    }
}
