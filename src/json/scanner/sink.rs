//! What a scan tells.

use std::ops::Range;

use crate::error::Error;

/// What kind of value begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false` or `null`.
    Literal,
}

/// What to do with a value that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// Report its members one by one; possible with objects only.
    Members,
    /// Skip it and report its text.
    Whole,
}

/// Is told what the scanner finds. What it refuses ends the scan.
pub(crate) trait Sink {
    /// A value begins: the document, whose name is empty, or a member of an object
    /// of which the members are reported.
    fn begin(&mut self, name: &str, kind: Kind) -> Result<Visit, Error>;

    /// The next part of the text of the value that is skipped.
    fn text(&mut self, part: &[u8]) -> Result<(), Error>;

    /// The value that was skipped has ended; its text is that of these offsets.
    fn end(&mut self, span: Range<u64>) -> Result<(), Error>;

    /// The object of which the members were reported has ended.
    fn leave(&mut self);
}
