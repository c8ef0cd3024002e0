//! pax records: `LENGTH KEY=VALUE\n` (POSIX.1-2017, pax, "Extended Header").

use crate::by_name::ByName;

/// The records of one extended header, none of which is given twice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pax(ByName<Vec<u8>>);

impl Pax {
    /// Reads the records, which fill `bytes` exactly.
    ///
    /// The `tar` crate's iterator splits at newlines, which values may hold,
    /// and stops in silence at an empty line.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        const MALFORMED: &str = "a pax record is malformed";
        let mut records = ByName::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let space = rest.iter().position(|byte| *byte == b' ').ok_or(MALFORMED)?;
            let length = rest.get(..space).and_then(decimal).ok_or(MALFORMED)?;
            let length = usize::try_from(length).map_err(|_| MALFORMED)?;
            let (record, after) = rest.split_at_checked(length).ok_or(MALFORMED)?;
            rest = after;
            let record = record.get(space.saturating_add(1)..).ok_or(MALFORMED)?;
            let record = record.strip_suffix(b"\n").ok_or(MALFORMED)?;
            let equals = record.iter().position(|byte| *byte == b'=').ok_or(MALFORMED)?;
            let (key, value) = record.split_at(equals);
            let value = value.strip_prefix(b"=").unwrap_or_default();
            // POSIX: keywords are UTF-8. libarchive leaves a header at one with a NUL.
            let key = String::from_utf8(key.to_vec()).map_err(|_| MALFORMED)?;
            if key.is_empty() || key.contains('\0') {
                return Err(MALFORMED);
            }
            if !records.insert(key, value.to_vec()) {
                return Err("a pax header gives a key twice");
            }
        }
        let utf8 = |charset: &Vec<u8>| charset == b"ISO-IR 10646 2000 UTF-8";
        if !records.get("hdrcharset").is_none_or(utf8) {
            return Err("a pax header is in another character set than UTF-8");
        }
        Ok(Self(records))
    }

    pub(super) fn path(&self) -> Option<&[u8]> {
        self.get("path")
    }

    pub(super) fn link_path(&self) -> Option<&[u8]> {
        self.get("linkpath")
    }

    pub(super) fn size(&self) -> Result<Option<u64>, &'static str> {
        self.get("size").map(|text| decimal(text).ok_or("a pax size is malformed")).transpose()
    }

    /// GNU's and libarchive's sparse formats.
    pub(super) fn is_sparse(&self) -> bool {
        self.0.names().any(|key| key.starts_with("GNU.sparse.") || key == "SCHILY.realsize")
    }

    /// Whether it would change the path, the link or the content of entries.
    pub(super) fn names_or_sizes(&self) -> bool {
        self.path().is_some()
            || self.link_path().is_some()
            || self.get("size").is_some()
            || self.is_sparse()
    }

    fn get(&self, key: &str) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice)
    }
}

/// Decimal digits alone, which `str::parse` does not demand.
fn decimal(text: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text).ok()?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Pax;

    #[test]
    fn records_are_read_by_their_length_not_by_newlines() {
        let pax = Pax::parse(b"9 a=b\nc=\n12 path=d/e\n").unwrap();
        assert_eq!(pax.get("a"), Some(b"b\nc=".as_slice()));
        assert_eq!(pax.path(), Some(b"d/e".as_slice()));
        assert_eq!(Pax::parse(b"").unwrap(), Pax::default());
    }

    #[test]
    fn malformed_records_are_refused() {
        for bytes in [
            b"6 a=b".as_slice(),
            b"5 a=b\n",
            b"7 a=b\n",
            b"+6 a=b\n",
            b" 6 a=b\n",
            b"6 =bc\n",
            b"7 a\0=b\n",
            b"6 abc\n",
            b"99999999999999999999 a=b\n",
            b"6 a=b\n\n6 c=d\n",
            b"6 a=b\n6 a=c\n",
            b"6 \xff=b\n",
            b"\0\0\0",
            b"21 hdrcharset=BINARY\n",
        ] {
            assert!(Pax::parse(bytes).is_err(), "{}", bytes.escape_ascii());
        }
        assert!(Pax::parse(b"11 size=-1\n").unwrap().size().is_err());
    }
}
