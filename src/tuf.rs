//! The Update Framework (specification 1.x): its root, as mamba's channels have it.

mod keys;
mod root;
mod signatures;

pub use keys::{KeyRing, Keys, Slot};
pub use root::Root;
