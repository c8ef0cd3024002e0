//! Repodata through every entrance: the whole text, chunks of any size, plain or
//! compressed. All of them must say the same of honest and of hostile texts.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod found;
mod real;
mod refused;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use conda_verifier::{
    Code, Error, Fault, Limits, ReadAt, Repodata, RepodataIndex, RepodataIndexer, RepodataTexts,
};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::{bzip2, zstd};

const RECORD: &str = r#"{"name":"a","version":"1","build":"0","size":3}"#;

/// A text with a bit of everything.
fn sample() -> String {
    format!(
        r#" {{"info":{{"subdir":"noarch","base_url":"../x","repodata_version":2}},
        "packages":{{"a-1-0.tar.bz2":{RECORD},"both-1-0.tar.bz2": {RECORD}}}, "removed":["x"],
        "packages.conda":{{"\u0062-é-0.conda":{RECORD} , "__proto__":{RECORD}}},
        "signatures":{{"a-1-0.tar.bz2":{{"00":{{"signature":"11"}}}},"b-é-0.conda": {{}},
                       "gone-1-0.conda":{{}},"both-1-0.tar.bz2":[ ]}},
        "v3":{{"conda":{{"c-1-0":{RECORD}}},"whl":{{}},
              "tar.bz2":{{"both-1-0":{{"size":3,"version":"1","build":"\u0030","name":"a"}}}}}}}}
"#
    )
}

fn limits(name: &str, max: u64) -> Limits {
    let mut limits = Limits::default();
    limits.set(name, max).unwrap();
    limits
}

fn indexed(text: &[u8], limits: &Limits, size: usize) -> Result<RepodataIndex, Error> {
    let mut indexer = RepodataIndexer::new(limits.clone());
    for chunk in text.chunks(size) {
        if let Err(refused) = indexer.push(chunk) {
            // Whoever goes on is told the same.
            assert_eq!(indexer.push(b" "), Err(refused.clone()));
            assert_eq!(indexer.finish().err(), Some(refused.clone()));
            return Err(refused);
        }
    }
    indexer.finish()
}

fn slice(text: &[u8], range: Range<u64>) -> &[u8] {
    &text[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]
}

/// The texts that the index asks for.
fn texts<'a>(index: &RepodataIndex, name: &str, text: &'a [u8]) -> RepodataTexts<'a> {
    let location = index.locate(name).unwrap();
    RepodataTexts {
        record: slice(text, location.record),
        twin: location.twin.map(|range| slice(text, range)),
        signatures: location.signatures.map(|range| slice(text, range)),
    }
}

/// Reads a text in every way, and compares.
fn read_with(text: &[u8], limits: &Limits) -> Result<Repodata, Error> {
    let whole = Repodata::parse(text.to_vec(), limits);
    for size in [1, 7, 1 << 16] {
        let index = indexed(text, limits, size);
        let (repodata, index) = match (&whole, &index) {
            (Ok(repodata), Ok(index)) => (repodata, index),
            (whole, index) => {
                assert_eq!(whole.as_ref().err(), index.as_ref().err(), "chunks of {size}");
                continue;
            }
        };
        assert!(repodata.file_names().eq(index.file_names()));
        assert_eq!(repodata.info(), index.info());
        assert_eq!(
            (repodata.len(), repodata.orphans(), repodata.has_signatures()),
            (index.len(), index.orphans(), index.has_signatures())
        );
        for name in index.file_names() {
            assert_eq!(repodata.entry(name), index.open(name, texts(index, name, text)));
        }
    }
    stays_or_not(&whole, text, limits);
    whole
}

/// Bytes that stay where they are, and can change or not.
#[derive(Clone)]
struct Source<'a> {
    bytes: &'a RefCell<Vec<u8>>,
    is_fixed: bool,
}

impl ReadAt for Source<'_> {
    fn size(&self) -> u64 {
        u64::try_from(self.bytes.borrow().len()).unwrap()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        self.bytes.borrow().as_slice().read_at(offset, into)
    }

    fn is_fixed(&self) -> bool {
        self.is_fixed
    }
}

/// Reads a text out of sources that keep it, and compares.
fn stays_or_not(whole: &Result<Repodata, Error>, text: &[u8], limits: &Limits) {
    // Compressed by the first bytes is not what this is about.
    let bytes = RefCell::new(text.to_vec());
    for is_fixed in [true, false] {
        let found = Repodata::open(Source { bytes: &bytes, is_fixed }, limits);
        let (whole, found) = match (whole, &found) {
            (Ok(whole), Ok(found)) => (whole, found),
            (whole, found) => {
                assert_eq!(whole.as_ref().err(), found.as_ref().err());
                continue;
            }
        };
        assert!(whole.file_names().eq(found.file_names()));
        assert_eq!(whole.info(), found.info());
        assert!(whole.entries().eq(found.entries()));
        for name in whole.file_names() {
            assert_eq!(whole.entry(name), found.entry(name));
            assert_eq!(whole.record_json(name), found.record_json(name));
            assert_eq!(whole.signatures_json(name), found.signatures_json(name));
            assert_eq!(whole.find(name), found.find(name));
        }
    }
}

fn read(text: impl AsRef<[u8]>) -> Result<Repodata, Error> {
    read_with(text.as_ref(), &Limits::default())
}

fn code(text: impl AsRef<[u8]>) -> Code {
    read(text).unwrap_err().code()
}
