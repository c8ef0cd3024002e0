use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{Folding, MARKS, small};

/// The characters that are covered, of those that have a number below U+10000.
fn covered() -> impl Iterator<Item = char> {
    let is_covered = |c: &char| !('\u{F900}'..='\u{FAFF}').contains(c);
    ('\0'..='\u{FFFF}').filter(is_covered)
}

#[test]
fn every_character_is_decomposed_as_unicode_has_it() {
    let mut folding = Folding::default();
    folding.fold("é");
    for character in covered() {
        let mut parts = Vec::new();
        folding.decompose(character.into(), &mut parts);
        let parts: String = parts.into_iter().filter_map(char::from_u32).collect();
        let expected: String = [character].into_iter().nfd().collect();
        assert_eq!(parts, expected, "{character:?}");
    }
}

/// One and the same name, however it is composed: every pair of a letter and two marks.
#[test]
fn however_a_name_is_composed_it_folds_to_one_text() {
    let mut folding = Folding::default();
    let marks: Vec<_> = MARKS
        .iter()
        .flat_map(|(first, last)| (*first..=*last).filter_map(char::from_u32))
        .filter(|mark| is_combining_mark(*mark))
        .collect();
    let composed = covered().filter(|c| !c.is_ascii() && [*c].into_iter().nfd().count() > 1);
    for (at, letter) in composed.chain('a'..='z').enumerate() {
        for step in [1, 7, 31] {
            let mark = |nth: usize| marks.get(at * step * nth % marks.len()).copied();
            let name: String = [Some('x'), Some(letter), mark(3), mark(5), Some('y')]
                .into_iter()
                .flatten()
                .collect();
            let (nfc, nfd): (String, String) = (name.nfc().collect(), name.nfd().collect());
            assert_eq!(folding.fold(&nfc), folding.fold(&nfd), "{name:?}");
            assert_eq!(folding.fold(&nfc), folding.fold(&name), "{name:?}");
        }
    }
}

/// The scripts whose case is not ignored, and nothing else: it is known what is missing.
#[test]
fn capitals_fold_to_their_small_letters() {
    let mut folding = Folding::default();
    let mut missed = BTreeSet::new();
    for capital in covered() {
        let mut lower = capital.to_lowercase();
        if let (Some(letter), None) = (lower.next(), lower.next())
            && folding.fold(&capital.to_string()) != folding.fold(&letter.to_string())
        {
            missed.insert(u32::from(capital) >> 8);
        }
    }
    // Rows of 256: IPA and African Latin (Ɓ), archaic Greek (Ϳ), Georgian, Cherokee, Ⅷ and Ⓐ,
    // Glagolitic and Coptic, Vai to Latin Extended-D.
    let known = [0x01, 0x02, 0x03, 0x04, 0x10, 0x13, 0x1C, 0x1E, 0x21, 0x24, 0x2C, 0xA6, 0xA7];
    let known: BTreeSet<u32> = known.into_iter().collect();
    assert_eq!(missed, known, "{missed:x?}");
    for letter in ('\0'..='\u{FFFF}').filter(|c| c.is_lowercase() && *c != 'ς') {
        assert_eq!(small(letter.into()), u32::from(letter), "{letter:?}");
    }
}

#[test]
fn names_that_differ_stay_apart() {
    let mut folding = Folding::default();
    let mut fold = |name| folding.fold(name);
    assert_eq!(fold("Straße/É"), fold("straße/e\u{301}"));
    assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    assert_eq!(fold("\u{212B}"), fold("a\u{30A}"));
    assert_eq!(fold("각"), fold("\u{1100}\u{1161}\u{11A8}"));
    assert_ne!(fold("é"), fold("è"));
    assert_ne!(fold("é"), fold("e"));
    assert_ne!(fold("日本"), fold("日木"));
    assert_ne!(fold("a"), fold("b"));
}
