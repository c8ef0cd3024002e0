//! One text for all names that a system may take for one.
//!
//! Windows and macOS ignore case, macOS also whether `é` is one character or an `e` with an
//! accent. This is Unicode's canonical decomposition and simple case folding, but for what
//! would cost much and names of files do not have: CJK compatibility ideographs, characters
//! above U+FFFF, the case of scripts other than Latin, Greek, Cyrillic and Armenian, and of some
//! rare letters of these.
//! Marks on one letter are brought into one order whatever their class, so that two names
//! which differ in the order of such marks alone are taken for one.

/// Canonical decompositions, as fixtures/python/decompositions.py writes them.
const TABLE: &[u8] = include_bytes!("folding/decompositions.bin");

/// Ranges of letters and what makes the small one of a capital: the distance; or, where it
/// is 1, whether the capitals are those whose distance from the range's first is even.
const CAPITALS: &[(u32, u32, u32)] = &[
    (0x41, 0x5A, 32),
    (0xC0, 0xD6, 32),
    (0xD8, 0xDE, 32),
    (0x100, 0x12F, 1),
    (0x132, 0x137, 1),
    (0x139, 0x148, 1),
    (0x14A, 0x177, 1),
    (0x179, 0x17E, 1),
    (0x1CD, 0x1DC, 1),
    (0x1DE, 0x1EF, 1),
    (0x1F8, 0x21F, 1),
    (0x222, 0x233, 1),
    (0x246, 0x24F, 1),
    (0x370, 0x373, 1),
    (0x391, 0x3A1, 32),
    // The small final sigma has a capital too: the other sigma's.
    (0x3C2, 0x3C2, 1),
    (0x3A3, 0x3AB, 32),
    (0x3D8, 0x3EF, 1),
    (0x400, 0x40F, 80),
    (0x410, 0x42F, 32),
    (0x460, 0x481, 1),
    (0x48A, 0x4BF, 1),
    (0x4C1, 0x4CE, 1),
    (0x4D0, 0x52F, 1),
    (0x531, 0x556, 48),
    (0x1E00, 0x1E95, 1),
    (0x1EA0, 0x1EFF, 1),
    (0xFF21, 0xFF3A, 32),
];

/// Ranges of marks that are put on the letter before them.
const MARKS: &[(u32, u32)] = &[
    (0x300, 0x36F),
    (0x483, 0x487),
    (0x591, 0x5C7),
    (0x610, 0x61A),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6ED),
    // What is put under letters of India and of Tibet to make other letters of them.
    (0x93C, 0x93C),
    (0x9BC, 0x9BC),
    (0xA3C, 0xA3C),
    (0xB3C, 0xB3C),
    (0xC55, 0xC56),
    (0xDCA, 0xDCA),
    (0xF71, 0xF84),
    (0xFB5, 0xFB7),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x3099, 0x309A),
    (0xFE20, 0xFE2F),
];

/// Folds names; the table is unpacked for the first that is not ASCII.
#[derive(Default)]
pub(super) struct Folding {
    /// A character, its first and its second part or 0, by the character.
    parts: Vec<(u32, u32, u32)>,
}

impl Folding {
    /// The text that stands for all names which may be the same.
    pub(super) fn fold(&mut self, name: &str) -> String {
        if name.is_ascii() {
            return name.to_ascii_lowercase();
        }
        if self.parts.is_empty() {
            self.parts = unpack();
        }
        let mut characters = Vec::with_capacity(name.len());
        for character in name.chars() {
            self.decompose(u32::from(character), &mut characters);
        }
        // Straight insertion: a letter has few marks. A name has 4,096 bytes at most.
        let mut marks: Vec<u32> = Vec::new();
        let mut folded = String::with_capacity(name.len());
        for character in characters {
            if MARKS.iter().any(|(first, last)| (first..=last).contains(&&character)) {
                marks.insert(marks.partition_point(|other| *other <= character), character);
                continue;
            }
            folded.extend(marks.drain(..).filter_map(char::from_u32));
            folded.extend(char::from_u32(small(character)));
        }
        folded.extend(marks.drain(..).filter_map(char::from_u32));
        folded
    }

    /// Adds the parts of a character that has any, and of its parts.
    fn decompose(&self, mut character: u32, into: &mut Vec<u32>) {
        // Unicode 3.12: the parts of Hangul syllables follow from their numbers.
        if let Some(syllable) = character.checked_sub(0xAC00).filter(|it| *it < 11_172) {
            let tail = syllable % 28;
            into.push(0x1100_u32.saturating_add(syllable / 588));
            into.push(0x1161_u32.saturating_add(syllable % 588 / 28));
            into.extend((tail > 0).then(|| 0x11A7_u32.saturating_add(tail)));
            return;
        }
        let start = into.len();
        while let Ok(place) = self.parts.binary_search_by_key(&character, |(whole, ..)| *whole) {
            let Some((_, first, second)) = self.parts.get(place) else { break };
            // No first part has a mark in it that has parts but for U+0344, whose second
            // part has none: a second part is never taken apart.
            into.extend((*second > 0).then_some(*second));
            character = *first;
        }
        into.push(character);
        into.get_mut(start..).unwrap_or_default().reverse();
    }
}

/// The small letter of a capital; everything else stays.
fn small(character: u32) -> u32 {
    let range = CAPITALS.iter().find(|(first, last, _)| (first..=last).contains(&&character));
    let more = match range {
        Some((first, _, 1)) if character.abs_diff(*first) & 1 == 1 => 0,
        Some((.., distance)) => *distance,
        None => 0,
    };
    character.saturating_add(more)
}

fn unpack() -> Vec<(u32, u32, u32)> {
    let mut numbers = Vec::new();
    let (mut number, mut shift) = (0_u32, 0_u32);
    for byte in TABLE {
        number |= u32::from(byte & 0x7F) << (shift & 31);
        shift = shift.saturating_add(7);
        if *byte < 0x80 {
            numbers.push(std::mem::take(&mut number));
            shift = 0;
        }
    }
    let count = numbers.len() / 3;
    let (wholes, parts) = numbers.split_at(count);
    let (firsts, seconds) = parts.split_at_checked(count).unwrap_or_default();
    let (mut whole, mut first) = (0_u32, 0_u32);
    let rows = wholes.iter().zip(firsts).zip(seconds).map(|((whole_more, first_more), second)| {
        whole = whole.saturating_add(*whole_more);
        // The lowest bit says whether it is less.
        let distance = first_more.div_ceil(2);
        first = if first_more & 1 == 1 {
            first.saturating_sub(distance)
        } else {
            first.saturating_add(distance)
        };
        (whole, first, if *second > 0 { second.saturating_add(0x2FF) } else { 0 })
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
