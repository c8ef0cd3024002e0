//! zrip, in a crate of its own that is compiled for speed.

use conda_verifier_zstd::Blocks as Zripped;

use super::{Blocks, Refused};
use crate::archive::zstd::frame::Frame;

pub(crate) struct Zrip(Zripped);

impl Blocks for Zrip {
    fn begin(frame: &Frame) -> Result<Self, Refused> {
        let max = usize::try_from(frame.max_block_bytes).map_err(|_| Refused)?;
        Ok(Self(Zripped::new(frame.window_descriptor, max)))
    }

    fn is_hungry(&self) -> bool {
        self.0.is_hungry()
    }

    fn feed(&mut self, block: &[u8]) -> Result<(), Refused> {
        self.0.feed(block).map_err(|_| Refused)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<usize, Refused> {
        self.0.read(into).map_err(|_| Refused)
    }
}
