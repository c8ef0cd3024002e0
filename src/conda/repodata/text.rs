//! The text of repodata, wherever it is.

use std::borrow::Cow;

use super::index::Span;
use crate::archive::ReadAt;
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};

/// The text that was indexed.
#[derive(Clone, Debug)]
pub(super) enum Text<S> {
    Held(Vec<u8>),
    /// Nobody can change what this source has.
    Source(S),
}

impl<S: ReadAt + Clone> Text<S> {
    /// The value at that place.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `recordBytes`; what the source fails with;
    /// [`Fault::SourceChanged`] where it gives what is no text.
    pub(super) fn value(&self, span: Span, limits: &Limits) -> Result<Cow<'_, str>, Error> {
        let range = span.range();
        let length = check_length(span, limits)?;
        let changed = Error::new(Fault::SourceChanged { offset: range.start });
        match self {
            Self::Held(text) => {
                let value = usize::try_from(range.start)
                    .ok()
                    .and_then(|start| text.get(start..start.checked_add(length)?));
                std::str::from_utf8(value.unwrap_or_default())
                    .map(Cow::Borrowed)
                    .map_err(|_| changed)
            }
            Self::Source(source) => {
                let mut value = vec![0; length];
                source.clone().read_at(range.start, &mut value)?;
                String::from_utf8(value).map(Cow::Owned).map_err(|_| changed)
            }
        }
    }
}

/// The length of a value, if it is not too long to be read.
pub(super) fn check_length(span: Span, limits: &Limits) -> Result<usize, Error> {
    let range = span.range();
    let length = range.end.saturating_sub(range.start);
    Budget::new("recordBytes", limits.record_bytes).spend(length)?;
    Ok(usize::try_from(length).unwrap_or(usize::MAX))
}
