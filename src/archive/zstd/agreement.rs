//! The decoder in what ships and ruzstd, on frames of libzstd's and on ways to spoil them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::zstd::{Block, Frame};

use super::ZstdStream;
use super::blocks::{Blocks, Ruzstd, Zrip};
use crate::error::Error;
use crate::limits::Limits;

/// What tests/zstd/frames.py wrote.
const FRAMES: &[(&str, &[u8], usize)] = &[
    ("text-3", include_bytes!("../../../tests/zstd/text-3.zst"), 0),
    ("text-19", include_bytes!("../../../tests/zstd/text-19.zst"), 0),
    ("text-22-window-1-kib", include_bytes!("../../../tests/zstd/text-22-window-1-kib.zst"), 0),
    ("text-3-blocks", include_bytes!("../../../tests/zstd/text-3-blocks.zst"), 0),
    ("text-19-blocks", include_bytes!("../../../tests/zstd/text-19-blocks.zst"), 0),
    ("long-runs", include_bytes!("../../../tests/zstd/long-runs.zst"), 431_122),
    ("window-edge", include_bytes!("../../../tests/zstd/window-edge.zst"), 4_096),
    ("window-edge-blocks", include_bytes!("../../../tests/zstd/window-edge-blocks.zst"), 4_096),
    ("noise", include_bytes!("../../../tests/zstd/noise.zst"), 1_200),
    ("five-letters", include_bytes!("../../../tests/zstd/five-letters.zst"), 9_000),
    ("one-byte", include_bytes!("../../../tests/zstd/one-byte.zst"), 1),
    ("nothing", include_bytes!("../../../tests/zstd/nothing.zst"), 0),
];

/// No frame here holds more; one that was spoiled may.
const MOST: usize = 4 << 20;

fn decode<D: Blocks>(frame: &[u8], step: usize) -> Result<Vec<u8>, Error> {
    let source = &mut &*frame;
    let end = u64::try_from(frame.len()).unwrap();
    let mut stream = ZstdStream::<D>::open(source, "frame", 0, end, &Limits::default())?;
    let (mut block, mut content) = (vec![0; step], Vec::new());
    loop {
        let length = stream.read(source, &mut block)?;
        content.extend_from_slice(&block[..length]);
        if length == 0 || content.len() > MOST {
            return Ok(content);
        }
    }
}

#[test]
fn both_decode_what_libzstd_wrote() {
    let text = decode::<Ruzstd>(FRAMES[0].1, 1 << 16).unwrap();
    assert!(text.len() > 5_000 && text.is_ascii());
    for (name, frame, length) in FRAMES {
        let expected = decode::<Ruzstd>(frame, 1 << 16).unwrap();
        if name.starts_with("text") {
            assert_eq!(expected, text, "{name}");
        } else {
            assert_eq!(expected.len(), *length, "{name}");
        }
        for step in [1, 7, 1_000, 131_072, 1 << 20] {
            assert_eq!(decode::<Zrip>(frame, step).as_ref(), Ok(&expected), "{name} by {step}");
        }
    }
}

/// The decoder pulls, and behind a block of nothing it pulls at once.
#[test]
fn blocks_of_nothing_are_fine_anywhere() {
    let nothing = || Block::Compressed(vec![0, 0]);
    let raw = |byte: u8| Block::Raw(vec![byte; 3]);
    let empty = || Block::Raw(Vec::new());
    let rle = || Block::Rle { byte: 7, times: 0 };
    for (blocks, content) in [
        (vec![nothing()], vec![]),
        (vec![nothing(), nothing(), raw(1), nothing()], vec![1; 3]),
        (vec![raw(1), rle(), empty(), nothing(), raw(1), rle()], vec![1; 6]),
        (vec![empty(), rle(), nothing(), nothing()], vec![]),
    ] {
        let frame = Frame::new(blocks).bytes();
        for step in [1, 2, 1_000] {
            assert_eq!(decode::<Zrip>(&frame, step), Ok(content.clone()));
        }
    }
}

/// libzstd refuses these. zrip alone takes the first three, ruzstd the last.
#[test]
fn what_a_block_should_not_hold_is_refused() {
    // Literals: one, raw. Then the sequences section.
    for sequences in [&[][..], &[0, 1], &[128, 0, 9], &[1, 0b10, 0xFC, 0xFF, 0x39, 0x10, 0x02]] {
        let block = [&[0x08, b'a'], sequences].concat();
        let frame = Frame::new(vec![Block::Compressed(block)]).bytes();
        assert!(decode::<Zrip>(&frame, 1_000).is_err(), "{sequences:?}");
    }
    let honest = Frame::new(vec![Block::Compressed(vec![0x08, b'a', 0])]).bytes();
    assert_eq!(decode::<Zrip>(&honest, 1_000), Ok(b"a".to_vec()));
}

/// No block decodes to more than the window, which libzstd holds them to.
#[test]
fn a_block_is_no_larger_than_its_window() {
    // Literals: 2,000 times one byte (RLE), then no sequences.
    let mut frame = Frame::new(vec![Block::Compressed(vec![0x05, 0x7D, b'a', 0])]);
    assert_eq!(decode::<Zrip>(&frame.bytes(), 300), Ok(vec![b'a'; 2_000]));
    frame.window = Some(0);
    assert!(decode::<Zrip>(&frame.bytes(), 300).is_err());
    assert!(decode::<Zrip>(&frame.bytes(), 3_000).is_err());
}

/// What is taken means the same to both. ruzstd takes more: it is the laxer one.
#[test]
fn spoiled_frames_never_mean_something_else() {
    let mut noise = Noise::new(8_878);
    let mut below = move |end: usize| usize::try_from(noise.next()).unwrap() % end.max(1);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..200_000 {
        let mut frame = FRAMES[below(FRAMES.len())].1.to_vec();
        for _ in 0..=below(3) {
            let (at, byte) = (below(frame.len()), u8::try_from(below(256)).unwrap());
            match below(6) {
                0 | 1 => frame[at] ^= 1 << below(8),
                2 => frame[at] = byte,
                3 => frame.insert(at, byte),
                4 => drop(frame.remove(at)),
                _ => frame.truncate(at.max(5)),
            }
        }
        if let Ok(content) = decode::<Zrip>(&frame, 1 << 16) {
            assert!(decode::<Ruzstd>(&frame, 1 << 16) == Ok(content), "{frame:02x?}");
            taken += 1;
        } else {
            refused += 1;
        }
    }
    // Else too little is spoiled, or too much.
    assert!(taken > 1_000 && refused > 100_000, "{taken} taken, {refused} refused");
}
