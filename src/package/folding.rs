//! One text for all names that a system may take for one.
//!
//! Windows and macOS ignore case, macOS also whether `é` is one character or an `e` with an
//! accent. This is Unicode's canonical decomposition (form D) and then its simple case folding,
//! of all characters below U+10000 but CJK compatibility ideographs. What it comes to:
//!
//! - APFS and HFS+, where they ignore case, do both: this takes for one what they take for one.
//!   Left out are the characters above U+FFFF (Deseret, Adlam and some more scripts have
//!   case there), foldings to several letters (`ß` and `ss` stay two names), and that of the
//!   iota below a Greek letter.
//! - NTFS ignores case alone, by a table of its own that is made when a disk is formatted, one
//!   16-bit unit to one. Capitals that this table does not know stay apart there, and names in
//!   forms C and D always do: this takes more names for one than NTFS.
//! - Compatibility (forms KC and KD) is nobody's business: `ﬁ` and `fi` are two names
//!   everywhere. So are the Turkish `ı` and `i`.
//!
//! Marks on one letter are brought into one order whatever their class, so that two names
//! which differ in the order of such marks alone are taken for one.

/// Canonical decompositions, as fixtures/python/decompositions.py writes them.
const DECOMPOSITIONS: &[u8] = include_bytes!("folding/decompositions.bin");

/// Ranges of capitals and how far their small letters are, as tests/capitals.rs makes them of
/// Unicode's simple case folding.
const CAPITALS: &[u8] = include_bytes!("folding/capitals.bin");

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

/// Folds names; the tables are unpacked for the first that is not ASCII.
#[derive(Default)]
pub(super) struct Folding {
    /// A character, its first and its second part or 0, by the character.
    parts: Vec<(u32, u32, u32)>,
    /// In their order.
    capitals: Vec<Capitals>,
}

/// Capitals whose small letters are equally far from them.
struct Capitals {
    first: u32,
    last: u32,
    /// Whether every other character between is one, or each.
    is_alternating: bool,
    distance: i32,
}

impl Folding {
    /// The text that stands for all names which may be the same.
    pub(super) fn fold(&mut self, name: &str) -> String {
        if name.is_ascii() {
            return name.to_ascii_lowercase();
        }
        if self.parts.is_empty() {
            self.parts = decompositions();
            self.capitals = capitals();
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
            folded.extend(char::from_u32(self.small(character)));
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

    /// The small letter of a capital; everything else stays.
    fn small(&self, character: u32) -> u32 {
        let place = self.capitals.partition_point(|range| range.last < character);
        match self.capitals.get(place) {
            Some(Capitals { first, is_alternating, distance, .. })
                if *first <= character
                    && !(*is_alternating && character.abs_diff(*first) & 1 == 1) =>
            {
                character.saturating_add_signed(*distance)
            }
            _ => character,
        }
    }
}

/// The numbers of a table, of which each column comes as a whole, in so many columns.
fn columns<const N: usize>(table: &[u8]) -> impl Iterator<Item = [u32; N]> {
    let mut numbers = Vec::new();
    let (mut number, mut shift) = (0_u32, 0_u32);
    for byte in table {
        number |= u32::from(byte & 0x7F) << (shift & 31);
        shift = shift.saturating_add(7);
        if *byte < 0x80 {
            numbers.push(std::mem::take(&mut number));
            shift = 0;
        }
    }
    let count = numbers.len().checked_div(N).unwrap_or_default();
    (0..count).map(move |row| {
        let place = |column: usize| row.saturating_add(column.saturating_mul(count));
        std::array::from_fn(|column| numbers.get(place(column)).copied().unwrap_or_default())
    })
}

/// A number whose lowest bit says whether it is less than 0.
fn signed(number: u32) -> i32 {
    let distance = i32::try_from(number.div_ceil(2)).unwrap_or_default();
    if number & 1 == 1 { distance.saturating_neg() } else { distance }
}

fn decompositions() -> Vec<(u32, u32, u32)> {
    let (mut whole, mut first) = (0_u32, 0_u32);
    let rows = columns(DECOMPOSITIONS).map(|[whole_more, first_more, second]| {
        whole = whole.saturating_add(whole_more);
        first = first.saturating_add_signed(signed(first_more));
        (whole, first, if second > 0 { second.saturating_add(0x2FF) } else { 0 })
    });
    rows.collect()
}

fn capitals() -> Vec<Capitals> {
    let mut last = 0_u32;
    let rows = columns(CAPITALS).map(|[first_more, length, distance]| {
        let first = last.saturating_add(first_more);
        let is_alternating = length & 1 == 1;
        let more = if is_alternating { length & !1 } else { length / 2 };
        last = first.saturating_add(more);
        Capitals { first, last, is_alternating, distance: signed(distance) }
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
