//! What the fuzz targets start from, and what they once failed on, through the same functions:
//! a crash that is mended stays mended.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "tests"
)]

#[expect(unreachable_pub, reason = "they are a library elsewhere")]
#[path = "../fuzz/src/harness/mod.rs"]
mod harness;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use conda_verifier_fixtures::seeds::TARGETS;

/// Needs libzstd, which is C: it is replayed by `cargo xtask fuzz` alone. Its finds are run
/// through the target `zstd`.
const NATIVE: &str = "zstd_differential";

fn names() -> BTreeSet<&'static str> {
    harness::ALL.iter().map(|(name, _)| *name).collect()
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_target_is_known_everywhere() {
    let mut expected = names();
    expected.insert(NATIVE);
    let seeded: BTreeSet<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(seeded, expected, "fixtures/src/seeds.rs");
    let manifest = fs::read_to_string(folder("fuzz/Cargo.toml")).unwrap();
    let bins = manifest.split("[[bin]]\nname = \"").skip(1);
    let bins: BTreeSet<_> = bins.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(bins, expected, "fuzz/Cargo.toml");
    for name in expected {
        assert!(folder(&format!("fuzz/fuzz_targets/{name}.rs")).is_file(), "{name}");
    }
}

#[test]
fn seeds_hold() {
    for (name, run) in harness::ALL {
        let (_, seeds) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
        let seeds = seeds();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for (seed, bytes) in seeds {
            let held = std::panic::catch_unwind(|| run(&bytes));
            assert!(held.is_ok(), "{name} fails on its seed {seed}");
        }
    }
}

#[test]
fn finds_of_the_past_hold() {
    for target in fs::read_dir(folder("fuzz/finds")).unwrap() {
        let target = target.unwrap().path();
        let name = target.file_name().unwrap().to_str().unwrap().to_owned();
        let name = if name == NATIVE { "zstd" } else { name.as_str() };
        let found = harness::ALL.iter().find(|(target, _)| *target == name);
        let Some((_, run)) = found else { panic!("there is no target {name}") };
        for find in fs::read_dir(&target).unwrap() {
            let find = find.unwrap().path();
            let bytes = fs::read(&find).unwrap();
            assert!(bytes.len() <= 4_096, "{} is not minimised", find.display());
            let held = std::panic::catch_unwind(|| run(&bytes));
            assert!(held.is_ok(), "{} fails", find.display());
        }
    }
}
