//! The values that stand behind a member's bytes (APPNOTE 4.3.9).

use super::fields::{CentralHeader, Fields};
use crate::archive::source::ReadAt;
use crate::error::{Error, Fault};

/// Reads the data descriptor at `start`, which ends where the next header begins
/// (APPNOTE 4.3.9): maybe a signature, CRC-32, and the sizes in four or eight bytes each.
/// What has another length is left to be found as a gap.
pub(super) fn read_descriptor(
    source: &mut dyn ReadAt,
    central: &CentralHeader,
    start: u64,
    next: u64,
) -> Result<u64, Error> {
    let length = next.saturating_sub(start);
    if !matches!(length, 12 | 16 | 20 | 24) {
        return Ok(start);
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    source.read_at(start, &mut bytes)?;
    let mut fields = Fields::new(&bytes, start);
    let has_signature = matches!(length, 16 | 24);
    let is_signed = !has_signature || fields.u32()? == 0x0807_4b50;
    let crc = fields.u32()?;
    let mut size = || if length >= 20 { fields.u64() } else { fields.u32().map(u64::from) };
    let (compressed, uncompressed) = (size()?, size()?);
    if is_signed
        && (crc, compressed, uncompressed) == (central.crc, central.size, central.uncompressed)
    {
        return Ok(next);
    }
    Err(Error::new(Fault::ZipHeadersDisagree {
        member: central.member(),
        field: "data descriptor",
        central: format!("{:08x} {}", central.crc, central.size),
        local: format!("{crc:08x} {compressed}"),
    }))
}
