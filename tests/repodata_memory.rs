//! What an index of repodata keeps beside the text, byte for byte.

#![expect(
    unsafe_code,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests; an allocator that counts can't do without"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use conda_verifier::{Limits, Repodata, RepodataIndex};
use conda_verifier_fixtures::zstd;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: the system's allocator does all of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: as of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as of this function.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What stays of `make`, and the most that there was meanwhile.
fn measured<T>(make: impl FnOnce() -> T) -> (T, usize, usize) {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let made = make();
    (made, LIVE.load(Relaxed) - before, PEAK.load(Relaxed) - before)
}

const RECORDS: usize = 100_000;

/// As conda-forge's: 720 bytes a record, names of 42 characters.
fn repodata(is_signed: bool, is_sorted: bool) -> String {
    let name = |number: usize| {
        let number = if is_sorted { number } else { number * 7_919 % RECORDS };
        format!("package-{number:06}-1.{number:05}.0-py312h{number:07x}.conda")
    };
    let mut text = r#"{"info":{"subdir":"linux-64"},"packages.conda":{"#.to_owned();
    for number in 0..RECORDS {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}"{}":{{"build":"0","name":"a","version":"1","sha256":"{:0>64}","depends":["{}"]}}"#,
            name(number),
            number,
            "x".repeat(540)
        )
        .unwrap();
    }
    text.push_str("},\"packages\":{}");
    if is_signed {
        text.push_str(",\"signatures\":{");
        for number in 0..RECORDS {
            let comma = if number == 0 { "" } else { "," };
            let entry = format!(r#"{{"{:0>64}":{{"signature":"{:0>128}"}}}}"#, 0, number);
            write!(text, r#"{comma}"{}":{entry}"#, name(number)).unwrap();
        }
        text.push('}');
    }
    text.push('}');
    text
}

/// One test: what others allocate meanwhile would count.
#[test]
fn an_index_is_a_fraction_of_its_text() {
    let limits = Limits::default();
    for (is_signed, is_sorted) in [(false, true), (true, true), (true, false)] {
        let text = repodata(is_signed, is_sorted);
        let percent = |bytes: usize| bytes * 100 / text.len();
        assert!(text.len() / RECORDS > 700);

        let bytes = text.clone().into_bytes();
        let (whole, kept, peak) = measured(|| Repodata::parse(bytes, &limits).unwrap());
        assert_eq!((whole.len(), whole.has_signatures()), (RECORDS, is_signed));
        assert!(percent(kept) < 10, "whole: {} %", percent(kept));
        assert!(percent(peak) < 20, "whole: {} % at most", percent(peak));
        drop(whole);

        let source = &mut text.as_bytes();
        let (index, kept, peak) = measured(|| RepodataIndex::read(source, &limits).unwrap());
        assert_eq!((index.len(), index.has_signatures()), (RECORDS, is_signed));
        assert!(percent(kept) < 20, "index: {} %", percent(kept));
        // Sorting names needs memory, twice as much where a pointer has 64 bits.
        let most = if is_sorted { 25 } else { 30 };
        assert!(percent(peak) < most, "index: {} % at most", percent(peak));
        drop(index);

        // The text stays where it is, and nothing of it is hashed.
        let (open, kept, peak) = measured(|| Repodata::open(text.as_bytes(), &limits).unwrap());
        assert_eq!((open.len(), open.has_signatures()), (RECORDS, is_signed));
        assert!(percent(kept) < 10, "open: {} %", percent(kept));
        assert!(percent(peak) < 20, "open: {} % at most", percent(peak));
        drop(open);

        // The text of a known length is read without doubling anything. The decoder
        // keeps its window meanwhile.
        let mut frame = zstd::Frame::windowed(text.as_bytes(), 20);
        frame.content_size = u64::try_from(text.len()).ok();
        for source in [text.clone().into_bytes(), frame.bytes()] {
            let source = &mut source.as_slice();
            let (whole, _, peak) = measured(|| Repodata::read(source, &limits).unwrap());
            assert!(percent(peak) < 100 + 25, "read: {} % at most", percent(peak));
            drop(whole);
        }
    }
}
