//! Names that are fine where the package was built and trouble elsewhere.

use super::folding::Folding;
use super::report::Report;
use super::seen::Seen;
use crate::by_name::ByName;
use crate::error::{Error, Fault};
use crate::order::sort;

/// Looks at the names of all entries and of the folders above them.
pub(super) fn check(seen: &ByName<Seen>, folders: &ByName<bool>, report: &mut Report) {
    // A folder may have an entry of its own, and may as well have none.
    let names = || {
        let entries =
            seen.iter().map(|(name, seen)| (name, matches!(seen, Seen::Directory { .. })));
        let implied = folders.names().filter(|name| seen.get(name).is_none());
        entries.chain(implied.map(|name| (name, true)))
    };
    let mut folding = Folding::default();
    let mut hashes = Vec::new();
    for (name, _) in names() {
        let component = name.rsplit('/').next().unwrap_or_default();
        if let Some(reason) = unportable(component) {
            report.find(Error::new(Fault::PathNotPortable { path: name.to_owned(), reason }));
        }
        hashes.push(hash(&folding.fold(name)));
    }
    // Almost never is there a second name: folded texts are kept only of those that have
    // one, or a hash that happens to be the same.
    sort(&mut hashes, u64::cmp);
    let repeated: Vec<u64> = hashes
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        })
        .collect();
    if repeated.is_empty() {
        return;
    }
    let mut first_of: ByName<(&str, bool)> = ByName::new();
    for (name, is_folder) in names() {
        let folded = folding.fold(name);
        if repeated.binary_search(&hash(&folded)).is_err() {
            continue;
        }
        match first_of.get(&folded) {
            // Two folders become one, which harms nothing by itself.
            Some((_, true)) if is_folder => {}
            Some((other, _)) => report.find(Error::new(Fault::PathCollision {
                path: name.to_owned(),
                other: (*other).to_owned(),
            })),
            None => drop(first_of.insert(folded, (name, is_folder))),
        }
    }
}

/// FNV-1a: short, and good enough to find out what is worth comparing.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    })
}

/// What Windows does not allow in the name of a file ("Naming Files, Paths, and
/// Namespaces" of its documentation).
fn unportable(component: &str) -> Option<&'static str> {
    if component.ends_with(['.', ' ']) {
        return Some("ends in a dot or a space");
    }
    if component.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Some("has one of the characters <>:\"|?*");
    }
    // A device stays one whatever the extension, and with spaces before it.
    let stem = component.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is = |name: &str| stem.eq_ignore_ascii_case(name);
    let is_numbered = || {
        let port = stem
            .get(..3)
            .filter(|port| port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt"));
        let number = port.and_then(|_| stem.get(3..)).unwrap_or_default();
        matches!(number.as_bytes(), [b'1'..=b'9']) || matches!(number, "¹" | "²" | "³")
    };
    let is_device = ["con", "prn", "aux", "nul", "conin$", "conout$"].into_iter().any(is);
    (is_device || is_numbered()).then_some("is named as a device")
}

#[cfg(test)]
mod tests {
    use super::unportable;

    #[test]
    fn devices_are_known_by_any_extension() {
        for name in ["CON", "nul.txt", "aux .c", "Com1", "lpt9.tar.gz", "COM¹", "a.", "a ", "a:b"]
        {
            assert!(unportable(name).is_some(), "{name:?}");
        }
        for name in ["console", "com", "com0", "com10", "lpt", "null", "a.b", ".con", "é", "con-x"]
        {
            assert_eq!(unportable(name), None, "{name:?}");
        }
    }
}
