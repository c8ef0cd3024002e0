//! Launchers of Windows as distlib makes them: a program, a line `#!PATH`, a zip archive.

use std::borrow::Cow;

use super::growth::Growth;
use super::needle::Needle;
use crate::error::Error;

/// What the end record of a zip archive begins with (APPNOTE 4.3.16).
const END: &[u8] = b"PK\x05\x06";

/// Whether there is the end of a zip archive somewhere.
pub(super) fn has_archive(data: &[u8]) -> bool {
    last(data, END).is_some()
}

/// Replaces the placeholder in the line before the archive, as conda does; `None` where conda
/// fails.
pub(super) fn replace<'a>(
    data: &'a [u8],
    needle: &Needle,
    by: &[u8],
    growth: &mut Growth,
) -> Result<Option<Cow<'a, [u8]>>, Error> {
    let unchanged = Ok(Some(data.into()));
    let Some(end) = last(data, END) else { return unchanged };
    // The size of the central directory, and its offset from where the archive begins.
    let field = |at: usize| -> Option<usize> {
        let bytes = data.get(end.checked_add(at)?..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let (Some(size), Some(offset)) = (field(12), field(16)) else { return Ok(None) };
    let archive = end.checked_sub(size).and_then(|start| start.checked_sub(offset));
    let Some(archive) = archive.filter(|start| *start > 0) else { return unchanged };
    let line = data.get(..archive).and_then(|before| last(before, b"#!"));
    let Some(line) = line.filter(|start| *start > 0) else { return unchanged };
    Ok(Some(needle.replace_within(data, line..archive, by, growth)?.into()))
}

/// Where a text occurs for the last time.
fn last(data: &[u8], text: &[u8]) -> Option<usize> {
    data.windows(text.len()).rposition(|window| window == text)
}
