//! What is installed, against what should be: folders as data, made by the generator.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

mod edited;
mod folder;
mod hostile;
mod large;
mod legacy;
mod linked;
mod rattler;
mod replacement;
mod told;
mod unpacked;
