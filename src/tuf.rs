//! The Update Framework (specification 1.x): its root, as mamba's channels have it.

mod root;

pub use root::{Keys, Root};
