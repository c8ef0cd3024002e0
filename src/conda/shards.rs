//! Sharded repodata (CEP 16): an index of packages, and one file of records for each.
//!
//! The index names each shard by the SHA-256 of its compressed bytes, and nothing signs
//! the index. So a record of a shard is trusted as far as its index is: where that is a
//! target of a repository that was verified (TUF), it is the channel's word; elsewhere
//! index and shard are consistent with each other, and no more is known.

mod shard;

pub use shard::Shard;

use super::file_name::is_plain;
use crate::archive::{self, ReadAt};
use crate::by_name::{ByName, Names};
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault, Quoted};
use crate::json::{Msgpack, Value};
use crate::limits::{Budget, Limits};

/// The newest version that is known.
const VERSION: u64 = 1;

/// What an index of shards says about itself. Its URLs are texts of whoever wrote the
/// index, absolute or relative to the URL of the index, and may be empty: resolving
/// them, and deciding where they may lead, is for whoever fetches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardIndexInfo {
    /// The platform's folder in the channel.
    pub subdir: String,
    /// Where the packages are.
    pub base_url: String,
    /// Where the shards are.
    pub shards_base_url: String,
    /// All members of `info`.
    pub members: Value,
}

/// A `repodata_shards.msgpack.zst`: which shard holds the records of which package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardIndex {
    info: ShardIndexInfo,
    shards: ByName<Sha256Digest>,
}

impl ShardIndex {
    /// Reads an index, compressed with zstd, as it is published, or plain.
    ///
    /// # Errors
    /// The `Zstd…` errors; [`Fault::MsgpackInvalid`] where it is not strict
    /// MessagePack; [`Fault::RepodataInvalid`] where it is of a later version than 1,
    /// where a member is missing or malformed, and where a package's name has other
    /// characters than CEP 26 gives it; [`Fault::LimitExceeded`] for `shardBytes`,
    /// `ratio`, `records`, `nameBytes`, `recordBytes` (of `info`), `entries` and
    /// `jsonDepth`; what `source` fails with.
    pub fn read(source: &mut dyn ReadAt, limits: &Limits) -> Result<Self, Error> {
        let budget = Budget::new("shardBytes", limits.shard_bytes);
        let bytes = archive::read_document(source, "the index of shards", budget, limits)?;
        let mut reader = Msgpack::new(&bytes, "the index of shards", limits);
        let (mut info, mut shards, mut seen) = (None, None, Names::default());
        for _ in 0..reader.map()? {
            match reader.key(&mut seen)? {
                "version" => {
                    let span = reader.skip()?;
                    check_version(&record_value(&reader, span, limits)?)?;
                }
                "info" => info = Some(read_info(&mut reader, limits)?),
                "shards" => shards = Some(read_shards(&mut reader, limits)?),
                _ => {
                    reader.skip()?;
                }
            }
        }
        reader.end()?;
        match (info, shards) {
            (Some(info), Some(shards)) => Ok(Self { info, shards }),
            (None, _) => Err(invalid("the index of shards has no info")),
            (_, None) => Err(invalid("the index of shards has no shards")),
        }
    }

    /// What the index says about itself.
    #[must_use]
    pub const fn info(&self) -> &ShardIndexInfo {
        &self.info
    }

    /// The names of the packages that have a shard, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.shards.names()
    }

    /// The SHA-256 of a package's shard, over its compressed bytes.
    ///
    /// # Errors
    /// [`Fault::ShardMissing`].
    pub fn digest(&self, name: &str) -> Result<Sha256Digest, Error> {
        let digest = self.shards.get(name).copied();
        digest.ok_or_else(|| Error::new(Fault::ShardMissing { name: name.to_owned() }))
    }

    /// Where a package's shard is: `shards_base_url`, a slash where that has none at
    /// its end, and a file name. Absolute or relative to the URL of the index.
    ///
    /// # Errors
    /// [`Fault::ShardMissing`].
    pub fn shard_path(&self, name: &str) -> Result<String, Error> {
        let digest = self.digest(name)?;
        let base = self.info.shards_base_url.as_str();
        // An empty base is the folder of the index, not the root of its host.
        let slash = if base.is_empty() || base.ends_with('/') { "" } else { "/" };
        Ok(format!("{base}{slash}{digest}.msgpack.zst"))
    }
}

fn check_version(version: &Value) -> Result<(), Error> {
    match version {
        Value::Null => Ok(()),
        _ if version.as_u64() == Some(VERSION) => Ok(()),
        _ => Err(invalid("the index of shards is of another version than 1")),
    }
}

fn read_info(reader: &mut Msgpack<'_>, limits: &Limits) -> Result<ShardIndexInfo, Error> {
    let span = reader.skip()?;
    let members = record_value(reader, span, limits)?;
    let text = |name| match members.member(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(invalid(&format!("info of the index of shards has no text {name}"))),
    };
    let [subdir, base_url, shards_base_url] =
        [text("subdir")?, text("base_url")?, text("shards_base_url")?];
    Ok(ShardIndexInfo { subdir, base_url, shards_base_url, members })
}

fn read_shards(reader: &mut Msgpack<'_>, limits: &Limits) -> Result<ByName<Sha256Digest>, Error> {
    let mut names = NameBudget::new(limits);
    let count = reader.map()?;
    names.records.spend(count)?;
    let mut shards = ByName::new();
    for _ in 0..count {
        let name = reader.text()?;
        names.spend(name)?;
        if name.is_empty() || !is_plain(name) {
            return Err(invalid(&format!("{} is no name of a package", Quoted::new(name))));
        }
        let digest = Sha256Digest::parse(&reader.digest()?)
            .map_err(|_| invalid(&format!("the digest of the shard of {name} is no SHA-256")))?;
        if !shards.insert(name.to_owned(), digest) {
            return Err(reader.twice());
        }
    }
    Ok(shards)
}

/// The value at a place that was skipped, if it is no longer than a record may be: a
/// tree takes many times the memory of its text.
fn record_value(
    reader: &Msgpack<'_>,
    span: std::ops::Range<usize>,
    limits: &Limits,
) -> Result<Value, Error> {
    check_record_bytes(&span, limits)?;
    reader.of_span(span).value()
}

fn check_record_bytes(span: &std::ops::Range<usize>, limits: &Limits) -> Result<(), Error> {
    let length = u64::try_from(span.len()).unwrap_or(u64::MAX);
    Budget::new("recordBytes", limits.record_bytes).spend(length)
}

/// What names may cost that are kept.
struct NameBudget {
    records: Budget,
    bytes: Budget,
    path_bytes: u64,
}

impl NameBudget {
    fn new(limits: &Limits) -> Self {
        Self {
            records: Budget::new("records", limits.records),
            bytes: Budget::new("nameBytes", limits.name_bytes),
            path_bytes: limits.path_bytes,
        }
    }

    fn spend(&mut self, name: &str) -> Result<(), Error> {
        let length = u64::try_from(name.len()).unwrap_or(u64::MAX);
        Budget::new("pathBytes", self.path_bytes).spend(length)?;
        self.bytes.spend(length)
    }
}

fn invalid(reason: &str) -> Error {
    Error::new(Fault::RepodataInvalid { reason: reason.to_owned() })
}
