//! Sharded repodata; more is in `tests/shards.rs`.

use conda_verifier::{Code, Error, Limits, Shard, ShardIndex};
use conda_verifier_fixtures::shards::{ShardSpoil, ShardedChannel, Spelling, sharded_channel};

/// The codes that the tests of this file cover.
pub(crate) const CODES: [Code; 5] = [
    Code::MsgpackInvalid,
    Code::ShardMissing,
    Code::ShardDigestMismatch,
    Code::RecordNameMismatch,
    Code::RecordSubdirMismatch,
];

/// What looking the sample up comes to.
fn lookup(index: &[u8], shard: &[u8], name: &str) -> Code {
    let limits = Limits::default();
    let find = || -> Result<(), Error> {
        let index = ShardIndex::read(&mut &*index, &limits)?;
        let shard = Shard::open(&index, name, shard, &limits)?;
        let names: Vec<_> = shard.file_names().collect();
        names.iter().try_for_each(|name| shard.find(name).map(|_| ()))
    };
    find().unwrap_err().code()
}

fn spoiled(channel: &ShardedChannel, spoil: ShardSpoil) -> Code {
    let (index, shard) = spoil.apply(channel);
    lookup(&index, &shard, ShardSpoil::VICTIM)
}

#[test]
fn each_fault_of_a_shard_has_its_code() {
    let channel = sharded_channel(Spelling::Bytes);
    let index = channel.index();
    let found = [
        spoiled(&channel, ShardSpoil::KeyTwice),
        lookup(&index, &channel.shard("hello"), "hallo"),
        lookup(&index, &channel.shard("empty"), "hello"),
        spoiled(&channel, ShardSpoil::OtherPackage),
        spoiled(&channel, ShardSpoil::RecordOtherSubdir),
    ];
    assert_eq!(found, CODES);
}
