//! What it costs to recompute what clients make of hostile files: memory to the byte, and time
//! by a bound that leaves room for slow machines. Anything quadratic would take hours.

#![expect(
    unsafe_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests; an allocator that counts can't do without"
)]

use std::alloc::{GlobalAlloc, Layout, System as Allocator};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use conda_verifier::{
    Code, Error, FileMode, Limits, Replacement, ReplacementGrowth, ReplacementOutcome,
    Sha256Digest, System, Tool,
};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// One test at a time, so that each measures its own memory.
static TURN: Mutex<()> = Mutex::new(());

struct Counting;

// SAFETY: the system's allocator does all of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: as of this function.
        unsafe { Allocator.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as of this function.
        unsafe { Allocator.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIB: usize = 1 << 20;
const SLOWEST: Duration = Duration::from_secs(60);

type Outcomes = Vec<(Tool, ReplacementOutcome<(usize, Sha256Digest)>)>;

/// What becomes of a file, and the memory that it took beside the file's own.
fn outcomes(
    placeholder: &str,
    prefix: &str,
    file_mode: FileMode,
    original: &[u8],
) -> (Result<Outcomes, Error>, usize) {
    let system = System::Linux;
    let replacement = Replacement { placeholder, file_mode: Some(file_mode), prefix, system };
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let start = Instant::now();
    let mut growth = ReplacementGrowth::new(&Limits::default());
    let made =
        replacement.outcomes(original, &mut growth, |bytes| (bytes.len(), Sha256Digest::of(bytes)));
    let (time, peak) = (start.elapsed(), PEAK.load(Relaxed) - before);
    eprintln!("{} bytes, {file_mode:?}: {peak} bytes, {time:?}", original.len());
    assert!(time < SLOWEST, "{time:?}");
    (made, peak)
}

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

const MODES: [FileMode; 2] = [FileMode::Text, FileMode::Binary];

#[test]
fn a_placeholder_that_is_everywhere_ends_at_the_limit() {
    let _turn = turn();
    let original = vec![b'x'; 24 * MIB];
    for file_mode in MODES {
        let (refused, peak) = outcomes("x", &"y".repeat(4_000), file_mode, &original);
        assert_eq!(refused.unwrap_err().code(), Code::LimitExceeded);
        // Refused before it is made: at most there is what conda makes, which leaves a string
        // without an end as it is.
        assert!(peak < 25 * MIB, "{peak}");
    }
}

/// As much as is allowed: the file that is made, and where conda goes over it again the one
/// before.
#[test]
fn what_grows_up_to_the_limit_is_made_once_at_a_time() {
    let _turn = turn();
    let mut original = vec![b'.'; 8 * MIB];
    for at in (0..original.len()).step_by(2 * 256) {
        original[at] = b'x';
    }
    // 16,384 places, three clients.
    let prefix = "y".repeat(1_300);
    let (made, peak) = outcomes("x", &prefix, FileMode::Text, &original);
    let longer = 16_384 * 1_299;
    let expected = original.len() + longer;
    for (tool, outcome) in made.unwrap() {
        let ReplacementOutcome::Made((length, _)) = outcome else { panic!("{tool:?}") };
        assert_eq!(length, expected, "{tool:?}");
    }
    assert!(peak < 2 * expected + MIB, "{peak}");
}

/// What takes the place has the placeholder in the next encoding, so that each makes more.
#[test]
fn encodings_do_not_multiply() {
    let _turn = turn();
    let original = vec![b'x'; 4_000];
    let prefix = "x\0".repeat(2_000);
    for file_mode in MODES {
        let (refused, peak) = outcomes("x", &prefix, file_mode, &original);
        if file_mode == FileMode::Text {
            assert_eq!(refused.unwrap_err().code(), Code::LimitExceeded);
        }
        assert!(peak < 80 * MIB, "{peak}");
    }
}

#[test]
fn time_is_linear() {
    let _turn = turn();
    let almost = format!("{}b", "a".repeat(4_000));
    let many_ends = b"placeholder/x\0".repeat(150_000);
    let no_end = b"placeholder/".repeat(175_000);
    let a_line = [b"#!placeholder/".as_slice(), &vec![b'\\'; 2 * MIB]].concat();
    let spaces = [b"#!/placeholder/".as_slice(), &b"\\ ".repeat(MIB), b"\nplaceholder"].concat();
    for (placeholder, original) in [
        (almost.as_str(), vec![b'a'; 2 * MIB]),
        ("placeholder", many_ends),
        ("placeholder", no_end),
        ("placeholder", a_line),
        ("placeholder", spaces),
    ] {
        for file_mode in MODES {
            for prefix in ["/e", "/with a space"] {
                let (made, peak) = outcomes(placeholder, prefix, file_mode, &original);
                assert!(peak < 5 * original.len() + 65 * MIB, "{peak}");
                drop(made);
            }
        }
    }
}
