//! The one error type: which fact failed, what was expected, what was found.
//!
//! A variant of [`Fault`] names the fact and carries its values. [`Fault::code`] is
//! stable across releases, the wording of the messages is not.

mod code;
mod coded;
mod details;
mod facts;
mod fault;
mod installed_fault;
mod message;
mod not_recomputable;
mod quote;
mod remote_change;
mod role;
mod voucher;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use code::{Class, Code};
pub use details::{Detail, Details};
pub use fault::Fault;
pub use installed_fault::InstalledFault;
pub use not_recomputable::NotRecomputable;
pub use quote::Quoted;
pub use remote_change::RemoteChange;
pub use role::{Document, Shortfall};
pub use voucher::Voucher;

/// What failed: a [`Fault`], whose methods it has, and as small as an answer that is
/// handed from function to function should be.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Arc<Fault>);

impl Error {
    /// The error that this fact failed.
    // Out of line: it is called wherever anything can fail.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self(Arc::new(fault))
    }
}

impl Deref for Error {
    type Target = Fault;

    fn deref(&self) -> &Fault {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}
