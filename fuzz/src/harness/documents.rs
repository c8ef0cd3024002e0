//! Any bytes as a document of `info/` or as a record.

use conda_verifier::{FileName, IndexJson, Limits, PathsJson, Record};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let limits = Limits::default();
    let _ = PathsJson::parse(bytes, &limits);
    let _ = IndexJson::parse(bytes, &limits);
    let _ = Record::parse("name-1-0.conda", bytes, &limits);
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(name) = FileName::parse(text)
    {
        let joined = format!("{}-{}-{}", name.name(), name.version(), name.build());
        assert_eq!(joined, name.stem());
    }
}
