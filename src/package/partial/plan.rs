//! Which bytes of a `.conda` it takes to read its `info/`.

use std::ops::Range;

use crate::archive::Listed;
use crate::error::{Error, Fault};
use crate::limits::Limits;
use crate::package::layout::{Part, common_folder};
use crate::package::report::Report;

/// What is asked for first. The beginning says which format it is, and in the order that
/// current tools write it has `metadata.json` and the local header of `pkg-`: less than 400
/// bytes.
const HEAD: u64 = 1 << 10;
/// The end has the zip's directory. So much of it may belong to the end record, which has 22
/// bytes and a comment of at most 65,535 (APPNOTE 4.3.16); and `info-`, which current tools
/// write last, has rarely more.
const TAIL: u64 = 22 + 65_535;

/// The ranges that anybody needs who knows the length alone.
pub(super) fn ends(size: u64) -> [Range<u64>; 2] {
    [0..HEAD.min(size), size.saturating_sub(TAIL)..size]
}

/// Whether the zip is of a form that only who has all of it can read, and that the policy
/// lets pass.
///
/// # Errors
/// [`Fault::ZipDataDescriptor`], [`Fault::CondaMemberNested`] where it does not.
pub(super) fn takes_all(listed: &[Listed], report: &Report) -> Result<bool, Error> {
    let described = listed.iter().find(|member| member.has_descriptor);
    let described =
        described.map(|it| Error::new(Fault::ZipDataDescriptor { member: it.name.clone() }));
    let folder = common_folder(listed.iter().map(|it| (it.name.as_str(), it.size == 0)));
    let nested = (!folder.is_empty())
        .then(|| Error::new(Fault::CondaMemberNested { member: folder.to_owned() }));
    let odd: Vec<Error> = described.into_iter().chain(nested).collect();
    let is_odd = !odd.is_empty();
    match odd.into_iter().find(|error| report.rejects(error.code())) {
        Some(error) => Err(error),
        None => Ok(is_odd),
    }
}

/// The ranges that the directory shows: each member's local header, and all of `info-` and of
/// `metadata.json`.
///
/// # Errors
/// [`Fault::CondaMemberUnexpected`]; [`Fault::LimitExceeded`] for `infoBytes` where one of the
/// two says that it is longer than all of `info/` may be.
pub(super) fn members(
    listed: &[Listed],
    size: u64,
    limits: &Limits,
) -> Result<Vec<Range<u64>>, Error> {
    let mut ranges = Vec::new();
    let mut seen: Vec<Part> = Vec::new();
    for (index, member) in listed.iter().enumerate() {
        let part = Part::of(&member.name)?;
        if seen.contains(&part) {
            return Err(Error::new(Fault::CondaMemberUnexpected { member: member.name.clone() }));
        }
        seen.push(part);
        let end = match part {
            Part::Pkg => member.header_end,
            Part::Info | Part::Metadata if member.size > limits.info_bytes => {
                return Err(Error::new(Fault::LimitExceeded {
                    limit: "infoBytes",
                    max: limits.info_bytes,
                }));
            }
            Part::Info | Part::Metadata => member.header_end.saturating_add(member.size),
        };
        let next = index.checked_add(1).and_then(|next| listed.get(next));
        let limit = next.map_or(size, |next| next.start).min(size);
        ranges.push(member.start.min(limit)..end.min(limit));
    }
    Ok(ranges)
}
