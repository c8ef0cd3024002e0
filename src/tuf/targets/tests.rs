//! Targets files, honest ones and others.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::fmt::Write as _;

use super::{TargetFile, Targets};
use crate::digest::{Sha256Digest, Sha512Digest};
use crate::error::{Code, Error, Fault};
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;

const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// A file of which `signed` has these members beside those that every role has.
fn file(members: &str) -> String {
    format!(
        r#"{{"signatures":[{{"keyid":"k","sig":""}}],"signed":{{"_type":"targets","spec_version":"1.0.31","version":3,"expires":"2030-01-31T23:59:59Z",{members}}}}}"#
    )
}

/// A file with delegations of these members beside `keys`.
fn delegating(members: &str) -> String {
    file(&format!(
        r#""targets":{{}},"delegations":{{"keys":{{"k":{{"keytype":"ed25519","scheme":"ed25519","keyval":{{"public":"{KEY}"}}}}}},{members}}}"#
    ))
}

/// A delegated role with this rule.
fn role(name: &str, rule: &str) -> String {
    format!(r#"{{"name":"{name}","keyids":["k"],"threshold":1,"terminating":false,{rule}}}"#)
}

fn entry(length: u64) -> String {
    format!(r#"{{"length":{length},"hashes":{{"sha256":"{}"}}}}"#, Sha256Digest::EMPTY)
}

fn read(text: &str) -> Result<Targets, Error> {
    parse(text.as_bytes(), &Limits::default()).map(|(targets, _)| targets)
}

fn parse(bytes: &[u8], limits: &Limits) -> Result<(Targets, Vec<Vec<u8>>), Error> {
    Targets::parse("3.targets.json", bytes, limits).map(super::Unverified::unverified)
}

fn refused(text: &str) -> String {
    let error = read(text).unwrap_err();
    assert_eq!(error.code(), Code::RoleMalformed, "{text}: {error}");
    error.to_string()
}

fn delegated(targets: &Targets, path: &str) -> Vec<String> {
    targets.delegated(path).unwrap().into_iter().map(|role| role.name.into_owned()).collect()
}

#[test]
fn targets_are_found_by_their_paths() {
    let (a, b) = (entry(0), entry(9_007_199_254_740_991));
    let text = file(&format!(
        r#""x-custom":[1],"targets":{{"noarch/b":{b},"\u0061\"\\/\n🐍":{a},"__proto__":{a},
            "constructor":{a},"":{{"length":7,"custom":{{"z":"\n\u0001","a":18446744073709551615}},
            "hashes":{{"sha512":"{}","other":"x"}},"further":null}}}}"#,
        Sha512Digest::of(b"")
    ));
    let (targets, forms) = parse(text.as_bytes(), &Limits::default()).unwrap();
    let paths: Vec<_> = targets.paths().collect();
    assert_eq!(paths, ["", "__proto__", "a\"\\/\n🐍", "constructor", "noarch/b"]);
    assert_eq!((targets.len(), targets.is_empty()), (5, false));
    for path in &paths {
        assert!(targets.find(path).unwrap().is_some(), "{path:?}");
    }
    for path in ["a", "noarch", "noarch/", "noarch/c", "A", "zz", "__proto_", "toString"] {
        assert_eq!(targets.find(path).unwrap(), None, "{path}");
    }
    let TargetFile { length, hashes, custom } = targets.find("").unwrap().unwrap();
    assert_eq!((length, hashes.sha256, hashes.unknown), (7, None, vec!["other".to_owned()]));
    assert_eq!(hashes.sha512, Some(Sha512Digest::of(b"")));
    // Plain JSON, unlike what is signed.
    assert_eq!(custom.unwrap(), r#"{"a":18446744073709551615,"z":"\n\u0001"}"#);
    let found = targets.find("noarch/b").unwrap().unwrap();
    assert_eq!((found.length, found.custom), (9_007_199_254_740_991, None));
    assert_eq!(found.hashes.sha256, Some(Sha256Digest::EMPTY));

    let metadata = targets.metadata();
    assert_eq!((metadata.version, metadata.spec_version.as_str()), (3, "1.0.31"));
    assert_eq!(
        (metadata.document.role, metadata.document.file.as_str()),
        ("targets", "3.targets.json")
    );
    let value = Value::parse(text.as_bytes(), "x", &Limits::default()).unwrap();
    let signed = value.as_object().unwrap().get("signed").unwrap();
    assert_eq!(forms, [CanonicalForm::Olpc.write(signed).unwrap()]);
}

#[test]
fn what_is_no_targets_file_says_so() {
    let good = file(r#""targets":{}"#);
    assert!(read(&good).unwrap().is_empty());
    for (from, to, code) in [
        (r#""_type":"targets""#, r#""_type":"snapshot""#, Code::RoleTypeMismatch),
        (r#""_type":"targets","#, "", Code::RoleMalformed),
        (r#""1.0.31""#, r#""2.0.0""#, Code::RoleSpecUnsupported),
        (r#""1.0.31""#, r#""1.x""#, Code::RoleSpecUnsupported),
        (r#""version":3"#, r#""version":0"#, Code::RoleMalformed),
        (r#""version":3"#, r#""version":3.0"#, Code::JsonInvalid),
        (r#""version":3"#, r#""version":"3""#, Code::RoleMalformed),
        (r#""version":3"#, r#""version":3,"version":4"#, Code::JsonInvalid),
        (r#""version":3"#, r#""version":3,"\u0076ersion":4"#, Code::JsonInvalid),
        ("2030-01-31T23:59:59Z", "2030-02-30T23:59:59Z", Code::RoleMalformed),
        (r#""targets":{}"#, r#""target":{}"#, Code::RoleMalformed),
        (r#""targets":{}"#, r#""targets":[]"#, Code::RoleMalformed),
        (r#""targets":{}"#, r#""targets":null"#, Code::RoleMalformed),
        (r#""targets":{}"#, r#""targets":{},"x":[1.5]"#, Code::JsonInvalid),
        (r#""targets":{}"#, r#""targets":{},"x":[-0]"#, Code::JsonInvalid),
        (r#""targets":{}"#, r#""targets":{},"delegations":null"#, Code::RoleMalformed),
        (r#""signatures":"#, r#""signature":"#, Code::RoleMalformed),
        (r#""signed":{"#, r#""signed":{},"x":{"#, Code::RoleMalformed),
        (r#"[{"keyid""#, r#"[{"keyid":"k","sig":"00"},{"keyid""#, Code::RoleMalformed),
    ] {
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        assert_eq!(read(&text).unwrap_err().code(), code, "{text}");
    }
    for text in ["[]", "1", r#"{"signatures":[],"signed":[]}"#] {
        refused(text);
    }
    assert_eq!(read("").unwrap_err().code(), Code::JsonInvalid);
}

#[test]
fn every_entry_has_a_length_and_hashes() {
    let hash = Sha256Digest::EMPTY;
    for bad in [
        "1".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"length":1}"#.to_owned(),
        r#"{"length":1,"hashes":{}}"#.to_owned(),
        r#"{"length":1,"hashes":[]}"#.to_owned(),
        r#"{"length":1,"hashes":{"x":1}}"#.to_owned(),
        r#"{"length":1,"hashes":{"x":["y"]}}"#.to_owned(),
        r#"{"length":1,"hashes":{"sha256":""}}"#.to_owned(),
        format!(r#"{{"length":1,"hashes":{{"sha512":"{hash}"}}}}"#),
        format!(r#"{{"length":1,"hashes":{{"sha256":"{hash}0"}}}}"#),
        r#"{"length":1,"hashes":{"other":"","sha256":"x"}}"#.to_owned(),
        format!(r#"{{"hashes":{{"sha256":"{hash}"}}}}"#),
        format!(r#"{{"length":-1,"hashes":{{"sha256":"{hash}"}}}}"#),
        format!(r#"{{"length":"1","hashes":{{"sha256":"{hash}"}}}}"#),
        format!(r#"{{"length":[1],"hashes":{{"sha256":"{hash}"}}}}"#),
        format!(r#"{{"length":null,"hashes":{{"sha256":"{hash}"}}}}"#),
        format!(r#"{{"length":9007199254740992,"hashes":{{"sha256":"{hash}"}}}}"#),
    ] {
        let good = entry(1);
        let text = file(&format!(r#""targets":{{"a":{good},"b/c":{bad},"d":{good}}}"#));
        assert!(refused(&text).contains("b/c"), "{bad}");
    }
}

#[test]
fn a_path_that_occurs_twice_is_refused_however_it_is_written() {
    let one = entry(1);
    for [first, second] in [["a", "a"], ["a", r"\u0061"], [r#"\""#, r"\u0022"], ["é", r"\u00e9"]] {
        let text = file(&format!(r#""targets":{{"{first}":{one},"b":{one},"{second}":{one}}}"#));
        let error = read(&text).unwrap_err();
        assert_eq!(error.code(), Code::JsonInvalid);
        assert!(error.to_string().contains("occurs twice"), "{error}");
    }
}

#[test]
fn roles_are_asked_in_the_order_of_the_file() {
    let hash = Sha256Digest::of(b"a/b");
    let prefix: String = hash.to_string().chars().take(2).collect();
    let roles = [
        role("2", r#""paths":["x","a/*"]"#),
        role("1", r#""paths":["*"]"#),
        role("__proto__", r#""paths":["*/b"],"x":{"y":[]}"#),
        role("none", r#""paths":[]"#),
        role("by hash", &format!(r#""path_hash_prefixes":["zz","{prefix}"]"#)),
        role("HASH", &format!(r#""path_hash_prefixes":["{}"]"#, prefix.to_uppercase() + "X")),
        role("all", r#""path_hash_prefixes":[""]"#),
        role("../é", r#""paths":["*/*"]"#).replace("false", "true"),
    ];
    let targets = read(&delegating(&format!(r#""roles":[{}]"#, roles.join(",")))).unwrap();
    assert_eq!(delegated(&targets, "a/b"), ["2", "__proto__", "by hash", "all", "../é"]);
    assert_eq!(delegated(&targets, "x"), ["2", "1", "all"]);
    let roles = targets.delegated("a/b").unwrap();
    let terminating: Vec<_> = roles.iter().map(|role| role.terminating).collect();
    assert_eq!(terminating, [false, false, false, false, true]);
    for role in roles {
        let keys = targets.keys_of(&role.name).unwrap();
        assert_eq!((keys.threshold, keys.ids.len()), (1, 1));
    }
    assert_eq!(targets.keys_of("nobody").unwrap_err().code(), Code::RoleMalformed);
    assert!(read(&file(r#""targets":{}"#)).unwrap().delegated("a").unwrap().is_empty());
}

#[test]
fn delegations_that_are_no_such_are_refused() {
    let good = role("a", r#""paths":["*"]"#);
    let bins =
        r#""succinct_roles":{"keyids":["k"],"threshold":1,"bit_length":8,"name_prefix":"b"}"#;
    read(&delegating(&format!(r#""roles":[{good}],"x":1"#))).unwrap();
    read(&delegating(bins)).unwrap();
    for bad in [
        r#""x":1"#.to_owned(),
        r#""roles":{}"#.to_owned(),
        r#""roles":null"#.to_owned(),
        r#""roles":[1]"#.to_owned(),
        format!(r#""roles":[{good}],{bins}"#),
        format!(r#""roles":[{good},{good}]"#),
        format!(r#""roles":[{good},{}]"#, good.replace(r#""a""#, r#""\u0061""#)),
        r#""succinct_roles":[]"#.to_owned(),
    ] {
        refused(&delegating(&bad));
    }
    for (from, to) in [
        (r#""a""#, r#""""#),
        (r#""a""#, "1"),
        (r#""a""#, r#""root""#),
        (r#""a""#, r#""timestamp""#),
        (r#""a""#, r#""snapshot""#),
        (r#""a""#, r#""t\u0061rgets""#),
        (r#""a""#, r#""a\u0000""#),
        (r#""a""#, r#""a\u0085""#),
        (r#"["k"]"#, "[]"),
        (r#"["k"]"#, r#"["k","k"]"#),
        (r#"["k"]"#, r#"["l"]"#),
        (r#"["k"]"#, r#""k""#),
        (r#""threshold":1"#, r#""threshold":0"#),
        (r#""threshold":1"#, r#""threshold":"1""#),
        (r#""terminating":false,"#, ""),
        (r#""terminating":false"#, r#""terminating":0"#),
        (r#","paths":["*"]"#, ""),
        (r#""paths":["*"]"#, r#""paths":"*""#),
        (r#""paths":["*"]"#, r#""paths":["*",1]"#),
        (r#""paths":["*"]"#, r#""path_hash_prefixes":[0]"#),
        (r#""paths":["*"]"#, r#""paths":["*"],"path_hash_prefixes":[]"#),
    ] {
        assert!(good.contains(from), "{from}");
        refused(&delegating(&format!(r#""roles":[{}]"#, good.replacen(from, to, 1))));
    }
    for (from, to) in [
        ("8", "0"),
        ("8", "33"),
        ("8", "4294967297"),
        ("8", "\"8\""),
        (r#""b""#, "1"),
        (r#""b""#, r#""b\n""#),
        (r#"["k"]"#, "[]"),
        (r#""threshold":1"#, r#""threshold":0"#),
    ] {
        assert!(bins.contains(from), "{from}");
        refused(&delegating(&bins.replacen(from, to, 1)));
    }
    let no_keys = delegating(&format!(r#""roles":[{good}]"#)).replace(r#""keys""#, r#""key""#);
    refused(&no_keys);
}

/// TAP 15: the first bits of the path's hash.
#[test]
fn bins_are_named_by_as_many_digits_as_the_last_one_needs() {
    // sha256("a/b") begins with c14cddc0.
    assert!(Sha256Digest::of(b"a/b").to_string().starts_with("c14cddc0"));
    for (bits, name) in [
        (1, "b-1"),
        (2, "b-3"),
        (3, "b-6"),
        (4, "b-c"),
        (5, "b-18"),
        (8, "b-c1"),
        (9, "b-182"),
        (12, "b-c14"),
        (31, "b-60a66ee0"),
        (32, "b-c14cddc0"),
    ] {
        let targets = read(&delegating(&format!(
            r#""succinct_roles":{{"keyids":["k"],"threshold":1,"bit_length":{bits},"name_prefix":"b"}}"#
        )))
        .unwrap();
        let roles = targets.delegated("a/b").unwrap();
        assert_eq!(roles.len(), 1);
        assert_eq!((roles[0].name.as_ref(), roles[0].terminating), (name, true), "{bits}");
    }
    // sha256("286") begins with 00328ce5.
    let targets = read(&delegating(
        r#""succinct_roles":{"keyids":["k"],"threshold":1,"bit_length":13,"name_prefix":""}"#,
    ))
    .unwrap();
    assert_eq!(delegated(&targets, "286"), ["-0006"]);
}

#[test]
fn limits_hold() {
    let many = |count: usize| {
        let entries: Vec<_> = (0..count).map(|n| format!(r#""{n}":{}"#, entry(1))).collect();
        file(&format!(r#""targets":{{{}}}"#, entries.join(",")))
    };
    let exceeded = |limit, max| Error::new(Fault::LimitExceeded { limit, max });
    let text = many(5);
    let length = u64::try_from(text.len()).unwrap();
    let limits = Limits { targets: 5, targets_bytes: length, ..Limits::default() };
    parse(text.as_bytes(), &limits).unwrap();
    let fewer = Limits { targets: 4, ..limits.clone() };
    assert_eq!(parse(text.as_bytes(), &fewer).unwrap_err(), exceeded("targets", 4));
    let less = Limits { targets_bytes: length - 1, ..limits.clone() };
    let max = length - 1;
    assert_eq!(parse(text.as_bytes(), &less).unwrap_err(), exceeded("targetsBytes", max));
    // As many as there are, whatever other documents may have.
    parse(many(20).as_bytes(), &Limits { entries: 3, ..Limits::default() }).unwrap();

    let two = r#""keys":{"l":{"keytype":"x","scheme":"x"},"#;
    let roles = format!(
        r#""roles":[{},{}]"#,
        role("a", r#""paths":["12345"]"#).replace(r#"["k"]"#, r#"["k","l"]"#),
        role("b", r#""path_hash_prefixes":["12345"]"#)
    );
    let text = delegating(&roles).replace(r#""keys":{"#, two);
    let limits = Limits { keys: 2, delegated_roles: 2, path_bytes: 5, pattern_steps: 7, ..limits };
    let delegating_two = |limits: &Limits| parse(text.as_bytes(), limits).map(|(read, _)| read);
    // One for each pattern and prefix, and one for each character up to the one that differs.
    assert!(delegating_two(&limits).unwrap().delegated("1234").unwrap().is_empty());
    let fewer = Limits { pattern_steps: 6, ..limits.clone() };
    let error = delegating_two(&fewer).unwrap().delegated("1234").unwrap_err();
    assert_eq!(error, exceeded("patternSteps", 6));
    for (name, max) in [("keys", 1), ("delegatedRoles", 1), ("pathBytes", 4)] {
        let mut fewer = limits.clone();
        fewer.set(name, max).unwrap();
        assert_eq!(delegating_two(&fewer).unwrap_err(), exceeded(name, max));
    }
    // Of key ids and of signatures there are no more either.
    let one = Limits { keys: 1, ..Limits::default() };
    let twice = delegating(&roles);
    assert_eq!(parse(twice.as_bytes(), &one).unwrap_err(), exceeded("keys", 1));
    let twice = file(r#""targets":{}"#).replace(r#"[{"#, r#"[{"keyid":"l","sig":""},{"#);
    assert_eq!(parse(twice.as_bytes(), &one).unwrap_err(), exceeded("keys", 1));

    // No tree is built of what is long.
    let small = Limits { role_bytes: 1_000, ..Limits::default() };
    let long = "[],".repeat(500) + "[]";
    let keys =
        delegating(r#""roles":[]"#).replace(r#""keys":{"#, &format!(r#""keys":{{"l":[{long}],"#));
    let paths = delegating(&format!(r#""roles":[{}]"#, role("a", &format!(r#""paths":[{long}]"#))));
    let signatures = file(r#""targets":{}"#).replace(r#""sig":"""#, &format!(r#""sig":[{long}]"#));
    for text in [keys, paths, signatures] {
        assert_eq!(parse(text.as_bytes(), &small).unwrap_err(), exceeded("roleBytes", 1_000));
    }
    let nested = file(&format!(r#""targets":{{}},"x":{}{}"#, "[".repeat(63), "]".repeat(63)));
    assert_eq!(read(&nested).unwrap_err(), exceeded("jsonDepth", 64));
}

/// Each cut is refused, and each byte changed is refused or says something that is signed
/// by nobody.
#[test]
fn spoiled_files_are_refused_or_differ_in_what_is_signed() {
    let roles = format!(r#""roles":[{}]"#, role("a", r#""paths":["*"]"#));
    let targets = format!(r#""targets":{{"x\n":{},"é":{}}}"#, entry(1), entry(2));
    let text = delegating(&roles).replace(r#""targets":{}"#, &targets);
    let bytes = text.as_bytes();
    let (honest, forms) = parse(bytes, &Limits::default()).unwrap();
    for length in 0..bytes.len() {
        assert!(parse(&bytes[..length], &Limits::default()).is_err(), "{length}");
    }
    let signed = text.find(r#""signed""#).unwrap();
    let mut accepted = 0;
    for at in 0..bytes.len() {
        for flip in [1, 2, 4, 8, 16, 32, 64, 128] {
            let mut spoiled = bytes.to_vec();
            spoiled[at] ^= flip;
            let Ok((found, others)) = parse(&spoiled, &Limits::default()) else { continue };
            accepted += 1;
            // Whoever says the same has the same bytes signed, and the other way round.
            assert_eq!(found == honest, others == forms, "{at} {flip}");
            assert!(others != forms || at < signed, "{at} {flip}");
            for path in found.paths() {
                assert!(found.find(&path).unwrap().is_some());
                found.delegated(&path).unwrap();
            }
        }
    }
    assert!(accepted > 100, "{accepted}");
}

/// 10,000 packages of a channel, as securesystemslib writes them.
fn channel(count: usize) -> String {
    let mut targets = String::new();
    for number in 0..count {
        let comma = if number > 0 { "," } else { "" };
        let hash = Sha256Digest::of(&number.to_be_bytes());
        write!(
            targets,
            r#"{comma}"linux-64/package-name-{number:06}-1.2.3-h1234567_0.conda":{{"hashes":{{"sha256":"{hash}"}},"length":{}}}"#,
            number * 7
        )
        .unwrap();
    }
    file(&format!(r#""targets":{{{targets}}}"#))
}

#[test]
fn many_targets_are_found() {
    let targets = read(&channel(10_000)).unwrap();
    assert_eq!(targets.len(), 10_000);
    for (number, path) in targets.paths().enumerate() {
        let found = targets.find(&path).unwrap().unwrap();
        assert_eq!(found.length, u64::try_from(number).unwrap() * 7);
    }
}
