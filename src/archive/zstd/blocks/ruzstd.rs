//! ruzstd, whose decoder holds a ring of its own.

use std::io::Read as _;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Blocks, Refused};
use crate::archive::zstd::frame::Frame;

pub(crate) struct Ruzstd(FrameDecoder);

impl Blocks for Ruzstd {
    fn begin(frame: &Frame) -> Result<Self, Refused> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(frame.window_bytes);
        decoder.reset(frame.bounded_header().as_slice()).map_err(|_| Refused)?;
        Ok(Self(decoder))
    }

    fn is_hungry(&self) -> bool {
        self.0.can_collect() == 0
    }

    fn feed(&mut self, block: &[u8]) -> Result<(), Refused> {
        let strategy = BlockDecodingStrategy::UptoBlocks(1);
        self.0.decode_blocks(block, strategy).map(drop).map_err(|_| Refused)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<usize, Refused> {
        self.0.read(into).map_err(|_| Refused)
    }
}
