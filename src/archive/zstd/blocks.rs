//! The blocks of a frame, decoded one by one.

#[cfg(any(feature = "ruzstd", test))]
mod ruzstd;
#[cfg(any(not(feature = "ruzstd"), test))]
mod zrip;

#[cfg(any(feature = "ruzstd", test))]
pub(crate) use self::ruzstd::Ruzstd;
#[cfg(any(not(feature = "ruzstd"), test))]
pub(crate) use self::zrip::Zrip;

/// The one that is in what ships, unless somebody asks for the other.
#[cfg(not(feature = "ruzstd"))]
pub(crate) type Decoder = Zrip;
#[cfg(feature = "ruzstd")]
pub(crate) type Decoder = Ruzstd;

use super::frame::Frame;

/// A decoder does not take a block. Its own words speak of its innards, not of the file.
#[derive(Debug)]
pub(crate) struct Refused;

/// What decodes the blocks of one frame that was surveyed.
///
/// It sees no source and no more of the file than the block that it is given, and keeps as
/// much of the content as [`Frame::window_bytes`] says.
pub(crate) trait Blocks: Sized {
    /// Prepares to decode the blocks of `frame`.
    fn begin(frame: &Frame) -> Result<Self, Refused>;

    /// Whether it has nothing to read and wants a block.
    fn is_hungry(&self) -> bool;

    /// Takes the next block, its header included. The last one is marked as such.
    fn feed(&mut self, block: &[u8]) -> Result<(), Refused>;

    /// Decoded bytes, up to `into.len()`; 0 where the blocks so far gave no more.
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Refused>;
}
