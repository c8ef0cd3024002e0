//! A zstd frame, decoded by what ships, by ruzstd and by libzstd: what is taken means the same.

use std::io::Read as _;

use conda_verifier::{Limits, decode_zstd};

/// The most that a frame may hold here.
const MOST: u64 = 4 << 20;

/// Runs it.
pub fn run(frame: &[u8]) {
    let Ok(ours) = decode_zstd(frame, MOST, &Limits::default()) else { return };
    let mut libzstd = zstd::stream::read::Decoder::new(frame).expect("a decoder").single_frame();
    let mut content = Vec::new();
    libzstd.read_to_end(&mut content).expect("libzstd takes what we take");
    assert!(content == ours, "libzstd decodes to something else");
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(frame).expect("a header");
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).expect("ruzstd takes what we take");
    assert!(content == ours, "ruzstd decodes to something else");
}
