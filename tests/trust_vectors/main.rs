//! Vectors of content trust, and files that the tools' own repositories publish, where they
//! are at hand.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/channel.rs"]
mod channel;
#[path = "../support/vectors.rs"]
mod shared;

mod published;
mod records;
mod roles;
