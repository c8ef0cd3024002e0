//! Records of honest texts, wherever the text is.

use super::*;

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

/// A row for each file, in the order of the names, with what reading its record alone says.
#[test]
fn rows_are_the_records_by_name() {
    let bad = r#"{"name":"a","version":7}"#;
    for text in [
        sample(),
        sample().replace(RECORD, bad),
        // The second record of a file says something else.
        sample().replace(r#""size":3,"version""#, r#""size":4,"version""#),
    ] {
        let repodata = read(&text).unwrap();
        for piece in [1, 2, 100] {
            let mut rows = Vec::new();
            for first in (0..repodata.records()).step_by(piece) {
                rows.extend(repodata.rows_from(first, u32::try_from(piece).unwrap()));
            }
            let names: Vec<_> = rows.iter().map(|(row, _)| row.file_name).collect();
            assert!(repodata.file_names().eq(names), "pieces of {piece}");
            for (row, length) in rows {
                let found = repodata.find(row.file_name);
                assert_eq!(row.fault.as_ref(), found.as_ref().err(), "{}", row.file_name);
                let Ok(record) = found else { continue };
                assert_eq!(repodata.record_json(row.file_name).unwrap().unwrap().len(), length);
                assert_eq!(row.text("name"), Some(record.name.as_str()));
                assert_eq!(row.text("version"), Some(record.version.as_str()));
                assert_eq!(row.text("build"), Some(record.build.as_str()));
                assert_eq!(row.number("build_number"), record.build_number);
                assert_eq!(row.number("size"), record.size);
            }
        }
    }
    assert_eq!(read("{}").unwrap().rows_from(0, 9).count(), 0);
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
