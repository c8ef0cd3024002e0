//! Repodata through every entrance: the whole text, chunks of any size, plain or
//! compressed. All of them must say the same of honest and of hostile texts.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

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

#[test]
fn records_come_with_their_signatures() {
    let text = sample();
    let repodata = read(&text).unwrap();
    let names: Vec<_> = repodata.file_names().collect();
    assert_eq!(
        names,
        ["__proto__", "a-1-0.tar.bz2", "b-é-0.conda", "both-1-0.tar.bz2", "c-1-0.conda"]
    );
    let owned = |json: Cow<'_, str>| json.into_owned();
    let signatures = |name| repodata.signatures_json(name).unwrap().map(owned);
    assert_eq!(signatures("a-1-0.tar.bz2").unwrap(), r#"{"00":{"signature":"11"}}"#);
    assert_eq!(signatures("b-é-0.conda").unwrap(), "{}");
    assert_eq!(signatures("both-1-0.tar.bz2").unwrap(), "[ ]");
    assert_eq!(signatures("c-1-0.conda"), None);
    assert_eq!(signatures("gone-1-0.conda"), None);
    assert_eq!((repodata.len(), repodata.orphans(), repodata.has_signatures()), (5, 1, true));
    assert_eq!(repodata.record_json("c-1-0.conda"), Ok(Some(RECORD.into())));
    assert_eq!(repodata.record_json("gone-1-0.conda"), Ok(None));
    let info = repodata.info();
    assert_eq!(info.subdir.as_deref(), Some("noarch"));
    assert_eq!((info.base_url.as_deref(), info.repodata_version), (Some("../x"), Some(2)));

    // In the order of the text, every file once.
    let entries: Vec<_> = repodata.entries().map(|entry| entry.unwrap().file_name).collect();
    assert_eq!(
        entries,
        ["a-1-0.tar.bz2", "both-1-0.tar.bz2", "b-é-0.conda", "__proto__", "c-1-0.conda"]
    );
}

#[test]
fn compressed_or_not_it_is_the_same() {
    let text = sample();
    let names: Vec<_> = read(&text).unwrap().file_names().map(str::to_owned).collect();
    let mut undeclared = zstd::Frame::compressed(text.as_bytes());
    (undeclared.window, undeclared.content_size) = (Some(0x50), None);
    for bytes in [
        text.clone().into_bytes(),
        zstd::compress(text.as_bytes()),
        undeclared.bytes(),
        bzip2::compress(text.as_bytes(), 9),
    ] {
        let limits = Limits::default();
        let repodata = Repodata::read(&mut bytes.as_slice(), &limits).unwrap();
        let index = RepodataIndex::read(&mut bytes.as_slice(), &limits).unwrap();
        assert!(repodata.file_names().eq(names.iter()) && index.file_names().eq(names.iter()));
        for name in &names {
            let texts = texts(&index, name, text.as_bytes());
            assert_eq!(index.open(name, texts), repodata.entry(name));
        }
    }
}

#[test]
fn two_records_of_a_file_have_to_agree() {
    let text = |v3: &str| {
        format!(
            r#"{{"v3":{{"conda":{{"a-1-0":{v3}}}}},"packages.conda":{{"a-1-0.conda":{RECORD},
               "b-1-0.conda":{RECORD}}},"signatures":{{"a-1-0.conda":{{}}}}}}"#
        )
    };
    for v3 in [RECORD, r#"{ "version":"1", "name":"\u0061", "size":3, "build":"0" }"#] {
        let repodata = read(text(v3)).unwrap();
        assert_eq!((repodata.len(), repodata.orphans()), (2, 0));
        assert_eq!(repodata.find("a-1-0.conda").unwrap().size, Some(3));
        assert_eq!(repodata.entries().count(), 2);
    }
    for v3 in [r#"{"name":"a","version":"1","build":"0","size":3.0}"#, "{}", "[]"] {
        let repodata = read(text(v3)).unwrap();
        let conflict = Error::new(Fault::RecordConflict { file_name: "a-1-0.conda".into() });
        assert_eq!(repodata.find("a-1-0.conda"), Err(conflict.clone()));
        assert_eq!(repodata.record_json("a-1-0.conda"), Err(conflict.clone()));
        let entries: Vec<_> = repodata.entries().collect();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0], Err(conflict));
        // The others are none the worse.
        assert_eq!(entries[1], repodata.entry("b-1-0.conda"));
    }
    let repeats_a_member = r#"{"name":"a","name":"a","version":"1","build":"0","size":3}"#;
    let repodata = read(text(repeats_a_member)).unwrap();
    assert_eq!(repodata.find("a-1-0.conda").unwrap_err().code(), Code::JsonInvalid);
}

#[test]
fn a_text_that_changed_is_noticed() {
    let text = sample();
    let index = indexed(text.as_bytes(), &Limits::default(), 100).unwrap();
    for name in ["a-1-0.tar.bz2", "both-1-0.tar.bz2"] {
        let honest = texts(&index, name, text.as_bytes());
        let location = index.locate(name).unwrap();
        assert_eq!(location.twin.is_some(), name.starts_with("both"));
        assert!(index.open(name, honest).is_ok());
        let changed = |offset| Err(Error::new(Fault::SourceChanged { offset }));
        let record = changed(location.record.start);
        assert_eq!(index.open(name, RepodataTexts { record: b"{}", ..honest }), record);
        assert_eq!(
            index.open(name, RepodataTexts { record: &honest.record[1..], ..honest }),
            record
        );
        let signatures = changed(location.signatures.unwrap().start);
        for other in [None, Some(b"{}".as_slice()), Some(&[0xFF])] {
            assert_eq!(index.open(name, RepodataTexts { signatures: other, ..honest }), signatures);
        }
        if let Some(twin) = location.twin {
            for other in [None, Some(honest.record)] {
                let texts = RepodataTexts { twin: other, ..honest };
                assert_eq!(index.open(name, texts), changed(twin.start));
            }
        }
    }
    let refused = index.open("none-1-0.conda", RepodataTexts::default()).unwrap_err();
    assert_eq!(refused.code(), Code::RecordMissing);
    assert_eq!(index.locate("none-1-0.conda"), None);
}

#[test]
fn a_text_stays_where_it_is_if_it_can() {
    let (text, limits) = (sample().into_bytes(), Limits::default());
    let names: Vec<String> = read(&text).unwrap().file_names().map(str::to_owned).collect();
    for (bytes, is_fixed) in [
        (text.clone(), true),
        (text.clone(), false),
        (zstd::compress(&text), true),
        (bzip2::compress(&text, 9), false),
    ] {
        let stays = is_fixed && bytes == text;
        let bytes = RefCell::new(bytes);
        let repodata = Repodata::open(Source { bytes: &bytes, is_fixed }, &limits).unwrap();
        let before: Vec<_> = repodata.entries().map(Result::unwrap).collect();
        assert_eq!(before.len(), names.len());

        // What had to be copied needs the source no longer. What says that it can't change
        // and does is told no lies about: there is no text, or another one.
        bytes.borrow_mut().fill(0xFF);
        for entry in &before {
            let changed = repodata.entry(entry.file_name);
            if stays {
                assert_eq!(changed.unwrap_err().code(), Code::SourceChanged);
            } else {
                assert_eq!(changed.as_ref(), Ok(entry));
            }
        }
        bytes.borrow_mut().clear();
        for name in &names {
            let codes = [
                repodata.entry(name).err(),
                repodata.record_json(name).err(),
                repodata.find(name).err(),
            ];
            for code in codes.map(|error| error.map(|error| error.code())) {
                assert_eq!(code, stays.then_some(Code::SourceRead), "{name}");
            }
        }
        assert_eq!(repodata.record_json("none-1-0.conda"), Ok(None));
        assert_eq!(repodata.signatures_json("none-1-0.conda"), Ok(None));
        assert_eq!(repodata.entry("none-1-0.conda").unwrap_err().code(), Code::RecordMissing);
    }
}

/// However a host cuts the text: what one call scans ends anywhere in it.
#[test]
fn a_text_of_many_pieces_is_that_of_one() {
    let long = |length: usize| {
        format!(
            r#"{{"packages":{{"a-1-0.conda":{{"x":"{}"}},"b":1}},"z":[{}1]}}"#,
            "é".repeat(length),
            "0.5e-7, ".repeat(40_000)
        )
    };
    for length in (131_000..131_100).step_by(7) {
        assert_eq!(read(long(length)).unwrap().len(), 2);
    }
}

#[test]
fn names_occur_once() {
    for text in [
        format!(r#"{{"packages":{{"a":{RECORD},"\u0061":{RECORD}}}}}"#),
        r#"{"packages.conda":{"a":1},"x":{},"packages":{"a":2}}"#.to_owned(),
        // Two buckets can make one name of two keys.
        r#"{"v3":{"conda":{"a-1.0":1},"0.conda":{"a-1":1}}}"#.to_owned(),
        r#"{"v3":{"conda":{"a":1,"a":1}}}"#.to_owned(),
        r#"{"v3":{"conda":{},"\u0063onda":{}}}"#.to_owned(),
        r#"{"packages":{},"signatures":{"a":1,"b":2,"\u0061":3}}"#.to_owned(),
        r#"{"packages":{},"signatures":{},"signatures":{}}"#.to_owned(),
        r#"{"packages":{},"\u0070ackages":{}}"#.to_owned(),
        r#"{"packages":{},"info":{},"info":{}}"#.to_owned(),
        r#"{"packages":{},"\ud83d\udc0d":1,"🐍":1}"#.to_owned(),
    ] {
        assert_eq!(code(&text), Code::RepodataInvalid, "{text}");
    }
    // They differ all the same.
    let text = r#"{"packages":{"a":1,"A":1,"a ":1,"\u0000a":1,"é":1,"e\u0301":1,"":1}}"#;
    assert_eq!(read(text).unwrap().len(), 7);
}

#[test]
fn sections_have_their_shape() {
    for text in [
        r#"{"packages":{},"signatures":[]}"#,
        r#"{"packages":{},"signatures":null}"#,
        r#"{"packages":[]}"#,
        r#"{"packages.conda":null}"#,
        r#"{"v3":[]}"#,
        r#"{"v3":{"conda":[]}}"#,
        r#"{"signatures":{}}"#,
        r#"{"packages":{},"info":[]}"#,
        r#"{"packages":{},"info":{"subdir":1}}"#,
        r#"{"packages":{},"info":{"base_url":{}}}"#,
        r#"{"packages":{},"info":{"repodata_version":"1"}}"#,
        "[]",
        "1",
        "null",
    ] {
        assert_eq!(code(text), Code::RepodataInvalid, "{text}");
    }
    assert_eq!(code(r#"{"packages":{},"info":{"subdir":"a","subdir":"b"}}"#), Code::JsonInvalid);
    for text in ["", "{}", r#"{"packages":{},"info":null}"#, r#"{"v3":{},"info":{"subdir":null}}"#]
    {
        assert!(read(text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused_whole() {
    let text = sample();
    let end = text.trim_end().len();
    for cut in 1..end {
        let refused = read(&text.as_bytes()[..cut]).unwrap_err();
        assert_eq!(refused.code(), Code::JsonInvalid, "{cut}: {refused}");
    }
    for (front, back) in [("\u{feff}", ""), ("", "x"), ("", "\0"), ("", "{}"), ("\0", "")] {
        assert_eq!(code([front, &text, back].concat()), Code::JsonInvalid);
    }
    for bytes in [
        b"{\"packages\":{\"a\xff\":{}}}".as_slice(),
        b"{\"packages\":{\"a\xed\xa0\x80\":{}}}",
        b"{\"packages\":{\"\\ud800\":{}}}",
        b"{\"packages\":{\"a\":{\"b\":\"\xc3\"}}}",
        b"{\"packages\":{\"a\0\":{}}}",
        b"{\"packages\":{\"a\":{\"b\":\"\n\"}}}",
        b"<!DOCTYPE html>",
        b"\x1f\x8b\x08\x00",
    ] {
        assert_eq!(code(bytes), Code::JsonInvalid, "{}", String::from_utf8_lossy(bytes));
    }
}

/// A record's own faults show when it is read, and spoil no other.
#[test]
fn a_record_is_read_strictly_when_it_is_asked_for() {
    for record in [r#"{"a":1,"\u0061":1}"#, r#"{"a":"\ud800"}"#, r#"{"a":1e400}"#] {
        let text = format!(r#"{{"packages":{{"bad":{record},"good":{RECORD}}}}}"#);
        let repodata = read(text).unwrap();
        assert_eq!(repodata.find("bad").unwrap_err().code(), Code::JsonInvalid, "{record}");
        assert_eq!(repodata.find("good").unwrap().size, Some(3));
    }
}

#[test]
fn every_quantity_is_bounded() {
    let exceeded = |text: &str, limit: &'static str, max| {
        let expected = Error::new(Fault::LimitExceeded { limit, max });
        let refused = read_with(text.as_bytes(), &limits(limit, max)).unwrap_err();
        assert_eq!(refused, expected);
        read_with(text.as_bytes(), &limits(limit, max + 1)).unwrap();
    };
    exceeded(r#"{"packages":{"abcd":1}}"#, "pathBytes", 7);
    exceeded(r#"{"packages":{"a":1,"b":1}}"#, "records", 1);
    exceeded(r#"{"packages":{"a":1},"v3":{"conda":{"a":1}}}"#, "records", 1);
    exceeded(r#"{"packages":{},"signatures":{"a":1,"b":1}}"#, "records", 1);
    exceeded(r#"{"packages":{"a":1},"v3":{"conda":{"bcd":1}}}"#, "nameBytes", 9);
    exceeded(r#"{"packages":{"a":[[[]]]}}"#, "jsonDepth", 4);
    exceeded(r#"{"packages":{"a":1}}"#, "repodataBytes", 19);

    // Of a value, when it is asked for: it may have to be copied.
    let text = r#"{"packages":{"a":{"b":1},"c":1},"signatures":{"c":{"d":12}}}"#;
    let exceeded = Error::new(Fault::LimitExceeded { limit: "recordBytes", max: 6 });
    let repodata = read_with(text.as_bytes(), &limits("recordBytes", 6)).unwrap();
    for name in ["a", "c"] {
        assert_eq!(repodata.entry(name), Err(exceeded.clone()));
    }
    assert_eq!(repodata.record_json("a"), Err(exceeded.clone()));
    assert_eq!(repodata.signatures_json("c"), Err(exceeded));
    assert!(
        read_with(text.as_bytes(), &limits("recordBytes", 8))
            .unwrap()
            .entries()
            .all(|entry| entry.is_ok())
    );

    for text in ["[", "{\"a\":", "{\"packages\":{\"a\":["] {
        let refused = Repodata::parse(text.repeat(1_000_000).into(), &Limits::default());
        let code = refused.unwrap_err().code();
        assert!([Code::LimitExceeded, Code::RepodataInvalid].contains(&code), "{text}: {code}");
    }
    for (name, expected) in [("packages", "pathBytes"), ("signatures", "pathBytes")] {
        let text = format!("{{\"{name}\":{{\"{}\":1}}}}", "x".repeat(4_097));
        let refused = Repodata::parse(text.into(), &Limits::default()).unwrap_err();
        assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: expected, max: 4_096 }));
    }
    let members = |count: usize| {
        (0..count).fold(String::new(), |mut text, number| {
            write!(text, "\"{number}\":{{}},").unwrap();
            text
        })
    };
    for (text, expected) in [
        (format!(r#"{{{}"packages":{{}}}}"#, members(99)), None),
        (format!(r#"{{{}"packages":{{}}}}"#, members(100)), Some(Code::RepodataInvalid)),
        (format!(r#"{{"v3":{{{}"x":{{}}}}}}"#, members(99)), None),
        (format!(r#"{{"v3":{{{}"x":{{}}}}}}"#, members(100)), Some(Code::RepodataInvalid)),
        (format!(r#"{{"info":{{"x":"{}"}},"v3":{{}}}}"#, "x".repeat(1 << 19)), None),
        (
            format!(r#"{{"info":{{"x":"{}"}},"v3":{{}}}}"#, "x".repeat(1 << 20)),
            Some(Code::RepodataInvalid),
        ),
    ] {
        let refused = Repodata::parse(text.into(), &Limits::default()).err();
        assert_eq!(refused.map(|refused| refused.code()), expected);
    }
}

/// Little text must not make many names: a bucket's extension completes each.
#[test]
fn a_long_extension_makes_no_memory() {
    let extension = "x".repeat(4_000);
    let mut text = format!("{{\"v3\":{{\"{extension}\":{{");
    for number in 0..200_000 {
        write!(text, "\"{number}\":0,").unwrap();
    }
    let refused = Repodata::parse((text + "\"\":0}}}").into(), &Limits::default()).unwrap_err();
    assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "nameBytes", max: 256 << 20 }));
}

#[test]
fn a_length_that_is_only_declared_is_refused_or_corrected() {
    let text = sample();
    let mut frame = zstd::Frame::compressed(text.as_bytes());
    frame.content_size = Some(1 << 40);
    let refused = Repodata::read(&mut frame.bytes().as_slice(), &Limits::default()).unwrap_err();
    assert_eq!(refused.code(), Code::LimitExceeded);
    frame.content_size = Some(1 << 20);
    let refused = Repodata::read(&mut frame.bytes().as_slice(), &Limits::default()).unwrap_err();
    assert_eq!(refused.code(), Code::ZstdSizeMismatch);
}

#[test]
fn spoiled_texts_end_in_the_same_way_everywhere() {
    let text = sample();
    let alphabet = b"{}[]\",:\\0ax \xc3\0";
    let (mut read_ok, mut refused) = (0, 0);
    for noise in Noise::new(11).bytes(3_000 * 9).chunks(9) {
        let mut bytes = text.clone().into_bytes();
        for spoil in noise[..usize::from(noise[8] % 2 + 1) * 3].chunks(3) {
            let at = usize::from(u16::from_le_bytes([spoil[0], spoil[1]])) % bytes.len();
            bytes[at] = alphabet[usize::from(spoil[2]) % alphabet.len()];
        }
        *if read(bytes).is_ok() { &mut read_ok } else { &mut refused } += 1;
    }
    assert!(read_ok > 300 && refused > 300, "{read_ok} read, {refused} refused");
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.file_name().unwrap().to_str().unwrap().contains("repodata")
            && [".json", ".json.bz2", ".json.zst"]
                .iter()
                .any(|end| path.to_str().unwrap().ends_with(end))
        {
            into.push(path);
        }
    }
}

/// Against a tree of the whole text.
#[test]
fn real_repodata_has_the_records_that_it_has() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !root.is_dir() {
        let _ = writeln!(std::io::stderr(), "left out: no real repodata at ../shared/corpus");
        return;
    }
    let (mut paths, mut records) = (Vec::new(), 0);
    files(&root, &mut paths);
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let repodata = Repodata::read(&mut bytes.as_slice(), &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        records += repodata.len();
        for name in repodata.file_names() {
            repodata.find(name).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        if !path.to_str().unwrap().ends_with(".json") {
            continue;
        }
        read(&bytes).unwrap();
        let tree: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let sections =
            ["packages", "packages.conda"].iter().filter_map(|name| tree[name].as_object());
        let mut expected: Vec<_> = sections.flat_map(serde_json::Map::keys).cloned().collect();
        for (extension, bucket) in tree["v3"].as_object().into_iter().flatten() {
            let names = bucket.as_object().unwrap().keys();
            expected.extend(names.map(|name| format!("{name}.{extension}")));
        }
        expected.sort_unstable();
        expected.dedup();
        assert!(repodata.file_names().eq(expected.iter()), "{}", path.display());
    }
    assert!(paths.len() >= 40 && records > 1_000, "{} files, {records} records", paths.len());
}
