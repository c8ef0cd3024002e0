//! Any bytes as repodata, plain or compressed; chunk by chunk it is the same, and out of
//! a source that keeps them.

use conda_verifier::{Code, Error, Limits, Repodata, RepodataIndex, RepodataTexts};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let mut limits = Limits::default();
    limits.set("repodataBytes", 16 << 20).expect("a limit");
    let read = Repodata::read(&mut &*bytes, &limits);
    let index = RepodataIndex::read(&mut &*bytes, &limits);
    let (Ok(repodata), Ok(index)) = (&read, &index) else {
        let (first, second) = (read.as_ref().err(), index.as_ref().err());
        // bzip2 hands a block out before it compares the block's checksum, and what is compressed
        // reaches the limit after that many bytes: whoever looks at the text meanwhile may find a
        // fault there first.
        let is_late = |error: Option<&Error>| {
            error.is_some_and(|error| {
                matches!(error.code(), Code::Bzip2Malformed | Code::LimitExceeded)
            })
        };
        let is_compressed =
            [b"BZh".as_slice(), b"\x28\xB5\x2F\xFD"].iter().any(|magic| bytes.starts_with(magic));
        let may_differ = is_compressed && is_late(first) && second.is_some();
        assert!(first == second || may_differ, "{first:?}, {second:?}");
        assert_eq!(read.err(), Repodata::open(bytes, &limits).err());
        return;
    };
    assert_eq!(repodata.len(), index.len());
    let open = Repodata::open(bytes, &limits).expect("as the others");
    assert!(repodata.entries().eq(open.entries()));
    for name in repodata.file_names() {
        let location = index.locate(name).expect("both know it");
        let Ok(entry) = repodata.entry(name) else {
            assert!(location.twin.is_some());
            continue;
        };
        let _ = entry.record(&limits);
        if location.twin.is_none() {
            let texts = RepodataTexts {
                record: entry.record_json.as_bytes(),
                twin: None,
                signatures: entry.signatures_json.as_deref().map(str::as_bytes),
            };
            assert_eq!(index.open(name, texts).as_ref(), Ok(&entry));
        }
    }
}
