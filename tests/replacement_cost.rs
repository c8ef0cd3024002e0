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
    Code, Error, FileMode, Inspection, InstalledOptions, Limits, ListedKind, OriginalFile, Policy,
    Replacement, ReplacementGrowth, ReplacementOutcome, Sha256Digest, System, Tool,
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

/// Of a package in an environment.
fn inspection() -> Inspection {
    let manifest = br#"{"name":"a","version":"1","build":"0","build_number":0,"files":[]}"#;
    let options = InstalledOptions {
        prefix: Some("/e".into()),
        platform: Some("linux-64".into()),
        ..InstalledOptions::default()
    };
    Inspection::new(manifest, options, Policy::default(), Limits::default())
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

/// Nobody takes a longer line apart.
#[test]
fn of_a_line_that_has_no_end_nothing_is_known() {
    let _turn = turn();
    for (longer, is_known) in [(0, true), (1, false)] {
        let mut line = b"#!/placeholder/bin/python ".to_vec();
        line.resize(MIB + longer, b'x');
        for original in [line.clone(), [line.as_slice(), &vec![b'y'; 10 * MIB]].concat()] {
            let (made, peak) = outcomes("/placeholder", "/environment", FileMode::Text, &original);
            let is_known = is_known && original.len() == MIB;
            for (tool, outcome) in made.unwrap() {
                let is_made = matches!(outcome, ReplacementOutcome::Made(_));
                let is_unknown = matches!(outcome, ReplacementOutcome::Unknown(_));
                assert_eq!((is_made, is_unknown), (is_known, !is_known), "{tool:?}");
            }
            assert!(peak < original.len() + 5 * MIB, "{peak}");
        }
    }
}

/// Other things get their turn meanwhile.
#[test]
fn a_large_file_is_done_step_by_step() {
    let _turn = turn();
    let original = b"/placeholder/lib\0 and other text ".repeat(MIB / 2);
    let paths = format!(
        r#"{{"paths_version":1,"paths":[{{"_path":"a","path_type":"hardlink","sha256":"{}",
        "size_in_bytes":{},"file_mode":"binary","prefix_placeholder":"/placeholder"}}]}}"#,
        Sha256Digest::of(&original),
        original.len(),
    );
    let mut inspection = inspection();
    let path = "info/paths.json";
    let (kind, size, bytes) =
        (ListedKind::File, u64::try_from(paths.len()).unwrap(), Some(paths.as_bytes()));
    inspection.original(OriginalFile { path, kind, size, bytes }).unwrap();
    let (size, bytes) = (u64::try_from(original.len()).unwrap(), Some(original));
    let file = OriginalFile { path: "a", kind, size, bytes };
    inspection.begin_original(file).unwrap();
    let (mut steps, mut longest) = (1, Duration::ZERO);
    loop {
        let start = Instant::now();
        let is_busy = inspection.step();
        longest = longest.max(start.elapsed());
        if !is_busy {
            break;
        }
        steps += 1;
    }
    eprintln!("{steps} steps, the longest {longest:?}");
    // Four ways, each of which hashes 16 MiB.
    assert!(steps > 4 * 16 / 2, "{steps}");
    // Room for slow machines: all of it takes longer.
    assert!(longest < Duration::from_millis(500), "{longest:?}");
}

/// Hard links share what is known of their file, however much that is.
#[test]
fn hard_links_take_little() {
    const LINKS: usize = 50_000;
    let _turn = turn();
    let placeholder = "p".repeat(4_000);
    let mut inspection = inspection();
    let paths = format!(
        r#"{{"paths_version":1,"paths":[{{"_path":"a","path_type":"hardlink","sha256":"{}",
        "size_in_bytes":4000,"file_mode":"text","prefix_placeholder":"{placeholder}"}}]}}"#,
        "0".repeat(64),
    );
    for (path, bytes) in [("info/paths.json", paths.as_bytes()), ("a", placeholder.as_bytes())] {
        let size = u64::try_from(bytes.len()).unwrap();
        let file = OriginalFile { path, kind: ListedKind::File, size, bytes: Some(bytes) };
        inspection.original(file).unwrap();
    }
    let before = LIVE.load(Relaxed);
    for link in 0..LINKS {
        inspection.original_hard_link(&format!("link-{link}"), "a");
    }
    let each = (LIVE.load(Relaxed) - before) / LINKS;
    assert!(each < 300, "{each} bytes for each link");
}
