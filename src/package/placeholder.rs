//! The path that installers replace in a file by the environment's.

use crate::archive::EntryKind;
use crate::conda::{FileMode, PathEntry};

/// POSIX: PATH_MAX of Linux counts the NUL at the end. No environment's path is longer.
const MAX_BYTES: usize = 4_095;

/// Looks whether a placeholder can be replaced as its file lists it.
///
/// In a binary file the text from the placeholder to the next NUL is one string of C, which
/// grows shorter and is filled up with NULs. What follows no NUL is left alone by conda, and
/// rewritten up to the end of the file by rattler and libmamba. A text file may have any.
///
/// conda looks for the placeholder in UTF-16 and UTF-32 too; here and by others it is looked
/// for as it is listed.
#[derive(Debug)]
pub(super) struct Search {
    /// What is wrong whatever the file holds.
    reason: Option<&'static str>,
    /// What is looked for in a binary file; empty in a text.
    pattern: Vec<u8>,
    /// How much of the pattern's beginning each of its beginnings ends with.
    fallback: Vec<usize>,
    /// How much of the pattern the bytes so far end with.
    matched: usize,
    occurs: bool,
    /// No NUL was met since the pattern was.
    is_open: bool,
}

impl Search {
    /// What to look for in a file that is listed so, if it has a placeholder.
    pub(super) fn of(listed: &PathEntry, kind: &EntryKind) -> Option<Self> {
        let placeholder = listed.placeholder.as_ref()?;
        let prefix = placeholder.prefix.as_str();
        let reason = if !is_absolute(prefix) {
            Some("is no absolute path of a folder")
        } else if prefix.len() > MAX_BYTES {
            Some("is longer than any path")
        } else if matches!(kind, EntryKind::Symlink(_)) {
            Some("is that of a link, which some installers make a file of")
        } else {
            None
        };
        let is_searched =
            reason.is_none() && *kind == EntryKind::File && placeholder.mode == FileMode::Binary;
        let pattern = if is_searched { prefix.as_bytes().to_vec() } else { Vec::new() };
        let fallback = fallback(&pattern);
        Some(Self { reason, pattern, fallback, matched: 0, occurs: false, is_open: false })
    }

    /// Takes the next piece of the content.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let Some(first) = self.pattern.first().copied() else { return };
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            if self.matched == 0 {
                // Nearly all of a file: on to the next byte that matters.
                let is_open = self.is_open;
                let next = rest.iter().position(|byte| *byte == first || (is_open && *byte == 0));
                let Some(next) = next else { return };
                if next > 0 {
                    rest = rest.get(next..).unwrap_or_default();
                    continue;
                }
            }
            rest = after;
            self.is_open &= *byte != 0;
            while self.matched > 0 && self.pattern.get(self.matched) != Some(byte) {
                self.matched = self.before(self.matched);
            }
            if self.pattern.get(self.matched) == Some(byte) {
                self.matched = self.matched.saturating_add(1);
            }
            if self.matched == self.pattern.len() {
                self.matched = self.before(self.matched);
                (self.occurs, self.is_open) = (true, true);
            }
        }
    }

    fn before(&self, matched: usize) -> usize {
        matched.checked_sub(1).and_then(|last| self.fallback.get(last)).copied().unwrap_or(0)
    }

    /// Why the placeholder can't be replaced, if so.
    pub(super) fn finish(self) -> Option<&'static str> {
        match (self.reason, self.pattern.is_empty()) {
            (Some(reason), _) => Some(reason),
            (None, true) => None,
            (None, false) if !self.occurs => Some("does not occur in the file, which is binary"),
            (None, false) if self.is_open => {
                Some("is followed by no NUL in the file, which is binary")
            }
            (None, false) => None,
        }
    }
}

/// The table of Knuth, Morris and Pratt.
fn fallback(pattern: &[u8]) -> Vec<usize> {
    let mut table: Vec<usize> = Vec::with_capacity(pattern.len());
    let mut matched = 0_usize;
    for (at, byte) in pattern.iter().enumerate() {
        while matched > 0 && pattern.get(matched) != Some(byte) {
            matched = matched.checked_sub(1).and_then(|last| table.get(last)).copied().unwrap_or(0);
        }
        if at > 0 && pattern.get(matched) == Some(byte) {
            matched = matched.saturating_add(1);
        }
        table.push(matched);
    }
    table
}

/// `/x`, or `C:/x` and `C:\x`; not the root, which is in every path.
fn is_absolute(prefix: &str) -> bool {
    let folder = match prefix.as_bytes() {
        [b'/', folder @ ..] => folder,
        [letter, b':', b'/' | b'\\', folder @ ..] if letter.is_ascii_alphabetic() => folder,
        _ => return false,
    };
    folder.iter().any(|byte| !matches!(byte, b'/' | b'\\'))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::Search;
    use crate::archive::EntryKind;
    use crate::conda::{FileMode, PathEntry, PathType, Placeholder};

    fn search(prefix: &str, mode: FileMode) -> Search {
        let listed = PathEntry {
            path_type: PathType::HardLink,
            sha256: None,
            size: None,
            placeholder: Some(Placeholder { prefix: prefix.to_owned(), mode }),
        };
        Search::of(&listed, &EntryKind::File).unwrap()
    }

    fn found(prefix: &str, content: &[u8]) -> Option<&'static str> {
        let reasons: Vec<_> = (1..=content.len().max(1))
            .map(|piece| {
                let mut search = search(prefix, FileMode::Binary);
                content.chunks(piece).for_each(|piece| search.update(piece));
                search.finish()
            })
            .collect();
        assert!(reasons.iter().all(|reason| *reason == reasons[0]), "pieces matter: {reasons:?}");
        reasons[0]
    }

    #[test]
    fn a_string_of_c_ends_with_nul_whatever_the_pieces() {
        for content in
            [b"..\0/opt/p/lib\0..".as_slice(), b"/opt/opt/p\0", b"/opt/p:/opt/p/x\0y", b"//opt/p\0"]
        {
            assert_eq!(found("/opt/p", content), None, "{}", content.escape_ascii());
        }
        for content in [b"/opt/p\0/opt/p/lib".as_slice(), b"/opt/p", b"\0/opt/p/x"] {
            let reason = found("/opt/p", content).unwrap();
            assert!(reason.starts_with("is followed by no NUL"), "{}", content.escape_ascii());
        }
        for content in [b"".as_slice(), b"\0\0", b"/opt/\0p", b"/opt/q\0"] {
            assert!(found("/opt/p", content).unwrap().starts_with("does not occur"));
        }
        assert_eq!(found("/aab/aac", b"/aab/aab/aac\0"), None);
    }

    #[test]
    fn a_placeholder_is_an_absolute_path() {
        for prefix in ["opt/p", "/", "//", "C:", "C:\\", "../p", "~/p"] {
            assert!(search(prefix, FileMode::Text).finish().is_some(), "{prefix}");
        }
        for prefix in ["/p", "C:\\p", "d:/bld/p", "/opt/anaconda1anaconda2anaconda3"] {
            assert_eq!(search(prefix, FileMode::Text).finish(), None, "{prefix}");
        }
        assert!(search(&format!("/{}", "p".repeat(4_095)), FileMode::Text).finish().is_some());
    }
}
