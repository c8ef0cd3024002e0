//! The targets that need nothing but Rust. `tests/fuzz_corpus.rs` has them too, by this path,
//! which is why the file has this name.

pub mod bzip2;
pub mod canonical_text;
pub mod documents;
pub mod handing;
pub mod installed;
pub mod keys;
pub mod listed;
pub mod package;
pub mod partial;
pub mod payload;
pub mod replacement;
pub mod repodata;
pub mod roles;
pub mod scanner;
pub mod shards;
pub mod signatures;
pub mod tar_reader;
pub mod targets;
pub mod trust;
pub mod zip_reader;
pub mod zstd;

/// What a target does with an input.
pub type Run = fn(&[u8]);

/// All of them by name.
pub const ALL: [(&str, Run); 20] = [
    ("bzip2", bzip2::run),
    ("canonical_text", canonical_text::run),
    ("documents", documents::run),
    ("handing", handing::run),
    ("installed", installed::run),
    ("keys", keys::run),
    ("package", package::run),
    ("partial", partial::run),
    ("payload", payload::run),
    ("replacement", replacement::run),
    ("repodata", repodata::run),
    ("roles", roles::run),
    ("scanner", scanner::run),
    ("shards", shards::run),
    ("signatures", signatures::run),
    ("tar_reader", tar_reader::run),
    ("targets", targets::run),
    ("trust", trust::run),
    ("zip_reader", zip_reader::run),
    ("zstd", zstd::run),
];
