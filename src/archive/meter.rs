//! What unpacking may cost.

use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};

/// Counts unpacked bytes and entries over all members of one archive.
#[derive(Debug)]
pub(crate) struct Meter {
    unpacked: Budget,
    entries: Budget,
    archive_bytes: u64,
    ratio: u64,
    ratio_floor_bytes: u64,
}

impl Meter {
    pub(crate) const fn new(archive_bytes: u64, limits: &Limits) -> Self {
        Self {
            unpacked: Budget::new("unpackedBytes", limits.unpacked_bytes),
            entries: Budget::new("entries", limits.entries),
            archive_bytes,
            ratio: limits.ratio,
            ratio_floor_bytes: limits.ratio_floor_bytes,
        }
    }

    /// Accounts for bytes that came out of a decoder.
    pub(crate) fn unpacked(&mut self, bytes: usize) -> Result<(), Error> {
        self.unpacked.spend(u64::try_from(bytes).unwrap_or(u64::MAX))?;
        let spent = self.unpacked.spent();
        if spent > self.ratio_floor_bytes && spent > self.archive_bytes.saturating_mul(self.ratio) {
            return Err(Error::new(Fault::LimitExceeded { limit: "ratio", max: self.ratio }));
        }
        Ok(())
    }

    /// Refuses a size that a header declares before anything is decoded.
    pub(crate) fn announce(&self, bytes: u64) -> Result<(), Error> {
        if bytes > self.unpacked.left() {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "unpackedBytes",
                max: self.unpacked.left().saturating_add(self.unpacked.spent()),
            }));
        }
        Ok(())
    }

    pub(crate) fn entry(&mut self) -> Result<(), Error> {
        self.entries.spend(1)
    }
}
