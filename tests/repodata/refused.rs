//! Texts that are no repodata, and bounds.

use super::*;

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
