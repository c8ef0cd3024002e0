//! The table of capitals, made of what Rust's standard library knows of Unicode.
//!
//! `UPDATE_TABLES=1 cargo test --test capitals` writes it anew: after another version of Rust
//! came with another one of Unicode.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "tests"
)]

#[path = "support/left_out.rs"]
mod left_out;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use left_out::left_out;
use unicode_normalization::UnicodeNormalization as _;

/// A range of capitals: the first one, the last one, how far they lie apart, and how far their
/// small letters are from them.
type Range = (u32, u32, u32, i64);

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

/// Unicode's simple case folding (CaseFolding.txt, status C and S), but that Cherokee letters
/// become small as all others do.
fn folded(character: char) -> char {
    // Status T: a letter of its own in Turkish, and nothing's small letter elsewhere.
    if character == 'ı' {
        return character;
    }
    let capital = only(character.to_uppercase()).unwrap_or(character);
    only(capital.to_lowercase()).unwrap_or(capital)
}

/// Whether a character is taken apart before its case counts.
fn is_composed(character: char) -> bool {
    only([character].into_iter().nfd()) != Some(character)
}

fn characters() -> impl Iterator<Item = char> {
    '\0'..='\u{FFFF}'
}

/// The last capital of the range that begins there.
fn last(first: u32, step: u32, distances: &BTreeMap<u32, i64>, free: &BTreeSet<u32>) -> u32 {
    let (mut last, mut capital) = (first, first);
    loop {
        capital += step;
        if step == 2 && distances.contains_key(&(capital - 1)) {
            return last;
        }
        if distances.get(&capital) == distances.get(&first) {
            last = capital;
        } else if !free.contains(&capital) {
            return last;
        }
    }
}

fn ranges() -> Vec<Range> {
    let free: BTreeSet<u32> = characters().filter(|c| is_composed(*c)).map(u32::from).collect();
    let distances: BTreeMap<u32, i64> = characters()
        .filter(|character| !is_composed(*character) && folded(*character) != *character)
        .map(|character| {
            (
                u32::from(character),
                i64::from(u32::from(folded(character))) - i64::from(u32::from(character)),
            )
        })
        .collect();
    let mut ranges: Vec<Range> = Vec::new();
    for (&first, &distance) in &distances {
        if ranges.last().is_some_and(|(_, last, ..)| first <= *last) {
            continue;
        }
        let (step, last) = [2, 1]
            .map(|step| (step, last(first, step, &distances, &free)))
            .into_iter()
            .max_by_key(|(step, last)| (last - first) / step)
            .unwrap();
        ranges.push((first, last, step, distance));
    }
    ranges
}

/// Seven bits a byte, the lowest first.
fn number(mut value: u32, into: &mut Vec<u8>) {
    while value > 127 {
        into.push((value & 127 | 128) as u8);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Of each range: how far its first capital is from the last one before; twice the number of
/// further capitals, and one more where every other character is one; twice the distance, less
/// one where the small letter comes first. All of the first numbers, then all of the second,
/// then all of the third: so it compresses best.
fn table() -> Vec<u8> {
    let (mut firsts, mut lengths, mut distances, mut before) = (vec![], vec![], vec![], 0);
    for (first, last, step, distance) in ranges() {
        number(first - before, &mut firsts);
        number((((last - first) / step) << 1) | (step - 1), &mut lengths);
        number((2 * distance.unsigned_abs()) as u32 - u32::from(distance < 0), &mut distances);
        before = last;
    }
    [firsts, lengths, distances].concat()
}

/// The version that the table is of: another one has some letters more or less.
const VERSION: (u8, u8, u8) = (17, 0, 0);

#[test]
fn the_table_of_capitals_is_unicodes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/package/folding/capitals.bin");
    let version = char::UNICODE_VERSION;
    let is_updated = std::env::var_os("UPDATE_TABLES").is_some();
    if version != VERSION && !is_updated {
        left_out(&format!("Unicode {version:?} of this Rust, not {VERSION:?}"));
        return;
    }
    let table = table();
    if is_updated {
        fs::write(&path, &table).unwrap();
        assert_eq!(version, VERSION, "the version that stands in this test");
    }
    assert!(fs::read(&path).unwrap() == table, "UPDATE_TABLES=1 cargo test --test capitals");
}
