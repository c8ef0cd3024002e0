//! Launchers of Windows as distlib makes them: a program, a line `#!PATH`, a zip archive.

use std::borrow::Cow;

use super::needle::Needle;
use super::work::{Stop, Work};

/// What the end record of a zip archive begins with (APPNOTE 4.3.16).
const END: &[u8] = b"PK\x05\x06";

/// What libmamba makes of a file for Windows.
pub(super) enum ByLibmamba {
    /// It has no archive, and stays as it was.
    AsItWas,
    /// libmamba takes the signature itself for the length of the central directory, so that the
    /// archive would begin before the file.
    Fails,
    /// So long a file that it would not.
    Unknown,
}

/// The length that libmamba (`core/link.cpp`) finds: what the end record begins with.
const LENGTH_BY_LIBMAMBA: usize = 0x0605_4b50;

pub(super) async fn by_libmamba(data: &[u8], work: &mut Work<'_>) -> ByLibmamba {
    match last(data, END, work).await {
        None => ByLibmamba::AsItWas,
        Some(end) if end < LENGTH_BY_LIBMAMBA => ByLibmamba::Fails,
        Some(_) => ByLibmamba::Unknown,
    }
}

/// Replaces the placeholder in the line before the archive, as conda does; `None` where conda
/// fails.
pub(super) async fn replace<'a>(
    data: &'a [u8],
    needle: &Needle,
    by: &[u8],
    work: &mut Work<'_>,
) -> Result<Option<Cow<'a, [u8]>>, Stop> {
    let unchanged = Ok(Some(data.into()));
    let Some(end) = last(data, END, work).await else { return unchanged };
    // The size of the central directory, and its offset from where the archive begins.
    let field = |at: usize| -> Option<usize> {
        let bytes = data.get(end.checked_add(at)?..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let (Some(size), Some(offset)) = (field(12), field(16)) else { return Ok(None) };
    let archive = end.checked_sub(size).and_then(|start| start.checked_sub(offset));
    let Some(archive) = archive.filter(|start| *start > 0) else { return unchanged };
    let before = data.get(..archive).unwrap_or_default();
    let line = last(before, b"#!", work).await;
    let Some(line) = line.filter(|start| *start > 0) else { return unchanged };
    Ok(Some(needle.replace_within(data, line..archive, by, work).await?.into()))
}

/// Where a text occurs for the last time.
async fn last(data: &[u8], text: &[u8], work: &mut Work<'_>) -> Option<usize> {
    let mut end = data.len();
    loop {
        let start = end.saturating_sub(Work::BLOCK);
        let block = data.get(start..end)?;
        let found = block.windows(text.len()).rposition(|window| window == text);
        work.passed(block.len()).await;
        if let Some(at) = found {
            return start.checked_add(at);
        }
        if start == 0 {
            return None;
        }
        // One may begin in the block before, and end in this one.
        end = start.saturating_add(text.len()).saturating_sub(1);
    }
}
