//! conda's documents as data: file names, repodata, records, `info/`.

mod file_name;
mod index_json;
mod installed_record;
mod listed_record;
mod paths_json;
mod record;
mod repodata;
mod role_file;
mod shards;

pub use file_name::FileName;
pub(crate) use file_name::is_plain;
pub use index_json::IndexJson;
pub use installed_record::{InstalledEntry, InstalledRecord, LinkedAs};
pub use listed_record::ListedRecord;
pub use paths_json::{FileMode, PathEntry, PathType, PathsJson, Placeholder};
pub use record::Record;
pub use repodata::{
    Location, Repodata, RepodataEntry, RepodataIndex, RepodataIndexer, RepodataInfo, RepodataTexts,
};
pub use role_file::{RoleFileName, RoleSpec};
pub use shards::{Shard, ShardIndex, ShardIndexInfo};

pub(crate) use installed_record::entries_of_paths_json;
pub(crate) use paths_json::{legacy_files, legacy_paths, legacy_placeholders};
