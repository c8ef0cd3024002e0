#![expect(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Below, NameTree};

/// Puts names into a tree and into the library's, and holds the one to the other.
fn compare(names: &[&str]) {
    let mut tree = NameTree::new();
    let mut known = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        let before = known.get(*name).copied();
        assert_eq!(tree.place_of(name), before, "{name:?} before it is added, {at}th of {names:?}");
        let place = before.unwrap_or(known.len());
        assert_eq!(tree.insert(Cow::Borrowed(name)), (place, before.is_none()), "{name:?}");
        known.insert(*name, place);
    }
    for (name, place) in &known {
        assert_eq!(tree.place_of(name), Some(*place), "{name:?} of {names:?}");
    }
    let sorted: Vec<_> = known.into_iter().collect();
    assert_eq!(tree.iter().collect::<Vec<_>>(), sorted);
}

#[test]
fn names_that_differ_in_little() {
    compare(&[]);
    compare(&[""]);
    compare(&["", "\0", "\0\0", "a", "a\0", "a\0\0", "", "\0"]);
    compare(&["b", "a", "ab", "", "abc", "abd", "é", "\u{10FFFF}", "\u{7F}", "a", "abd"]);
    compare(&["12345678", "1234567", "123456789", "12345678a", "12345679", "1234567\0"]);
}

#[test]
fn names_in_every_order() {
    let names = ["lib/a", "lib", "lib/", "lib/ab", "bin/a", ""];
    let mut order = [0, 1, 2, 3, 4, 5];
    // Heap's algorithm.
    let mut counts = [0; 6];
    let mut at = 0;
    compare(&names);
    while at < order.len() {
        if counts[at] < at {
            order.swap(if at % 2 == 0 { 0 } else { counts[at] }, at);
            compare(&order.map(|place| names[place]));
            counts[at] += 1;
            at = 0;
        } else {
            counts[at] = 0;
            at += 1;
        }
    }
}

#[test]
fn many_names_as_the_library_has_them() {
    // Short ones of few letters, so that many occur twice and many begin alike.
    let mut state = 1_u32;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let letters = ["a", "b", "\0", "/", "é", "ÿ", "\u{7FF}", "\u{800}", "aaaaaaaa", "aaaaaaab"];
    let names: Vec<String> =
        (0..20_000).map(|_| (0..draw(7)).map(|_| letters[draw(10) as usize]).collect()).collect();
    compare(&names.iter().map(String::as_str).collect::<Vec<_>>());
}

/// How many forks a walk passes.
fn depth(tree: &NameTree<'_>, name: &str) -> usize {
    let (mut branch, mut depth) = (tree.root, 0);
    while let Below::Fork(place) = branch.below() {
        let fork = &tree.forks[place];
        branch = fork.branch(fork.bit.is_set_in(name));
        depth += 1;
    }
    depth
}

#[test]
fn a_name_costs_no_more_than_its_length() {
    // Each begins with all that came before: the deepest tree that there is.
    let longest = "a".repeat(4_096);
    let mut tree = NameTree::new();
    for length in 0..longest.len() {
        assert_eq!(tree.insert(Cow::Borrowed(&longest[..length])), (length, true));
    }
    // Level by level; a stack of calls would be gone.
    assert_eq!(tree.iter().last().map(|(_, place)| place), Some(longest.len() - 1));
    let steps = (0..longest.len()).map(|length| depth(&tree, &longest[..length])).max();
    assert!(steps <= Some(9 * longest.len()), "{steps:?}");
    assert_eq!(depth(&tree, "b"), 2, "a short name is found at once among long ones");
}
