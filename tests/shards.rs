//! Sharded repodata: an honest channel, hostile ones, and real ones where there are any.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use conda_verifier::{
    Code, Error, Fault, Limits, Md5Digest, Record, Repodata, Sha256Digest, Shard, ShardIndex,
};
use conda_verifier_fixtures::channel::sample_channel;
use conda_verifier_fixtures::shards::{
    Packed, ShardSpoil, ShardedChannel, Spelling, sharded_channel,
};
use conda_verifier_fixtures::{bzip2, zstd};
use serde_json::json;

static BYTES: LazyLock<ShardedChannel> = LazyLock::new(|| sharded_channel(Spelling::Bytes));
static HEX: LazyLock<ShardedChannel> = LazyLock::new(|| sharded_channel(Spelling::Hex));

fn index(bytes: &[u8]) -> Result<ShardIndex, Error> {
    ShardIndex::read(&mut &*bytes, &Limits::default())
}

/// The index of a channel whose member is edited.
fn edited(edit: impl FnOnce(&mut Packed)) -> Result<ShardIndex, Error> {
    let mut channel = BYTES.clone();
    edit(&mut channel.index);
    index(&channel.index())
}

/// The index and the shard of `hello`, edited before it was compressed and listed.
fn with_shard(edit: impl FnOnce(&mut Packed)) -> (ShardIndex, Vec<u8>) {
    let mut channel = BYTES.clone();
    edit(channel.shards.get_mut("hello").unwrap());
    (index(&channel.index()).unwrap(), channel.shard("hello"))
}

fn open(index: &ShardIndex, shard: &[u8]) -> Result<Shard, Error> {
    Shard::open(index, "hello", shard, &Limits::default())
}

fn find(edit: impl FnOnce(&mut Packed)) -> Result<Record, Error> {
    let (index, shard) = with_shard(edit);
    open(&index, &shard)?.find(ShardSpoil::FILE)
}

#[test]
fn rows_have_what_reading_a_record_alone_says() {
    let (index, shard) = with_shard(|_| ());
    let shard = open(&index, &shard).unwrap();
    for name in shard.file_names() {
        let (row, record) = (shard.row(name), shard.find(name).unwrap());
        assert_eq!((row.file_name, &row.fault), (name, &None));
        assert_eq!(row.text("name"), Some(record.name.as_str()));
        assert_eq!(row.text("version"), Some(record.version.as_str()));
        assert_eq!(
            (row.text("build"), row.number("size")),
            (Some(record.build.as_str()), record.size)
        );
    }
    let (index, shard) =
        with_shard(|shard| *record(shard).member("version") = Packed::of(&json!(7)));
    let shard = open(&index, &shard).unwrap();
    let row = shard.row(ShardSpoil::FILE);
    assert_eq!(row.fault, shard.find(ShardSpoil::FILE).err());
    assert!(row.fault.is_some());
}

/// The record of the sample in its shard.
fn record(shard: &mut Packed) -> &mut Packed {
    shard.member("packages.conda").member(ShardSpoil::FILE)
}

/// Shards say what `repodata.json` of the same channel says.
#[test]
fn an_honest_channel_reads_as_its_repodata() {
    let limits = Limits::default();
    let text = sample_channel().files["noarch/repodata.json"].clone();
    let repodata = Repodata::parse(text, &limits).unwrap();
    for channel in [&BYTES, &HEX] {
        let files = channel.files();
        let index = index(&files[ShardedChannel::INDEX]).unwrap();
        assert_eq!(index.names().collect::<Vec<_>>(), ["big", "empty", "hello"]);
        assert_eq!(index.info().subdir, "noarch");
        assert_eq!(index.info().shards_base_url, "shards");
        assert!(index.info().members.as_object().unwrap().contains_key("created_at"));
        let mut file_names = Vec::new();
        for name in index.names() {
            let path = index.shard_path(name).unwrap();
            let bytes = &files[&format!("noarch/{path}")];
            assert_eq!(index.digest(name), Ok(Sha256Digest::of(bytes)));
            let shard = Shard::open(&index, name, bytes, &limits).unwrap();
            assert_eq!((shard.name(), shard.removed()), (name, [].as_slice()));
            for file_name in shard.file_names() {
                assert_eq!(shard.find(file_name), repodata.find(file_name), "{file_name}");
                file_names.push(file_name.to_owned());
            }
        }
        file_names.sort();
        assert_eq!(file_names, repodata.file_names().collect::<Vec<_>>());
    }
}

#[test]
fn the_path_of_a_shard_has_one_slash() {
    for (base, before) in [
        ("", ""),
        ("shards", "shards/"),
        ("./shards/", "./shards/"),
        ("https://example.org/a", "https://example.org/a/"),
    ] {
        let index = edited(|index| *index.member("info").member("shards_base_url") = base.into());
        let index = index.unwrap();
        let expected = format!("{before}{}.msgpack.zst", index.digest("hello").unwrap());
        assert_eq!(index.shard_path("hello"), Ok(expected));
    }
}

#[test]
fn what_the_index_lacks_is_no_shard_of_it() {
    let index = edited(|_| {}).unwrap();
    for name in ["hell", "", "Hello", "../hello"] {
        let missing = Error::new(Fault::ShardMissing { name: name.into() });
        assert_eq!(index.digest(name), Err(missing.clone()));
        assert_eq!(index.shard_path(name), Err(missing.clone()));
        let opened = Shard::open(&index, name, b"", &Limits::default());
        assert_eq!(opened.unwrap_err(), missing);
    }
}

/// What has another digest is not looked at, whatever it is.
#[test]
fn a_shard_is_authenticated_before_it_is_decoded() {
    let channel = BYTES.clone();
    let index = index(&channel.index()).unwrap();
    let honest = channel.shard("hello");
    let mut others = vec![Vec::new(), b"x".to_vec(), ShardSpoil::Bomb.shard(&channel)];
    others.push(channel.shard("empty"));
    others.extend((0..honest.len()).map(|length| honest[..length].to_vec()));
    for at in 0..honest.len() {
        let mut flipped = honest.clone();
        flipped[at] ^= 1;
        others.push(flipped);
    }
    for other in others {
        let expected = Error::new(Fault::ShardDigestMismatch {
            name: "hello".into(),
            expected: index.digest("hello").unwrap().to_string(),
            actual: Sha256Digest::of(&other).to_string(),
        });
        assert_eq!(open(&index, &other).unwrap_err(), expected);
    }
}

/// An index that was made for the spoiled shard: what is left to notice is the spoil.
#[test]
fn every_spoiled_shard_is_refused() {
    let channel = BYTES.clone();
    for spoil in ShardSpoil::ALL {
        let (index_bytes, bytes) = spoil.apply(&channel);
        let index = index(&index_bytes).unwrap();
        let opened = open(&index, &bytes);
        let at_opening = opened.as_ref().err().map(|error| error.code());
        let at_finding = opened.ok().map(|shard| {
            let names: Vec<_> = shard.file_names().map(str::to_owned).collect();
            let refused = names.iter().find_map(|name| shard.find(name).err());
            refused.map(|error| error.code())
        });
        use ShardSpoil as S;
        let expected = match spoil {
            S::OtherPackage | S::RecordMoved => (None, Some(Some(Code::RecordNameMismatch))),
            S::RecordOtherSubdir => (None, Some(Some(Code::RecordSubdirMismatch))),
            S::DigestShort | S::NameOfBytes => (None, Some(Some(Code::RecordInvalid))),
            S::Conflict => (None, Some(Some(Code::RecordConflict))),
            S::FileTwice | S::NoSection => (Some(Code::RepodataInvalid), None),
            S::KeyTwice | S::KeyNumber | S::Extension | S::NotUtf8 | S::HugeMap | S::Trailing => {
                (Some(Code::MsgpackInvalid), None)
            }
            S::Deep | S::Bomb => (Some(Code::LimitExceeded), None),
        };
        assert_eq!((at_opening, at_finding), expected, "{spoil}");
    }
}

#[test]
fn an_index_of_another_shape_is_refused() {
    let plain = |value: serde_json::Value| Packed::of(&value);
    type Edit = fn(&mut Packed);
    let cases: [(Code, Edit); 10] = [
        (Code::RepodataInvalid, |index| *index.member("version") = Packed::Plain(2.into())),
        (Code::RepodataInvalid, |index| *index.member("version") = "1".into()),
        (Code::RepodataInvalid, |index| *index.member("info") = Packed::Array(Vec::new())),
        (Code::RepodataInvalid, |index| {
            index.member("info").members().retain(|pair| pair.0 != "subdir".into());
        }),
        (Code::RepodataInvalid, |index| {
            *index.member("info").member("base_url") = Packed::Plain(1.into());
        }),
        (Code::RepodataInvalid, |index| index.members().clear()),
        (Code::MsgpackInvalid, |index| index.push("version", Packed::Plain(1.into()))),
        (Code::MsgpackInvalid, |index| index.push("shards", Packed::Map(Vec::new()))),
        (Code::MsgpackInvalid, |index| index.push("x", Packed::Raw(vec![0xc1]))),
        (Code::LimitExceeded, |index| index.push("x", Packed::Raw(vec![0x91; 100]))),
    ];
    for (number, (code, edit)) in cases.into_iter().enumerate() {
        assert_eq!(edited(edit).unwrap_err().code(), code, "{number}");
    }
    let without_version = |index: &mut Packed| *index.member("version") = plain(json!(null));
    edited(without_version).unwrap();
    edited(|index| index.members().retain(|pair| pair.0 != "version".into())).unwrap();
    edited(|index| index.push("later", plain(json!([1, {"a": null}])))).unwrap();
}

#[test]
fn names_and_digests_of_the_index_are_checked() {
    let of = |name: &str, digest: Packed| {
        let mut index = BYTES.clone().index;
        index.push("shards", Packed::Map(vec![(name.into(), digest)]));
        self::index(&index.bytes()).map(|index| index.names().count()).map_err(|e| e.code())
    };
    let bytes = |length| Packed::Bytes(vec![7; length]);
    assert_eq!(of("a.b_c-d", bytes(32)), Ok(1));
    assert_eq!(of("a", "Ab".repeat(32).as_str().into()), Ok(1));
    for name in ["", "a/b", "..\\a", "a b", "é", "a\0"] {
        assert_eq!(of(name, bytes(32)), Err(Code::RepodataInvalid), "{name:?}");
    }
    for digest in [bytes(31), bytes(33), bytes(0), "ab".into(), "x".repeat(64).as_str().into()] {
        assert_eq!(of("a", digest), Err(Code::RepodataInvalid));
    }
    assert_eq!(of("a", Packed::Bytes(b"ab".repeat(32))), Err(Code::RepodataInvalid));
    assert_eq!(of("a", Packed::Plain(1.into())), Err(Code::MsgpackInvalid));
}

#[test]
fn records_are_checked_when_they_are_found() {
    let legacy = "0123456789abcdef0123456789abcdef";
    let found = find(|shard| {
        record(shard).push("legacy_bz2_md5", legacy.into());
        record(shard).push("bytes", Packed::Bytes(vec![0xff; 3]));
        record(shard).members().retain(|pair| pair.0 != "subdir".into());
        *record(shard).member("md5") = legacy.into();
    });
    let found = found.unwrap();
    assert_eq!(found.subdir.as_deref(), Some("noarch"), "the one of the index");
    assert_eq!(found.md5, Some(Md5Digest::parse(legacy).unwrap()));
    type Edit = fn(&mut Packed);
    let cases: [(Code, Edit); 7] = [
        (Code::RecordNameMismatch, |shard| *record(shard).member("version") = "1.1".into()),
        (Code::RecordNameMismatch, |shard| *record(shard).member("build") = "0".into()),
        (Code::RecordNameMismatch, |shard| *record(shard).member("name") = "hallo".into()),
        (Code::RecordInvalid, |s| record(s).push("legacy_bz2_md5", Packed::Bytes(vec![0; 32]))),
        (Code::RecordInvalid, |shard| *record(shard).member("sha256") = Packed::Bytes(Vec::new())),
        (Code::RecordInvalid, |shard| *record(shard) = Packed::Array(Vec::new())),
        (Code::RecordMissing, |shard| shard.member("packages.conda").members().clear()),
    ];
    for (number, (code, edit)) in cases.into_iter().enumerate() {
        assert_eq!(find(edit).unwrap_err().code(), code, "{number}");
    }
}

/// The same record may be in `v3` and beside it, whichever way its digests are spelt.
#[test]
fn a_twin_that_says_the_same_is_no_conflict() {
    let hex = HEX.clone().shards["hello"].clone();
    find(|shard| {
        let twin = record(&mut hex.clone()).clone();
        let bucket = Packed::Map(vec![("hello-1.0-pyh0_0".into(), twin)]);
        shard.push("v3", Packed::Map(vec![("conda".into(), bucket)]));
    })
    .unwrap();
}

/// What is no conda package is listed, and not vouched for.
#[test]
fn files_of_other_kinds_are_no_records() {
    let (index, bytes) = with_shard(|shard| {
        let bucket = Packed::Map(vec![("hello-1.0-py3-none-any".into(), Packed::Map(vec![]))]);
        shard.push("v3", Packed::Map(vec![("whl".into(), bucket)]));
        *shard.member("removed") = Packed::Array(vec!["hello-0.9-0.conda".into()]);
    });
    let shard = open(&index, &bytes).unwrap();
    let wheel = "hello-1.0-py3-none-any.whl";
    assert!(shard.file_names().any(|name| name == wheel));
    assert_eq!(shard.find(wheel).unwrap_err().code(), Code::FileNameInvalid);
    assert_eq!(shard.removed(), ["hello-0.9-0.conda"]);
    assert_eq!(shard.find("hello-0.9-0.conda").unwrap_err().code(), Code::RecordMissing);
}

/// Cut anywhere, compressed or not, index and shard are refused.
#[test]
fn truncated_at_every_byte() {
    let channel = BYTES.clone();
    let mut plain = channel.index.clone();
    plain.push("shards", Packed::Map(Vec::new()));
    for bytes in [channel.index(), plain.bytes()] {
        for length in 0..bytes.len() {
            assert!(index(&bytes[..length]).is_err(), "{length}");
        }
        assert!(index(&[bytes.as_slice(), b"\0"].concat()).is_err());
        index(&bytes).unwrap();
    }
    let shard = channel.shards["hello"].bytes();
    for length in 0..shard.len() {
        let cut = zstd::compress(&shard[..length]);
        let index = index(&channel.index_of(&BTreeMap::from([("hello", cut.clone())]))).unwrap();
        assert_eq!(open(&index, &cut).unwrap_err().code(), Code::MsgpackInvalid, "{length}");
    }
}

/// Whatever a byte is changed to, nothing panics, and what is found is of the package.
#[test]
fn changed_at_every_byte() {
    let channel = &*BYTES;
    let honest = channel.shards["hello"].bytes();
    let mut found = 0;
    for at in 0..honest.len() {
        for change in [0x01, 0x20, 0x80, 0xff] {
            let mut plain = honest.clone();
            plain[at] ^= change;
            let bytes = zstd::Frame::raw(&plain).bytes();
            let index = channel.index_of(&BTreeMap::from([("hello", bytes.clone())]));
            let Ok(shard) = open(&self::index(&index).unwrap(), &bytes) else { continue };
            for record in shard.file_names().filter_map(|name| shard.find(name).ok()) {
                assert_eq!(
                    (record.name.as_str(), record.subdir.as_deref()),
                    ("hello", Some("noarch"))
                );
                found += 1;
            }
        }
    }
    assert!(found > honest.len(), "only {found}");
}

#[test]
fn every_limit_holds() {
    let channel = BYTES.clone();
    let (index_bytes, shard) = (channel.index(), channel.shard("hello"));
    let index = index(&index_bytes).unwrap();
    let with = |limit: &str, max: u64| {
        let mut limits = Limits::default();
        limits.set(limit, max).unwrap();
        limits
    };
    for (limit, enough, little) in [
        ("shardBytes", 2_000, 100),
        ("records", 3, 1),
        ("nameBytes", 100, 10),
        ("recordBytes", 500, 50),
        ("jsonDepth", 3, 1),
        ("entries", 100, 1),
        ("pathBytes", 30, 3),
    ] {
        for max in [enough, little] {
            let limits = with(limit, max);
            let read = ShardIndex::read(&mut index_bytes.as_slice(), &limits).map(|_| ());
            let opened = Shard::open(&index, "hello", &shard, &limits).map(|_| ());
            // `info` holds no value that is deeper than its own map.
            let deep_index = limit != "jsonDepth" || max == enough;
            let refused = Err(Error::new(Fault::LimitExceeded { limit: named(limit), max }));
            let expected = if max == enough { Ok(()) } else { refused };
            if deep_index {
                assert_eq!(read, expected, "{limit} {max}");
            }
            assert_eq!(opened, expected, "{limit} {max}");
        }
    }
    let bomb = ShardSpoil::Bomb.shard(&channel);
    let mut limits = with("shardBytes", 2 << 30);
    let refused = ShardIndex::read(&mut bomb.as_slice(), &limits).unwrap_err();
    assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "ratio", max: 1_000 }));
    limits.set("shardBytes", 1 << 20).unwrap();
    let refused = ShardIndex::read(&mut bomb.as_slice(), &limits).unwrap_err();
    assert_eq!(refused, Error::new(Fault::LimitExceeded { limit: "shardBytes", max: 1 << 20 }));
}

fn named(limit: &str) -> &'static str {
    Limits::NAMES.iter().find(|name| **name == limit).unwrap()
}

#[test]
fn an_index_may_be_plain_or_compressed() {
    let channel = BYTES.clone();
    let mut packed = channel.index.clone();
    packed.push("shards", Packed::Map(Vec::new()));
    let plain = packed.bytes();
    let read = index(&plain).unwrap();
    assert_eq!(index(&zstd::compress(&plain)), Ok(read.clone()));
    assert_eq!(index(&bzip2::compress(&plain, 9)), Ok(read));
    assert_eq!(index(b"{\"info\":{}}").unwrap_err().code(), Code::MsgpackInvalid);
    assert_eq!(index(b"<!DOCTYPE html>").unwrap_err().code(), Code::MsgpackInvalid);
}

/// An index and two shards as conda-index wrote them.
#[test]
fn real_shards_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus/conda/tests/data/conda_format_repo/linux-64");
    if !folder.is_dir() {
        let _ = writeln!(std::io::stderr(), "left out: no real shards at ../shared/corpus");
        return;
    }
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let index = index(&read("repodata_shards.msgpack.zst")).unwrap();
    assert_eq!(index.info().subdir, "linux-64");
    assert_eq!(index.names().collect::<Vec<_>>(), ["libgcc-ng", "zlib"]);
    let mut found = Vec::new();
    for name in index.names() {
        let path = index.shard_path(name).unwrap();
        let shard = Shard::open(&index, name, &read(&path), &Limits::default()).unwrap();
        found.extend(shard.file_names().map(|file| shard.find(file).unwrap()));
    }
    let names: Vec<_> = found.iter().map(|record| record.file_name.as_str()).collect();
    assert_eq!(
        names,
        [
            "libgcc-ng-8.2.0-hdf63c60_1.tar.bz2",
            "zlib-1.2.11-h7b6447c_3.conda",
            "zlib-1.2.11-h7b6447c_3.tar.bz2"
        ]
    );
    assert!(found.iter().all(|record| record.sha256.is_some() && record.size.is_some()));
}

/// Each level of it is within the limits, all of it is not: nothing is made of it.
#[test]
fn a_version_that_is_a_tree_is_not_built() {
    let mut bytes = vec![0x81, 0xa7];
    bytes.extend_from_slice(b"version");
    // 20 arrays of 65,535 nils.
    bytes.extend_from_slice(&[0xdc, 0, 20]);
    for _ in 0..20 {
        bytes.extend_from_slice(&[0xdc, 0xff, 0xff]);
        bytes.extend(std::iter::repeat_n(0xc0, 0xffff));
    }
    let refused = index(&zstd::compress(&bytes)).unwrap_err();
    assert!(matches!(&*refused, Fault::LimitExceeded { limit: "recordBytes", .. }), "{refused}");
}
