use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{Folding, MARKS};

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

/// Every capital and its small letter, of every script below U+10000.
#[test]
fn capitals_fold_to_their_small_letters() {
    let mut folding = Folding::default();
    let mut count = 0;
    for capital in '\0'..='\u{FFFF}' {
        for small in [capital.to_lowercase().collect::<String>(), capital.to_uppercase().collect()]
        {
            // Several letters for one, which the simple folding leaves.
            // The iota below a letter is a mark, and stays one.
            let is_simple = small.chars().count() == 1 && !"ıİ\u{345}".contains(capital);
            if is_simple && small != capital.to_string() {
                assert_eq!(folding.fold(&capital.to_string()), folding.fold(&small), "{capital:?}");
                count += 1;
            }
        }
    }
    assert!(count > 2_000, "{count}");
}

/// What has been folded stays, so that no name is left between two others.
#[test]
fn a_folded_name_folds_to_itself() {
    let mut folding = Folding::default();
    for character in '\0'..='\u{FFFF}' {
        let folded = folding.fold(&character.to_string());
        assert_eq!(folding.fold(&folded), folded, "{character:?}");
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
    // Georgian, Cherokee, Coptic, Glagolitic, Roman numerals, letters in circles, and more.
    for (capital, small) in [
        ("\u{1C90}", "\u{10D0}"),
        ("Ꭰ", "\u{AB70}"),
        ("Ⲁ", "ⲁ"),
        ("Ⰰ", "ⰰ"),
        ("Ⅷ", "ⅷ"),
        ("Ⓐ", "ⓐ"),
        ("Ɓ", "ɓ"),
        ("Ϳ", "ϳ"),
        ("Ꙁ", "ꙁ"),
        ("Ꜣ", "ꜣ"),
        ("ẞ", "ß"),
        ("ſ", "s"),
        ("µ", "μ"),
        ("ϴ", "θ"),
        ("Ǆ", "ǅ"),
        ("Ⱥ", "ⱥ"),
        ("K", "\u{212A}"),
    ] {
        assert_eq!(fold(capital), fold(small), "{capital}");
    }
    assert_ne!(fold("ß"), fold("ss"));
    assert_ne!(fold("ı"), fold("i"));
    assert_ne!(fold("ﬁ"), fold("fi"));
    assert_ne!(fold("é"), fold("è"));
    assert_ne!(fold("é"), fold("e"));
    assert_ne!(fold("日本"), fold("日木"));
    assert_ne!(fold("a"), fold("b"));
}
