//! Any bytes as an index of shards and, behind an index that lists them, as a shard.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use conda_verifier::{Limits, Shard, ShardIndex};
use conda_verifier_fixtures::shards::{Packed, ShardedChannel, Spelling};
use serde_json::json;

/// An index without shards. Not the sample channel's: its packages take long to make.
static CHANNEL: LazyLock<ShardedChannel> = LazyLock::new(|| {
    let info = json!({ "base_url": "", "shards_base_url": "shards", "subdir": "noarch" });
    let index = Packed::of(&json!({ "info": info, "version": 1 }));
    ShardedChannel { spelling: Spelling::Bytes, index, shards: BTreeMap::new() }
});

/// Runs it.
pub fn run(bytes: &[u8]) {
    let mut limits = Limits::default();
    limits.set("shardBytes", 16 << 20).expect("a limit");
    if let Ok(index) = ShardIndex::read(&mut &*bytes, &limits) {
        for name in index.names() {
            let digest = index.digest(name).expect("it is listed").to_string();
            let path = index.shard_path(name).expect("it is listed");
            assert!(path.ends_with(&format!("{digest}.msgpack.zst")));
        }
    }
    let index = CHANNEL.index_of(&BTreeMap::from([("hello", bytes.to_vec())]));
    let index = ShardIndex::read(&mut index.as_slice(), &limits).expect("an honest index");
    let Ok(shard) = Shard::open(&index, "hello", bytes, &limits) else { return };
    for file_name in shard.file_names() {
        if let Ok(record) = shard.find(file_name) {
            assert_eq!((record.name.as_str(), record.subdir.as_deref()), ("hello", Some("noarch")));
            let [name, version, build] = [&record.name, &record.version, &record.build];
            assert!(file_name.starts_with(&format!("{name}-{version}-{build}.")));
        }
    }
}
