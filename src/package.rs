//! An archive, a record and a manifest become findings.
//!
//! [`Examination`] authenticates, opens and unpacks, a bounded piece of work at
//! each step. [`PartialExamination`] does so with a part of the archive: what it takes to read
//! `info/`. `Report` collects what is found and what was not looked at.

mod block;
mod claims;
mod conduct;
mod contents;
mod documents;
mod examination;
mod expectation;
mod files;
mod folding;
mod layout;
mod links;
mod names;
mod partial;
mod placeholder;
mod seen;
mod unpacked;
mod unpacking;
mod unsigned;

use crate::proof::report;

pub use examination::{Examination, Phase, Progress};
pub use expectation::Expectation;
pub use partial::{
    ByteRange, Mark, PartialAnswer, PartialExamination, PartialStep, Told, WholeBecause,
};
pub use unpacked::{Fate, FilePart, NodeKind, UnpackedNode};
