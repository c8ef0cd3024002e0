//! The Update Framework (specification 1.x): roles as data, and what makes them trusted.

mod delegated;
mod delegations;
mod hashes;
mod keys;
mod meta_file;
mod metadata;
mod path;
mod path_pattern;
mod report;
mod roles;
mod root;
mod search;
mod signatures;
mod snapshot;
mod store;
mod targets;
mod timestamp;

pub(crate) use delegated::Needed;
pub use delegations::DelegatedRole;
pub(crate) use hashes::Difference;
pub use hashes::Hashes;
pub use keys::{KeyRing, Keys, Slot};
pub use meta_file::MetaFile;
pub use metadata::{Metadata, Unverified};
pub(crate) use path::{role_path, target_paths};
pub(crate) use roles::{Roles, SNAPSHOT, Step, TARGETS, TIMESTAMP};
pub use root::Root;
pub(crate) use search::Found;
pub use snapshot::Snapshot;
pub(crate) use store::{Stored, delegated_key, is_key};
pub use targets::{TargetFile, Targets};
pub use timestamp::Timestamp;
