//! Any bytes as a value within repodata, cut anywhere: it is JSON where serde_json
//! says so, and every cut is told the same.

use conda_verifier::{Code, Error, Limits, RepodataIndex, RepodataIndexer};

fn index(text: &[u8], size: usize) -> Result<RepodataIndex, Error> {
    let mut indexer = RepodataIndexer::new(Limits::default());
    text.chunks(size).try_for_each(|chunk| indexer.push(chunk))?;
    indexer.finish()
}

/// Runs it.
pub fn run(bytes: &[u8]) {
    let Some((&size, value)) = bytes.split_first() else { return };
    let text = [b"{\"packages\":{},\"x\":[", value, b"]}"].concat();
    let whole = index(&text, usize::MAX);
    let pieces = index(&text, usize::from(size) + 1);
    assert_eq!(whole.as_ref().err(), pieces.as_ref().err());
    let is_json = std::str::from_utf8(&text)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    match whole.map_err(|error| error.code()) {
        // A bound that serde_json does not have, or the array was closed early, and
        // members of repodata follow.
        Err(Code::LimitExceeded | Code::RepodataInvalid) => {}
        Err(Code::JsonInvalid) if is_json && value.contains(&b']') => {}
        told => assert_eq!(told.is_ok(), is_json),
    }
}
